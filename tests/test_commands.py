"""The commands that owners use: what each writes, what it refuses and why, what it says next."""

from __future__ import annotations

import os
import pty
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from process_manual.checking import check
from process_manual.cli import main
from process_manual.cli.shared import READERS
from process_manual.loading import load
from process_manual.model.definition import Status
from process_manual.model.digest import digest
from process_manual.model.manual import Manual
from process_manual.rules import REGISTRY
from tests.projects import example_files
from tests.support import AS_OF, ROOT, SKELETON, write

EXA_010 = "processes/example/EXA-010-fault-handling.md"
EXA_011 = "processes/example/EXA-011-fault-priority.md"
EXA_011_NEXT = "processes/example/EXA-011-fault-priority.next.md"
EVIDENCE = ("--evidence", "https://git.example.gov.uk/manual/pulls/9")
APPROVED = ("--by", "p-1", "--as", "head-of-it", *EVIDENCE)
PROCESS = ("--kind", "process", "--by", "p-3")
WRITTEN = ("--by", "p-3", "--type", "minor", "--summary", "Names, and: why")


@pytest.fixture
def manual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clean manual on disk, on a day of work."""
    monkeypatch.setenv("PROCESS_MANUAL_AS_OF", AS_OF.isoformat())
    return write(tmp_path, example_files())


def _run(root: Path, *arguments: str) -> Result:
    result = CliRunner().invoke(main, [*arguments, "-C", str(root)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def _done(root: Path, *arguments: str) -> str:
    result = _run(root, *arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def _files(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def _loaded(root: Path) -> Manual:
    return load(root, AS_OF).manual


def _added(root: Path, name: str, before: bytes) -> str:
    """Return what was added to a file of which nothing was taken away."""
    old, new = before.decode().splitlines(True), (root / name).read_text("utf-8").splitlines(True)
    lines = iter(old)
    expected = next(lines, None)
    added = []
    for line in new:
        if line == expected:
            expected = next(lines, None)
        else:
            added.append(line)
    assert expected is None
    return "".join(added)


def test_help_lists_every_command_under_its_reader() -> None:
    assert {name for names in READERS.values() for name in names} == set(main.commands)
    for name, command in main.commands.items():
        assert command.help, name


# What each command writes


def test_a_review_is_an_entry_with_the_digest_of_what_was_read(manual: Path) -> None:
    before = (manual / EXA_010).read_bytes()
    command = ["review", "EXA-010", "--by", "p-3", "--outcome", "unchanged", "--note", "Read: all"]
    said = _done(manual, *command)
    definition = _loaded(manual).current["EXA-010"]
    entry = (
        f"- date: {AS_OF}\n  by: p-3\n  role: desk-lead\n  outcome: unchanged\n"
        f'  note: "Read: all"\n  digest: "{digest(definition)}"\n'
    )
    assert _added(manual, EXA_010, before) == entry
    assert said.splitlines() == [
        f"{EXA_010}: reviewed by p-3 as desk-lead: unchanged",
        "Next: commit the file and open a pull request.",
        "The next review is due by 2028-06-30.",
    ]
    assert check(manual, AS_OF).findings == ()


def test_the_first_review_makes_the_list(manual: Path) -> None:
    before = (manual / EXA_011).read_bytes()
    said = _done(manual, "review", "EXA-011", "--by", "p-1", "--outcome", "changed")
    assert _added(manual, EXA_011, before).startswith("reviews:\n- date: 2026-06-30\n  by: p-1\n")
    assert "process-manual bump EXA-011 --type" in said
    said = _done(manual, "review", "EXA-011", "--by", "p-3", "--outcome", "retire")
    assert "process-manual retire EXA-011 --reason" in said


def test_a_bump_raises_version_history_status_and_day_only(manual: Path) -> None:
    before = (manual / EXA_010).read_text("utf-8")
    command = ["bump", "EXA-010", *WRITTEN, "--change", "CHG-7", "--effective-from", "2026-06-30"]
    said = _done(manual, *command)
    entry = (
        '- {version: "1.2", date: 2026-06-30, by: p-3, type: minor, summary: "Names, and: why", '
        "change: CHG-7}\n"
    )
    after = before.replace("status: approved", "status: in_review")
    after = after.replace('version: "1.1"\neffective', 'version: "1.2"\neffective')
    after = after.replace("effective_from: 2026-04-01", "effective_from: 2026-06-30")
    after = after.replace("history:\n", f"history:\n{entry}")
    assert (manual / EXA_010).read_text("utf-8") == after
    assert said.startswith(f"{EXA_010}: version 1.1 is now 1.2 (minor)\n")
    assert "May approve a minor change: head-of-it (held by p-1).\n" in said
    assert "    process-manual approve EXA-010 --by … --as … --evidence …\n" in said


@pytest.mark.parametrize("edited", [False, True])
def test_a_bump_refuses_a_gap_and_says_how_to_begin_the_coming_version(
    edited: bool, manual: Path
) -> None:
    path = manual / EXA_011
    if edited:
        path.write_text(path.read_text("utf-8") + "\nOne more sentence.\n", "utf-8")
    before = _files(manual)
    result = _run(manual, "bump", "EXA-011", *WRITTEN, "--effective-from", "2026-07-01")
    assert result.exit_code == 1
    assert "EXA-011 would have no version in force until 2026-07-01" in result.stderr
    assert (f"    git restore {EXA_011}\n" in result.stderr) is edited
    assert _files(manual) == before
    command = next(
        line for line in result.stderr.splitlines() if line.startswith("    process-manual")
    )
    _done(manual, *shlex.split(command)[1:])
    assert ("One more sentence." in (manual / EXA_011_NEXT).read_text("utf-8")) is edited
    result = _run(manual, "bump", "EXA-011", *WRITTEN, "--effective-from", "2026-07-01")
    assert "    process-manual bump EXA-011 --next …\n" in result.stderr


def test_a_bump_warns_of_a_day_that_has_passed(manual: Path) -> None:
    said = _done(manual, "bump", "EXA-010", *WRITTEN)
    assert "effective_from is still 2026-04-01: set a day on or after the approval." in said


@pytest.mark.parametrize(
    ("kind", "version"), [("major", "2.0"), ("minor", "1.2"), ("editorial", "1.2")]
)
def test_the_type_of_change_makes_the_version(kind: str, version: str, manual: Path) -> None:
    command = ["bump", "EXA-010", "--by", "p-3", "--type", kind, "--summary", "Why"]
    assert f"is now {version} ({kind})" in _done(manual, *command)


def test_a_bump_says_who_may_approve_and_whom_to_ask(manual: Path) -> None:
    path = manual / EXA_010
    text = path.read_text("utf-8").replace("review: {", "consultees: [security]\nreview: {")
    path.write_text(text, "utf-8")
    said = _done(manual, "bump", "EXA-010", "--by", "p-3", "--type", "editorial", "--summary", "W")
    assert "To be asked before the approval: security." in said
    assert "approve EXA-010 --by … --as … --evidence … --consulted security=PERSON:DATE\n" in said
    may = "head-of-it (held by p-1) or desk-lead (held by nobody who may approve it)"
    assert f"May approve an editorial change: {may}." in said


def test_an_approval_is_an_entry_with_the_digest_of_what_is_approved(manual: Path) -> None:
    _done(manual, "bump", "EXA-010", *WRITTEN, "--effective-from", "2026-06-30")
    before = (manual / EXA_010).read_bytes()
    asked = ["--consulted", "security=p-5:2026-06-30:https://git.example.gov.uk/manual/pulls/9#s"]
    said = _done(manual, "approve", "EXA-010", *APPROVED, *asked)
    definition = _loaded(manual).current["EXA-010"]
    entry = (
        '- version: "1.2"\n  date: 2026-06-30\n  by: p-1\n  role: head-of-it\n'
        '  evidence: "https://git.example.gov.uk/manual/pulls/9"\n'
        f'  digest: "{digest(definition)}"\n  consulted:\n  - consultee: security\n'
        "    date: 2026-06-30\n    by: p-5\n"
        '    evidence: "https://git.example.gov.uk/manual/pulls/9#s"\n'
    )
    before = before.replace(b"status: in_review", b"status: approved")
    assert _added(manual, EXA_010, before) == entry
    assert said.splitlines() == [
        f"{EXA_010}: version 1.2 approved by p-1 as head-of-it",
        f"    digest {digest(definition)}",
        "Next: commit the file and merge its pull request.",
        "Change nothing else in the file before that, or the approval no longer counts.",
    ]
    assert check(manual, AS_OF).findings == ()


def test_a_retired_definition_says_where_to_go(manual: Path) -> None:
    text = (manual / EXA_010).read_text("utf-8").replace("  procedure: EXA-011\n", "")
    write(manual, {EXA_010: text})
    before = (manual / EXA_011).read_bytes()
    said = _done(manual, "retire", "EXA-011", "--reason", "One: only", "--replaced-by", "EXA-010")
    block = 'retired:\n  on: 2026-06-30\n  reason: "One: only"\n  replaced_by: EXA-010\n'
    before = before.replace(b"status: approved", b"status: retired")
    assert _added(manual, EXA_011, before) == block
    assert said.startswith(f"{EXA_011}: EXA-011 is retired since 2026-06-30\n")
    assert [definition.id for definition in _loaded(manual).living] == ["EXA-010", "EXA-020"]


@pytest.mark.parametrize("successors", [["EXA-010", "EXA-020"], ["EXA-010, EXA-020"], ["none"]])
def test_several_or_none_take_its_place(successors: list[str], manual: Path) -> None:
    write(manual, {EXA_010: (manual / EXA_010).read_text().replace("  procedure: EXA-011\n", "")})
    options = [part for each in successors for part in ("--replaced-by", each)]
    _done(manual, "retire", "EXA-011", "--reason", "Why", *options, "--date", "2026-06-01")
    retired = _loaded(manual).current["EXA-011"].retired
    assert retired
    assert retired.replaced_by in (("EXA-010", "EXA-020"), ("none",))
    assert str(retired.on) == "2026-06-01"


# New definitions


def test_the_next_free_id_is_never_one_that_was_used_or_is_planned(manual: Path) -> None:
    command = ["new", "--kind", "process", "--area", "example", "--by", "p-3", "--title"]
    assert "EXA-031-one.md: EXA-031, a draft of “One”" in _done(manual, *command, "One")
    assert "EXA-032-two.md" in _done(manual, *command, "Two")
    write(manual, {"processes/example/EXA-040-broken.md": "---\n"})
    assert "EXA-041-three.md" in _done(manual, *command, "Three")


@pytest.mark.parametrize("kind", ["process", "procedure"])
def test_a_draft_is_complete_and_passes_the_check(kind: str, manual: Path) -> None:
    command = ["new", "--kind", kind, "--area", "example", "--by", "p-3", "--title", "A: “b”"]
    said = _done(manual, *command, *(["--parent", "EXA-010"] if kind == "procedure" else []))
    path = said.split(":")[0]
    assert path == "processes/example/EXA-031-a-b.md"
    assert f"    process-manual check {path}\n" in said
    report = check(manual, AS_OF)
    assert report.errors == ()
    assert {finding.location.path for finding in report.findings} == {path}
    definition = report.manual.current["EXA-031"]
    assert definition.title == "A: “b”"
    assert definition.status is Status.DRAFT
    assert definition.history[0].by == "p-3"
    assert {activity.raci["A"][0] for activity in definition.activities} == (
        {"desk-lead"} if kind == "procedure" else {"<manager role>"}
    )


@pytest.mark.parametrize("kind", ["process", "procedure"])
def test_every_blank_of_a_draft_stands_in_the_way_of_its_approval(kind: str, manual: Path) -> None:
    command = ["new", "--kind", kind, "--area", "example", "--by", "p-3", "--title", "New"]
    path = _done(manual, *command, "--parent", "EXA-010").split(":")[0]
    text = (manual / path).read_text("utf-8")
    text = text.replace("parent: EXA-010\n", "") if kind == "process" else text
    write(manual, {path: text.replace("status: draft", "status: in_review")})
    told = [finding for finding in check(manual, AS_OF).findings if finding.code == "DOC-005"]
    fields = re.sub("(?m)#.*$", "", text.split("---\n")[1])
    assert len(told) == len(re.findall("<[^<>]*>", fields)) + text.count("TBD")
    result = _run(manual, "approve", "EXA-031", *APPROVED)
    assert result.exit_code == 1
    assert "DOC-005" in result.stdout
    assert "DOC-004: `effective_from` is missing" in result.stdout


def test_a_planned_id_brings_what_the_plan_says_of_it(manual: Path) -> None:
    write(
        manual,
        {
            "processes/registers/plan.yml": "plan:\n- {id: EXA-030, title: Change control, "
            'area: example, kind: procedure, parent: EXA-020, clause: "2"}\n'
        },
    )
    assert "EXA-030-change-control.md" in _done(manual, "new", "--id", "EXA-030", "--by", "p-3")
    definition = _loaded(manual).current["EXA-030"]
    assert (definition.title, definition.kind, definition.parent) == (
        "Change control",
        "procedure",
        "EXA-020",
    )
    assert definition.standards[0].clause == "2"
    assert definition.standards[0].standard == "example-standard"


@pytest.mark.parametrize("kind", ["process", "procedure"])
def test_a_draft_gives_and_takes_what_others_count_on(kind: str, manual: Path) -> None:
    row = f"{{id: EXA-030, title: T, area: example, kind: {kind}, parent: EXA-020}}"
    row = row.replace(", parent: EXA-020", "") if kind == "process" else row
    one, two = (manual / EXA_010).read_text(), (manual / EXA_011).read_text()
    one = one.replace("inputs:\n", 'inputs:\n- {item: "Plan: all", from: [EXA-030]}\n', 1)
    one = one.replace("to: [EXA-020]", "to: [EXA-030, EXA-020]")
    two = two.replace("activities:", 'inputs: [{item: "plan:  ALL", from: [EXA-030]}]\nactivities:')
    registers = {"processes/registers/plan.yml": f"plan:\n- {row}\n"}
    write(manual, {EXA_010: one, EXA_011: two, **registers})
    path = _done(manual, "new", "--id", "EXA-030", "--by", "p-3").split(":")[0]
    definition = _loaded(manual).by_path[path]
    first, taken = definition.outputs[0], definition.inputs[0]
    assert (first.item, first.consumers) == ("Plan: all", ("EXA-010", "EXA-011"))
    assert (taken.item, taken.sources) == ("Fault figures", ("EXA-010",))
    interfaces = [f for f in check(manual, AS_OF).findings if f.code in ("IOF-004", "IOF-005")]
    assert interfaces == []


def test_the_first_definition_of_a_bare_manual(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROCESS_MANUAL_AS_OF", AS_OF.isoformat())
    write(tmp_path, SKELETON)
    command = ["new", "--kind", "process", "--area", "example", "--by", "p-3", "--title"]
    long = "Ünüsual " * 30
    said = _done(tmp_path, *command, long)
    assert said.startswith("processes/example/EXA-010-unusual-unusual-")
    name = Path(said.split(":")[0]).name
    assert len(name.replace(".md", ".next.md")) <= 64
    assert check(tmp_path, AS_OF).errors == ()
    write(tmp_path, {"processes/manual.yml": 'title: M\norganisation: O\nid_pattern: "[A-Z]{3}"\n'})
    result = _run(tmp_path, *command, "Two")
    assert result.exit_code == 1
    assert "there is no next id in the area `example`; give one with --id" in result.stderr


def _answered(root: Path, arguments: list[str], answers: list[str]) -> str:
    """Run a command on a terminal, type the answers, and return all that was shown."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "process_manual.cli", *arguments, "-C", str(root)]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs):
        os.close(theirs)
        os.write(ours, "".join(f"{answer}\n" for answer in answers).encode())
        shown = b"".join(_until_closed(ours))
    os.close(ours)
    return shown.decode()


