"""Verifying: every kind of tampering is found, and nothing else is called a fault."""

from __future__ import annotations

import datetime
import functools
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from process_manual.editions import signing
from process_manual.editions.names import EditionError
from process_manual.editions.store import Store
from tests.editions.stores import (
    FILES,
    NOON,
    Office,
    new_key,
    seal,
    signers_of,
    with_editions,
)
from tests.support import write


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Three signed editions, of which tests take copies; `stranger` is another's key."""
    folder = tmp_path_factory.mktemp("office")
    key = new_key(folder)
    new_key(folder, "stranger")
    signers_of(key)
    return with_editions(folder, ["one", "two", "three"], key)


@pytest.fixture
def office(made: Office, tmp_path: Path) -> Office:
    shutil.copytree(made.store, tmp_path / "store", symlinks=True)
    return Office(tmp_path, made.key, made.published)


def _resign(store: Path, name: str, key: Path, namespace: str = "process-manual-edition") -> None:
    entry = store / "editions" / name / "ENTRY"
    entry.with_suffix(".sig").unlink(missing_ok=True)
    command = ["ssh-keygen", "-q", "-Y", "sign", "-f", str(key), "-n", namespace, str(entry)]
    subprocess.run(command, check=True, capture_output=True)


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.chmod(0o644)
    path.write_text(text.replace(old, new, 1))


def _swap(one: Path, two: Path) -> None:
    one.rename(one.with_name("aside"))
    two.rename(one)
    one.with_name("aside").rename(two)


def _replace_with_link(path: Path) -> None:
    path.rename(path.with_name("real"))
    path.symlink_to("real")


def _reorder(path: Path) -> None:
    path.chmod(0o644)
    path.write_text("".join(sorted(path.read_text().splitlines(True))[::-1]))


def _rewrite(store: Path, name: str) -> None:
    """Replace an edition by one whose files, list and entry agree, as one without a key could."""
    folder = store / "editions" / name
    entry = Store(store).edition(name).entry
    shutil.rmtree(folder)
    fields = {"sequence": entry.sequence, "previous": entry.previous, "name": name}
    seal(folder, {**FILES, "site/index.html": "forged\n"}, **fields, published=entry.published)


