"""The audit pack: the same bytes each time, and proof that needs no tool of ours."""

from __future__ import annotations

import re
import subprocess
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from process_manual.cli import main
from process_manual.pages.public import commands
from tests.editions.stores import Office, new_key, signers_of
from tests.support import write

SITE = {
    "site/registers/documents/index.html": "register\n",
    "site/registers/approvals/index.html": "log\n",
    "site/changes/index.html": "changes\n",
    "site/register.csv": "id\n",
    "site/ünïcode.txt": "letters\n",
}


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path, new_key(tmp_path))
    for name in ("2026-10", "2026-11"):
        office.publish(name, SITE)
    return office


def pack(office: Office, name: str = "2026-11", to: str = "pack.zip", *more: str) -> Result:
    target = str(office.folder / to)
    command = ["pack", name, "--store", str(office.store), "--output", target, *more]
    return CliRunner().invoke(main, command)


def unpacked(office: Office) -> Path:
    assert pack(office).exit_code == 0
    with zipfile.ZipFile(office.folder / "pack.zip") as made:
        made.extractall(office.folder / "unpacked")
    return office.folder / "unpacked/process-manual-2026-11"


def test_two_packs_are_the_same_bytes(office: Office) -> None:
    assert pack(office, to="one.zip").exit_code == 0
    for path in office.store.rglob("*"):
        if path.is_file() and not path.is_symlink():
            path.chmod(0o600)
    assert pack(office, to="two.zip").exit_code == 0
    assert (office.folder / "one.zip").read_bytes() == (office.folder / "two.zip").read_bytes()


def test_the_five_commands_run_in_what_was_unpacked(office: Office) -> None:
    folder = unpacked(office) / "editions/2026-11"
    signers = signers_of(office.key) if office.key else None
    assert signers
    for line in commands("2026-10").replace("~/signers", str(signers)).splitlines():
        done = subprocess.run(["bash", "-c", line], cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, (line, done.stderr)
    changed = folder / "site/index.html"
    changed.write_text("changed\n")
    check = ["sha256sum", "-c", "--quiet", "SHA256SUMS"]
    assert subprocess.run(check, cwd=folder, capture_output=True).returncode == 1


def test_the_start_page_leads_to_answers_that_are_there(office: Office) -> None:
    folder = unpacked(office)
    start = (folder / "START.html").read_text("utf-8")
    links = re.findall(r'href="([^"#]+)"', start)
    assert "editions/2026-11/site/registers/approvals/index.html" in links
    assert "editions/2026-11/site/changes/index.html" in links
    assert not any("waivers" in link for link in links)  # this small site has no such page
    for link in links:
        assert (folder / link).exists(), link


def test_every_entry_of_the_chain_is_in_it(office: Office) -> None:
    office.withdraw("2026-10")
    folder = unpacked(office)
    found = sorted(path.parent.name for path in folder.glob("editions/*/ENTRY"))
    assert found == ["2026-10", "2026-11", "withdrawal-3"]
    assert sorted(path.name for path in folder.glob("editions/*/ENTRY.sig")) == ["ENTRY.sig"] * 3


def test_the_pack_of_a_withdrawn_edition_says_so(office: Office) -> None:
    office.withdraw("2026-11", "a leak <b>")
    text = (unpacked(office) / "START.html").read_text("utf-8")
    assert "This edition was withdrawn" in text
    assert "a leak &lt;b&gt;" in text


@pytest.mark.parametrize("what", ["changed", "missing"])
def test_an_edition_that_was_damaged_gets_no_pack(what: str, office: Office) -> None:
    path = office.store / "editions/2026-11/site/index.html"
    path.unlink()
    if what == "changed":
        path.write_text("other\n")
    done = pack(office)
    assert done.exit_code == 1
    assert str(path) in done.output
    assert done.output.count("\n") == 1
    assert not [each for each in office.folder.iterdir() if "pack" in each.name]


def test_an_unknown_edition_is_refused_and_names_the_known(office: Office) -> None:
    done = pack(office, "2025-01")
    assert done.exit_code == 1
    assert "there are 2026-10, 2026-11" in done.output


def test_a_folder_that_is_not_there_is_wrong_use(office: Office) -> None:
    done = pack(office, to="no/such/pack.zip")
    assert done.exit_code == 2
    assert "cannot write" in done.output


def test_an_older_file_stays_when_the_pack_fails(office: Office) -> None:
    write(office.folder, {"pack.zip": b"older"})
    (office.store / "editions/2026-11/site/index.html").unlink()
    assert pack(office).exit_code == 1
    assert (office.folder / "pack.zip").read_bytes() == b"older"


def test_a_dry_run_writes_nothing(office: Office) -> None:
    done = pack(office, "2026-11", "pack.zip", "--dry-run")
    assert done.exit_code == 0
    assert "would write" in done.output
    assert not (office.folder / "pack.zip").exists()