def _until_closed(terminal: int) -> Iterator[bytes]:
    try:
        while part := os.read(terminal, 4096):
            yield part
    except OSError:  # how Linux tells that the other side has gone
        return


def test_on_a_terminal_it_asks_for_what_was_left_out(manual: Path) -> None:
    answers = ["card", "procedure", "EXA-020", "Ask: what?", "p-6"]
    shown = _answered(manual, ["new"], answers)
    for question in ("Kind (process, procedure):", "Process that it belongs to:", "Title:"):
        assert question in shown
    assert "Error: 'card' is not one of" in shown
    assert "EXA-031-ask-what.md: EXA-031, a draft of “Ask: what?”" in shown
    definition = _loaded(manual).current["EXA-031"]
    assert (definition.parent, definition.area, definition.history[0].by) == (
        "EXA-020",
        "example",
        "p-6",
    )


def test_without_a_terminal_it_names_the_option_that_is_missing(manual: Path) -> None:
    before = _files(manual)
    for options, missing in [
        ([], "--kind"),
        (["--kind", "procedure"], "--parent"),
        (["--kind", "process"], "--area"),
        (["--kind", "process", "--area", "example"], "--title"),
        (["--kind", "process", "--area", "example", "--title", "X"], "--by"),
        (["--next", "EXA-010"], "--type"),
    ]:
        result = _run(manual, "new", *options)
        assert result.exit_code == 2
        assert f"Missing option '{missing}'" in result.stderr
    assert _files(manual) == before