TAMPERINGS: dict[str, tuple[Callable[[Path], object], str]] = {
    "two editions change places": (
        lambda s: _swap(s / "editions/one", s / "editions/two"),
        r"editions/one/ENTRY: is that of `two`",
    ),
    "an edition is dropped": (
        lambda s: shutil.rmtree(s / "editions/two"),
        r"editions/three/ENTRY: sequence 3 comes after 1",
    ),
    "the first edition is dropped": (
        lambda s: shutil.rmtree(s / "editions/one"),
        r"editions/two/ENTRY: sequence 2 comes after 0",
    ),
    "an edition is there twice": (
        lambda s: shutil.copytree(s / "editions/two", s / "editions/two-b"),
        r"editions/two-b/ENTRY: is that of `two`",
    ),
    "an edition is renamed": (
        lambda s: (s / "editions/two").rename(s / "editions/second"),
        r"editions/second/ENTRY: is that of `two`",
    ),
    "an edition is a link": (
        lambda s: _replace_with_link(s / "editions/two"),
        r"editions/two: no folder",
    ),
    "a file is a link to the same": (
        lambda s: _replace_with_link(s / "editions/two/site/index.html"),
        r"editions/two/site/index.html: not a plain file",
    ),
    "a folder is a link to the same": (
        lambda s: _replace_with_link(s / "editions/two/site/processes"),
        r"editions/two/site/processes: not a plain file",
    ),
    "a file is a folder": (
        lambda s: (
            (s / "editions/two/site/index.html").unlink(),
            (s / "editions/two/site/index.html").mkdir(),
        ),
        r"editions/two/site/index.html: a folder that does not belong here",
    ),
    "a pipe": (
        lambda s: os.mkfifo(s / "editions/two/site/pipe"),
        r"editions/two/site/pipe: not a plain file",
    ),
    "a pipe for an entry": (
        lambda s: (
            (s / "editions/two/ENTRY").unlink(),
            os.mkfifo(s / "editions/two/ENTRY"),
        ),
        r"editions/two/ENTRY: missing, or not a plain file",
    ),
    "an empty folder": (
        lambda s: (s / "editions/two/site/empty").mkdir(),
        r"editions/two/site/empty: a folder that does not belong here",
    ),
    "a file more": (
        lambda s: write(s, {"editions/two/site/more.html": "x"}),
        r"editions/two/site/more.html: not in SHA256SUMS",
    ),
    "a hidden file": (
        lambda s: write(s, {"editions/two/.hidden": "x"}),
        r"editions/two/.hidden: is not below site/ or source/",
    ),
    "a name that gives orders to a terminal": (
        lambda s: write(s, {"editions/two/site/\x1b[2J\n.html": "x"}),
        r"editions/two/site/\ufffd\[2J\ufffd.html: holds a backslash or a character",
    ),
    "a name that is no text": (
        lambda s: open(os.fsencode(s) + b"/editions/two/site/\xff", "w").close(),  # noqa: PTH123
        r"editions/two/site/",
    ),
    "a file is missing": (
        lambda s: (s / "editions/two/site/new.html").unlink(),
        r"editions/two/site/new.html: missing",
    ),
    "a file is renamed": (
        lambda s: (s / "editions/two/site/new.html").rename(s / "editions/two/site/newer.html"),
        r"editions/two/site/newer.html: not in SHA256SUMS",
    ),
    "two files change places": (
        lambda s: _swap(s / "editions/two/site/new.html", s / "editions/two/site/index.html"),
        r"editions/two/site/index.html: changed",
    ),
    "the list is sorted another way": (
        lambda s: _reorder(s / "editions/two/SHA256SUMS"),
        r"editions/two/SHA256SUMS: not the list that ENTRY holds",
    ),
    "the list is missing": (
        lambda s: (s / "editions/two/SHA256SUMS").unlink(),
        r"editions/two/SHA256SUMS: missing",
    ),
    "the entry is missing": (
        lambda s: (s / "editions/two/ENTRY").unlink(),
        r"editions/two/ENTRY: missing",
    ),
    "the entry is cut": (
        lambda s: _edit(s / "editions/two/ENTRY", "T14:00:00Z\n", ""),
        r"editions/two/ENTRY: not lines",
    ),
    "the entry has lost its last line": (
        lambda s: _edit(s / "editions/two/ENTRY", "published: 2026-11-23T14:00:00Z\n", ""),
        r"editions/two/ENTRY: has no time of publication",
    ),
    "lines of the entry change places": (
        lambda s: _reorder(s / "editions/two/ENTRY"),
        r"editions/two/ENTRY: its keys are not",
    ),
    "the entry has another day": (
        lambda s: _edit(s / "editions/three/ENTRY", "as-of: 2026-11-23", "as-of: 2026-11-22"),
        r"editions/three/ENTRY.sig: the signature does not hold",
    ),
    "the entry has lines of Windows": (
        lambda s: _edit(s / "editions/three/ENTRY", "\n", "\r\n"),
        r"editions/three/ENTRY: ",
    ),
    "the newest edition is forged and not signed": (
        lambda s: _rewrite(s, "three"),
        r"editions/three/ENTRY.sig: missing",
    ),
    "an older edition is forged": (
        lambda s: _rewrite(s, "two"),
        r"editions/three/ENTRY: does not hold the hash of the entry before",
    ),
    "the signature is missing": (
        lambda s: (s / "editions/two/ENTRY.sig").unlink(),
        r"editions/two/ENTRY.sig: missing",
    ),
    "the signature is that of another entry": (
        lambda s: shutil.copy(s / "editions/one/ENTRY.sig", s / "editions/two/ENTRY.sig"),
        r"editions/two/ENTRY.sig: the signature does not hold",
    ),
    "the signature has a line more": (
        lambda s: _edit(s / "editions/two/ENTRY.sig", "-----END", "\n-----END"),
        r"editions/two/ENTRY.sig: not an armoured signature in its canonical form",
    ),
    "something more in editions": (
        lambda s: write(s, {"editions/notes.txt": "x"}),
        r"editions/notes.txt: no folder",
    ),
    "something more in the store": (
        lambda s: write(s, {"notes.txt": "x"}),
        r"notes.txt: does not belong here",
    ),
    "something in the lock": (
        lambda s: write(s, {"lock": "x"}),
        r"lock: not empty",
    ),
    "all editions are gone": (
        lambda s: shutil.rmtree(s / "editions"),
        r": no store of editions here",
    ),
    "public is missing": (
        lambda s: (s / "public").unlink(),
        r"public: no link to the folder of an entry",
    ),
    "public leads elsewhere": (
        lambda s: ((s / "public").unlink(), (s / "public").symlink_to("/srv")),
        r"public: no link to the folder of an entry",
    ),
    "public shows an older entry": (
        lambda s: (
            (s / "publics/3").rename(s / "publics/2"),
            (s / "public").unlink(),
            (s / "public").symlink_to("publics/2"),
        ),
        r"public: shows entry 2, and the newest is 3",
    ),
    "an edition in public is another": (
        lambda s: (
            (s / "publics/3/one").unlink(),
            (s / "publics/3/one").symlink_to("../../editions/two/site"),
        ),
        r"publics/3/one: a link that does not lead to its edition",
    ),
    "the landing page is changed, and its list": (
        lambda s: _forge_landing_page(s / "publics/3"),
        r"publics/3/SHA256SUMS.sig: the signature does not hold",
    ),
    "a page more in public": (
        lambda s: write(s, {"publics/3/more.html": "x"}),
        r"publics/3/more.html: does not belong here",
    ),
}


