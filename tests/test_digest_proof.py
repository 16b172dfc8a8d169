"""What a digest proves: any edit of the content breaks the approval, nothing else does."""

from __future__ import annotations

import copy
import datetime
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from process_manual import exports
from process_manual.editing import ManualFile, RefusedError
from process_manual.editing.fix import fixed
from process_manual.loading import load
from process_manual.model.definition import Definition
from process_manual.model.digest import UNCONTROLLED, digest
from process_manual.model.source import KeyPath, Source
from process_manual.views.standing import standing
from tests.support import ROOT, write

MANUAL = load(ROOT, datetime.date(2026, 11, 23)).manual
APPROVED = [d for d in MANUAL.definitions if standing(MANUAL, d).approval]
EACH = pytest.mark.parametrize("definition", APPROVED, ids=lambda d: d.source.path.split("/")[-1])


def _approval(definition: Definition) -> str | None:
    approval = standing(MANUAL, definition).approval
    return approval.digest if approval else None


def _holding(definition: Definition, data: dict[str, Any], body: str) -> Definition:
    """Return the definition as it would be with other data, whether or not it is valid."""
    other = definition.model_copy()
    other._source = Source(definition.source.path, data, body=body)
    return other


def _leaves(data: Any, path: KeyPath = ()) -> Iterator[KeyPath]:
    if isinstance(data, str):
        yield path
    else:
        for key, each in data.items() if isinstance(data, dict) else enumerate(data):
            yield from _leaves(each, (*path, key))


def _edited(data: Any, path: KeyPath) -> dict[str, Any]:
    """Return the data with one more letter, or digit of a version, in the text at ``path``."""
    found: dict[str, Any] = copy.deepcopy(dict(data))
    holder: Any = found
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] += "1" if path[-1] == "version" else "x"
    return found


@EACH
def test_an_edit_of_any_controlled_field_breaks_the_approval(definition: Definition) -> None:
    """Every single text, at every depth; the definition's own version decides what counts."""
    approval, data = _approval(definition), definition.source.data
    assert digest(definition) == approval
    paths = list(_leaves(data))
    assert len(paths) > 40
    for path in paths:
        edited = _holding(definition, _edited(data, path), definition.body)
        if path[0] == "version":
            edited = edited.model_copy(update={"version": "99.9"})
        assert (digest(edited) == approval) == (path[0] in UNCONTROLLED), path


@EACH
def test_a_field_or_item_more_or_less_breaks_the_approval(definition: Definition) -> None:
    approval, data = _approval(definition), dict(definition.source.data)
    for key in data:
        less = {each: value for each, value in data.items() if each != key}
        assert (digest(_holding(definition, less, definition.body)) == approval) == (
            key in UNCONTROLLED
        )
        if isinstance(value := data[key], list) and len(value) > 1 and key not in UNCONTROLLED:
            for changed in (value[1:], value[::-1], [*value, value[0]]):
                other = _holding(definition, {**data, key: changed}, definition.body)
                assert digest(other) != approval
    more = _holding(definition, {**data, "new_field": "x"}, definition.body)
    assert digest(more) != approval


@EACH
def test_an_edit_of_any_line_of_the_text_breaks_the_approval(definition: Definition) -> None:
    approval, data = _approval(definition), dict(definition.source.data)
    lines = definition.body.strip().split("\n")
    for i in range(len(lines)):
        body = "\n".join([*lines[:i], f"{lines[i]} x", *lines[i + 1 :]])
        assert digest(_holding(definition, data, body)) != approval


def _read(definition: Definition, content: bytes) -> str:
    file = ManualFile.read(definition.source.path, content)
    return digest(_holding(definition, dict(file.source.data), file.source.body))


def _content(definition: Definition) -> bytes:
    return (ROOT / definition.source.path).read_bytes()