# The coming version


def test_the_coming_version_stands_beside_the_one_in_force(manual: Path) -> None:
    before = (manual / EXA_011).read_text("utf-8")
    said = _done(manual, "new", "--next", "EXA-011", *WRITTEN, "--effective-from", "2026-09-01")
    text = (manual / EXA_011_NEXT).read_text("utf-8")
    approvals = before[before.index("approvals:") : before.index("history:")]
    entry = (
        '- {version: "1.1", date: 2026-06-30, by: p-3, type: minor, summary: "Names, and: why"}\n'
    )
    expected = before.replace(approvals, "").replace("history:\n", f"history:\n{entry}")
    expected = expected.replace("status: approved", "status: in_review")
    expected = expected.replace('version: "1.0"\neff', 'version: "1.1"\neff')
    assert text == expected.replace("effective_from: 2026-04-01", "effective_from: 2026-09-01")
    assert (manual / EXA_011).read_text("utf-8") == before
    assert said.startswith(f"{EXA_011_NEXT}: version 1.1 (minor), beside 1.0\n")
    assert "    process-manual approve EXA-011 --next --by … --as … --evidence …\n" in said


def test_the_coming_version_is_raised_approved_and_folded_on_its_day(
    manual: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = _done(manual, "new", "--next", "EXA-011", *WRITTEN)
    assert "effective_from is not set" in said
    assert _run(manual, "approve", "EXA-011", "--next", *APPROVED).exit_code == 1
    _done(manual, "bump", "EXA-011", "--next", *WRITTEN, "--effective-from", "2026-09-01")
    said = _done(manual, "approve", "EXA-011", "--next", *APPROVED)
    assert "    process-manual fold EXA-011\n" in said
    assert check(manual, AS_OF).findings == ()

    refused = _run(manual, "fold", "EXA-011")
    assert refused.exit_code == 1
    assert "version 1.2 of EXA-011 is not in force yet: it holds from 2026-09-01" in refused.stderr

    monkeypatch.setenv("PROCESS_MANUAL_AS_OF", "2026-09-01")
    content = (manual / EXA_011_NEXT).read_bytes()
    before = _files(manual)
    shown = _done(manual, "fold", "EXA-011", "--dry-run")
    assert '-version: "1.0"\n' in shown
    assert _files(manual) == before
    assert f"{EXA_011}: now holds version 1.2" in _done(manual, "fold", "EXA-011")
    assert (manual / EXA_011).read_bytes() == content
    assert not (manual / EXA_011_NEXT).exists()


def test_a_coming_version_with_a_new_name_folds_under_it(
    manual: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _done(manual, "new", "--next", "EXA-011", *WRITTEN, "--effective-from", "2026-09-01")
    renamed = manual / "processes/example/EXA-011-ranking.next.md"
    (manual / EXA_011_NEXT).rename(renamed)
    _done(manual, "approve", "EXA-011", "--next", *APPROVED)
    monkeypatch.setenv("PROCESS_MANUAL_AS_OF", "2026-09-02")
    said = _done(manual, "fold", "EXA-011")
    names = sorted(path.name for path in (manual / "processes/example").glob("EXA-011*"))
    assert names == ["EXA-011-ranking.md"]
    assert "processes/example/EXA-011-ranking.md: now holds version 1.1" in said


# What is refused


APPROVE, BUMP, REVIEW = "approve", "bump", "review"
REFUSED: dict[str, tuple[list[str], str]] = {
    "unknown id": (
        ["digest", "exa-011"],
        "there is no definition exa-011; did you mean `EXA-011`?",
    ),
    "planned id": (["bump", "EXA-030", *WRITTEN], "`process-manual new --id EXA-030` begins it"),
    "no coming version": (["fold", "EXA-010"], "`process-manual new --next EXA-010` makes one"),
    "id written already": (["new", "--id", "EXA-010", "--by", "p-3"], "EXA-010 is written already"),
    "title of a planned id": (
        ["new", "--kind", "process", "--area", "example", "--title", "change CONTROL", "--by", "p"],
        "EXA-030 is planned with this title; add --id EXA-030",
    ),
    "unknown area": (
        ["new", "--kind", "process", "--area", "exmple", "--title", "X", "--by", "p-3"],
        "there is no area `exmple`; did you mean `example`?",
    ),
    "unknown parent": (
        ["new", "--parent", "EXA-0", "--area", "example", "--title", "X", "--by", "p-3"],
        "IDN-005: the parent `EXA-0` is not a definition",
    ),
    "id of another area": (
        ["new", "--id", "EXB-1", "--area", "example", "--title", "X", *PROCESS],
        "IDN-001: `EXB-1` is not an id of the area `example`",
    ),
    "title used twice": (
        ["new", "--area", "example", "--title", "Fault handling", *PROCESS],
        "IDN-004: EXA-010 has the same title",
    ),
    "coming version of a draft": (["new", "--next", "EXA-090", *WRITTEN], "EXA-090 is draft"),
    "review of a draft": (
        ["review", "EXA-090", "--by", "p-3", "--outcome", "unchanged"],
        "EXA-090 is draft; only an approved definition is reviewed",
    ),
    "reviewer without a role": (
        ["review", "EXA-010", "--by", "p-5", "--outcome", "unchanged"],
        "say with --as in which role p-5 reviewed it; they held none of desk-lead, head-of-it",
    ),
    "review in the future": (
        ["review", "EXA-010", "--by", "p-3", "--outcome", "unchanged", "--date", "2026-07-01"],
        "LIF-005: 2026-07-01 is later than the date of this manual, 2026-06-30",
    ),
    "approval in the future": (
        ["approve", "EXA-090", *APPROVED, "--date", "2026-07-01"],
        "LIF-005: 2026-07-01 is later than the date of this manual",
    ),
    "approval by a stranger": (
        ["approve", "EXA-090", "--by", "p-77", "--as", "head-of-it", *EVIDENCE],
        "there is no person `p-77`",
    ),
    "approval in a role that is none": (
        ["approve", "EXA-090", "--by", "p-1", "--as", "head-of-all", *EVIDENCE],
        "there is no role `head-of-all`; `--as` takes a role id: ",
    ),
    "approval as the kind of role": (
        ["approve", "EXA-010", "--by", "p-1", "--as", "owner", *EVIDENCE],
        "there is no role `owner`; `--as` takes a role id: head-of-it\n",
    ),
    "review in a role that is none": (
        ["review", "EXA-010", "--by", "p-3", "--as", "owner", "--outcome", "unchanged"],
        "there is no role `owner`; `--as` takes a role id: desk-lead or head-of-it\n",
    ),
    "approval of what has blanks": (["approve", "EXA-090", *APPROVED], "DOC-004"),
    "the same approval again": (
        ["approve", "EXA-010", *APPROVED],
        "p-1 approved exactly this content of EXA-010 1.1 on 2026-03-20 already",
    ),
    "approval after it began": (
        ["approve", "EXA-020", "--by", "p-6", "--as", "cause-lead", *EVIDENCE],
        "LIF-005: version 1.0 was approved only on 2026-06-30, after it came into effect",
    ),
    "retirement of what is in use": (
        ["retire", "EXA-011", "--reason", "X", "--replaced-by", "none"],
        f"{EXA_010}:29:14: error LIF-008: `EXA-011` is retired",
    ),
    "successor that is none": (
        ["retire", "EXA-090", "--reason", "X", "--replaced-by", "EXA-012"],
        "LIF-007: there is no definition `EXA-012`",
    ),
    "approval of what is retired": (
        ["approve", "EXA-091", *APPROVED],
        "EXA-091 is retired; nothing in it can be approved",
    ),
    "new version of what is retired": (["bump", "EXA-091", *WRITTEN], "EXA-091 is retired"),
    "id of what is retired": (
        ["new", "--id", "EXA-091", "--by", "p-3"],
        "EXA-091 belongs to a retired definition; an id is never used again",
    ),
    "retirement twice": (
        ["retire", "EXA-091", "--reason", "X", "--replaced-by", "none"],
        "EXA-091 is retired since 2026-05-01 already",
    ),
    "empty summary": (
        ["bump", "EXA-010", "--by", "p-3", "--type", "minor", "--summary", " "],
        "`summary` in the 1st item of `history` is empty",
    ),
    "invisible character": (
        ["bump", "EXA-010", "--by", "p-3", "--type", "minor", "--summary", "a\u200bb"],
        "an invisible character (U+200B) stands here",
    ),
    "version that is not higher": (
        ["bump", "EXA-092", "--by", "p-3", "--type", "major", "--summary", "X"],
        "LIF-006: version 2.0 is not higher than 2.0",
    ),
    "second coming version": (
        ["new", "--next", "EXA-092", *WRITTEN],
        "EXA-092 has a coming version already, 2.0, in processes/example/EXA-092-c.next.md",
    ),
    "file that cannot be read": (
        ["bump", "EXA-093", *WRITTEN],
        "EXA-093 cannot be read; mend this first",
    ),
    "file that can be read in part": (["bump", "EXA-094", *WRITTEN], "is not a date"),
    # What the rules on approvals refuse.
    "approver who did not hold the role": (
        ["approve", "EXA-095", "--by", "p-4", "--as", "head-of-it", *EVIDENCE],
        "APR-003",
    ),
    "approver who wrote it": (
        ["approve", "EXA-095", "--by", "p-3", "--as", "desk-lead", *EVIDENCE],
        "APR-002",
    ),
    "role that may not approve": (
        ["approve", "EXA-095", "--by", "p-6", "--as", "cause-lead", *EVIDENCE],
        "APR-005",
    ),
    "evidence that is no address": (
        ["approve", "EXA-095", "--by", "p-1", "--as", "head-of-it", "--evidence", "my desk"],
        "APR-001",
    ),
}
BARE = "id: {}\ntitle: {}\narea: example\nkind: process\nstatus: {}\nversion: {}\n"
HISTORY = "history:\n- {{version: {}, date: 2026-06-01, by: p-3, type: major, summary: X}}\n"


def _bare(id_: str, title: str, status: str, version: str, more: str = "") -> str:
    return f"---\n{BARE.format(id_, title, status, version)}{more}{HISTORY.format(version)}---\n"


def _awkward(root: Path) -> None:
    """Write definitions that most commands cannot do anything with."""
    folder = "processes/example/EXA-09"
    retired = "retired: {on: 2026-05-01, reason: X, replaced_by: none}\n"
    old = "status: approved\neffective_from: 2026-04-01\n"
    procedure = (root / EXA_011).read_text("utf-8")
    procedure = procedure.replace("id: EXA-011", "id: EXA-092").replace("Fault priority", "C")
    coming = procedure.replace('"1.0"', '"2.0"').replace("status: approved", "status: in_review")
    ready = (root / EXA_011).read_text("utf-8").replace("id: EXA-011", "id: EXA-095")
    ready = ready.replace("Fault priority", "R").replace(old, old.replace("approved", "in_review"))
    ready = ready.replace("2026-04-01", "2026-07-01")
    ready = ready[: ready.index("approvals:")] + ready[ready.index("history:") :]
    write(
        root,
        {
            f"{folder}0-a.md": _bare("EXA-090", "A", "draft", '"0.1"'),
            f"{folder}1-b.md": _bare("EXA-091", "B", "retired", '"1.0"', retired),
            f"{folder}2-c.md": procedure,
            f"{folder}2-c.next.md": coming,
            f"{folder}3-d.md": "---\nid: EXA-093\ntitle: [\n---\n",
            f"{folder}4-e.md": _bare("EXA-094", "E", "draft", '"0.1"', "effective_from: soon\n"),
            f"{folder}5-f.md": ready,
        },
    )


def _is_there(expected: str) -> bool:
    """Tell whether the rule that a case names is among those of this installation."""
    return not (match := re.match(r"APR-\d{3}", expected)) or match[0] in REGISTRY


@pytest.mark.parametrize("name", [name for name, case in REFUSED.items() if _is_there(case[1])])
def test_what_a_rule_would_reject_is_refused_and_nothing_is_changed(
    name: str, manual: Path
) -> None:
    arguments, expected = REFUSED[name]
    _awkward(manual)
    before = _files(manual)
    result = _run(manual, *arguments)
    assert result.exit_code == 1
    assert expected in result.output
    assert "Traceback" not in result.output
    assert _files(manual) == before


def test_a_refused_approval_says_who_may_approve(manual: Path) -> None:
    _awkward(manual)
    result = _run(manual, "approve", "EXA-095", "--by", "p-77", "--as", "head-of-it", *EVIDENCE)
    assert "nothing was changed: there would be" in result.stderr
    may = "Who may approve this major change to EXA-095 on 2026-06-30: head-of-it (held by p-1)"
    assert may in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["approve", "EXA-010", "--by", "p-1"],
        ["approve", "EXA-010", *APPROVED, "--date", "yesterday"],
        ["approve", "EXA-010", *APPROVED, "--consulted", "security"],
        ["approve", "EXA-010", *APPROVED, "--consulted", "security=p-1:soon"],
        ["approve", "EXA-010", *APPROVED, "--consulted", "friends=p-1:2026-06-01"],
        ["bump", "EXA-010", "--type", "huge", "--by", "p-3", "--summary", "X"],
        ["bump", "EXA-010", "--type", "minor"],
        ["review", "EXA-010", "--by", "p-3", "--outcome", "fine"],
        ["retire", "EXA-010", "--reason", "X"],
        ["new", "--kind", "policy"],
        ["fold"],
    ],
)
def test_wrong_use_exits_with_2_and_changes_nothing(arguments: list[str], manual: Path) -> None:
    before = _files(manual)
    result = _run(manual, *arguments)
    assert result.exit_code == 2
    assert "Error: " in result.stderr
    assert _files(manual) == before


