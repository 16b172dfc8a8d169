"""YAML to plain data in which every scalar is a string, with the place of every key and value.

libyaml's event stream is read by a builder of our own: ``compose`` of the C loader crashes the
interpreter on deep nesting, and every ready-made constructor guesses types (``no``, ``1.10``,
``8.10``, ``12:30``). On a syntax error the text is read once more by the pure loader, whose
places are right; a long text is not, because that loader is forty times as slow.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import yaml

from process_manual.limits import MOST_FAULTS
from process_manual.loading.characters import CURE, HIDDEN, code_point
from process_manual.loading.messages import ENOUGH, short
from process_manual.loading.syntax import NO_SPACE, YamlFault, may_be_reread, syntax_fault
from process_manual.model.source import Place, Plain

MAX_DEPTH = 8
"""Nesting beyond this is a mistake or an attack; the deepest field of the schema has six."""

MAX_NODES = 100_000
"""Values in one file; the plan of two thousand definitions has half as many."""

_FAST: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
_CHANGED_BY_OTHERS = frozenset({"version", "clause"})


_REFUSED = (
    (HIDDEN, "an invisible character ({}) stands here", CURE),
    (
        re.compile("^%", re.MULTILINE),
        "a line may not start with %: that is an order to the reader",
        "put the value in quotes, or delete the line",
    ),
)
"""What is not even read: libyaml takes minutes for a file of nothing but orders."""


@dataclass(slots=True)
class YamlText:
    """What a YAML text holds; ``data`` is None when it could not be read at all."""

    data: Plain = None
    place: Place | None = None
    faults: list[YamlFault] = field(default_factory=list)


def read_yaml(text: str, first_line: int = 1) -> YamlText:
    """Read one YAML document; never raises for what the text holds.

    ``first_line`` is the line of the file on which the text begins; places count from there.
    """
    for pattern, message, hint in _REFUSED:
        if found := pattern.search(text):
            line = text.count("\n", 0, found.start()) + first_line
            column = found.start() - text.rfind("\n", 0, found.start())
            told = message.format(code_point(found[0]))
            return YamlText(faults=[YamlFault("DOC-001", (line, column), told, hint)])
    try:
        return _Builder(_FAST(text).get_event, first_line).document()
    except yaml.YAMLError as first:
        if not may_be_reread(text):
            return YamlText(faults=[syntax_fault(text, first, first_line)])
        try:
            return _Builder(yaml.SafeLoader(text).get_event, first_line).document()
        except yaml.YAMLError as error:
            return YamlText(faults=[syntax_fault(text, error, first_line)])
        except RecursionError:
            return YamlText(faults=[syntax_fault(text, first, first_line)])


class _StopError(Exception):
    """Raised inside the builder to stop at once."""


class _Builder:
    """Turns the events of one document into plain data; collects faults on the way."""

    def __init__(self, next_event: Callable[[], Any], first_line: int) -> None:
        self._next = next_event
        self._first_line = first_line
        self._nodes = 0
        self._faults = self._warnings = 0
        self._found = YamlText()

    def document(self) -> YamlText:
        try:
            self._document()
        except _StopError:
            self._found.data = None
        return self._found

    def _document(self) -> None:
        self._next()  # stream start
        event = self._next()
        if isinstance(event, yaml.StreamEndEvent):
            return
        top = self._next()
        self._found.data, inside = self._node(top, 0, "")
        self._found.place = Place(None, top.start_mark, inside)
        self._next()  # document end
        event = self._next()
        if not isinstance(event, yaml.StreamEndEvent):
            self._fault(event, "a second YAML document begins here", "keep one block only")

    def _node(self, event: Any, depth: int, key: str) -> tuple[Plain, Any]:
        """Return what begins with ``event``, the value of ``key``, and the places inside it."""
        kind = type(event)
        self._nodes += 1
        if self._nodes > MAX_NODES:
            hint = "split it, or look for something that stands here again and again"
            self._fault(event, f"the file has more than {MAX_NODES:,} values", hint)
            raise _StopError
        if kind is yaml.ScalarEvent and event.tag is None and event.anchor is None:
            return self._scalar(event, key), None
        if kind is yaml.AliasEvent:
            hint = "write the value out; what one place says must not depend on another"
            self._fault(event, f"an alias (`*{event.anchor}`) is not allowed", hint)
            return f"*{event.anchor}", None
        if event.anchor is not None:
            hint = f"delete `&{event.anchor}`; if a text begins with &, put it in quotes"
            self._fault(event, f"an anchor (`&{event.anchor}`) is not allowed", hint)
        if event.tag is not None and event.tag != "!":
            hint = "delete the tag; if a text begins with !, put it in quotes"
            self._fault(event, f"a tag (`{_short_tag(event.tag)}`) is not allowed", hint)
        if kind is yaml.ScalarEvent:
            return self._scalar(event, key), None
        if depth >= MAX_DEPTH:
            self._fault(event, f"nested more than {MAX_DEPTH} levels deep", "make it flatter")
            raise _StopError
        inside = depth + 1
        return self._sequence(inside) if kind is yaml.SequenceStartEvent else self._mapping(inside)

    def _scalar(self, event: yaml.ScalarEvent, key: str) -> str | None:
        value: str = event.value
        if not event.style:
            if value in _NOTHING:
                return None
            if value[0] == "“" and value[-1] == "”" and value.count("“") == 1:
                message = "the curly quotes are part of the text here"
                hint = f'use straight ones: "{value[1:-1]}"'
                self._warn(event, message, hint)
            if key in _CHANGED_BY_OTHERS and _reads_as_other_number(value):
                message = f"`{value}` without quotes is read as {float(value):g} by other programs"
                self._warn(event, message, f'put it in quotes: "{value}"')
        elif event.style == '"':
            value = self._without_hidden(event)
        return value

    def _without_hidden(self, event: yaml.ScalarEvent) -> str:
        """Find what double quotes can bring in as a code: it is not seen on a page either."""
        value: str = event.value
        if not (hidden := HIDDEN.search(value)):
            return value
        message = f"the text holds an invisible character ({code_point(hidden[0])}) as a code"
        self._fault(event, message, "take out the code, which begins with a backslash")
        return HIDDEN.sub("\ufffd", value)

    def _sequence(self, depth: int) -> tuple[list[Plain], list[Place]]:
        items: list[Plain] = []
        places: list[Place] = []
        while type(event := self._next()) is not yaml.SequenceEndEvent:
            item, inside = self._node(event, depth, "")
            items.append("" if item is None else item)
            places.append(Place(None, event.start_mark, inside))
        return items, places

    def _mapping(self, depth: int) -> tuple[dict[str, Plain] | None, dict[str, Place]]:
        found: dict[str, Plain] = {}
        places: dict[str, Place] = {}
        is_list = False
        while type(event := self._next()) is not yaml.MappingEndEvent:
            if type(event) is not yaml.ScalarEvent:
                self._fault(event, "a key must be a word", "put quotes around a text with [ or {")
                self._skip(event)
                self._skip(self._next())
                continue
            key = self._without_hidden(event) if event.style == '"' else event.value
            if key == "<<" and not event.style:
                self._fault(event, "a merge key (`<<`) is not allowed", "write the values out")
            if key.startswith("-") and not event.style:
                self._fault(event, *NO_SPACE)
                is_list = depth > 1
            if is_list:
                self._skip(self._next())
                continue
            if key in places:
                line = places[key].key.line + self._first_line
                hint = f"keep one of the two; the first one is on line {line}"
                self._fault(event, f"`{short(key)}` stands here twice", hint)
                self._skip(self._next())
                continue
            start = self._next()
            value, inside = self._node(start, depth, key)
            places[key] = Place(event.start_mark, start.start_mark, inside)
            if value is not None:
                found[key] = value
        return None if is_list else found, places

    def _skip(self, event: Any) -> None:
        """Pass over a node whose content does not matter, since a fault of it has been told."""
        depth = 0
        while True:
            if depth > MAX_DEPTH:
                raise _StopError
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth == 0:
                return
            event = self._next()

    def _mark(self, event: Any) -> tuple[int, int]:
        return event.start_mark.line + self._first_line, event.start_mark.column + 1

    def _fault(self, event: Any, message: str, hint: str) -> None:
        self._found.faults.append(YamlFault("DOC-001", self._mark(event), message, hint))
        self._faults += 1
        if self._faults > MOST_FAULTS:
            self._found.faults[-1] = YamlFault("DOC-001", self._mark(event), *ENOUGH)
            raise _StopError

    def _warn(self, event: Any, message: str, hint: str) -> None:
        self._warnings += 1
        if self._warnings <= MOST_FAULTS:
            fault = YamlFault("DOC-003", self._mark(event), message, hint, warn=True)
            self._found.faults.append(fault)


def _short_tag(tag: str) -> str:
    return tag.replace("tag:yaml.org,2002:", "!!")


def _reads_as_other_number(value: str) -> bool:
    return bool(re.fullmatch(r"\d{1,6}\.\d{1,6}", value)) and str(float(value)) != value
