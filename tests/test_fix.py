"""``check --fix``: what has one right answer is put right, and no file says anything else after."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings

from process_manual.cli import main
from process_manual.editing import ManualFile
from process_manual.editing.fix import fixed
from process_manual.loading import load
from process_manual.model.digest import digest
from tests.projects import example_files
from tests.support import AS_OF, ROOT, write
from tests.test_editing import NAME, SHIPPED, Front, fronts

KEYS = """\
# Of the whole file.

version: 1.10   # of the version
# Of the title, in
# two lines.
title: "T"
purpose: >-
  Keeps  its space·
  here.

# Of the risks.
risks:
- {title: a}
  # still of the risks
# Of the id.
id: EXA-010
# At the end.
"""
IN_ORDER = """\
# Of the whole file.

# Of the id.
id: EXA-010
# Of the title, in
# two lines.
title: "T"
version: "1.10"   # of the version
purpose: >-
  Keeps  its space·
  here.

# Of the risks.
risks:
- {title: a}
  # still of the risks
# At the end.
"""

CASES = {
    "order, comments and quotes": (KEYS, IN_ORDER),
    "a version that no program changes": ("version: 1.1", 'version: "1.1"'),
    "clauses in braces": ("standards: [{clause: 8.10}]", 'standards: [{clause: "8.10"}]'),
    "a clause with three parts is no number": ("standards: [{clause: 8.6.1}]",) * 2,
    "other numbers": ("kpis:\n- targets: [{target: 1.10}]",) * 2,
    "quoted already": ("version: '1.10'",) * 2,
    "space behind values, comments and keys": (
        "title: a  \n# c \t\nroles: \n  owner: b\t\n  \n# d",
        "title: a\n# c\nroles:\n  owner: b\n\n# d",
    ),
    "space in texts over several lines": (
        'title: "a  \n  b"\npurpose: |\n  one  \n  two\n\n  \npolicy:\n- c  \n  d\n',
    )
    * 2,
    "braces are left in their order": ("{title: a, id: b}",) * 2,
    "an unknown key stays behind the one above it": (
        "title: a\nxyz: b\nid: c",
        "id: c\ntitle: a\nxyz: b",
    ),
    "a text that keeps its blank lines": (
        "title: |+\n  a\n\nid: b\nrisks: []",
        "id: b\ntitle: |+\n  a\n\nrisks: []",
    ),
}


def _page(front: str) -> bytes:
    front = front.rstrip("\n").replace("·", "  ")
    return f"---\n{front}\n---\n\nLine break,  \nhere. \n".encode()


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"], ids=["LF", "CR LF"])
@pytest.mark.parametrize("name", CASES)
def test_one_right_answer(name: str, line_end: bytes) -> None:
    before, after = (_page(each).replace(b"\n", line_end) for each in CASES[name])
    result = fixed(ManualFile.read(NAME, before))
    assert result.file.content.decode() == after.decode()
    assert bool(result.done) == (before != after)
    assert fixed(result.file).done == ()


def test_what_would_change_the_meaning_is_left_and_said() -> None:
    file = ManualFile.read(NAME, _page("id: |+\n  c\nrisks:\n- b\n\ntitle: d"))
    result = fixed(file)
    assert result.file is file
    assert result.left == ("keys put in the house order",)


@settings(max_examples=300, deadline=None)
@given(front=fronts())
def test_any_file_says_the_same_after_it(front: Front) -> None:
    before = ManualFile.read(NAME, front.content)
    after = fixed(before).file
    assert after.source.data == before.source.data
    assert after.source.body == before.source.body
    assert sorted(_stripped(after.content)) == sorted(_stripped(before.content))


def _stripped(content: bytes) -> list[bytes]:
    """Return the lines without the space at their ends and the quotes of versions."""
    return [line.rstrip().replace(b'"', b"") for line in content.splitlines()]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_no_approval_of_a_shipped_definition_is_touched(path: Path) -> None:
    content = path.read_bytes().replace(b"\ntitle:", b"  \ntitle:", 1)
    before = ManualFile.read(path.name, content)
    after = fixed(before)
    assert after.file.content.count(b"  \ntitle:") == 0
    assert after.left == ()
    assert (after.file.source.data, after.file.source.body) == (
        before.source.data,
        before.source.body,
    )


@pytest.fixture
def manual(tmp_path: Path) -> Path:
    """A clean manual on disk."""
    return write(tmp_path, example_files())


def _check(root: Path, *arguments: str | Path) -> Result:
    command = ["check", "-C", root, "--as-of", AS_OF, *arguments]
    return CliRunner().invoke(main, [str(argument) for argument in command])


def _spoil(root: Path) -> Path:
    path = next((root / "processes/example").glob("EXA-011-*.md"))
    text = path.read_text("utf-8").replace("kind: procedure", "kind: procedure  ")
    title = 'title: "Fault priority"\n'
    path.write_text(text.replace(title, "").replace("area:", f"{title}area:"), "utf-8")
    return path


def test_a_clean_manual_is_not_written_to(manual: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in manual.rglob("*")}
    result = _check(manual, "--fix")
    assert result.exit_code == 0
    assert {path: path.stat().st_mtime_ns for path in manual.rglob("*")} == before


def test_files_are_mended_and_it_is_said_how(manual: Path) -> None:
    path = _spoil(manual)
    register = manual / "processes/registers/documents.yml"
    text = register.read_text("utf-8").replace("\n", "\r\n") + "  version: 2.10"
    register.write_bytes(text.encode())
    digests = {d.id: digest(d) for d in load(manual, AS_OF).manual.definitions}
    result = _check(manual, "--fix")
    assert result.exit_code == 0
    assert f"{path.relative_to(manual).as_posix()}: space at the end of a line removed" in (
        result.stderr
    )
    assert "documents.yml: a version or clause put in quotes" in result.stderr
    assert register.read_bytes() == text.encode().replace(b"2.10", b'"2.10"')
    assert path.read_bytes() == example_files()[path.relative_to(manual).as_posix()]
    assert {d.id: digest(d) for d in load(manual, AS_OF).manual.definitions} == digests


def test_a_dry_run_shows_the_difference_and_writes_nothing(manual: Path) -> None:
    path = _spoil(manual)
    before = path.read_bytes()
    result = _check(manual, "--fix", "--dry-run")
    assert result.exit_code == 0
    assert "-kind: procedure  \n+kind: procedure\n" in result.stdout
    assert path.read_bytes() == before


def test_only_the_named_files_are_mended(manual: Path) -> None:
    path = _spoil(manual)
    before = path.read_bytes()
    assert _check(manual, "--fix", manual / "processes/registers").exit_code == 0
    assert path.read_bytes() == before


def test_a_file_that_cannot_be_read_is_left_to_its_owner(manual: Path) -> None:
    path = _spoil(manual)
    path.write_bytes(broken := path.read_bytes().replace(b"kind:", b"kind: ["))
    result = _check(manual, "--fix")
    assert result.exit_code == 1
    assert "DOC-001" in result.stdout
    assert path.read_bytes() == broken


def test_the_shipped_manual_is_the_same_manual_after_it() -> None:
    for path in sorted((ROOT / "processes").rglob("*.yml")):
        file = ManualFile.read(path.name, path.read_bytes())
        assert fixed(file).file is file, path