def test_records_with_personal_data_are_a_reason_to_ask(manual: Path) -> None:
    path = manual / EXA_010
    text = path.read_text("utf-8")
    assert "\n  retention: " in text
    path.write_text(
        text.replace("\n  retention: ", "\n  personal_data: true\n  retention: ", 1), "utf-8"
    )
    said = _done(manual, "bump", "EXA-010", *WRITTEN, "--effective-from", "2026-06-30")
    assert "--evidence … --consulted information-governance=PERSON:DATE\n" in said


@pytest.mark.parametrize("style", ["block", "flow", "answered"])
def test_an_answer_that_was_missing_is_added_to_the_approval(style: str, manual: Path) -> None:
    path = manual / EXA_010
    asked = "consultees: [security, information-governance]\nreview: {"
    path.write_text(path.read_text("utf-8").replace("review: {", asked), "utf-8")
    _done(manual, "bump", "EXA-010", *WRITTEN, "--effective-from", "2026-06-30")
    first = ["--consulted", "information-governance=p-5:2026-06-30"] if style == "answered" else []
    assert "APR-006" in _done(manual, "approve", "EXA-010", *APPROVED, *first)
    if style == "flow":
        entry = _loaded(manual).current["EXA-010"].approvals[0].model_dump(exclude_none=True)
        entry.pop("consulted", None)
        written = ", ".join(f'{key}: "{value}"' for key, value in entry.items())
        old = path.read_text("utf-8").split("approvals:\n")[1].split("\n- ")[0]
        path.write_text(path.read_text("utf-8").replace(old, f"- {{{written}}}"), "utf-8")
    before, approved = path.read_bytes(), _loaded(manual).current["EXA-010"].approvals[0]
    said = _run(manual, "approve", "EXA-010", *APPROVED).stderr
    assert "approved exactly this content of EXA-010 1.2 on 2026-06-30 already; to add" in said
    assert "--consulted security=PERSON:DATE" in said
    answer = ["--consulted", "security=p-5:2026-06-30"]
    said = _done(manual, "approve", "EXA-010", *APPROVED, *first, *answer)
    assert "answer of security added to the approval of version 1.2" in said
    after = _loaded(manual).current["EXA-010"].approvals[0]
    assert after.consulted[0].consultee == "security"
    assert len(after.consulted) == 1 + len(approved.consulted)
    assert after.digest == approved.digest
    assert len(path.read_bytes().splitlines()) >= len(before.splitlines())
    assert _run(manual, "approve", "EXA-010", *APPROVED, *answer).exit_code == 1