@EACH
def test_an_edit_of_the_form_breaks_no_approval(definition: Definition) -> None:
    """Line ends, comments, blank lines, space, the order of keys, and the four fields left out."""
    approval, content = _approval(definition), _content(definition)
    front, body = content.removeprefix(b"---\n").split(b"\n---\n", 1)
    moved = b"area" + front.split(b"\narea", 1)[1] + b"\n" + front.split(b"\narea", 1)[0]
    entry = {"version": definition.version, "date": "2026-11-23", "by": "p-0001"}
    file = ManualFile.read(definition.source.path, content)
    variants = {
        "CR LF": content.replace(b"\n", b"\r\n"),
        "no line end": content.rstrip(),
        "blank lines": b"---\n\n" + front + b"\n\n---\n\n\n" + body + b"\n\n",
        "comments": b"---\n# a\n"
        + front.replace(b"\ntitle:", b"   # b\n# c\ntitle:")
        + b"\n---\n"
        + body,
        "order": b"---\n" + moved + b"\n---\n" + body,
        "quotes": content.replace(b"\narea: ", b"\narea: '").replace(b"\nkind:", b"'\nkind:", 1),
        "status": file.set(("status",), "in_review").content,
        "approvals": file.put_first("approvals", entry).content,
        "reviews": file.put_first("reviews", entry).content,
        "retired": file.without("retired").add("retired", {"on": "2026-11-23"}).content,
        "nothing yet": content.replace(b"\n---\n", b"\nexceptions: []\n---\n", 1)
        if b"\nexceptions" not in front
        else content,
        "put right": fixed(file).file.content,
    }
    for name, variant in variants.items():
        assert variant != content or name in ("put right", "nothing yet"), name
        assert _read(definition, variant) == approval, name


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_byte_counts_unless_the_reader_sees_no_difference(data: st.DataObject) -> None:
    """A byte anywhere: the approval holds exactly when fields and text still say the same."""
    definition = data.draw(st.sampled_from(APPROVED))
    text = _content(definition).decode()
    at = data.draw(st.integers(0, len(text)))
    new = data.draw(st.sampled_from(["", "x", " ", "\n", "#", " # x\n", "-", '"', "'", "é", ": "]))
    end = at + data.draw(st.integers(0, 2))
    changed = (text[:at] + new + text[end:]).encode()
    try:
        file = ManualFile.read(definition.source.path, changed)
    except RefusedError:
        return  # the check stops it before any digest
    before = {k: v for k, v in definition.source.data.items() if k not in UNCONTROLLED}
    after = {k: v for k, v in file.source.data.items() if k not in UNCONTROLLED}
    says_the_same = _set(before) == _set(after) and (
        file.source.body.strip() == definition.body.strip()
    )
    other = _holding(definition, dict(file.source.data), file.source.body)
    version = file.source.data.get("version")
    if isinstance(version, str):
        other = other.model_copy(update={"version": version})
    try:
        holds = digest(other) == _approval(definition)
    except (ValueError, KeyError, TypeError):
        return  # a version that is none: the check refuses it (DOC-003)
    assert holds == says_the_same


def _set(value: Any) -> Any:
    """Return plain data without what holds nothing."""
    if isinstance(value, dict):
        kept = {key: _set(each) for key, each in value.items()}
        return {key: each for key, each in kept.items() if each not in ("", [], {})}
    return [_set(each) for each in value] if isinstance(value, list) else value


def test_sha256sum_of_the_published_file_is_the_digest_of_the_approval(tmp_path: Path) -> None:
    files = {
        path: content
        for path, content in exports.files(MANUAL).items()
        if path.endswith("controlled.json")
    }
    write(tmp_path, files)
    done = subprocess.run(
        ["sha256sum", *sorted(files)], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    sums = {path: sum_ for sum_, path in (line.split() for line in done.stdout.splitlines())}
    assert len(sums) == len(MANUAL.definitions)
    for definition in APPROVED:
        page = f"{definition.id}/next" if definition.is_coming else definition.id
        path = f"processes/{page}/controlled.json"
        assert f"v1:sha256:{sums[path]}" == _approval(definition), path
