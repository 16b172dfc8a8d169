"""What has one right answer is put right: quotes round a version, trailing space, order of keys.

None of it changes what the file says: the same data, the same narrative, the same digest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from process_manual.editing.chunks import Chunk, chunks
from process_manual.editing.manualfile import ManualFile, RefusedError
from process_manual.editing.placing import HOUSE_ORDER, Splice
from process_manual.editing.tree import scalars

_NUMBERED = frozenset({"version", "clause"})
"""Keys whose value other programs read as a number: 1.10 becomes 1.1."""
_NUMBER = re.compile(r"\d+\.\d+")
_TRAILING = re.compile(r"[ \t]+(?=\n|\Z)")


@dataclass(frozen=True, slots=True)
class Fixed:
    """A file after all of it, what that was in words, and what had to be left as it is."""

    file: ManualFile
    done: tuple[str, ...]
    left: tuple[str, ...]


def fixed(file: ManualFile) -> Fixed:
    """Put a file right; what would change its meaning is left alone."""
    done: list[str] = []
    left: list[str] = []
    for find, one, many in _KINDS:
        splices = list(find(file))
        if splices:
            changed = _same(file, splices)
            words = one if len(splices) == 1 else many.format(len(splices))
            (left if changed is None else done).append(words)
            file = changed or file
    return Fixed(file, tuple(done), tuple(left))


def _quotes(file: ManualFile) -> Iterator[Splice]:
    """Yield double quotes round each plain version and clause."""
    for key, node in scalars(file.tree):
        value = file.front[node.start : node.end]
        if key in _NUMBERED and not node.style and _NUMBER.fullmatch(value):
            yield Splice(node.start, node.end, f'"{value}"')


def _trailing(file: ManualFile) -> Iterator[Splice]:
    """Yield the space at the ends of lines, but not where it is part of a text."""
    texts = [(node.start, node.reach) for _, node in scalars(file.tree)]
    spans = [span for span in texts if "\n" in file.front[slice(*span)]]
    for match in _TRAILING.finditer(file.front):
        if not any(start <= match.start() < reach for start, reach in spans):
            yield Splice(match.start(), match.end(), "")


def _order(file: ManualFile) -> Iterator[Splice]:
    """Yield the keys of a definition in the order of its model, each with its comments."""
    if not file.name.endswith(".md") or file.tree.flow:
        return
    pieces = chunks(file.front, file.tree)
    known = 0
    ranked: list[tuple[int, Chunk]] = []
    for piece in pieces:
        known = HOUSE_ORDER.get(piece.key, known)  # an unknown key stays behind the one above it
        ranked.append((known, piece))
    ordered = [piece for _, piece in sorted(ranked, key=lambda each: each[0])]
    if ordered != pieces:
        text = "".join(file.front[piece.start : piece.end] for piece in ordered)
        yield Splice(pieces[0].start, pieces[-1].end, text)


_KINDS: tuple[tuple[Callable[[ManualFile], Iterator[Splice]], str, str], ...] = (
    (_quotes, "a version or clause put in quotes", "{} versions and clauses put in quotes"),
    (_trailing, "space at the end of a line removed", "space at the end of {} lines removed"),
    (_order, "keys put in the house order", ""),
)


def _same(file: ManualFile, splices: list[Splice]) -> ManualFile | None:
    """Return the file after ``splices``, or None when they would change what it says."""
    try:
        changed = ManualFile.read(file.name, file.spliced(splices))
    except RefusedError:
        return None
    is_same = (changed.source.data, changed.source.body) == (file.source.data, file.source.body)
    return changed if is_same else None
