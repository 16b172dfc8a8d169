"""A file as it was read: plain data in which every scalar is a string, and where each stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from process_manual.diagnostics import Location

KeyPath: TypeAlias = tuple[str | int, ...]
Mark: TypeAlias = tuple[int, int]
Plain: TypeAlias = Any
"""Strings, lists of Plain, and dicts from str to Plain; a key with no value is left out."""


@dataclass(frozen=True, eq=False, slots=True)
class Source:
    """One file of the manual: its data, the place of every key and value, and the body (Markdown).

    ``path`` is relative to the manual's root, with ``/``. ``body`` has LF line ends.
    ``empty`` holds the key paths that were written without a value.
    """

    path: str
    data: Mapping[str, Plain] = field(default_factory=dict)
    keys: Mapping[KeyPath, Mark] = field(default_factory=dict)
    values: Mapping[KeyPath, Mark] = field(default_factory=dict)
    empty: frozenset[KeyPath] = frozenset()
    body: str = ""
    body_line: int = 1

    def at(self, *path: str | int) -> Location:
        """Return where the value at ``path`` stands, or its nearest ancestor that was written."""
        return self._nearest(path, self.values)

    def at_key(self, *path: str | int) -> Location:
        """Return where the key at ``path`` stands, or its nearest ancestor that was written."""
        return self._nearest(path, self.keys if path in self.keys else self.values)

    def in_body(self, line: int, column: int = 1) -> Location:
        """Return the place of a line of the body (counted from 1) in the whole file."""
        return Location(self.path, self.body_line + line - 1, column)

    def _nearest(self, path: KeyPath, marks: Mapping[KeyPath, Mark]) -> Location:
        for length in range(len(path), 0, -1):
            if mark := marks.get(path[:length]):
                return Location(self.path, *mark)
        return Location(self.path)
