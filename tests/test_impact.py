"""The impact of a change: what the report says, and that no change goes unsaid."""

from __future__ import annotations

import copy
import random
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from process_manual.loading import load
from process_manual.model.base import Model
from process_manual.model.definition import Definition
from process_manual.model.digest import UNCONTROLLED, controlled_bytes, digest
from process_manual.model.manual import Manual
from process_manual.model.policy import Policy
from process_manual.model.registers import ROW_TYPES
from process_manual.model.standards import Standard
from process_manual.views.differences import differences
from process_manual.views.impact import impact
from process_manual.views.pairing import named_fields
from process_manual.views.text_changes import text_changes
from process_manual.writers.impact import NO_CHANGE, in_short, outline
from process_manual.writers.plain import as_text
from tests.patches import patched
from tests.projects import EXAMPLE
from tests.support import AS_OF, ROOT

CASES = yaml.safe_load((ROOT / "tests/impact/cases.yml").read_text("utf-8"))
Case = Mapping[str, Any]


def _manual(root: Path) -> Manual:
    return load(root, AS_OF).manual


def _states(case: Case, folder: Path) -> tuple[Path, Path]:
    """Write the two states of a case; in the second, approvals hold what they held before."""
    before = patched(folder / "before", case.get("before", ""))
    after = folder / "after"
    shutil.copytree(before, after)
    if "change" in case:
        patched(after, case["change"], stamps=False)
    for old, new in case.get("move", {}).items():
        place = after / "processes/example"
        (place / old).replace(place / new)
    for name in case.get("remove", ()):
        (after / "processes/example" / name).unlink()
    for id_, version in case.get("stamp", {}).items():
        _approve(after, id_, version)
    return before, after


def _approve(root: Path, id_: str, version: str) -> None:
    definition = _manual(root).current[id_]
    path = root / definition.source.path
    text = path.read_text("utf-8")
    path.write_text(text.replace("to be stamped", digest(definition, version)), "utf-8")


def _report(before: Path, after: Path) -> list[str]:
    found = impact(_manual(before), _manual(after))
    return [click.unstyle(line) for line in as_text(outline(found, "Compared"))]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_report_says(case: Case, tmp_path: Path) -> None:
    lines = _report(*_states(case, tmp_path))
    shown = "\n".join(lines)
    stripped = [line[2:] if line.startswith("  ") else line for line in lines]
    for line in case.get("says", ()):
        assert line in stripped, f"missing: {line}\n\n{shown}"
    for text in case.get("silent", ()):
        assert text not in shown, f"there: {text}\n\n{shown}"


def test_who_hands_over_to_an_unchanged_interface_is_counted_not_listed() -> None:
    name = "processes/resolution/RES-014-incident-management.md"
    text = (ROOT / name).read_text("utf-8")
    before = load(ROOT, AS_OF).manual
    assert "Stop after 20 minutes" in text
    detail = text.replace("Stop after 20 minutes", "Stop after 15 minutes").encode()
    quiet = impact(before, load(ROOT, AS_OF, overlay={name: detail}).manual)
    assert not quiet.reached
    assert len(quiet.unaffected) > 5
    assert f"No interface changed; {len(quiet.unaffected)} definitions that hand" in in_short(quiet)
    assert "procedure: RES-016" in text
    called = text.replace("procedure: RES-016", "procedure: RES-017", 1).encode()
    loud = impact(before, load(ROOT, AS_OF, overlay={name: called}).manual)
    assert not loud.unaffected
    assert {each.id for each in quiet.unaffected} <= {e.definition.id for e in loud.reached}
    assert "not affected" not in in_short(loud)


def test_the_same_state_has_no_impact(tmp_path: Path) -> None:
    before, after = _states({}, tmp_path)
    assert _report(before, after) == [
        "Impact of this change",
        "  Compared, as of 30 June 2026.",
        "  No change in meaning.",
    ]


# Nothing that changes nothing -----------------------------------------------------------------


