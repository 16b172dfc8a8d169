"""`publish`, `verify` and `withdraw` at the keyboard: what they print, refuse and end with."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from process_manual.cli import main
from process_manual.editions.store import Store
from tests.editions.stores import FILES, Office, new_key, seal, signers_of
from tests.support import write


def _run(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(main, [str(each) for each in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A store with one edition that the command stored."""
    office = Office(tmp_path)
    done = _run("publish", office.bundle("one"), "--store", office.store)
    assert done.exit_code == 0, done.output
    return office


def test_publish_says_what_was_made_and_where_and_what_to_keep(tmp_path: Path) -> None:
    office, key = Office(tmp_path), new_key(tmp_path)
    bundle = office.bundle("one")
    done = _run("publish", bundle, "--store", office.store, "--sign-key", key)
    newest = Store(office.store).newest()
    assert newest is not None
    assert done.stdout.splitlines() == [
        f"{office.store}/editions/one: is entry 1",
        f"Keep elsewhere, for `verify --expect`: 1:{newest.sha256}",
    ]
    done = _run("publish", bundle, "--store", office.store, "--sign-key", key)
    assert done.exit_code == 0
    assert "editions/one: was already entry 1" in done.stdout
    signers = signers_of(key)
    done = _run("verify", "--store", office.store, "--signers", signers, "--expect", newest.witness)
    assert done.exit_code == 0
    assert done.stdout == ""
    assert done.stderr == (f"1 entry of {office.store} read: no faults; newest {newest.witness}\n")


def test_verify_prints_a_line_for_each_fault_and_what_it_did_not_check(office: Office) -> None:
    done = _run("verify", "--store", office.store)
    assert done.exit_code == 0
    assert "note: rollback not checked: give --expect" in done.stderr
    assert "note: who signed was not checked: give --signers FILE; 1 of 1" in done.stderr
    write(office.store, {"editions/one/site/more.html": "x", "more": "x"})
    done = _run("verify", "--store", office.store)
    assert done.exit_code == 1
    assert done.stdout == (
        "more: does not belong here\neditions/one/site/more.html: not in SHA256SUMS\n"
    )
    assert "2 faults" in done.stderr


def test_a_dry_run_writes_nothing(office: Office, tmp_path: Path) -> None:
    bundle = office.bundle("two")
    done = _run("publish", bundle, "--store", office.store, "--dry-run")
    assert done.stderr == f"would publish two as entry 2 of {office.store}\n"
    done = _run("withdraw", "one", "--reason", "x", "--store", office.store, "--dry-run")
    assert done.stderr == "would withdraw one\n"
    assert len(Store(office.store).entries()) == 1
    first = seal(tmp_path / "first", FILES)
    assert _run("publish", first, "--store", tmp_path / "new", "--dry-run").exit_code == 0
    assert not (tmp_path / "new").exists()
    assert _run("publish", first, "--store", office.store, "--dry-run").exit_code == 1


def test_withdraw_says_what_was_done(office: Office) -> None:
    command = ("withdraw", "one", "--reason", "a leak", "--store", office.store)
    assert f"{office.store}/editions/withdrawal-2: one is withdrawn by entry 2, not signed\n" in (
        _run(*command).stdout
    )
    done = _run(*command, "--remove-files")
    assert "one was withdrawn by entry 2, its files are removed, not signed" in done.stdout
    assert not (office.store / "editions/one/site").exists()
    assert _run("verify", "--store", office.store).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["publish", "{bundle}"], 2, "--store"),
        (["publish", "{nowhere}", "--store", "{store}"], 2, "there is no folder"),
        (["publish", "{empty}", "--store", "{store}"], 1, "ENTRY: missing"),
        (["publish", "{bundle}", "--store", "{empty}/x/y"], 1, "no store of editions here"),
        (["publish", "{first}", "--store", "{empty}/x/y"], 1, "no such file or directory"),
        (["publish", "{first}", "--store", "{store}"], 1, "bundle it again"),
        (
            ["publish", "{bundle}", "--store", "{store}", "--sign-key", "{nowhere}"],
            1,
            "no such key",
        ),
        (["verify", "--store", "{nowhere}"], 1, "no store of editions here"),
        (["verify", "--store", "{store}", "--expect", "3"], 1, "is no witness"),
        (["verify", "--store", "{store}", "--signers", "{nowhere}"], 2, "does not exist"),
        (["withdraw", "two", "--reason", "x", "--store", "{store}"], 1, "no edition `two`"),
        (["withdraw", "one", "--reason", "", "--store", "{store}"], 1, "the reason is not one"),
        (["withdraw", "one", "--store", "{store}"], 2, "--reason"),
        (
            ["withdraw", "one", "--reason", "x", "--store", "{nowhere}"],
            1,
            "no edition `one`|no store",
        ),
    ],
)
def test_bad_input_is_one_line_and_changes_nothing(
    arguments: list[str],
    status: int,
    told: str,
    office: Office,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)  # where no house policy names a store
    places = {
        "store": office.store,
        "bundle": office.bundle("two"),
        "first": seal(tmp_path / "first", {**FILES, "site/x.html": "x"}, name="first"),
        "empty": tmp_path / "empty",
        "nowhere": tmp_path / "nowhere",
    }
    places["empty"].mkdir()
    done = _run(*(argument.format_map(places) for argument in arguments))
    assert done.exit_code == status, done.output
    line = done.output.strip().splitlines()[-1] if status == 2 else done.output
    assert re.search(told, line), done.output
    assert len(Store(office.store).entries()) == 1
    assert not places["nowhere"].exists()
    assert list(places["empty"].iterdir()) == []


def test_a_damaged_store_refuses_to_go_on(office: Office) -> None:
    bundle = office.bundle("two")
    path = office.store / "editions/one/ENTRY"
    path.chmod(0o644)
    path.write_text("format: nonsense\n")
    for command in (
        ("publish", bundle, "--store", office.store),
        ("withdraw", "one", "--reason", "x", "--store", office.store),
    ):
        done = _run(*command)
        assert done.exit_code == 1
        assert done.stderr.startswith(f"Error: {path}: the format is neither")
    shutil.rmtree(path.parent)
    (office.store / "editions/loop").symlink_to("loop")
    done = _run("publish", bundle, "--store", office.store)
    assert done.exit_code == 1
    assert done.stderr.startswith(f"Error: {office.store}/editions/loop/ENTRY: ")
