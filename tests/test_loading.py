"""Reading files: every fault in its place, all at once, and never an exception."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from process_manual.checking import check
from process_manual.diagnostics import Severity
from process_manual.loading import Loaded, load
from process_manual.loading.yamlreader import read_yaml
from tests.projects import example_files
from tests.support import AS_OF, SKELETON, matches, shown, write

CASES = yaml.safe_load((Path(__file__).parent / "loading/definitions.yml").read_text("utf-8"))
FIELDS = "id: EXA-010\ntitle: T\narea: example\nkind: process\nstatus: draft\nversion: '0.1'\n"
FILE = "processes/example/EXA-010-t.md"


def _load(root: Path, content: str | bytes, name: str = FILE) -> Loaded:
    return load(write(root, {**SKELETON, name: content}), AS_OF)


def _content(case: dict[str, str]) -> str | bytes:
    if "bytes" in case:
        return case["bytes"].encode("latin-1")
    text = case["text"]
    return f"---\n{FIELDS}{text[1:]}---\n" if text.startswith("+") else text


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_each_fault_of_a_definition_is_found_in_its_place(
    case: dict[str, list[str]], tmp_path: Path
) -> None:
    findings = _load(tmp_path, _content(case)).findings
    assert len(findings) == len(case["expect"]), shown(findings)
    for finding, expected in zip(findings, sorted(case["expect"], key=_place), strict=True):
        assert matches(finding, expected), shown(findings)
        assert finding.location.path == FILE


def _place(expected: str) -> tuple[int, int, str]:
    place, rest = expected.split(" ", 1)
    line, column = place.split(":")
    return int(line), int(column), rest


def test_values_stay_the_words_that_were_written(tmp_path: Path) -> None:
    fields = "purpose: no\nsynonyms: [1.10, 12:30, on, 0x1F, 2026-01-01]\n"
    manual = _load(tmp_path, f"---\n{FIELDS}{fields}---\n").manual
    assert manual.definitions[0].purpose == "no"
    assert manual.definitions[0].synonyms == ("1.10", "12:30", "on", "0x1F", "2026-01-01")


def test_one_slip_does_not_hide_the_rest_of_a_definition(tmp_path: Path) -> None:
    manual = _load(tmp_path, f"---\n{FIELDS}triggers: x\npurpose: P\n---\n").manual
    assert manual.definitions[0].purpose == "P"
    assert manual.definitions[0].triggers == ()


def test_a_definition_that_cannot_be_read_still_has_its_id(tmp_path: Path) -> None:
    assert _load(tmp_path, "---\nid: EXA-010\n---\n").manual.broken == {"EXA-010"}
    assert _load(tmp_path, "no front matter").manual.broken == {"EXA-010"}


def test_the_body_is_the_text_after_the_fence_with_plain_line_ends(tmp_path: Path) -> None:
    text = f"---\n{FIELDS}---\nFirst\n\nThird\n".replace("\n", "\r\n")
    source = _load(tmp_path, text).manual.definitions[0].source
    assert source.body == "First\n\nThird\n"
    assert source.in_body(3, 2).line == 11


def test_a_folder_named_like_a_definition(tmp_path: Path) -> None:
    (tmp_path / "processes/example/EXA-011-x.md").mkdir(parents=True)
    loaded = load(write(tmp_path, SKELETON), AS_OF)
    assert shown(loaded.findings) == [
        "1:1 DOC-001 this is a folder, or not a plain file | "
        "rename or remove it; a definition is a plain file"
    ]


@pytest.mark.parametrize(
    ("size", "message"),
    [(5_000_000, "the file is larger than 256 KB"), (70_000, "front matter is larger than 64 KB")],
)
def test_a_file_that_is_too_large(tmp_path: Path, size: int, message: str) -> None:
    content = f"---\n{FIELDS}purpose: {'x' * size}\n---\n"
    (finding,) = _load(tmp_path, content).findings
    assert message in finding.message


REGISTER_CASES = [
    ("an empty folder", {}, "processes/", "1:1 DOC-001 there is no folder with definitions"),
    (
        "no house policy",
        {"processes/manual.yml": None},
        "processes/manual.yml",
        "1:1 DOC-001 house policy is missing",
    ),
    (
        "no register of roles",
        {"processes/registers/roles.yml": None},
        "processes/registers/roles.yml",
        "1:1 DOC-001 the register of roles is missing | with a list of rows",
    ),
    (
        "a register that is not YAML",
        {"processes/registers/roles.yml": "roles:\n- {id: a, title: 'x}\n"},
        "processes/registers/roles.yml",
        "2:18 DOC-001 this quote is never closed",
    ),
    (
        "a register with another key",
        {"processes/registers/roles.yml": "roles: []\nrole: []\n"},
        "processes/registers/roles.yml",
        "2:1 DOC-002 unknown key `role` | one key, `roles:`",
    ),
    (
        "a register that is no list",
        {"processes/registers/roles.yml": "roles: {a: b}\n"},
        "processes/registers/roles.yml",
        "1:8 DOC-003 `roles` must be a list of rows",
    ),
    (
        "an id twice",
        {"processes/registers/roles.yml": "roles:\n- {id: a, title: A}\n- {id: a, title: B}\n"},
        "processes/registers/roles.yml",
        "3:8 IDN-002 `a` stands in this register twice | on line 2",
    ),
    (
        "a row without its title",
        {"processes/registers/roles.yml": "roles:\n- {id: a}\n"},
        "processes/registers/roles.yml",
        "2:3 DOC-004 `title` is missing",
    ),
    (
        "a row that is a word",
        {"processes/registers/roles.yml": "roles:\n- a\n"},
        "processes/registers/roles.yml",
        "2:3 DOC-003 must be a block of fields",
    ),
    (
        "a register nobody knows",
        {"processes/registers/role.yml": "role: []\n"},
        "processes/registers/role.yml",
        "1:1 DOC-001 not a register that the manual knows",
    ),
    (
        "a definition whose ending is in capitals",
        {"processes/example/EXA-001-a.MD": "---\nid: EXA-001\n---\n"},
        "processes/example/EXA-001-a.MD",
        "1:1 DOC-001 nothing reads this file",
    ),
    (
        "a picture among the definitions",
        {"processes/example/a.png": "no picture"},
        "processes/example/a.png",
        "1:1 DOC-001 nothing reads this file | belong in docs/",
    ),
    (
        "a standard without its file",
        {
            "processes/manual.yml": "title: M\norganisation: O\nstandards:\n"
            "- {id: iso20000-1-2018, status: claimed}\n"
        },
        "processes/manual.yml",
        "4:8 CLS-001 the standard `iso20000-1-2018` has no file",
    ),
    (
        "a standard under another name",
        {
            "processes/standards/b.yml": "standard: {id: a, title: A, edition: '1'}\n"
            "clauses: [{id: '1', title: One}]\n"
        },
        "processes/standards/b.yml",
        "1:16 IDN-003 the id `a` is not the file's name",
    ),
]


@pytest.mark.parametrize(
    ("files", "path", "expected"),
    [case[1:] for case in REGISTER_CASES],
    ids=[case[0] for case in REGISTER_CASES],
)
def test_each_fault_of_the_other_files(
    files: dict[str, str | None], path: str, expected: str, tmp_path: Path
) -> None:
    content = {**SKELETON, **files} if files else {}
    write(tmp_path, {name: text for name, text in content.items() if text is not None})
    findings = load(tmp_path, AS_OF).findings
    assert len(findings) == 1, shown(findings)
    assert matches(findings[0], expected), shown(findings)
    assert findings[0].location.path == path


def test_a_register_that_cannot_be_read_blames_nobody_else(tmp_path: Path) -> None:
    write(tmp_path, {**SKELETON, "processes/registers/roles.yml": "roles: [\n"})
    assert load(tmp_path, AS_OF).manual.registers.roles.knows("anything")
    write(tmp_path, {"processes/registers/roles.yml": "roles:\n- {id: a}\n"})
    roles = load(tmp_path, AS_OF).manual.registers.roles
    assert roles.knows("a")
    assert not roles.knows("b")


YAMLISH = st.text(alphabet="ab:-#[]{}&*!|>'\"%@`,? \t\n\\~<=.0123456789éñ", max_size=200)


@given(st.one_of(YAMLISH, st.text(max_size=300)))
@settings(max_examples=400, deadline=None)
def test_any_text_gives_data_or_faults_with_places(text: str) -> None:
    found = read_yaml(text)
    for fault in found.faults:
        assert fault.mark >= (1, 1)
        assert fault.message
    _assert_plain(found.data)


def _assert_plain(value: object) -> None:
    if isinstance(value, dict):
        assert all(isinstance(key, str) for key in value)
        for item in value.values():
            _assert_plain(item)
    elif isinstance(value, list):
        for item in value:
            _assert_plain(item)
    else:
        assert value is None or isinstance(value, str)


@given(st.binary(max_size=400), st.sampled_from(["front", "file", "register"]))
@settings(max_examples=300, deadline=None)
def test_any_bytes_give_findings_or_a_model(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, where: str
) -> None:
    root = tmp_path_factory.mktemp("any")
    files: dict[str, str | bytes] = {**SKELETON}
    if where == "register":
        files["processes/registers/roles.yml"] = data
    else:
        files[FILE] = data if where == "file" else b"---\n" + FIELDS.encode() + data + b"\n---\n"
    loaded = load(write(root, files), AS_OF)
    for finding in loaded.findings:
        assert finding.location.line >= 1
        assert finding.severity in Severity
    assert loaded.findings or loaded.manual.definitions or where == "register"


@pytest.mark.parametrize("text", ["[" * 30_000, "{a: " * 10_000, "- " * 20_000, "? " * 20_000])
def test_nesting_that_crashes_other_readers_is_one_fault(text: str) -> None:
    (fault,) = read_yaml(text).faults
    assert fault.code == "DOC-001"


def test_what_follows_from_a_part_that_was_left_out_is_in_its_own_place(tmp_path: Path) -> None:
    """The items after one that was left out keep their own places, and its parts are tainted."""
    steps = "activities:\n- {id: A1, titel: Do}\n- {id: A2, title: Go}\n"
    loaded = _load(tmp_path, f"---\n{FIELDS}{steps}---\n")
    (definition,) = loaded.manual.definitions
    assert [activity.id for activity in definition.activities] == ["A2"]
    assert definition.at("activities", 0, "title").line == 10
    tainted = {(place.line, place.column) for place in loaded.tainted}
    assert tainted == {(1, 1), (9, 1), (9, 3), (9, 12), (9, 19)}


def test_consequences_of_what_could_not_be_read_are_not_told(tmp_path: Path) -> None:
    """A slip in one key of a complete definition is one finding, wherever it is."""
    files = {name: content.decode() for name, content in example_files().items()}
    name = next(each for each in files if "EXA-020" in each)
    for good, bad in (
        ("purpose:", "purpos:"),
        ("scope:", "scop:"),
        ("  includes:", "  include:"),
        ("roles:", "role:"),
        ("triggers:", "trigger:"),
        ("inputs:\n", "input:\n"),
        ("activities:", "activites:"),
        ("  raci:", "  rcai:"),
        ("  outputs:", "  output:"),
        ("  - {when: otherwise, to: A2}", "  - {when: otherwise, too: A2}"),
        ("- id: A2\n", "- di: A2\n"),
        ("outputs:\n-", "output:\n-"),
        ("no_kpi_reason", "no_kpi_reson"),
        ("records:", "record:"),
        ("where:", "were:"),
        ("standards:", "standard:"),
        ("review:", "reviw:"),
        ("interval_months: 12", "interval_months: twelve"),
        ("approvals:", "aprovals:"),
        ("history:", "histroy:"),
        ("summary:", "sumary:"),
        ("effective_from:", "effective_form:"),
    ):
        assert good in files[name], good
        write(tmp_path, {**files, name: files[name].replace(good, bad, 1)})
        findings = check(tmp_path, AS_OF).findings
        assert {finding.code[:3] for finding in findings} == {"DOC"}, (bad, shown(findings))
        assert len(findings) <= 2, (bad, shown(findings))