class _Dumper(yaml.SafeDumper):
    """Writes lists inside mappings in another way than people do."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _shuffled(value: Any, order: random.Random) -> Any:
    if isinstance(value, dict):
        keys = order.sample(list(value), len(value))
        return {key: _shuffled(value[key], order) for key in keys}
    return [_shuffled(each, order) for each in value] if isinstance(value, list) else value


def _rewritten(text: str, order: random.Random, style: Mapping[str, Any], line_end: str) -> str:
    """Return a YAML text with the same values in another form."""
    data = yaml.load(text, yaml.BaseLoader)
    dumped = yaml.dump(
        _shuffled(data, order), Dumper=_Dumper, sort_keys=False, allow_unicode=True, **style
    )
    lines = [re.sub(r"^\w+:$", r"\g<0>  # a comment", line) for line in dumped.splitlines()]
    return line_end.join(["# Another comment", "", *lines, ""])


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    seed=st.integers(0, 10**6),
    quotes=st.sampled_from(['"', "'", ">", None]),
    flow=st.sampled_from([True, False, None]),
    width=st.integers(20, 200),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
def test_another_form_is_no_change_in_meaning(
    tmp_path_factory: pytest.TempPathFactory,
    seed: int,
    quotes: str | None,
    flow: bool | None,
    width: int,
    line_end: str,
) -> None:
    """Order of keys, quotes, comments, line breaks, folded texts and line ends carry no meaning."""
    order = random.Random(seed)
    style = {"default_style": quotes, "default_flow_style": flow, "width": width}
    after = tmp_path_factory.mktemp("rewritten")
    for path in sorted((EXAMPLE / "processes").rglob("*")):
        target = after / path.relative_to(EXAMPLE)
        if path.suffix == ".md":
            _, front, body = path.read_text("utf-8").split("---\n", 2)
            front = _rewritten(front, order, style, line_end)
            text = f"---{line_end}{front}---{line_end}" + body.replace("\n", line_end)
        elif path.suffix == ".yml":
            text = _rewritten(path.read_text("utf-8"), order, style, line_end)
        else:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode("utf-8"))
    before, loaded = _manual(EXAMPLE), load(after, AS_OF)
    assert not [f for f in loaded.findings if f.severity == "error"]
    found = impact(before, loaded.manual)
    assert not found.changes, [*found.changes.definitions, *found.changes.rows]
    assert not found.approvals
    assert in_short(found) == NO_CHANGE


# Everything that changes something ------------------------------------------------------------


def _leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of each scalar, and of each item of a list."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _leaves(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _leaves(each, (*path, index))
            if not isinstance(each, str):
                yield (*path, index)
    else:
        yield path


def _holder(data: Any, path: tuple[str | int, ...]) -> Any:
    for step in path[:-1]:
        data = data[step]
    return data


FULL = """\
# EXA-010, lines added
synonyms: ["broken"]
shared: false
emergency: true
raci_model: RASCI
consultees: [security]
segregation: [[A1, A2]]
exceptions:
- {text: "No log on election night", approved_by: head-of-it, until: 2026-12-31}
operated_by:
- {party: SUP-01, control: "Their monthly report is read on the third working day"}
"""
"""With what the example says already, a definition that has nearly every field."""

LONGER = """
## Twice

Once.

## Twice

Twice.

```
## no heading
~~~
```

