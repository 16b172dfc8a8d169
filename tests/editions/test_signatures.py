"""Who signed what and when, and what only somebody else can know: that nothing was cut off."""

from __future__ import annotations

import datetime
import shutil
import subprocess
from pathlib import Path

import pytest

from process_manual.editions.names import EditionError
from process_manual.editions.store import Store
from tests.editions.stores import NOON, Office, new_key, signers_of, with_editions
from tests.support import write


def _resign(store: Path, name: str, key: Path, namespace: str = "process-manual-edition") -> None:
    entry = store / "editions" / name / "ENTRY"
    entry.with_suffix(".sig").unlink(missing_ok=True)
    command = ["ssh-keygen", "-q", "-Y", "sign", "-f", str(key), "-n", namespace, str(entry)]
    subprocess.run(command, check=True, capture_output=True)


# Witnesses


def _drop_and_resign(office: Office, key: Path) -> None:
    """Drop the newest, and sign all that is left and `public` anew, so that all is in order."""
    names = ["one", "two"]
    shutil.rmtree(office.store)
    office.published, office.key = 0, key
    for name in names:
        office.publish(name)


def test_dropping_the_newest_and_signing_everything_anew_needs_a_witness(
    made: Office, office: Office
) -> None:
    assert made.key is not None
    witness, signers = Store(office.store).entries()[-1].witness, made.folder / "signers"
    assert office.faults(signers=signers, expect=[witness]) == ()
    assert "rollback not checked" not in office.notes(expect=[witness])
    _drop_and_resign(office, made.key)
    assert office.faults(signers=signers) == ()
    assert "rollback not checked" in office.notes(signers=signers)
    told = ("editions: entry 3 is missing; the store was rolled back",)
    assert office.faults(signers=signers, expect=[witness]) == told
    office.publish("three", {"site/index.html": "another"})
    told = ("editions: entry 3 is not the one that the witness saw",)
    assert office.faults(signers=signers, expect=[witness]) == told


@pytest.mark.parametrize("witness", ["3", "3:abc", "0:" + "a" * 64, "x:" + "a" * 64, ""])
def test_what_is_no_witness_is_refused(witness: str, office: Office) -> None:
    with pytest.raises(EditionError, match="is no witness"):
        office.faults(expect=[witness])


# Signatures


def test_a_key_that_nobody_allowed_is_found(made: Office, office: Office) -> None:
    _resign(office.store, "two", made.folder / "stranger")
    assert office.faults() == ()
    signers = made.folder / "signers"
    told = f"editions/two/ENTRY.sig: signed with a key that {signers} does not allow at that time"
    assert office.faults(signers=signers) == (told,)


def test_a_signature_for_something_else_is_found(made: Office, office: Office) -> None:
    assert made.key is not None
    _resign(office.store, "two", made.key, "process-manual")
    told = "editions/two/ENTRY.sig: made for `process-manual`, not for `process-manual-edition`"
    assert office.faults() == (told,)


def test_a_key_counts_at_the_time_of_publication(tmp_path: Path) -> None:
    """Rotation: the old key signed before a moment, the new one since; both editions hold."""
    old, new = new_key(tmp_path, "old"), new_key(tmp_path, "new")
    office = with_editions(tmp_path, ["one"], old)
    office.key = new
    office.publish("two")
    change = (NOON + datetime.timedelta(hours=1, minutes=30)).strftime("%Y%m%d%H%M%SZ")
    one = signers_of(old, options=f',valid-before="{change}"').read_text()
    two = signers_of(new, options=f',valid-after="{change}"').read_text()
    write(
        tmp_path,
        {
            "signers": one + two,
            "turned": signers_of(old, options=f',valid-after="{change}"').read_text() + two,
        },
    )
    assert office.faults(signers=tmp_path / "signers") == ()
    faults = office.faults(signers=tmp_path / "turned")
    assert [fault.split(":")[0] for fault in faults] == ["editions/one/ENTRY.sig"]


def test_a_key_may_have_a_line_for_something_else_before(made: Office) -> None:
    assert made.key is not None
    public = made.key.with_suffix(".pub").read_text()
    lines = f'site namespaces="process-manual" {public}'
    write(made.folder, {"one line": lines, "two lines": f"{lines}# editions\n\nmanual {public}"})
    assert made.faults(signers=made.folder / "two lines") == ()
    assert len(made.faults(signers=made.folder / "one line")) == 4


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Adak"])
def test_the_time_zone_of_the_auditor_does_not_matter(
    zone: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = new_key(tmp_path)
    office = with_editions(tmp_path, ["one"], key)
    monkeypatch.setenv("TZ", zone)
    options = ',valid-after="20261123125900Z",valid-before="20261123130100Z"'
    assert office.faults(signers=signers_of(key, options=options)) == ()


def test_an_unsigned_edition_is_told_when_signers_are_given(made: Office, tmp_path: Path) -> None:
    office = with_editions(tmp_path, ["one"])
    assert office.faults() == ()
    assert "1 of 1 entries have no signature" in office.notes()
    told = ("editions/one/ENTRY.sig: missing; the entry is not signed",)
    assert office.faults(signers=made.folder / "signers") == told


@pytest.mark.parametrize("kind", ["ed25519", "rsa", "ecdsa"])
def test_every_kind_of_key_will_do(kind: str, tmp_path: Path) -> None:
    key = tmp_path / "key"
    command = ["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "", "-f", str(key)]
    subprocess.run(command, check=True)
    office = with_editions(tmp_path, ["one"], key)
    assert office.faults(signers=signers_of(key)) == ()
