"""``publish NAME``: from a commit to a stored edition with its tag, whole or not at all."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from process_manual.editions.entry import Entry
from process_manual.editions.store import Store
from process_manual.editions.verifying import verify
from tests.editions.repositories import command, commit, git, repository, tool
from tests.editions.stores import new_key, signers_of


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = repository(tmp_path_factory.mktemp("clean") / "manual")
    git(root, "config", "user.name", "Operator")
    git(root, "config", "user.email", "operator@example.org")
    return root


@pytest.fixture
def manual(clean: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(clean, tmp_path / "manual", symlinks=True))


def test_one_command_makes_stores_signs_and_tags(manual: Path) -> None:
    key = new_key(manual.parent)
    for name in ("2026-06", "2026-07"):
        done = tool(manual, "publish", name, "--store", "../store", "--sign-key", key)
        assert done.returncode == 0, done.stderr
    entries = Store(manual.parent / "store").entries()
    assert [(each.entry.sequence, each.entry.name) for each in entries] == [
        (1, "2026-06"),
        (2, "2026-07"),
    ]
    witnesses = [each.witness for each in entries]
    signers = signers_of(key)
    report = verify(manual.parent / "store", signers=signers, expect=tuple(witnesses))
    assert report.faults == ()
    for name, witness in zip(("2026-06", "2026-07"), witnesses, strict=True):
        message = git(manual, "for-each-ref", "--format=%(contents)", f"refs/tags/edition/{name}")
        assert f"\nSequence: {witness[0]}\nEntry: {witness}\n" in message
        assert git(manual, "rev-parse", f"edition/{name}^{{commit}}") == git(
            manual, "rev-parse", "HEAD"
        )
        allowed = f"gpg.ssh.allowedSignersFile={_for_tags(signers)}"
        git(manual, "-c", "gpg.format=ssh", "-c", allowed, "verify-tag", f"edition/{name}")


def _for_tags(signers: Path) -> Path:
    """Return an allowed-signers file for git, which signs in a namespace of its own."""
    path = signers.with_name("tag-signers")
    path.write_text(signers.read_text().replace("process-manual-edition", "git"))
    return path


def test_without_a_key_the_tag_is_annotated(manual: Path) -> None:
    assert tool(manual, "publish", "a", "--store", "../store").returncode == 0
    assert git(manual, "cat-file", "-t", "edition/a") == "tag"
    assert "SIGNATURE" not in git(manual, "cat-file", "tag", "edition/a")


def test_no_tag_is_made_when_none_is_wanted(manual: Path) -> None:
    done = tool(manual, "publish", "a", "--store", "../store", "--no-tag")
    assert done.returncode == 0
    assert git(manual, "tag", "--list") == ""


def _tagged(manual: Path) -> None:
    git(manual, "tag", "edition/a")


def _nobody(manual: Path) -> None:
    git(manual, "config", "user.useConfigOnly", "true")
    git(manual, "config", "--unset", "user.email")


def _dirty(manual: Path) -> None:
    (manual / "docs/new.md").write_text("# New\n")


REFUSED = {
    "the tag is there": (_tagged, "a", "the tag edition/a is there already"),
    "git knows nobody": (_nobody, "a", "the tag edition/a cannot be made"),
    "something is not committed": (_dirty, "a", "docs/new.md is not committed"),
    "a bad name": (lambda manual: None, "A", "`A` cannot be the name of an edition"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_makes_neither_store_nor_tag(case: str, manual: Path) -> None:
    spoil, name, expected = REFUSED[case]
    spoil(manual)
    tags = git(manual, "tag", "--list")
    settings = {"HOME": str(manual.parent), "GIT_CONFIG_NOSYSTEM": "1"}
    done = tool(manual, "publish", name, "--store", "../store", **settings)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("Error: ")
    assert expected in line
    assert not (manual.parent / "store").exists()
    assert git(manual, "tag", "--list") == tags


def test_a_commit_that_cannot_be_built_leaves_the_store_as_it_was(manual: Path) -> None:
    assert tool(manual, "publish", "a", "--store", "../store").returncode == 0
    before = sorted(map(str, (manual.parent / "store").rglob("*")))
    commit(manual, {"processes/example/EXA-090-x.md": "---\nid: EXA-090\n---\n"})
    done = tool(manual, "publish", "b", "--store", "../store")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith("cannot be built")
    assert sorted(map(str, (manual.parent / "store").rglob("*"))) == before
    assert git(manual, "tag", "--list") == "edition/a"


def test_a_folder_that_is_no_bundle_is_refused(manual: Path) -> None:
    done = tool(manual, "publish", "docs", "--store", "../store")
    assert done.returncode == 1
    assert "docs/ENTRY: missing" in done.stderr


def test_a_path_that_is_not_there_is_wrong_use(manual: Path) -> None:
    assert tool(manual, "publish", "dist/a", "--store", "../store").returncode == 2


def test_a_dry_run_of_a_name_writes_nothing(manual: Path) -> None:
    done = tool(manual, "publish", "a", "--store", "../store", "--dry-run")
    assert done.returncode == 0
    assert done.stderr == "would make and publish a as entry 1 of ../store\n"
    assert not (manual.parent / "store").exists()
    assert git(manual, "tag", "--list") == ""


def test_publishers_at_once_end_in_one_chain(manual: Path) -> None:
    """The store is held from looking at the newest entry until the next one is there."""
    names = [f"e{number}" for number in range(4)]
    started = [
        subprocess.Popen(
            command("publish", name, "--store", "../store"),
            cwd=manual,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in names
    ]
    said = [each.communicate(timeout=300)[1] for each in started]
    assert [each.returncode for each in started] == [0] * len(names), said
    entries = [each.entry for each in Store(manual.parent / "store").entries()]
    assert all(isinstance(entry, Entry) for entry in entries)
    assert sorted(entry.name for entry in entries) == names
    assert verify(manual.parent / "store").faults == ()
    assert set(git(manual, "tag", "--list").split()) == {f"edition/{name}" for name in names}
