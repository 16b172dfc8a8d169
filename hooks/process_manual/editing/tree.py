"""Where everything in a YAML text begins and ends, so that one place of it can be changed.

Marks of the reader tell where a value begins. Here its end counts too: behind its last character,
where the parser would name the next key, lines of comments further down.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Node:
    """A scalar, a list or a mapping, as offsets into the text.

    ``end`` is behind its last character that counts. ``reach`` is as far as the parser read for it:
    trailing lines of a block scalar belong to it. ``style`` of a scalar is its quote or its ``|``
    or ``>``, and empty for a plain one. ``flow``: a list in [ ] or a mapping in { }.
    """

    start: int
    end: int
    reach: int
    style: str = ""
    flow: bool = False
    entries: tuple[Entry, ...] | None = None

    @property
    def is_empty(self) -> bool:
        """True for a value that is not there: a key with nothing behind its colon."""
        return self.start == self.end and self.entries is None


@dataclass(frozen=True, slots=True)
class Entry:
    """A key of a mapping with its value, or an item of a list.

    ``start`` is where the key begins, or the hyphen of an item; ``key`` is None for an item.
    """

    start: int
    key: str | None
    value: Node


def parse(text: str) -> Node:
    """Return the tree of a text that holds one YAML mapping and was read without an error."""
    events = iter(yaml.parse(text, _LOADER))
    for event in events:
        if isinstance(event, yaml.MappingStartEvent):
            return _Reader(text, events).mapping(event)
    raise ValueError("the text holds no mapping")


def scalars(node: Node, key: str = "") -> Iterator[tuple[str, Node]]:
    """Yield each scalar below ``node`` with the key that it is the value of."""
    if node.entries is None:
        yield key, node
    for entry in node.entries or ():
        yield from scalars(entry.value, entry.key or "")


def skip_blank(text: str, offset: int) -> int:
    """Return where the next sign stands that is neither space nor comment."""
    while offset < len(text):
        if text[offset] == "#":
            offset = line_end(text, offset)
        elif text[offset].isspace():
            offset += 1
        else:
            break
    return offset


def line_start(text: str, offset: int) -> int:
    """Return where the line of ``offset`` begins."""
    return text.rfind("\n", 0, offset) + 1


def line_end(text: str, offset: int) -> int:
    """Return where the line of ``offset`` ends, before its line break."""
    end = text.find("\n", offset)
    return len(text) if end < 0 else end


class _Reader:
    """Builds the tree from the parser's events."""

    def __init__(self, text: str, events: Iterator[Any]) -> None:
        self._text = text
        self._events = events

    def mapping(self, opening: Any) -> Node:
        entries: list[Entry] = []
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            value = self._node(next(self._events))
            entries.append(Entry(event.start_mark.index, event.value, value))
        return self._collection(opening, event, entries)

    def _sequence(self, opening: Any) -> Node:
        entries: list[Entry] = []
        end = opening.end_mark.index if opening.flow_style else opening.start_mark.index
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            value = self._node(event)
            start = value.start if opening.flow_style else skip_blank(self._text, end)
            entries.append(Entry(start, None, value))
            end = max(value.end, start + 1)
        return self._collection(opening, event, entries)

    def _node(self, event: Any) -> Node:
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event)
        return self._scalar(event)

    def _scalar(self, event: Any) -> Node:
        start, reach = event.start_mark.index, event.end_mark.index
        style = event.style or ""
        end = reach
        if style in ("|", ">"):
            written = self._text[start:reach]
            keeps = "+" in written.partition("\n")[0].partition("#")[0]
            end = reach if keeps else start + len(written.rstrip())
            if keeps and written.endswith("\n"):
                end -= 1
        return Node(start, end, reach, style)

    def _collection(self, opening: Any, closing: Any, entries: list[Entry]) -> Node:
        start, reach = opening.start_mark.index, closing.end_mark.index
        end = reach
        if not opening.flow_style:
            end = max(entries[-1].value.end, entries[-1].start + 1) if entries else start
            reach = end
        return Node(start, end, reach, flow=bool(opening.flow_style), entries=tuple(entries))