| a | b |
|---|---|
| 1 | 2 |
"""

OTHERS = (
    *("major", "minor", "editorial", "low", "medium", "high", "weekly", "monthly", "quarterly"),
    *("lower", "higher", "band", "true", "false", "RACI", "RASCI", "process", "procedure"),
    *("changed", "unchanged", "finance", "draft", "2026-06-11", "9.9", "77", "2031"),
)
"""Values of which one fits a field that not every text fits."""


def _without(data: Any, path: tuple[str | int, ...]) -> Any:
    found = copy.deepcopy(data)
    del _holder(found, path)[path[-1]]
    return found


def _with_another(data: Any, path: tuple[str | int, ...]) -> Iterator[Any]:
    """Yield the data with each other value at ``path`` that might fit."""
    value = _holder(data, path)[path[-1]]
    for other in (f"{value} and more", *OTHERS) if isinstance(value, str) else ():
        if other != value:
            found = copy.deepcopy(data)
            _holder(found, path)[path[-1]] = other
            yield found


def _read(definition: Definition, data: Any) -> Definition | None:
    try:
        return Definition.read(replace(definition.source, data=data), data)
    except ValidationError:
        return None


def test_a_change_of_any_one_controlled_value_is_told(tmp_path: Path) -> None:
    definition = _manual(patched(tmp_path, FULL)).current["EXA-010"]
    data = definition.source.data
    never_valid = []
    for path in _leaves(data):
        others = (_read(definition, other) for other in _with_another(data, path))
        valid = next((each for each in others if each), None)
        if valid is None and isinstance(_holder(data, path)[path[-1]], str):
            never_valid.append(path)
        for after in (valid, _read(definition, _without(data, path))):
            if after is None or controlled_bytes(after) == controlled_bytes(definition):
                assert after is None or path[0] in (*UNCONTROLLED, "history")
                continue
            told = differences(definition, after)
            assert told or after.model_dump() == definition.model_dump(), path
            assert all(change.words for change in told)
    assert not never_valid, "add a value to OTHERS that fits these"


def test_another_order_of_any_list_is_told() -> None:
    for definition in _manual(EXAMPLE).definitions:
        data = definition.source.data
        for path in {path[:-1] for path in _leaves(data) if isinstance(path[-1], int)}:
            other = copy.deepcopy(data)
            _holder(other, (*path, ""))[:] = _holder(other, (*path, ""))[::-1]
            after = _read(definition, other)
            if after and controlled_bytes(after) != controlled_bytes(definition):
                assert differences(definition, after), path


def test_a_heading_inside_code_is_none() -> None:
    before = "## One\n\n```\n## Two\n```\n\nText.\n"
    (found,) = text_changes(before, before.replace("Text", "Other text"))
    assert found.heading == "One"
    assert found.lines == (" ", "-Text.", "+Other text.")


def test_a_change_of_any_line_of_the_text_is_told() -> None:
    body = _manual(EXAMPLE).current["EXA-010"].body + LONGER
    lines = body.split("\n")
    for number, line in enumerate(lines):
        if line.strip():
            other = "\n".join([*lines[:number], f"{line} Indeed.", *lines[number + 1 :]])
            found = text_changes(body, other)
            assert any("Indeed." in part for t in found for part in (t.heading, *t.lines)), line


# Words ----------------------------------------------------------------------------------------


def _models(model: type[BaseModel], seen: set[type[BaseModel]]) -> set[type[BaseModel]]:
    if model not in seen:
        seen.add(model)
        for info in model.model_fields.values():
            for part in _parts(info.annotation):
                _models(part, seen)
    return seen


def _parts(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for each in getattr(annotation, "__args__", ()):
        yield from _parts(each)


EVERY_MODEL = sorted(
    {m for top in (Definition, Policy, Standard, *ROW_TYPES.values()) for m in _models(top, set())},
    key=lambda model: model.__name__,
)


@pytest.mark.parametrize("model", EVERY_MODEL, ids=lambda model: model.__name__)
def test_what_is_called_by_its_fields_has_them(model: type[Model]) -> None:
    assert set(named_fields(model.called)) <= set(model.model_fields)


def test_every_item_of_a_list_has_a_name_or_is_told_as_a_whole() -> None:
    nameless = {
        part.__name__
        for model in EVERY_MODEL
        for info in model.model_fields.values()
        if "tuple" in str(info.annotation)
        for part in _parts(info.annotation)
        if not part.called  # type: ignore[attr-defined]
    }
    assert nameless == {"Branch"}