def _forge_landing_page(folder: Path) -> None:
    page, sums = folder / "index.html", folder / "SHA256SUMS"
    old = hashlib.sha256(page.read_bytes()).hexdigest()
    _edit(page, "three", "forged")
    _edit(sums, old, hashlib.sha256(page.read_bytes()).hexdigest())


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_tampering_is_found(tampering: str, made: Office, office: Office) -> None:
    assert made.key is not None
    signers = made.folder / "signers"
    assert office.faults(signers=signers) == ()
    TAMPERINGS[tampering][0](office.store)
    faults = office.faults(signers=signers)
    expected = TAMPERINGS[tampering][1]
    assert any(re.search(expected, fault) for fault in faults), faults
    assert all(fault.isprintable() for fault in faults)


def test_a_copy_of_the_editions_alone_is_sound_and_can_become_the_store(
    made: Office, office: Office
) -> None:
    for name in ("public", "lock"):
        (office.store / name).unlink()
    for name in ("publics", "staging"):
        shutil.rmtree(office.store / name)
    assert office.faults(signers=made.folder / "signers") == ()
    assert "public: not here; this is a copy of the editions alone" in office.notes()
    office.publish("four")
    assert office.faults(signers=made.folder / "signers") == ()
    assert "not here" not in office.notes()


def test_each_fault_is_one_line_and_all_are_told(office: Office) -> None:
    for name in ("one", "three"):
        path = office.store / "editions" / name / "site/new.html"
        path.chmod(0o644)
        path.write_text("changed")
    (office.store / "publics/3/index.html").unlink()
    assert office.faults() == (
        "editions/one/site/new.html: changed",
        "editions/three/site/new.html: changed",
        "publics/3/index.html: missing",
    )


def test_files_of_an_edition_that_stands_are_never_allowed_to_be_gone(office: Office) -> None:
    office.withdraw("one", remove_files=True)
    assert office.faults() == ()
    shutil.rmtree(office.store / "editions/two/site")
    assert "editions/two/site/index.html: missing" in office.faults()


