"""Which edition a check compares with, and what it says when there is none to compare with."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from process_manual.checking import Report, check
from process_manual.loading.before import ENVIRONMENT
from process_manual.writers.text import closing
from tests.patches import patched
from tests.support import AS_OF, write
from tests.test_impact_command import commit, git

LAST = "# EXA-011, in the last edition\nstatus: approved\n"
LATER = LAST + "# ENTRY, in a later edition\nas-of: 2026-07-31\n"
RENAMED = "# EXA-011, in the last edition\ntitle: Priority\n"
FILE = "processes/example/EXA-011-fault-priority.md"
FIRST = "published/editions/e1"


def told(root: Path, as_of: datetime.date = AS_OF) -> str:
    """Return the last part of what a check ends with; whatever it is, it fails nothing."""
    report = check(root, as_of)
    assert report.errors == ()
    return closing(report, report.findings).rpartition("; ")[2]


def codes(report: Report) -> list[str]:
    return [finding.code for finding in report.findings]


def test_it_says_with_which_edition_it_compared(tmp_path: Path) -> None:
    assert told(patched(tmp_path, LAST)) == "compared with edition e1"


def test_with_the_newest_that_is_not_of_a_later_date(tmp_path: Path) -> None:
    root = patched(tmp_path, LATER)
    assert told(root) == "compared with edition e1"
    assert told(root, datetime.date(2026, 8, 1)) == "compared with edition e2"
    before = told(root, datetime.date(2026, 5, 30))
    assert before == "not compared with an edition: there is none up to 2026-05-30 in published"


def test_a_store_that_is_not_there_yet_is_no_fault(tmp_path: Path) -> None:
    root = patched(tmp_path, "# manual.yml\neditions: {store: elsewhere}\n")
    assert told(root) == "not compared with an edition: there is none in elsewhere"


DAMAGED = {
    "an entry that is none": ({f"{FIRST}/ENTRY": "x"}, "not lines of `key: value`"),
    "a chain that is broken": ({f"{FIRST}/ENTRY": None}, "missing, or not a plain file"),
    "no sources": ({f"{FIRST}/source/processes": None}, "there is no such folder"),
}


@pytest.mark.parametrize(("files", "why"), DAMAGED.values(), ids=list(DAMAGED))
def test_a_damaged_store_is_said_and_is_no_finding(
    files: dict[str, str | None], why: str, tmp_path: Path
) -> None:
    root = patched(tmp_path, LAST)
    for name, content in files.items():
        if content is None:
            (root / name).rename(root / "away")
        else:
            write(root, {name: content})
    said = check(root, AS_OF).compared
    assert said.startswith("not compared with an edition: ")
    assert why in said
    assert check(root, AS_OF).errors == ()


def test_what_cannot_be_read_in_the_edition_is_no_finding_of_today(tmp_path: Path) -> None:
    root = patched(tmp_path, RENAMED)
    write(root, {f"{FIRST}/source/{FILE}": "---\nid: [\n---\n"})
    report = check(root, AS_OF)
    assert report.findings == ()
    assert report.compared == "compared with edition e1, but for what is wrong in 1 of its files"


def test_a_build_of_an_edition_is_told_which_one_is_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = patched(tmp_path, RENAMED)
    assert codes(check(root, AS_OF)) == ["LIF-002"]
    monkeypatch.setenv(ENVIRONMENT, "")
    assert check(root, AS_OF).compared == "not compared with an edition: this is the first"
    assert codes(check(root, AS_OF)) == []
    write(root, {"processes/manual.yml": "title: T\norganisation: O\n"})
    monkeypatch.setenv(ENVIRONMENT, str(root / FIRST))
    assert "LIF-002" in codes(check(root, AS_OF))


# The commit of an edition -----------------------------------------------------------------------


def in_git(root: Path, patch: str = LAST) -> str:
    """Put an example with an edition under git; return the commit that the edition names."""
    patched(root, patch)
    write(root, {".gitignore": "/published/\n"})
    git(root, "init", "-q", "-b", "main")
    made_from = commit(root)
    entry = root / FIRST / "ENTRY"
    entry.write_text(entry.read_text().replace("commit: " + "0" * 40, f"commit: {made_from}"))
    return made_from


def test_an_edition_of_a_commit_behind_this_one_is_in_order(tmp_path: Path) -> None:
    made_from = in_git(tmp_path)
    git(tmp_path, "tag", "edition/e1", made_from)
    commit(tmp_path)
    assert codes(check(tmp_path, AS_OF)) == []


def test_a_tag_that_was_moved_is_an_error(tmp_path: Path) -> None:
    made_from = in_git(tmp_path)
    moved = commit(tmp_path)
    git(tmp_path, "tag", "edition/e1", moved)
    (found,) = check(tmp_path, AS_OF).errors
    assert found.code == "MAN-003"
    assert moved[:10] in found.message
    assert made_from[:10] in found.message


def test_another_line_of_work_is_a_warning(tmp_path: Path) -> None:
    in_git(tmp_path)
    git(tmp_path, "switch", "-q", "--orphan", "other")
    patched(tmp_path, "# manual.yml\neditions: {store: published}\n")
    commit(tmp_path)
    report = check(tmp_path, AS_OF)
    assert codes(report) == ["MAN-003"]
    assert report.errors == ()
    assert "not behind this" in report.findings[0].message


def test_a_shallow_clone_cannot_say_and_is_not_blamed(tmp_path: Path) -> None:
    in_git(tmp_path / "whole")
    commit(tmp_path / "whole")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{tmp_path}/whole", str(clone))
    (tmp_path / "whole/published").rename(clone / "published")
    assert check(clone, AS_OF).compared == "compared with edition e1"
    assert codes(check(clone, AS_OF)) == []


@pytest.mark.parametrize("name", ["x" * 5_000, "a/" * 3_000, "\u00e9" * 200])
def test_a_store_with_an_impossible_name_is_said(name: str, tmp_path: Path) -> None:
    assert told(patched(tmp_path, f"# manual.yml\neditions: {{store: {name}}}\n")).startswith(
        "not compared with an edition: "
    )
