"""Findings as hosts and programs read them: well-formed whatever stands in them, nothing lost."""

from __future__ import annotations

import json
import os
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import xmlschema
import yaml
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt

from process_manual.checking import Report, check
from process_manual.cli import main
from process_manual.diagnostics import Finding, Location, Severity, one_line
from process_manual.exports.schema import files as schemas
from process_manual.model.policy import Policy
from process_manual.rules import REGISTRY
from process_manual.rules.documentation import EXAMPLE, document
from process_manual.views.fingerprints import fingerprints
from process_manual.writers import github
from process_manual.writers.formats import FORMATS
from tests.patches import patched
from tests.support import AS_OF, ROOT, write

HERE = Path(__file__).parent
SARIF = Draft202012Validator(json.loads((HERE / "formats/sarif-2.1.0.json").read_text("utf-8")))
JUNIT = xmlschema.XMLSchema(HERE / "formats/junit-10.xsd")
CLEAN = check(EXAMPLE, AS_OF)
OWN = Draft202012Validator(
    json.loads(
        next(data for name, data in schemas(CLEAN.manual, ()) if name == "schema/findings.json")
    )
)

ERROR = Finding(
    Location("processes/example/EXA-010-fault-handling.md", 12, 3),
    "ROL-001",
    Severity.ERROR,
    "there is no role `desk, lead: 100%`",
    "did you mean `desk-lead`?",
)
PLANNED = Finding(
    Location("processes/example/EXA-020-cause-analysis.md", 9, 5),
    "IOF-002",
    Severity.WARNING,
    "`EXA-030` is planned but not written yet",
    "nothing to mend here; the warning goes when it is written",
    planned=True,
)
WARNING = Finding(Location("docs/index.md"), "TXT-005", Severity.WARNING, "this looks like a name")
THREE = (WARNING, PLANNED, ERROR)


def _report(findings: Sequence[Finding], url: str | None = None) -> Report:
    policy = CLEAN.manual.policy.model_copy(update={"url": url})
    return replace(CLEAN, manual=replace(CLEAN.manual, policy=policy), findings=tuple(findings))


def _write(form: str, findings: Sequence[Finding], url: str | None = None) -> str:
    return FORMATS[form](_report(findings, url), findings)


# What each form is, by example ----------------------------------------------------------------


def test_github_gets_errors_first_and_what_is_planned_as_one_notice() -> None:
    assert _write("github", THREE, "https://manual.example.org/").splitlines() == [
        "::error file=processes/example/EXA-010-fault-handling.md,line=12,col=3,"
        "title=ROL-001 role-unknown::there is no role `desk, lead: 100%25` – "
        "did you mean `desk-lead`? – https://manual.example.org/rules/ROL-001/index.html",
        "::warning file=docs/index.md,line=1,col=1,title=TXT-005 personal-data::"
        "this looks like a name – https://manual.example.org/rules/TXT-005/index.html",
        "::notice::1 reference to definitions that are planned but not written yet",
    ]


def test_github_reads_back_a_path_with_signs_of_its_own() -> None:
    odd = replace(ERROR, location=Location("docs/a,b:c%2C%.md", 1, 2))
    (line,) = _write("github", [odd]).splitlines()
    assert "file=docs/a%2Cb%3Ac%252C%25.md,line=1,col=2,title=" in line
    assert _read_command(line)[1]["file"] == "docs/a,b:c%2C%.md"


def test_gitlab_gets_what_its_documentation_asks_for() -> None:
    first, second, third = json.loads(_write("gitlab", THREE))
    assert third == {
        "description": "there is no role `desk, lead: 100%` – did you mean `desk-lead`? – "
        "process-manual explain ROL-001",
        "check_name": "ROL-001",
        "fingerprint": third["fingerprint"],
        "severity": "major",
        "location": {
            "path": "processes/example/EXA-010-fault-handling.md",
            "lines": {"begin": 12},
        },
    }
    assert (first["severity"], second["severity"]) == ("minor", "info")


