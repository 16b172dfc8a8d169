"""The command line: what it prints, and its exit codes 0, 1 and 2."""

from __future__ import annotations

import datetime
import hashlib
import re
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from process_manual import asof
from process_manual.cli import main
from process_manual.loading import load
from tests.patches import stamp
from tests.projects import example_files
from tests.support import AS_OF, SKELETON, write

BROKEN = "---\nid: EXA-099\n---\n"
DRAFT = (
    "---\nid: EXA-099\ntitle: Draft\narea: example\nkind: process\n"
    'status: draft\nversion: "0.1"\n---\n'
)


@pytest.fixture
def manual(tmp_path: Path) -> Path:
    """A clean manual on disk."""
    return write(tmp_path / "clean", example_files())


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def _check(root: Path, *arguments: str | Path) -> Result:
    return _run("check", "--root", root, "--as-of", AS_OF.isoformat(), *arguments)


def test_a_clean_manual(manual: Path) -> None:
    result = _check(manual)
    assert result.exit_code == 0
    assert result.stdout == ""
    assert result.stderr == (
        "3 definitions checked as of 2026-06-30: 0 errors, 0 warnings; "
        "not compared with an edition: manual.yml names no store\n"
    )


def test_an_error_is_shown_with_place_and_cure_and_fails(manual: Path) -> None:
    write(manual, {"processes/example/EXA-099-x.md": BROKEN})
    result = _check(manual)
    assert result.exit_code == 1
    assert "processes/example/EXA-099-x.md:1:1: error DOC-004: `title` is missing" in result.stdout
    assert "    add `title: …`" in result.stdout


def test_paths_choose_what_is_shown(manual: Path) -> None:
    path = write(manual, {"processes/example/EXA-099-x.md": BROKEN})
    assert _check(manual, path / "processes/registers").exit_code == 0
    assert _check(manual, path / "processes/example").exit_code == 1
    assert _check(manual, path / "processes/example/EXA-099-x.md").exit_code == 1
    assert _check(manual, path).exit_code == 1


def test_the_closing_line_tells_what_is_elsewhere_and_what_could_not_be_read(manual: Path) -> None:
    write(manual, {"processes/example/EXA-099-x.md": BROKEN})
    closing = (
        "3 of 4 definitions could be read as of 2026-06-30: 0 errors, 0 warnings; "
        "5 more errors in other files; coverage of standards was not checked; "
        "not compared with an edition: manual.yml names no store\n"
    )
    assert _check(manual, manual / "processes/registers").stderr == closing
    write(manual, {"processes/example/EXA-099-x.md": DRAFT})
    closing = _check(manual, manual / "processes/registers").stderr
    assert re.search(
        r"4 definitions checked .*; \d+ more warnings in other files; not compared", closing
    )


def test_errors_come_last_and_what_is_only_planned_is_one_line(manual: Path) -> None:
    path = next((manual / "processes/example").glob("EXA-020-*.md"))
    text = path.read_text("utf-8")
    text = text.replace("to: [EXA-010]", "to: [EXA-010, EXA-030]").replace("to: end}", "to: A9}")
    path.write_text(text.replace('title: "Find the cause"', "title: “Find the cause”"), "utf-8")
    stamp(manual)
    shown = [line for line in _check(manual).stdout.splitlines() if not line.startswith("    ")]
    assert "warning DOC-003: the curly quotes" in shown[0]
    folded = "1 reference to definitions that are planned but not written yet"
    assert shown[-2] == f"warning: {folded}; `--all` lists them"
    assert "error ACT-003" in shown[-1]
    listed = _check(manual, "--all").stdout
    assert "`EXA-030` is planned but not written yet" in listed
    assert "--all" not in listed


def test_warnings_fail_only_when_strict(manual: Path) -> None:
    write(manual, {"processes/example/EXA-099-draft.md": DRAFT})
    assert _check(manual).exit_code == 0
    assert _check(manual, "--strict").exit_code == 1


