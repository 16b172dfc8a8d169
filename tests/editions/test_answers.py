"""`editions`, `in-force`, `log` and `diff`: what auditors ask of a store, and bad questions."""

from __future__ import annotations

import datetime
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from process_manual.cli import main
from tests.chains import at_noon, row
from tests.editions.stores import Office
from tests.projects import example_files
from tests.support import write

FILE = "processes/example/EXA-010-fault-handling.md"
APPROVED = {"approved_on": "2025-12-20", "approved_as": "head-of-it", "approved_by": "1001"}
COMING = {"effective_from": "2026-02-15"}


def source(**changes: str) -> dict[str, str]:
    """Return the example manual as the source of an edition, with texts of EXA-010 replaced."""
    files = {name: content.decode() for name, content in example_files().items()}
    for old, new in changes.items():
        assert old in files[FILE]
        files[FILE] = files[FILE].replace(old, new)
    return {f"source/{name}": content for name, content in files.items()}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three editions: the second brings and retires something, the third is taken away."""
    office = Office(tmp_path_factory.mktemp("answers"))
    coming = row("EXA-011", "1.1", state="coming", coming=True, **COMING)
    first = [
        row("EXA-010", **APPROVED),
        row("EXA-011"),
        coming,
        row("EXA-020", "0.1", state="draft", effective_from=None, approved_on=None),
    ]
    second = [
        row("EXA-010", "1.1", effective_from="2026-03-01", address="processes/EXA-010/index.html"),
        row("EXA-011", "1.1", state="retired", retired_on="2026-03-10", **COMING),
        row("EXA-020", "1.0", effective_from="2026-04-01", state="coming"),
    ]
    for name, day, rows, files in (
        ("2026-01", "2026-01-10", first, source()),
        ("2026-03", "2026-03-01", second, source(**{'"Fault handling"': '"Handling faults"'})),
        ("2026-04", "2026-04-02", [row("EXA-010", "1.2")], source()),
    ):
        as_of = datetime.date.fromisoformat(day)
        office.put(office.bundle(name, files, rows=rows, as_of=as_of), now=at_noon(day))
    office.withdraw("2026-04", "a name stood in it", now=at_noon("2026-04-10"), remove_files=True)
    return office.store


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def answer(store: Path, *arguments: str) -> str:
    result = run(*arguments, "--store", store)
    assert result.exit_code == 0, result.output
    return result.stdout


def as_json(store: Path, *arguments: str) -> Any:
    return json.loads(answer(store, *arguments, "--format", "json"))


# Editions ---------------------------------------------------------------------------------------


def test_the_list_has_what_a_witness_keeps(store: Path) -> None:
    lines = answer(store, "editions").splitlines()
    listed = as_json(store, "editions")["editions"]
    assert [each["name"] for each in listed] == ["2026-01", "2026-03", "2026-04", "withdrawal-4"]
    for line, each in zip(lines[1:5], listed, strict=True):
        assert line.startswith(str(each["sequence"]))
        assert line.endswith(each["entry"])
        assert each["published"] in line
    assert lines[5] == "2026-04 was withdrawn on 2026-04-10: a name stood in it"
    assert listed[2]["withdrawn"] == {"on": "2026-04-10", "reason": "a name stood in it"}
    assert listed[0]["commit"] == "c" * 40
    assert listed[0]["files"] > 1


def test_what_is_listed_is_what_verify_expects(store: Path) -> None:
    newest = as_json(store, "editions")["editions"][-1]["entry"]
    result = run("verify", "--store", store, "--expect", newest)
    assert result.exit_code == 0, result.output


def test_there_may_be_no_edition_yet(tmp_path: Path) -> None:
    assert answer(tmp_path, "editions") == f"There is no edition in {tmp_path} yet.\n"
    assert as_json(tmp_path, "editions") == {"editions": []}
    assert answer(tmp_path, "in-force", "2026-01-01") == "There is no edition yet.\n"


# In force ---------------------------------------------------------------------------------------

HELD = {
    "published later than it names": (
        *("2026-01-20", "EXA-010"),
        ("1.0", "2026-01-10", "2026-01-01", "2026-01-10", "2026-03-01"),
    ),
    "on the last day of a version": (
        *("2026-02-14", "EXA-011"),
        ("1.0", "2026-01-10", "2026-01-01", "2026-01-10", "2026-02-15"),
    ),
    "taken over on its day inside an edition's life": (
        *("2026-02-15", "EXA-011"),
        ("1.1", "2026-02-15", "2026-02-15", "2026-01-10", "2026-03-10"),
    ),
    "retired on a later day than its edition": (
        *("2026-03-09", "EXA-011"),
        ("1.1", "2026-02-15", "2026-02-15", "2026-01-10", "2026-03-10"),
    ),
    "on the day of its publication": (
        *("2026-03-01", "EXA-010"),
        ("1.1", "2026-03-01", "2026-03-01", "2026-03-01", "2026-04-02"),
    ),
    "again, after a withdrawal": (
        *("2026-04-10", "EXA-010"),
        ("1.1", "2026-04-10", "2026-03-01", "2026-03-01", None),
    ),
}


@pytest.mark.parametrize(("day", "id_", "expected"), HELD.values(), ids=list(HELD))
def test_the_version_in_force_with_both_days(
    store: Path, day: str, id_: str, expected: tuple[str | None, ...]
) -> None:
    (found,) = as_json(store, "in-force", day, id_)["in_force"]
    keys = ("version", "in_force_from", "effective_from", "first_published", "in_force_until")
    assert tuple(found[key] for key in keys) == expected
    text = answer(store, "in-force", day, id_)
    assert f"version {expected[0]} was in force" in text
    for each in expected[1:]:
        assert each is None or each in text


def test_approver_date_digest_and_page_are_shown(store: Path) -> None:
    text = answer(store, "in-force", "2026-01-20", "EXA-010")
    assert "  Approved       2025-12-20 as head-of-it, post 1001\n" in text
    assert "  Digest         v1:sha256:1.0\n" in text
    assert "  Page           editions/2026-01/site/processes/EXA-010/index.html\n" in text


def test_all_that_was_in_force_on_a_day(store: Path) -> None:
    lines = answer(store, "in-force", "2026-01-20").splitlines()
    assert lines[0].startswith("On 2026-01-20 the latest edition was 2026-01 (published 2026-01-10")
    assert [line.split()[0] for line in lines[3:5]] == ["EXA-010", "EXA-011"]
    assert lines[3].split()[1:7] == [
        *("1.0", "2026-01-10", "2026-01-01", "2026-01-10", "2025-12-20", "head-of-it")
    ]
    assert lines[-1] == "2 in force, 1 draft"


NOT_HELD = {
    "a draft": ("2026-01-20", "EXA-020", "no version was in force; version 0.1 was draft"),
    "coming": ("2026-03-05", "EXA-020", "version 1.0 was to hold from 2026-04-01 on"),
    "retired": ("2026-03-10", "EXA-011", "it was retired since 2026-03-10"),
    "before the first": ("2026-01-09", "EXA-010", "no edition had been published: the first"),
    "taken away": ("2026-04-05", "EXA-010", "cannot be told from here"),
}


@pytest.mark.parametrize(("day", "id_", "said"), NOT_HELD.values(), ids=list(NOT_HELD))
def test_what_was_not_in_force_is_said_plainly(store: Path, day: str, id_: str, said: str) -> None:
    assert said in answer(store, "in-force", day, id_)
    assert as_json(store, "in-force", day, id_)["in_force"] == []


def test_for_machines_too_a_note_says_why_nothing_is_told(store: Path) -> None:
    before = as_json(store, "in-force", "2026-01-09")
    assert before["edition"] is None
    assert "no edition had been published" in before["notes"][0]
    gone = as_json(store, "in-force", "2026-04-05")
    assert gone["edition"]["withdrawn"]["reason"] == "a name stood in it"
    assert "cannot be told" in gone["notes"][-1]


def test_of_a_day_that_is_yet_to_come_it_says_so(store: Path) -> None:
    assert "yet to come" in run("in-force", "9999-01-01", "--store", store).stderr
    assert run("in-force", "2026-01-20", "--store", store).stderr == ""


# Log --------------------------------------------------------------------------------------------


def test_the_log_has_every_version(store: Path) -> None:
    text = answer(store, "log", "EXA-011")
    assert text.splitlines()[0] == "EXA-011 Title of EXA-011"
    assert "  In force   from 2026-01-10 until 2026-02-15: version 1.1\n" in text
    assert "  In force   from 2026-02-15 until 2026-03-10: retired\n" in text
    assert "  Editions   2026-01 (coming), 2026-03 (retired)\n" in text
    versions = as_json(store, "log", "EXA-020")["versions"]
    assert [(each["version"], each["state"]) for each in versions] == [
        ("0.1", "draft"),
        ("1.0", "coming"),
    ]
    assert versions[0]["periods"] == []
    assert [each["in_force_from"] for each in versions[1]["periods"]] == [
        "2026-04-01",  # until the next edition, which was taken away
        "2026-04-10",
    ]


# Diff -------------------------------------------------------------------------------------------


def test_the_difference_of_two_editions_in_the_readers_words(store: Path) -> None:
    text = answer(store, "diff", "2026-01", "2026-03")
    assert text.splitlines()[0] == "What changed from edition 2026-01 to 2026-03"
    assert "Changed: 1 definition." in text
    assert "    - Fault handling\n    + Handling faults\n" in text
    assert answer(store, "diff", "2026-01") == text, "the newest that stands is the default"
    assert answer(store, "diff", "2026-01", "--format", "markdown").startswith("## What changed")


def test_the_difference_for_machines(store: Path) -> None:
    found = as_json(store, "diff", "2026-03", "2026-01")
    assert found["changed"] is True
    assert [each["id"] for each in found["definitions"]] == ["EXA-010"]
    assert found["compared"]["base"].startswith("2:")
    assert "tell" not in found


def test_nothing_changed_between_an_edition_and_itself(store: Path) -> None:
    assert "No change in meaning." in answer(store, "diff", "2026-01", "2026-01")


# Bad questions ----------------------------------------------------------------------------------

REFUSED = {
    "an unknown id": (["log", "EXA-012"], "no edition in", 1),
    "an unknown id on a day": (["in-force", "2026-01-20", "EXA-00"], "did you mean", 1),
    "an unknown edition": (["diff", "2026-02"], "no edition `2026-02`; there are 2026-01", 1),
    "an edition that was taken away": (["diff", "2026-01", "2026-04"], "was withdrawn", 1),
    "no date": (["in-force", "yesterday"], "is not a date such as", 2),
    "a line that gives orders": (["log", "EXA\x1b[2J"], "definition EXA\ufffd[2J", 1),
}


@pytest.mark.parametrize(("arguments", "said", "code"), REFUSED.values(), ids=list(REFUSED))
def test_bad_questions_are_refused_in_a_line(
    store: Path, arguments: list[str], said: str, code: int
) -> None:
    result = run(*arguments, "--store", store)
    assert result.exit_code == code
    assert said in result.stderr
    assert "\x1b" not in result.output
    assert result.stdout == ""


DAMAGE = {
    "an entry that was cut": ("editions/2026-01/ENTRY", b"format: "),
    "an entry of another edition": ("editions/2026-03/ENTRY", None),
    "rows that were altered": ("editions/2026-01/DEFINITIONS.tsv", b"id\n"),
}


@pytest.mark.parametrize(("name", "content"), DAMAGE.values(), ids=list(DAMAGE))
@pytest.mark.parametrize("question", [["in-force", "2026-01-20"], ["log", "EXA-010"]])
def test_a_damaged_store_answers_nothing(
    store: Path, tmp_path: Path, name: str, content: bytes | None, question: list[str]
) -> None:
    copy = shutil.copytree(store, tmp_path / "store", symlinks=True)
    if content is None:
        content = (copy / "editions/2026-01/ENTRY").read_bytes()
    (copy / name).unlink()
    (copy / name).write_bytes(content)
    result = run(*question, "--store", copy)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert len(result.stderr.splitlines()) == 1


def test_house_policy_names_the_store(store: Path, tmp_path: Path) -> None:
    policy = f"title: T\norganisation: O\neditions: {{store: '{store}'}}\n"
    root = write(tmp_path, {"processes/manual.yml": policy})
    assert run("editions", "--root", root).stdout == answer(store, "editions")


NO_STORE = {
    "none is named": ("title: T\norganisation: O\n", "write `editions: {store: published}`"),
    "house policy cannot be read": ("title: [\n", "processes/manual.yml:"),
}


@pytest.mark.parametrize(("policy", "said"), NO_STORE.values(), ids=list(NO_STORE))
def test_without_a_store_it_is_wrong_use(tmp_path: Path, policy: str, said: str) -> None:
    root = write(tmp_path, {"processes/manual.yml": policy})
    result = run("editions", "--root", root)
    assert result.exit_code == 2
    assert said in result.stderr
