"""A file as it was read: plain data in which every scalar is a string, and where each stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from process_manual.diagnostics import Location

KeyPath: TypeAlias = tuple[str | int, ...]
Plain: TypeAlias = Any
"""Strings, lists of Plain, and dicts from str to Plain; a key with no value is left out."""


class Place(NamedTuple):
    """Where a value stands in a text, and where what it holds stands.

    ``key`` and ``value`` are marks with ``line`` and ``column`` from 0, as the YAML reader gives
    them: they are read only when a finding needs them, because there are hundreds in each file.
    ``inside`` holds the places of a mapping's or a list's items.
    """

    key: Any
    value: Any
    inside: dict[str, Place] | list[Place] | None


@dataclass(frozen=True, eq=False, slots=True)
class Source:
    """One file of the manual: its data, the place of every key and value, and the body (Markdown).

    ``path`` is relative to the manual's root, with ``/``. ``body`` has LF line ends.
    ``first_line`` is the line of the file on which its YAML text begins.
    """

    path: str
    data: Mapping[str, Plain] = field(default_factory=dict)
    place: Place | None = None
    first_line: int = 1
    body: str = ""
    body_line: int = 1

    def at(self, *path: str | int) -> Location:
        """Return where the value at ``path`` stands, or its nearest ancestor that was written."""
        found, _ = self._nearest(path)
        return self._location(found.value) if found else Location(self.path)

    def at_key(self, *path: str | int) -> Location:
        """Return where the key at ``path`` stands, or its nearest ancestor that was written."""
        found, depth = self._nearest(path)
        if not found:
            return Location(self.path)
        return self._location(found.key if depth == len(path) and found.key else found.value)

    def holds(self, *path: str | int) -> bool:
        """Tell whether something stands at ``path``, if only a key without a value."""
        return self._nearest(path)[1] == len(path)

    def in_body(self, line: int, column: int = 1) -> Location:
        """Return the place of a line of the body (counted from 1) in the whole file."""
        return Location(self.path, self.body_line + line - 1, column)

    def _nearest(self, path: KeyPath) -> tuple[Place | None, int]:
        """Return the place of ``path`` or of its nearest ancestor, and how many steps it took."""
        found: Place | None = None
        inside: Any = self.place.inside if self.place else None
        for depth, step in enumerate(path):
            try:
                found, inside = inside[step], inside[step].inside
            except (KeyError, IndexError, TypeError):
                return found, depth
        return found, len(path)

    def _location(self, mark: Any) -> Location:
        return Location(self.path, mark.line + self.first_line, mark.column + 1)
