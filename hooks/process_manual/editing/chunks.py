"""Front matter in pieces: each top key with its value and the comments that belong to it."""

from __future__ import annotations

from dataclasses import dataclass

from process_manual.editing.tree import Node, line_end, line_start


@dataclass(frozen=True, slots=True)
class Chunk:
    """The whole lines of one key, comments above it included, as offsets into the text."""

    key: str
    start: int
    end: int


def chunks(text: str, tree: Node) -> list[Chunk]:
    """Return the pieces of a block mapping in their order; they join up without a gap.

    What stands before the first is the comment on the file, what stands after the last is a closing
    comment. A comment belongs to the key below it; when a blank line separates the two, to the key
    above. A comment that stands further in than the keys belongs to the key above, too.
    """
    found: list[Chunk] = []
    entries = tree.entries or ()
    start = _header(text, line_start(text, entries[0].start)) if entries else 0
    for i, entry in enumerate(entries):
        below = min(line_end(text, entry.value.end) + 1, len(text))
        until = line_start(text, entries[i + 1].start) if i + 1 < len(entries) else len(text)
        end = below + _owned(text[below:until], is_last=i + 1 == len(entries))
        found.append(Chunk(entry.key or "", start, end))
        start = end
    return found


def _header(text: str, first: int) -> int:
    """Return where the comment on the whole file ends: with the last blank line above the keys."""
    end = position = 0
    for line in text[:first].splitlines(keepends=True):
        position += len(line)
        if not line.strip():
            end = position
    return end


def _owned(gap: str, is_last: bool) -> int:
    """Return how much of the lines between two keys belongs to the upper one."""
    lines = gap.split("\n")[:-1]
    owned = 0
    for i, line in enumerate(lines):
        if line.startswith((" ", "\t")) and line.strip():
            owned = i + 1
    rest = lines[owned:]
    blank = next((i for i, line in enumerate(rest) if not line.strip()), None)
    if blank is not None and not is_last:
        owned += blank
    return sum(len(line) + 1 for line in lines[:owned])