def test_junit_has_a_case_for_each_definition_register_and_page() -> None:
    suite = ET.fromstring(_write("junit", THREE))[0]
    cases = {case.get("classname"): case for case in suite}
    assert {case.get("name") for case in suite} >= {
        "EXA-010 Fault handling",
        "EXA-011 Fault priority",
        "Register: roles",
        "House policy",
        "Standard: example-standard",
        "docs/index.md",
    }
    assert (suite.get("tests"), suite.get("failures")) == (str(len(cases)), "1")
    failure = cases[ERROR.location.path].find("failure")
    assert failure is not None
    assert failure.get("message") == "1 error"
    assert failure.text == f"{ERROR.location}: error ROL-001: {_whole(ERROR)}"
    told = cases[PLANNED.location.path].find("system-out")
    assert told is not None
    assert "warning IOF-002" in str(told.text)
    assert len(cases["processes/registers/roles.yml"]) == 0


def test_junit_passes_nothing_that_was_left_out() -> None:
    report = _report(THREE)
    cases = ET.fromstring(FORMATS["junit"](report, [WARNING])).iter("testcase")
    names = {case.get("classname") for case in cases}
    assert "docs/index.md" in names
    assert not names & {ERROR.location.path, PLANNED.location.path}


def test_sarif_has_every_rule_with_its_help() -> None:
    (run,) = json.loads(_write("sarif", THREE, "https://manual.example.org"))["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert {rule["id"] for rule in rules} == set(REGISTRY)
    for rule in rules:
        assert rule["helpUri"] == f"https://manual.example.org/rules/{rule['id']}/index.html"
        for part in ("Why:", "Bad:", "Good:"):
            assert part in rule["help"]["text"]
    assert [result["level"] for result in run["results"]] == ["warning", "note", "error"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    place = run["results"][2]["locations"][0]["physicalLocation"]
    assert place["region"] == {"startLine": 12, "startColumn": 3}


def test_json_has_what_is_held_back_too() -> None:
    report = replace(_report([ERROR]), waived=(WARNING,), known=(PLANNED,))
    found = json.loads(FORMATS["json"](report, [ERROR]))
    OWN.validate(found)
    assert (found["version"], found["as_of"], found["definitions"]) == (1, "2026-06-30", 3)
    (row,) = found["findings"]
    assert (row["where"], row["rule"], row["line"]) == ("EXA-010", "ROL-001", 12)
    assert [row["rule"] for row in found["waived"]] == ["TXT-005"]
    assert [row["rule"] for row in found["known"]] == ["IOF-002"]


def test_the_summary_is_a_table_of_all_findings() -> None:
    report = _report(THREE, "https://manual.example.org")
    heading, rows = _table(github.summary(report, THREE))
    assert heading.startswith("3 definitions checked as of 2026-06-30: 1 error, 2 warnings")
    assert rows[0] == [
        "error",
        str(ERROR.location),
        ERROR.message,
        ERROR.hint,
        "ROL-001",
    ]
    assert [row[4] for row in rows] == ["ROL-001", "TXT-005", "IOF-002"]
    assert "](https://manual.example.org/rules/ROL-001/index.html)" in github.summary(report, THREE)


def _whole(finding: Finding) -> str:
    return f"{finding.message} – {finding.hint} – process-manual explain {finding.code}"


# Whatever stands in a finding -----------------------------------------------------------------

HOSTILE = [
    "\n::error file=x::y",
    "##[add-mask]a",
    "%0A::warning::",
    "100%, a:b",
    "]]>",
    "<!--",
    "</failure>",
    "&amp;",
    "\x00\x08\x0b\x1b[31m\x7f\x85",
    "\ud800",
    "\ufffe\uffff",
    "\u2028\u2029\u202e\ufeff",
    "| a | b |",
    "`|`",
    "[x](https://evil.example.org)",
    "![x](//evil.example.org/p.png)",
    "<img src=x onerror=alert(1)>",
    "https://evil.example.org",
    "\\",
    "\\|",
    "**x**",
    "{0} {{x}}",
    "𝒳 é “q”",
]
texts = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(), max_size=30))
texts = st.lists(texts, min_size=1, max_size=3).map("".join)
findings_ = st.builds(
    Finding,
    location=st.builds(
        Location,
        path=st.one_of(st.just(ERROR.location.path), texts.filter(one_line)),
        line=st.integers(1, 10**6),
        column=st.integers(1, 10**6),
    ),
    code=st.sampled_from([*REGISTRY, "GAT-001"]),
    severity=st.sampled_from(Severity),
    message=texts.filter(one_line),
    hint=st.one_of(st.just(""), texts),
    planned=st.booleans(),
)
several = st.lists(findings_, max_size=5)
whatever = settings(deadline=None, max_examples=40)