def test_what_is_left_of_a_withdrawn_edition_is_still_what_it_was(office: Office) -> None:
    office.withdraw("one")
    shutil.rmtree(office.store / "editions/one/source")
    assert office.faults() == ()
    path = office.store / "editions/one/site/new.html"
    path.chmod(0o644)
    path.write_text("changed")
    assert office.faults() == ("editions/one/site/new.html: changed",)


def test_a_tombstone_withdraws_once_what_stands(office: Office) -> None:
    office.withdraw("one")
    entry = Store(office.store).entries()[-1].entry
    for name in ("one", "four"):
        folder = office.store / "editions/withdrawal-5"
        newest = Store(office.store).entries()[3]
        text = entry.encode().decode().replace("sequence: 4", "sequence: 5")
        text = text.replace("withdrawal-4", "withdrawal-5").replace("ws: one", f"ws: {name}")
        text = text.replace(str(entry.previous), newest.sha256)
        write(folder, {"ENTRY": text})
        told = f"editions/withdrawal-5/ENTRY: withdraws `{name}`, which does not stand"
        assert told in office.faults()
        shutil.rmtree(folder)


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


# Every byte


def _files(store: Path) -> list[Path]:
    return [path for path in sorted(store.rglob("*")) if path.is_file() and path.name != "lock"]


def _unseen(
    store: Path, faults: Callable[[], tuple[str, ...]], changes: Callable[[bytes], list[bytes]]
) -> tuple[int, list[str]]:
    """Return how many changes were made, and those that were not found."""
    tried, unseen = 0, []
    seen: set[int] = set()
    for path in _files(store):
        if path.stat().st_ino in seen:  # the same bytes under another name
            continue
        seen.add(path.stat().st_ino)
        before = path.read_bytes()
        path.chmod(0o644)
        for number, after in enumerate(changes(before)):
            path.write_bytes(after)
            tried += 1
            if not faults():
                unseen.append(f"{path.relative_to(store)} #{number}")
        path.write_bytes(before)
    return tried, unseen


def _flipped(data: bytes) -> list[bytes]:
    flips = [(place, bit) for place in range(len(data)) for bit in (0x01, 0x80)]
    return [data[:p] + bytes([data[p] ^ bit]) + data[p + 1 :] for p, bit in flips]


def _moved(data: bytes) -> list[bytes]:
    places = range(0, len(data), 7)
    deleted = [data[:place] + data[place + 1 :] for place in places]
    doubled = [data[: place + 1] + data[place:] for place in places]
    return [*deleted, *doubled, data + b"\0", data + b"\n", data + b" ", b"", data + data]


@pytest.mark.long
@pytest.mark.parametrize("signed", [True, False], ids=["signed", "by the chain alone"])
@pytest.mark.parametrize("changes", [_flipped, _moved])
def test_every_byte_counts(
    signed: bool,
    changes: Callable[[bytes], list[bytes]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """ssh-keygen is asked once for each text and signature; it answers the same each time.

    Without signatures nothing binds the newest entry: a witness does.
    """
    key = new_key(tmp_path) if signed else None
    office = with_editions(tmp_path, ["one", "two"], key)
    office.withdraw("one")
    office.publish("three")
    signers = signers_of(key) if key else None
    witness = [] if key else [Store(office.store).entries()[-1].witness]
    real, answers = signing.signature_fault, {}

    def once(message: bytes, path: Path, allowed: Path | None, at: datetime.datetime) -> str | None:
        asked = (message, path.read_bytes(), allowed, at)
        if asked not in answers:
            answers[asked] = real(message, path, allowed, at)
        return answers[asked]

    monkeypatch.setattr(signing, "signature_fault", once)
    ask = functools.partial(office.faults, signers=signers, expect=witness)
    assert ask() == ()
    tried, unseen = _unseen(office.store, ask, changes)
    assert unseen == []
    assert tried > 1_000
    assert ask() == ()
    if key:
        assert len(answers) > 1_000 or changes is _moved