@pytest.mark.parametrize(
    ("day", "code", "fails"),
    [("2027-01-18", None, 0), ("2027-03-20", "REV-003", 0), ("2027-03-21", "REV-002", 1)],
)
def test_due_fails_on_what_is_overdue_and_not_on_what_is_coming(
    day: str, code: str | None, fails: int, manual: Path
) -> None:
    path = next((manual / "processes/example").glob("EXA-020-*.md"))
    result = _run("check", path, "--root", manual, "--as-of", day, "--due")
    assert result.exit_code == fails, result.stdout
    assert (code in result.stdout) if code else result.stdout == ""
    for flag in ("--strict", "--all"):
        assert _run("check", path, "--root", manual, "--as-of", day, flag).exit_code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "--root", "/nowhere/at/all"),
        ("check", "nowhere.md"),
        ("check", "--as-of", "31/03/2026"),
        ("explain", "RAC-999"),
        ("explain",),
        ("frobnicate",),
    ],
)
def test_wrong_use_exits_with_2(arguments: tuple[str, ...]) -> None:
    result = _run(*arguments)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_an_empty_folder_says_what_to_do(tmp_path: Path) -> None:
    result = _check(tmp_path)
    assert result.exit_code == 1
    assert "there is no folder with definitions" in result.stdout


def test_explain_prints_reason_and_example() -> None:
    result = _run("explain", "rac-001")
    assert result.exit_code == 0
    for part in ("RAC-001", "Why", "Bad", "Good"):
        assert part in result.stdout


def test_digest_is_the_checksum_of_the_controlled_bytes(manual: Path) -> None:
    from process_manual.model.digest import controlled_bytes

    definition = load(manual, AS_OF).manual.current["EXA-010"]
    expected = hashlib.sha256(controlled_bytes(definition)).hexdigest()
    result = _run("digest", "EXA-010", "--root", manual)
    assert result.stdout == f"v1:sha256:{expected}\n"
    assert _run("digest", "EXA-999", "--root", manual).exit_code == 1


def test_ten_thousand_findings_are_all_shown(tmp_path: Path) -> None:
    rows = "".join(f"- {{id: r{n}, titel: R}}\n" for n in range(10_000))
    write(tmp_path, {**SKELETON, "processes/registers/roles.yml": f"roles:\n{rows}"})
    result = _check(tmp_path)
    assert result.exit_code == 1
    assert result.stdout.count("did you mean `title`?") == 10_000


def _git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=T", "-c", "user.email=t@example.org"]
    subprocess.run(["git", "-C", str(root), *identity, *arguments], check=True, capture_output=True)


def test_the_as_of_date_is_the_commits_and_with_work_in_hand_todays(
    manual: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-03-14T23:30:00+0000")
    _git(manual, "init", "-q")
    assert asof.as_of_date(manual) == asof.today()
    _git(manual, "add", ".")
    _git(manual, "commit", "-qm", "x")
    assert asof.as_of_date(manual) == datetime.date(2026, 3, 14)
    assert asof.working_date() == asof.today()
    write(manual, {"processes/new.md": ""})
    assert asof.as_of_date(manual) == asof.today()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert asof.as_of_date(manual) == datetime.date(1970, 1, 1)
    monkeypatch.setenv(asof.ENVIRONMENT, "2025-12-24")
    assert asof.as_of_date(manual) == asof.working_date() == datetime.date(2025, 12, 24)


@pytest.mark.parametrize("name", ["PROCESS_MANUAL_AS_OF", "SOURCE_DATE_EPOCH"])
def test_a_variable_without_a_date_is_wrong_use(
    name: str, manual: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "yesterday")
    result = _run("check", "--root", manual)
    assert result.exit_code == 2
    assert name in result.output


def test_status_counts_by_area_and_clause(manual: Path) -> None:
    result = _run("status", "--root", manual, "--as-of", AS_OF.isoformat())
    assert result.exit_code == 0
    assert re.search(r"(?m)^All +2 +1 +\d+ +0 +0 +0 +3 +0$", result.stdout)
    assert re.search(r"(?m)^\d+ of \d+ clauses covered, \d+ of \d+ documented", result.stdout)
    assert "0 errors" in result.stderr