def test_what_was_wrong_before_refuses_only_an_approval(manual: Path) -> None:
    path = manual / EXA_010
    path.write_text(path.read_text("utf-8").replace("to: [EXA-020]", "to: [EXA-029]"), "utf-8")
    assert check(manual, AS_OF).errors
    _done(manual, "bump", "EXA-010", *WRITTEN, "--effective-from", "2026-06-30")
    result = _run(manual, "approve", "EXA-010", *APPROVED)
    assert result.exit_code == 1
    assert "there is no definition `EXA-029`" in result.stdout


def test_an_approved_text_that_was_edited_is_approved_again(manual: Path) -> None:
    _done(manual, "bump", "EXA-010", *WRITTEN, "--effective-from", "2026-06-30")
    _done(manual, "approve", "EXA-010", *APPROVED)
    path = manual / EXA_010
    path.write_text(
        path.read_text("utf-8").replace("Get people working", "Let people work"), "utf-8"
    )
    _done(manual, "approve", "EXA-010", *APPROVED)
    newest, older, _ = _loaded(manual).current["EXA-010"].approvals
    assert newest.version == older.version == "1.2"
    assert newest.digest != older.digest
    assert check(manual, AS_OF).errors == ()


def test_a_dry_run_shows_the_difference_and_writes_nothing(manual: Path) -> None:
    path = manual / EXA_010
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    before = _files(manual)
    shown = _done(manual, "bump", "EXA-010", *WRITTEN, "--dry-run")
    assert f"--- a/{EXA_010}\n+++ b/{EXA_010}\n" in shown
    assert '\n+version: "1.2"\n' in shown
    command = ["new", "--kind", "process", "--area", "example", "--by", "p-3", "--title", "New"]
    assert "+id: EXA-031\n" in _done(manual, *command, "--dry-run")
    for arguments in (
        ["review", "EXA-010", "--by", "p-3", "--outcome", "unchanged"],
        ["new", "--next", "EXA-010", *WRITTEN],
    ):
        assert "\n+" in _done(manual, *arguments, "--dry-run")
    assert _files(manual) == before


