"""Where a change goes in a YAML text, and what it looks like there: as its neighbours do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from process_manual.editing.chunks import chunks
from process_manual.editing.tree import Node, line_end, line_start, skip_blank
from process_manual.editing.writing import WIDTH, field_lines, flow, item_lines, scalar
from process_manual.model.definition import Definition
from process_manual.model.source import Plain

HOUSE_ORDER = {name: i for i, name in enumerate(Definition.model_fields)}
"""Place of each key among the keys of a definition."""


class Splice(NamedTuple):
    """What stands from ``start`` to ``end`` is replaced by ``text``."""

    start: int
    end: int
    text: str


def new_value(text: str, node: Node, value: str) -> Splice:
    """Return another value for a scalar, in its own quotes."""
    written = scalar(value, node.style)
    if node.is_empty:
        before = text[: node.start]
        if not before.rstrip().endswith(":"):
            written = f": {written}"
        elif before.endswith(":"):
            written = f" {written}"
    return Splice(node.start, node.end, written)


def new_key(text: str, top: Node, key: str, value: Plain) -> list[Splice]:
    """Return a new top key, behind the one that comes before it in house order."""
    entries = top.entries or ()
    before = [
        (HOUSE_ORDER[each.key], i)
        for i, each in enumerate(entries)
        if each.key in HOUSE_ORDER and HOUSE_ORDER[each.key] < HOUSE_ORDER[key]
    ]
    index = max(before)[1] + 1 if before else 0
    if top.flow:
        return _in_braces(text, top, f"{key}: {flow(value)}", index)
    at = 0
    if index:
        at = chunks(text, top)[index - 1].end
    elif entries:
        at = line_start(text, entries[0].start)
    lines = field_lines(key, value, 0, _hyphen(text, top))
    return [Splice(at, at, "\n".join(lines) + "\n")]


def _in_braces(text: str, top: Node, written: str, index: int) -> list[Splice]:
    """Return a key as the one at ``index``; on a line of its own when its neighbour is."""
    entries = top.entries or ()
    if not entries:
        return [Splice(top.start + 1, top.start + 1, written)]
    if index < len(entries):
        start = entries[index].start
        above = text[entries[index - 1].value.end if index else top.start : start]
        between = ",\n" + " " * _column(text, start) if "\n" in above else ", "
        return [Splice(start, start, written + between)]
    end = entries[-1].value.end
    if "\n" not in text[end : top.end]:
        return [Splice(end, end, f", {written}")]
    sign = skip_blank(text, end)  # a comma may stand there already; behind it, a comment
    comma = "" if text[sign] == "," else ","
    below = line_end(text, sign if text[sign] == "," else end)
    margin = " " * _column(text, entries[-1].start)
    return [Splice(end, end, comma), Splice(below, below, f"\n{margin}{written}")]


def no_key(text: str, top: Node, index: int) -> Splice:
    """Return nothing in the place of the top key at ``index``, its value and its comments."""
    entries = top.entries or ()
    if not top.flow:
        chunk = chunks(text, top)[index]
        return Splice(chunk.start, chunk.end, "")
    start, end = entries[index].start, entries[index].value.end
    if index:
        start = entries[index - 1].value.end
    elif len(entries) > 1:
        end = entries[1].start
    return Splice(start, end, "")


def first_item(text: str, top: Node, node: Node, item: Mapping[str, Plain]) -> list[Splice]:
    """Return a new first item of the list ``node``, the value of a top key."""
    if node.entries and not node.flow:
        return [_in_block(text, top, node, item)]
    if node.entries or "#" in text[node.start : node.end]:
        return [_in_brackets(text, node, item)]
    if top.flow:
        return [Splice(node.start, node.end, f"[{flow(item)}]")]
    hyphen = _hyphen(text, top)
    colon = len(text[: node.start].rstrip())
    below = line_end(text, node.end) + 1
    lines = item_lines(item, hyphen, 1, hyphen)
    return [Splice(colon, node.end, ""), Splice(below, below, "\n".join(lines) + "\n")]


def key_inside(text: str, top: Node, node: Node, key: str, value: Plain) -> Splice:
    """Return a new last key of the mapping ``node``, which is not empty, such as a list's item."""
    entries = node.entries or ()
    end = entries[-1].value.end
    if node.flow:
        return Splice(end, end, f", {key}: {flow(value)}")
    below = line_end(text, end)
    lines = field_lines(key, value, _column(text, entries[0].start), _hyphen(text, top))
    return Splice(below, below, "".join(f"\n{line}" for line in lines))


def _in_block(text: str, top: Node, node: Node, item: Mapping[str, Plain]) -> Splice:
    """Return an item above the first one, in brackets when that one is and the line is not long."""
    first = (node.entries or ())[0]
    indent = _column(text, first.start)
    gap = max(first.value.start - first.start - 1, 1)
    if "\n" in text[first.start : first.value.start]:
        gap = 1
    line = f"{' ' * indent}-{' ' * gap}{flow(item)}"
    lines = [line]
    if not first.value.flow or len(line) > WIDTH:
        lines = list(item_lines(item, indent, gap, _hyphen(text, top)))
    start = line_start(text, first.start)
    return Splice(start, start, "\n".join(lines) + "\n")


def _in_brackets(text: str, node: Node, item: Mapping[str, Plain]) -> Splice:
    """Return an item as the first of a list in brackets, on a line of its own if that one is."""
    opened = node.start + 1
    if not node.entries:
        return Splice(opened, opened, flow(item))
    start = node.entries[0].start
    between = ", "
    if "\n" in text[opened:start]:
        between = ",\n" + " " * _column(text, start)
    return Splice(start, start, flow(item) + between)


def _column(text: str, offset: int) -> int:
    return offset - line_start(text, offset)


def _hyphen(text: str, top: Node) -> int:
    """Return how far lists stand in from their keys, in most of this text."""
    found = Counter(
        _column(text, entry.value.start) - _column(text, entry.start)
        for entry in top.entries or ()
        if entry.value.entries and not entry.value.flow and entry.value.entries[0].key is None
    )
    return found.most_common(1)[0][0] if found else 0