def _read_command(line: str) -> tuple[str, dict[str, str], str]:
    """Read a workflow command as the runner does (actions/runner, ActionCommand.cs)."""
    match = re.fullmatch(r"::(error|warning|notice)(?: ([^\n]*?))?::(.*)", line)
    assert match, line
    pairs = [each.split("=", 1) for each in (match[2] or "").split(",") if each]
    properties = {name: _unescaped(value, PROPERTY) for name, value in pairs}
    return match[1], properties, _unescaped(match[3], DATA)


DATA = {"%0D": "\r", "%0A": "\n", "%25": "%"}
PROPERTY = {**DATA, "%3A": ":", "%2C": ","}


def _unescaped(value: str, signs: Mapping[str, str]) -> str:
    return re.sub("%[0-9A-F]{2}", lambda found: signs.get(found[0], found[0]), value)


@whatever
@given(several)
def test_github_reads_each_annotation_back(findings: list[Finding]) -> None:
    lines = _write("github", findings).splitlines()
    told = [f for f in findings if not (f.planned and f.severity is Severity.WARNING)]
    assert len(lines) == len(told) + (len(told) < len(findings))
    assert lines == _write("github", findings).split("\n")[:-1]
    expected = {
        (
            str(f.severity),
            one_line(f.location.path),
            str(f.location.line),
            str(f.location.column),
            f.code,
        )
        for f in told
    }
    found = set()
    for kind, properties, data in map(_read_command, lines):
        assert data
        if kind != "notice":
            title = properties["title"].split(" ")[0]
            place = (properties[key] for key in ("file", "line", "col"))
            found.add((kind, *place, title))
            assert set(properties) == {"file", "line", "col", "title"}
            assert any(one_line(f.message) in data for f in told)
    assert found == expected


@whatever
@given(several)
def test_the_summary_shows_every_text_as_it_is(findings: list[Finding]) -> None:
    _, rows = _table(github.summary(_report(findings), findings))
    assert sorted(rows) == sorted(
        [
            str(f.severity),
            one_line(str(f.location)),
            one_line(f.message),
            one_line(f.hint),
            f.code,
        ]
        for f in findings
    )


def _table(markdown: str) -> tuple[str, list[list[str]]]:
    """Return the heading and the body of the table, as Markdown with tables shows them."""
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    kinds = {token.type for token in tokens}
    assert "html_block" not in kinds
    inline = [token for token in tokens if token.type == "inline"]
    for token in inline:
        allowed = {"text", "text_special", "link_open", "link_close"}
        assert {child.type for child in token.children or ()} <= allowed
    shown = ["".join(c.content for c in token.children or ()) for token in inline]
    cells = shown[6:] if "table_open" in kinds else []
    return shown[0], [cells[i : i + 5] for i in range(0, len(cells), 5)]