def test_nothing_is_written_through_a_link(
    manual: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    areas = (manual / "processes/registers/areas.yml").read_text("utf-8")
    more = "- {id: other, prefix: OTH, title: Other, description: Other}\n"
    write(manual, {"processes/registers/areas.yml": areas + more})
    (manual / "processes/other").symlink_to(elsewhere)
    result = _run(manual, "new", *PROCESS, "--area", "other", "--title", "X")
    assert result.exit_code == 1
    assert "leads to another place by a link" in result.stderr
    assert list(elsewhere.iterdir()) == []


def test_a_title_gives_the_terminal_no_orders(manual: Path) -> None:
    plan = 'plan:\n- {id: EXA-030, title: "A \\e[2J B", area: example, kind: process}\n'
    write(manual, {"processes/registers/plan.yml": plan})
    result = _run(manual, "new", "--id", "EXA-030", "--by", "p-3")
    assert "\x1b" not in result.output
    assert "EXA-030" in result.output


def test_a_variable_without_a_date_is_wrong_use(
    manual: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROCESS_MANUAL_AS_OF", "soon")
    assert _run(manual, "fold", "EXA-010").exit_code == 2


# Odd files, and all that ship


def _in_braces(text: str) -> str:
    """Return a definition whose fields stand in one pair of braces, over lines, with comments."""
    import json

    import yaml

    _, front, body = text.split("---\n", 2)
    data = yaml.load(front, yaml.CBaseLoader)
    lines = ",  # c\n ".join(f"{key}: {json.dumps(data[key])}" for key in data)
    return f"---\n# All in braces.\n{{{lines}\n}}\n---\n{body}"


def _commented(text: str) -> str:
    """Return a definition with a comment above and behind every line that can take one."""
    _, front, body = text.split("---\n", 2)
    lines = "".join(f"# on: {line}\n{line}   # -\n" for line in front.splitlines())
    return f"---\n\n{lines}\n# At the end.\n---\n{body}"


ODD = {
    "CR LF": lambda text: text.replace("\n", "\r\n"),
    "CR": lambda text: text.replace("\n", "\r"),
    "no line end at the end": lambda text: text.rstrip("\n"),
    "comments everywhere": _commented,
    "braces": _in_braces,
    "braces and CR LF": lambda text: _in_braces(text).replace("\n", "\r\n"),
}


def _kept(before: bytes, after: bytes) -> bool:
    """Tell whether all lines but status, version, day, and lists in brackets are there in order."""
    kept = re.compile(rb"\s*(?:status|version|effective_from|(?:approvals|history): \[):?")
    old = [line for line in before.splitlines(True) if not kept.match(line)]
    lines = iter(after.splitlines(True))
    return all(any(line == each for each in lines) for line in old)


@pytest.mark.parametrize("name", ODD)
def test_odd_files_stay_as_odd_as_they_were(name: str, manual: Path) -> None:
    path = manual / EXA_011
    before = ODD[name](path.read_text("utf-8")).encode()
    path.write_bytes(before)
    assert check(manual, AS_OF).errors == ()
    _done(manual, "review", "EXA-011", "--by", "p-3", "--outcome", "changed")
    _done(manual, "new", "--next", "EXA-011", *WRITTEN, "--effective-from", "2026-08-01")
    _done(manual, "approve", "EXA-011", "--next", *APPROVED)
    (manual / EXA_011_NEXT).unlink()
    _done(manual, "bump", "EXA-011", *WRITTEN, "--effective-from", "2026-06-30")
    _done(manual, "approve", "EXA-011", *APPROVED)
    assert check(manual, AS_OF).errors == ()
    after = path.read_bytes()
    assert _kept(before, after)
    ends = set(re.findall(rb"\r\n|\n|\r", after))
    assert ends == set(re.findall(rb"\r\n|\n|\r", before))
    assert after.endswith(b"\n") == before.endswith(b"\n")
    text = (manual / EXA_010).read_text("utf-8")
    write(manual, {EXA_010: text.replace("  procedure: EXA-011\n", "")})
    _done(manual, "retire", "EXA-011", "--reason", "X", "--replaced-by", "none")
    assert _loaded(manual).current["EXA-011"].is_retired


SHIPPED = load(ROOT, AS_OF.replace(month=11, day=23)).manual
IN_FORCE = [id_ for id_, d in SHIPPED.current.items() if d.status is Status.APPROVED]
SAMPLE = set(IN_FORCE[:: len(IN_FORCE) // 10 + 1]) | set(SHIPPED.coming)
"""Those that every run of the tests takes; `make proof` takes all."""


def _shipped(root: Path, id_: str) -> Path:
    """Write what ships, of the definitions one with its process or procedures: a run is short."""
    near = {id_, SHIPPED.current[id_].parent}
    kept = {d.source.path for d in SHIPPED.definitions if d.id in near or d.parent == id_}
    files = {
        name: path.read_bytes()
        for path in (ROOT / "processes").rglob("*")
        if path.is_file()
        and ((name := path.relative_to(ROOT).as_posix()) in kept or path.suffix == ".yml")
    }
    return write(root, files)


@pytest.mark.parametrize(
    "id_",
    [pytest.param(id_, marks=[] if id_ in SAMPLE else [pytest.mark.proof]) for id_ in IN_FORCE],
)
def test_every_command_works_on_every_shipped_definition(
    id_: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROCESS_MANUAL_AS_OF", "2026-11-23")
    shipped = _shipped(tmp_path, id_)
    definition = SHIPPED.current[id_]
    path = shipped / definition.source.path
    before = path.read_bytes()
    role = definition.approvals[0].role
    (person,) = {
        holder.person for holder in SHIPPED.registers.roles[role].holders if not holder.until
    }
    _done(shipped, "review", id_, "--by", person, "--as", role, "--outcome", "unchanged")
    author = definition.history[0].by
    command = ["--by", author, "--type", "minor", "--summary", "Why", "--effective-from"]
    if id_ not in SHIPPED.coming:
        _done(shipped, "new", "--next", id_, *command, "2026-12-01", "--dry-run")
    _done(shipped, "bump", id_, *command, "2026-11-23")
    functions = {*definition.consultees, "information-governance"}  # who is asked for personal data
    asked = [f"{each}=p-0271:2026-11-23" for each in sorted(functions)]
    options = [part for each in asked for part in ("--consulted", each)]
    said = _done(shipped, "approve", id_, "--by", person, "--as", role, *EVIDENCE, *options)
    assert "APR-" not in said
    assert _kept(before, path.read_bytes())
    path.write_bytes(before)
