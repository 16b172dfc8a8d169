"""One change to a file, and not a byte beside it: whatever the file looks like."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from process_manual.editing import ManualFile, RefusedError
from process_manual.editing.writing import field_lines, flow, scalar
from process_manual.model.digest import UNCONTROLLED
from tests.support import ROOT

NAME = "processes/example/EXA-010-x.md"
ENTRY = {"version": "2.0", "by": "p-1"}
SHIPPED = sorted(ROOT.glob("processes/*/*.md"))

Change = Callable[[ManualFile], ManualFile]
FIRST: Change = lambda file: file.put_first("history", ENTRY)  # noqa: E731
STATUS: Change = lambda file: file.set(("status",), "approved")  # noqa: E731
RETIRED: Change = lambda file: file.add("retired", {"on": "2026-05-01"})  # noqa: E731

CASES: dict[str, tuple[Change, str, str]] = {
    "plain value": (STATUS, "status: draft", "status: approved"),
    "value in double quotes": (STATUS, 'status: "draft"', 'status: "approved"'),
    "value in single quotes": (STATUS, "status: 'draft'", "status: 'approved'"),
    "value with a comment": (STATUS, "status:  draft   # so far", "status:  approved   # so far"),
    "no value yet": (STATUS, "status:   # to come\nid: A", "status: approved   # to come\nid: A"),
    "tilde for no value": (STATUS, "status: ~ # to come", "status: approved # to come"),
    "folded value": (STATUS, "status: >-\n  draft\n# c\nid: A", "status: approved\n# c\nid: A"),
    "key that is not there": (
        STATUS,
        "kind: x\nversion: y",
        "kind: x\nstatus: approved\nversion: y",
    ),
    "first key": (STATUS, "# note\nversion: y", "# note\nstatus: approved\nversion: y"),
    "value in braces": (STATUS, "{status: draft, id: A}", "{status: approved, id: A}"),
    "no value in braces": (STATUS, "{id: A, status: }", "{id: A, status: approved}"),
    "bare key in braces": (STATUS, "{id: A, status}", "{id: A, status: approved}"),
    "no key in braces": (STATUS, "{id: A, version: y}", "{id: A, status: approved, version: y}"),
    "no key in braces over lines": (
        STATUS,
        "{id: A,  # c\n version: y}",
        "{id: A,  # c\n status: approved,\n version: y}",
    ),
    "first key in braces over lines": (
        STATUS,
        "{\n  version: y  # c\n}",
        "{\n  status: approved,\n  version: y  # c\n}",
    ),
    "last key in braces over lines": (
        STATUS,
        "{id: A,\n kind: B  # c\n # d\n}",
        "{id: A,\n kind: B,  # c\n status: approved\n # d\n}",
    ),
    "last key in braces over lines, behind a comma": (
        STATUS,
        "{id: A,\n kind: B ,  # c\n}",
        "{id: A,\n kind: B ,  # c\n status: approved\n}",
    ),
    "last key in braces on a line": (STATUS, "{id: A, }", "{id: A, status: approved, }"),
    "empty braces": (STATUS, "{}", "{status: approved}"),
    "version is quoted": (
        lambda file: file.set(("version",), "1.10"),
        "version: 1.9  # c",
        'version: "1.10"  # c',
    ),
    "block list": (
        FIRST,
        'history:\n- version: "1.0"\n  by: p-9',
        'history:\n- version: "2.0"\n  by: p-1\n- version: "1.0"\n  by: p-9',
    ),
    "indented block list with wide hyphens": (
        FIRST,
        'history:\n  -   version: "1.0"\n      by: p-9',
        'history:\n  -   version: "2.0"\n      by: p-1\n  -   version: "1.0"\n      by: p-9',
    ),
    "block list of items in braces": (
        FIRST,
        'history:\n- {version: "1.0"}  # c',
        'history:\n- {version: "2.0", by: p-1}\n- {version: "1.0"}  # c',
    ),
    "hyphen on a line of its own": (
        FIRST,
        'history:\n-\n  version: "1.0"',
        'history:\n- version: "2.0"\n  by: p-1\n-\n  version: "1.0"',
    ),
    "comment above the first item": (
        FIRST,
        "history:  # newest first\n# ---\n- {by: p-9}",
        'history:  # newest first\n# ---\n- {version: "2.0", by: p-1}\n- {by: p-9}',
    ),
    "comment behind the first hyphen": (
        FIRST,
        "history:\n- # the first\n  by: p-9",
        'history:\n- version: "2.0"\n  by: p-1\n- # the first\n  by: p-9',
    ),
    "list in brackets": (
        FIRST,
        "history: [{by: p-9}]  # c",
        'history: [{version: "2.0", by: p-1}, {by: p-9}]  # c',
    ),
    "list in brackets over lines": (
        FIRST,
        "history: [ # c\n  {by: p-9},\n]",
        'history: [ # c\n  {version: "2.0", by: p-1},\n  {by: p-9},\n]',
    ),
    "empty brackets": (
        FIRST,
        "history: []   # none yet\nid: A",
        'history:   # none yet\n- version: "2.0"\n  by: p-1\nid: A',
    ),
    "empty brackets with a comment inside": (
        FIRST,
        "history: [ # none\n ]",
        'history: [{version: "2.0", by: p-1} # none\n ]',
    ),
    "empty brackets in braces": (FIRST, "{history: []}", '{history: [{version: "2.0", by: p-1}]}'),
    "key without a list": (
        FIRST,
        "history:\n\nid: A",
        'history:\n- version: "2.0"\n  by: p-1\n\nid: A',
    ),
    "no list": (FIRST, "id: A", 'id: A\nhistory:\n- version: "2.0"\n  by: p-1'),
    "no list where others are indented": (
        FIRST,
        "id: A\nrisks:\n  - title: x",
        'id: A\nrisks:\n  - title: x\nhistory:\n  - version: "2.0"\n    by: p-1',
    ),
    "block goes to its place": (
        RETIRED,
        "status: retired\n# why\npurpose: x",
        "status: retired\nretired:\n  on: 2026-05-01\n# why\npurpose: x",
    ),
    "block goes below what belongs to the key above": (
        RETIRED,
        "status: |+\n  x\n\n  # not a comment\nclassification:\n  x\n  # deeper\n\npurpose: y",
        "status: |+\n  x\n\n  # not a comment\nclassification:\n  x\n  # deeper\nretired:\n"
        "  on: 2026-05-01\n\npurpose: y",
    ),
    "key taken out with its comments": (
        lambda file: file.without("history"),
        "id: A\n\n# of the history\nhistory:\n- by: p-1\n  # deeper\n# of the end\n",
        "id: A\n# of the end\n",
    ),
    "key taken out of braces": (lambda file: file.without("id"), "{id: A, kind: B}", "{kind: B}"),
    "last key taken out of braces": (
        lambda file: file.without("kind"),
        "{id: A, kind: [B]}",
        "{id: A}",
    ),
    "key that is not there taken out": (lambda file: file.without("kind"), "id: A", "id: A"),
    "item deep inside": (
        lambda file: file.set(("kpis", 1, "unit"), "hours"),
        "kpis:\n- {unit: days}\n- unit:   days # c\n",
        "kpis:\n- {unit: days}\n- unit:   hours # c\n",
    ),
}

BODIES = ["\nText.\n", "\nText without an end", "", "\n---\n\nA line, two spaces:  \nnext\n\n\n"]
LINE_ENDS = ["\n", "\r\n", "\r"]


def _page(front: str, body: str = BODIES[0], line_end: str = "\n") -> bytes:
    return f"---\n{front.rstrip(chr(10))}\n---\n{body}".replace("\n", line_end).encode()


def _data(content: bytes) -> Any:
    """Read the fields with PyYAML itself, every scalar as text."""
    text = content.decode().replace("\r\n", "\n").replace("\r", "\n")
    return yaml.load(text.split("---\n")[1], yaml.CBaseLoader)


@pytest.mark.parametrize("line_end", LINE_ENDS, ids=["LF", "CR LF", "CR"])
@pytest.mark.parametrize("body", BODIES, ids=["text", "no line end", "nothing", "blanks"])
@pytest.mark.parametrize("name", CASES)
def test_a_change_is_written_as_its_neighbours_are(name: str, body: str, line_end: str) -> None:
    change, before, after = CASES[name]
    changed = change(ManualFile.read(NAME, _page(before, body, line_end)))
    assert changed.content.decode() == _page(after, body, line_end).decode()


@pytest.mark.parametrize(
    ("change", "before", "message"),
    [
        (STATUS, "status: [draft]", "no single value at status"),
        (FIRST, "history: none", "`history` of processes/example/EXA-010-x.md is not a list"),
        (lambda file: file.set(("roles", "owner"), "x"), "id: A", "no single value at roles.owner"),
        (STATUS, "status: &a draft", "cannot be read"),
        (STATUS, "status: draft\nstatus: draft", "cannot be read"),
        (STATUS, "status: [", "cannot be read"),
        (lambda file: file.set(("status",), "a\u200bb"), "status: x", "could not be read with"),
        (lambda file: file.set(("status",), "\x07"), "status: x", "could not be read with"),
    ],
)
def test_what_cannot_be_changed_is_refused(change: Change, before: str, message: str) -> None:
    with pytest.raises(RefusedError, match=message):
        change(ManualFile.read(NAME, _page(before)))


def test_a_mistake_in_placing_cannot_damage_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    from process_manual.editing import manualfile
    from process_manual.editing.placing import Splice

    wrong = lambda *_: Splice(0, 3, "zz: 1\nid: ")  # noqa: E731
    monkeypatch.setattr(manualfile, "new_value", wrong)
    with pytest.raises(RefusedError, match="cannot be changed safely"):
        STATUS(ManualFile.read(NAME, _page("id: A\nstatus: draft")))


LONG = "Names, codes: " + "and words of any length " * 6 + "that must be folded"


CODES = ["1.10", "no", "Yes", "null", "~", "", "12", "012", "2026-04", "2026-04-01", "p-1", "{x}"]
PROSE = ["a b", "a: b", "# x", "- x", "a #b", "it's", 'a "b"', "a\\b", "é", "v1:sha256:ab", " a "]
VERY_LONG = [LONG, f"{LONG}  two spaces", f"{LONG}\nnew line", f"# {LONG}", "x" * 300, "a\tb"]


@pytest.mark.parametrize("text", [*CODES, *PROSE, *VERY_LONG])
def test_a_written_text_is_read_as_it_was(text: str) -> None:
    for written in (scalar(text), scalar(text, "'"), scalar(text, '"'), flow([text])):
        assert yaml.load(written, yaml.CBaseLoader) in (text, [text])
        assert "\n" not in written
    lines = list(field_lines("key", text, 2))
    assert yaml.load("\n".join(lines), yaml.CBaseLoader) == {"key": text}
    assert (
        all(len(line) <= 110 for line in lines) or " " not in text or "  " in text or "\n" in text
    )


@pytest.mark.parametrize("text", ["1.10", "no", "null", "", "012", "true", "1e3", "~", "y"])
def test_what_others_would_take_for_something_else_is_quoted(text: str) -> None:
    assert scalar(text)[0] == '"'


@dataclass(frozen=True)
class Front:
    """Front matter with all kinds of freedom, and how `status` is written in it."""

    content: bytes
    status: str


WORDS = st.sampled_from(
    ["a", "no", "x-1", "a b", "it's", "1.10", "2026-04-01", "é", "a, b", "end."]
)
COMMENT = st.sampled_from(["", "", "", "  # note", " # {odd: [", "\t# - x: 'y", " #"])
ABOVE = st.sampled_from(
    ["", "", "", "# above\n", "\n", "\n# - id: A9\n\n", "# a\n#  b: c\n", "  # in\n"]
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    word = draw(WORDS)
    style = draw(st.sampled_from(["'", '"', "plain"]))
    if style == "plain" and "'" not in word and ", " not in word:
        return word
    return "'" + word.replace("'", "''") + "'" if style == "'" else f'"{word}"'


@st.composite
def values(draw: st.DrawFn, margin: str) -> str:
    """A value in one of the ways to write one, from behind the colon to the end of the line."""
    kind = draw(st.sampled_from(["text", "folded", "list", "brackets", "items", "braces", "lines"]))
    comment, several = draw(COMMENT), draw(st.lists(texts(), min_size=1, max_size=3))
    if kind == "folded":
        head = draw(st.sampled_from([">-", "|", "|+", ">", "|-  # c", "|2-"]))
        return f" {head}\n  first # no comment\n  second: [line\n" + draw(
            st.sampled_from(["", "\n"])
        )
    if kind == "list":
        return f"{comment}\n" + "".join(f"{margin}- {each}{comment}\n" for each in several)
    if kind == "items":
        gap = draw(st.sampled_from([" ", "   "]))
        inner = " " * (len(margin) + 1 + len(gap))
        return f"{comment}\n" + "".join(
            f'{margin}-{gap}version: "1.{i}"{comment}\n{inner}# inside\n{inner}by: {each}\n'
            for i, each in enumerate(several)
        )
    if kind == "braces":
        return f"{comment}\n" + "".join(
            f"{margin}- {{version: {each}, by: p-1}}{comment}\n" for each in several
        )
    if kind == "brackets":
        return f" [{', '.join(several)}]{comment}\n"
    if kind == "lines":
        return " [\n" + "".join(f"   {each},{comment}\n" for each in several) + f"  ]{comment}\n"
    return f" {several[0]}{comment}\n"


LISTS = ["reviews", "approvals", "history"]
OTHERS = ["id", "title", "synonyms", "version", "purpose", "policy", "triggers", "risks", "xyz"]


@st.composite
def blocks(draw: st.DrawFn, keys: list[str], status: str) -> str:
    """Fields on lines of their own."""
    margin = draw(st.sampled_from(["", "  ", "    "]))
    text = draw(ABOVE)
    for key in keys:
        if key == "status":
            text += f"status: {status}{draw(COMMENT)}\n"
        elif key in LISTS:
            text += f"{key}:{draw(values(margin).filter(_is_list_of_maps))}"
        else:
            text += f"{key}:{draw(values(margin))}"
        text += draw(ABOVE)
    return text


@st.composite
def braces(draw: st.DrawFn, keys: list[str], status: str) -> str:
    """Fields in a pair of braces."""
    lists = st.sampled_from(["[]", "[{version: '1.0'}]", "[ # c\n  {by: p-1},\n ]", "[{a: b}, {}]"])
    parts = []
    for key in keys:
        value = status if key == "status" else draw(lists if key in LISTS else texts())
        parts.append(f"{key}: {value}")
    between = draw(st.sampled_from([", ", ",\n  ", ",  # c: [\n ", "\n , ", " # }\n ,"]))
    start = draw(st.sampled_from(["{", "{ ", "{\n  ", "# c\n{  # {\n"]))
    end = draw(st.sampled_from(["}", "\n}", "  # end\n }", ",}", " ,\n}", ",  # c\n# d\n}\n"]))
    return start + between.join(parts) + end


@st.composite
def fronts(draw: st.DrawFn) -> Front:
    """Front matter in any form, with any line ends and any text below it."""
    keys = draw(st.permutations(["status", *draw(st.sets(st.sampled_from(OTHERS + LISTS)))]))
    status = draw(st.sampled_from(["draft", '"draft"', "'draft'", "in_review"]))
    text = draw(blocks(keys, status) | braces(keys, status))
    body = draw(st.sampled_from(BODIES))
    return Front(_page(text, body, draw(st.sampled_from(LINE_ENDS))), status)


def _is_list_of_maps(value: str) -> bool:
    found = yaml.load(f"key:{value}", yaml.CBaseLoader)["key"]
    return isinstance(found, list) and all(isinstance(each, dict) for each in found)


def _shared(one: bytes, two: bytes) -> int:
    """Return how many bytes two texts have in common from the beginning."""
    pairs = zip(one, two, strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(one), len(two)))


def _only_added(before: bytes, after: bytes) -> bool:
    """Tell whether ``after`` is ``before`` with something put in; a comma may be apart from it."""
    start = _shared(before, after)
    if not after.endswith(before[start:]) and after[start : start + 1] == b",":
        after = after[:start] + after[start + 1 :]
        start = _shared(before, after)
    return after.endswith(before[start:]) and len(after) > len(before)


def _replaced(before: bytes, after: bytes) -> bytes:
    """Return the least part of ``before`` that another part took the place of."""
    start = _shared(before, after)
    end = _shared(before[start:][::-1], after[start:][::-1])
    return before[start : len(before) - end]


@settings(max_examples=400, deadline=None)
@given(front=fronts(), key=st.sampled_from(LISTS))
def test_any_front_matter_keeps_every_other_byte(front: Front, key: str) -> None:
    file = ManualFile.read(NAME, front.content)
    data = _data(front.content)

    changed = file.set(("status",), "retired")
    assert _replaced(front.content, changed.content).decode() in front.status
    assert _data(changed.content) == {**data, "status": "retired"}

    longer = file.put_first(key, ENTRY)
    assert _only_added(front.content, longer.content)
    assert _data(longer.content) == {**data, key: [ENTRY, *data.get(key, [])]}

    block = {"on": "2026-05-01", "reason": LONG, "replaced_by": ["A", "B"]}
    changed = file.add("retired", block)
    assert _only_added(front.content, changed.content)
    assert _data(changed.content) == {**data, "retired": block}

    if b"|+" not in front.content:  # there, the lines below a key can turn into its text: refused
        gone = longer.without(key)
        assert key not in _data(gone.content)
        if not file.tree.flow:
            assert [line for line in _lines(gone) if line not in _lines(file)] == []
            assert changed.without("retired").content == front.content


def _lines(file: ManualFile) -> list[bytes]:
    return file.content.splitlines()


def _variants(content: bytes) -> Iterator[bytes]:
    yield content
    yield content.replace(b"\n", b"\r\n").rstrip()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_definition_keeps_every_other_byte(path: Path) -> None:
    for content in _variants(path.read_bytes()):
        file = ManualFile.read(path.name, content)
        for key in LISTS:
            assert _only_added(content, file.put_first(key, ENTRY).content)
        for key in UNCONTROLLED - {"status"}:
            taken_out = file.without(key)
            assert key not in taken_out.source.data
            assert taken_out.add(key, "x").without(key).content == taken_out.content
        status = file.source.data["status"]
        assert _replaced(content, STATUS(file).content).decode() in status