@whatever
@given(several)
def test_gitlab_reads_a_report_of_its_form(findings: list[Finding]) -> None:
    entries = json.loads(_write("gitlab", findings).encode())
    assert len(entries) == len(findings)
    assert len({entry["fingerprint"] for entry in entries}) == len(findings)
    for entry, finding in zip(entries, findings, strict=True):
        assert set(entry) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert entry["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert re.fullmatch("[0-9a-f]{32}", entry["fingerprint"])
        assert entry["location"] == {
            "path": one_line(finding.location.path),
            "lines": {"begin": finding.location.line},
        }
        assert one_line(finding.message) in entry["description"]


@whatever
@given(several)
def test_junit_is_valid_and_loses_nothing(findings: list[Finding]) -> None:
    text = _write("junit", findings)
    JUNIT.validate(text)
    suite = ET.fromstring(text.encode())[0]
    failing = {one_line(f.location.path) for f in findings if f.severity is Severity.ERROR}
    failed = {case.get("classname") for case in suite if case.find("failure") is not None}
    assert failed == failing
    told = "".join(element.text or "" for case in suite for element in case).split("\n")
    for finding in findings:
        assert any(one_line(finding.message) in line for line in told)


@whatever
@given(several)
def test_sarif_is_valid_and_loses_nothing(findings: list[Finding]) -> None:
    log = json.loads(_write("sarif", findings).encode())
    SARIF.validate(log)
    for result, finding in zip(log["runs"][0]["results"], findings, strict=True):
        place = result["locations"][0]["physicalLocation"]
        uri = place["artifactLocation"]["uri"]
        assert uri.isascii()
        assert unquote(uri) == one_line(finding.location.path)
        text = result["message"]["text"]
        if "\\[" in text:
            text = re.sub(r"\\([\[\]\\])", r"\1", text)
        assert text.startswith(one_line(finding.message))


@whatever
@given(several)
def test_json_is_valid_and_loses_nothing(findings: list[Finding]) -> None:
    found = json.loads(_write("json", findings).encode())
    OWN.validate(found)
    assert [(r["message"], r["cure"], r["path"], r["line"]) for r in found["findings"]] == [
        (
            one_line(f.message),
            one_line(f.hint),
            one_line(f.location.path),
            f.location.line,
        )
        for f in findings
    ]


@whatever
@given(several)
def test_text_has_two_lines_a_finding_at_most(findings: list[Finding]) -> None:
    from process_manual.writers import text

    for line in text.lines(findings, everything=True):
        assert len(line.splitlines()) == 1
        assert "\x1b[31m\x7f" not in line


# Fingerprints ---------------------------------------------------------------------------------

LOADING = yaml.safe_load((HERE / "loading/definitions.yml").read_text("utf-8"))


def _marks(root: Path) -> list[str]:
    report = check(root, AS_OF)
    return sorted(fingerprints(report.manual, report.findings))


def _move_down(root: Path) -> None:
    """Put a line on top of every file's fields."""
    for path in sorted((root / "processes").rglob("*.*")):
        content = path.read_bytes()
        if path.suffix == ".md":
            content = re.sub(rb"\A---(\r?\n)", rb"---\1# another line\1", content)
        else:
            content = b"# another line\n" + content
        path.write_bytes(content)


@pytest.mark.parametrize("code", REGISTRY)
def test_a_moved_line_keeps_the_fingerprints_of_a_rule(code: str, tmp_path: Path) -> None:
    root = patched(tmp_path, document(REGISTRY[code]).bad)
    before = _marks(root)
    assert before
    _move_down(root)
    assert _marks(root) == before


@pytest.mark.parametrize(
    "text", [c["text"] for c in LOADING if c.get("text", "").startswith(("+", "---"))]
)
def test_a_moved_line_keeps_the_fingerprints_of_what_cannot_be_read(
    text: str, tmp_path: Path
) -> None:
    sound = "---\nid: EXA-099\ntitle: T\narea: example\nkind: process\nstatus: draft\n"
    if text.startswith("+"):
        text = f'{sound}version: "0.1"\n{text[1:]}---\n'
    root = write(patched(tmp_path, ""), {"processes/example/EXA-099-t.md": text})
    before = _marks(root)
    _move_down(root)
    assert _marks(root) == before


def test_another_rule_message_or_definition_has_another_fingerprint() -> None:
    place = Location("processes/example/EXA-020-cause-analysis.md", 12, 3)
    others = (
        replace(ERROR, code="ROL-002"),
        replace(ERROR, message="there is no role `x`"),
        replace(ERROR, location=place),
        ERROR,
    )
    assert len(set(fingerprints(CLEAN.manual, [ERROR, *others]))) == 5


def test_mending_the_first_of_two_equal_findings_leaves_one_of_the_two_fingerprints() -> None:
    below = replace(ERROR, location=replace(ERROR.location, line=99))
    assert set(fingerprints(CLEAN.manual, [below])) < set(
        fingerprints(CLEAN.manual, [ERROR, below])
    )


# The command ----------------------------------------------------------------------------------


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """A manual with an error, a warning and something planned."""
    return patched(
        tmp_path / "faulty",
        "# EXA-010\npurpose:\n# EXA-020\noutputs:\n- {item: Known causes, to: [EXA-010, EXA-030]}\n"
        "# example/EXA-099-x.md, new file\n---\nid: EXA-099\ntitle: X\narea: example\n"
        "kind: process\nstatus: draft\nversion: 0.1\n---\n",
    )


def _run(root: Path, *arguments: str | Path, **environment: str) -> Result:
    command = ["check", "--root", root, "--as-of", AS_OF.isoformat(), *arguments]
    return CliRunner().invoke(main, [str(each) for each in command], env=environment)


READERS: Mapping[str, Callable[[str], Any]] = {
    "github": lambda text: [_read_command(line) for line in text.splitlines()],
    "gitlab": json.loads,
    "junit": JUNIT.validate,
    "sarif": lambda text: SARIF.validate(json.loads(text)),
    "json": lambda text: OWN.validate(json.loads(text)),
}


def test_every_form_has_a_reader_here() -> None:
    assert set(READERS) == set(FORMATS)


@pytest.mark.parametrize("form", READERS)
def test_a_report_goes_to_stdout_and_the_closing_line_to_stderr(form: str, faulty: Path) -> None:
    result = _run(faulty, "--format", form)
    assert result.exit_code == 1
    READERS[form](result.stdout)
    assert "purpose" in result.stdout
    assert re.fullmatch(r"4 definitions checked as of .*\n", result.stderr)


@pytest.mark.parametrize("form", READERS)
def test_a_clean_manual_has_a_report_too(form: str, tmp_path: Path) -> None:
    result = _run(patched(tmp_path, ""), "--format", form)
    assert result.exit_code == 0
    READERS[form](result.stdout)


def test_several_reports_go_into_files_and_the_text_to_stdout(faulty: Path, tmp_path: Path) -> None:
    files = {form: tmp_path / f"report.{form}" for form in [*READERS, "text"]}
    arguments = [
        each for form, file in files.items() for each in ("--format", form, "--output", file)
    ]
    result = _run(faulty, *arguments)
    assert result.exit_code == 1
    assert result.stdout == _run(faulty).stdout == files.pop("text").read_text("utf-8")
    for form, file in files.items():
        assert file.read_text("utf-8") == _run(faulty, "--format", form).stdout
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize(
    "arguments",
    [
        ("--format", "pdf"),
        ("--format", "json", "--format", "junit"),
        ("--format", "json", "--format", "junit", "--output", "a"),
        ("--output", "a", "--output", "b"),
        ("--output", "."),
        ("--output", "nowhere/at/all.txt"),
        ("--output", "/proc/report.txt"),
    ],
)
def test_wrong_use_exits_with_2_and_writes_nothing(
    arguments: tuple[str, ...], faulty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    result = _run(faulty, *arguments)
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output
    assert sorted(tmp_path.iterdir()) == before


def test_a_file_is_replaced_whole_and_what_is_no_file_is_written_to(
    faulty: Path, tmp_path: Path
) -> None:
    old = tmp_path / "old.json"
    old.write_text("old")
    (tmp_path / "link.json").symlink_to(old)
    assert "would write" in _run(faulty, "--format=json", "--output", old, "--dry-run").stderr
    assert old.read_text() == "old"
    _run(faulty, "--format=json", "--output", tmp_path / "link.json")
    assert (tmp_path / "link.json").is_symlink()
    OWN.validate(json.loads(old.read_text("utf-8")))
    _run(faulty, "--format=json", "--output", os.devnull)
    assert not Path(os.devnull).is_file()


def test_what_fails_the_check_is_an_error_to_the_host(tmp_path: Path) -> None:
    root = patched(tmp_path, document(REGISTRY["ROL-003"]).bad)
    assert "::warning" in _run(root, "--format", "github").stdout
    result = _run(root, "--format", "github", "--due")
    assert result.exit_code == 1
    assert "::error" in result.stdout
    assert "::warning" not in result.stdout


def test_the_address_in_house_policy_leads_to_the_pages_of_the_rules(faulty: Path) -> None:
    path = faulty / "processes/manual.yml"
    path.write_text(path.read_text("utf-8") + "url: https://manual.example.org/latest/\n", "utf-8")
    for form in FORMATS:
        shown = _run(faulty, "--format", form).stdout
        assert "https://manual.example.org/latest/rules/DOC-004/index.html" in shown, form


@pytest.mark.parametrize(
    "url", ["manual.example.org", "javascript:alert(1)", "https://a b", "https://x/?q", "//x"]
)
def test_an_address_that_is_none_is_a_finding(url: str, tmp_path: Path) -> None:
    root = patched(tmp_path, f'# manual.yml\nurl: "{url}"\n')
    (finding,) = check(root, AS_OF).findings
    assert finding.code == "DOC-003"
    assert "is not the address of a site" in finding.message


def test_house_policy_may_leave_the_address_out() -> None:
    assert Policy(title="M", organisation="O").url is None


# The summary of a job -------------------------------------------------------------------------


def test_the_table_is_added_to_the_summary_of_the_job(faulty: Path, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n\n")
    _run(faulty, "--format", "github", GITHUB_STEP_SUMMARY=str(summary))
    text = summary.read_text("utf-8")
    assert text.startswith("before\n\n### ")
    _, rows = _table(text.removeprefix("before\n\n"))
    assert rows[0][0] == "error"
    assert len(rows) == len(check(faulty, AS_OF).findings)
    _run(faulty, GITHUB_STEP_SUMMARY=str(summary))
    _run(faulty, "--format", "github", "--dry-run", GITHUB_STEP_SUMMARY=str(summary))
    assert summary.read_text("utf-8") == text


def test_a_summary_that_cannot_be_written_is_said_and_fails_nothing(
    tmp_path: Path,
) -> None:
    root = patched(tmp_path / "m", "")
    result = _run(root, "--format", "github", GITHUB_STEP_SUMMARY=str(tmp_path))
    assert result.exit_code == 0
    assert "cannot write the summary of the job" in result.stderr


def test_a_summary_is_never_larger_than_its_room() -> None:
    for room in range(-5, 1500):
        assert len(github.summary(_report(THREE), THREE, room).encode()) <= max(room, 0)


def test_what_the_host_does_not_take_is_counted() -> None:
    findings = [replace(ERROR, message=f"{n} {'x' * 500}") for n in range(3000)]
    text = github.summary(_report(findings), findings)
    assert github.MOST_SUMMARY - 1000 < len(text.encode()) <= github.MOST_SUMMARY
    listed = text.count("\n| error |")
    assert f"{3000 - listed:,} more are not listed here" in text


# pre-commit -----------------------------------------------------------------------------------


def test_the_hook_for_pre_commit_runs_the_check_when_the_manual_changes(tmp_path: Path) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert (hook["language"], hook["pass_filenames"]) == ("system", False)
    program, *arguments = hook["entry"].split()
    assert program == "process-manual"
    root = patched(tmp_path, "")
    assert CliRunner().invoke(main, [*arguments, "--root", str(root)]).exit_code == 0
    for path in ("processes/manual.yml", "docs/guide/reading.md"):
        assert re.search(hook["files"], path)
        assert (ROOT / path).is_file()
    assert not re.search(hook["files"], "hooks/process_manual/cli/check.py")
