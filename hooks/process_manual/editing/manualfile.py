"""One file of the manual, and the same with one thing changed.

A change replaces or adds a few characters at a place that the tree of the YAML gives. Afterwards
the new text is read again: it must hold the old data with exactly the change that was meant, or
the change is refused. So a mistake here cannot damage a file in silence.
"""

from __future__ import annotations

import copy
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from process_manual.diagnostics import Finding, errors
from process_manual.editing.placing import (
    Splice,
    first_item,
    key_inside,
    new_key,
    new_value,
    no_key,
)
from process_manual.editing.tree import Node, parse
from process_manual.loading.files import definition_in, yaml_in
from process_manual.model.source import KeyPath, Plain, Source


class RefusedError(Exception):
    """A change that cannot be made; the findings say what stands in the way.

    ``unwritten`` are the files that would have changed: lines that findings name in them are those
    of a text that nobody has.
    """

    def __init__(
        self, message: str, findings: Iterable[Finding] = (), unwritten: Iterable[str] = ()
    ) -> None:
        super().__init__(message)
        self.findings = tuple(findings)
        self.unwritten = frozenset(unwritten)


@dataclass(frozen=True)
class ManualFile:
    """The content of a definition, or of a register: a file that is YAML throughout.

    Offsets count in its YAML, with LF line ends.
    """

    name: str
    content: bytes
    source: Source

    @classmethod
    def read(cls, name: str, content: bytes) -> ManualFile:
        """Read the content of the file ``name``; refuses what the loader would not take."""
        found = (definition_in if name.endswith(".md") else yaml_in)(name, content)
        if found.source is None or errors(found.findings):
            raise RefusedError(f"{name} cannot be read", errors(found.findings))
        return cls(name, content, found.source)

    def renamed(self, name: str) -> ManualFile:
        """Return the same content under another name."""
        return ManualFile.read(name, self.content)

    def set(self, path: KeyPath, value: str) -> ManualFile:
        """Return the file with the single value at ``path`` replaced; a top key may be new."""
        node = self._node(path)
        if node is None and len(path) == 1:
            return self.add(str(path[0]), value)
        if node is None or node.entries is not None:
            raise RefusedError(f"{self.name} has no single value at {_dotted(path)}")
        return self._changed([new_value(self.front, node, value)], path, value)

    def add(self, key: str, value: Plain) -> ManualFile:
        """Return the file with a new top key, behind the one that house order puts before it."""
        return self._changed(new_key(self.front, self.tree, key, value), (key,), value)

    def put_first(self, key: str, item: Mapping[str, Plain]) -> ManualFile:
        """Return the file with ``item`` as the first of the list ``key``, which may be missing."""
        node = self._node((key,))
        if node is None:
            return self.add(key, [dict(item)])
        before = self.source.data.get(key, [])
        if not isinstance(before, list):
            raise RefusedError(f"`{key}` of {self.name} is not a list")
        splices = first_item(self.front, self.tree, node, item)
        return self._changed(splices, (key,), [dict(item), *before])

    def put_inside(self, path: KeyPath, key: str, item: Mapping[str, Plain]) -> ManualFile:
        """Return the file with ``item`` as the first of the list ``key`` of the entry at ``path``.

        The entry may lack the key, and then ends with it.
        """
        place = (*path, key)
        node, entry = self._node(place), self._node(path)
        if node is not None:
            before = self._value(place)
            splices = first_item(self.front, self.tree, node, item)
            return self._changed(splices, place, [dict(item), *before])
        if entry is None or not entry.entries:
            raise RefusedError(f"{self.name} has no entry at {_dotted(path)}")
        splice = key_inside(self.front, self.tree, entry, key, [dict(item)])
        return self._changed([splice], place, [dict(item)])

    def without(self, key: str) -> ManualFile:
        """Return the file without a top key, its value and its comments, if it has it."""
        keys = [entry.key for entry in self.tree.entries or ()]
        if key not in keys:
            return self
        splice = no_key(self.front, self.tree, keys.index(key))
        return self._changed([splice], (key,), None)

    def spliced(self, splices: Iterable[Splice]) -> bytes:
        """Return the content of the file after ``splices``, with its own line ends."""
        # Offsets count a line break as one character; CR LF are two.
        pairs = [match.start() - i for i, match in enumerate(re.finditer("\r\n", self._raw))]
        raw = self._raw
        in_order = sorted(splices, key=lambda splice: splice.start)
        for start, end, text in reversed(in_order):  # so that what was put in moves no other
            first, last = (
                at + bisect_left(pairs, at)
                for at in (start + self._front_start, end + self._front_start)
            )
            raw = raw[:first] + text.replace("\n", self._line_end) + raw[last:]
        return raw.encode("utf-8")

    @cached_property
    def tree(self) -> Node:
        """Where everything in the YAML stands."""
        return parse(self.front)

    @cached_property
    def front(self) -> str:
        """The YAML of the file with LF line ends: of a definition, what stands between fences."""
        if self.source.first_line == 1:
            return self._text
        lines = self._text.split("\n")[1 : self.source.body_line - 2]
        return "".join(f"{line}\n" for line in lines)

    @cached_property
    def _front_start(self) -> int:
        return 0 if self.source.first_line == 1 else self._text.index("\n") + 1

    @cached_property
    def _raw(self) -> str:
        return self.content.decode("utf-8")

    @cached_property
    def _text(self) -> str:
        return self._raw.replace("\r\n", "\n").replace("\r", "\n")

    @cached_property
    def _line_end(self) -> str:
        """The line end that most lines of the file have."""
        found = Counter(match[0] for match in re.finditer("\r\n|\r|\n", self._raw))
        return found.most_common(1)[0][0]

    def _node(self, path: KeyPath) -> Node | None:
        node = self.tree
        for step in path:
            entries = node.entries or ()
            if isinstance(step, str):
                found = next((each for each in entries if each.key == step), None)
            else:
                found = entries[step] if step < len(entries) else None
            if found is None:
                return None
            node = found.value
        return node

    def _value(self, path: KeyPath) -> Plain:
        found: Plain = dict(self.source.data)
        for step in path:
            found = found[step]
        return found

    def _changed(self, splices: list[Splice], path: KeyPath, value: Plain) -> ManualFile:
        """Return the file after ``splices``, if it then holds ``value`` at ``path`` as meant."""
        expected = copy.deepcopy(dict(self.source.data))
        _put(expected, path, value)
        try:
            changed = ManualFile.read(self.name, self.spliced(splices))
        except RefusedError as error:
            raise RefusedError(
                f"{self.name} could not be read with `{_dotted(path)}` changed",
                error.findings,
                [self.name],
            ) from None
        if (changed.source.data, changed.source.body) != (expected, self.source.body):
            raise RefusedError(
                f"`{_dotted(path)}` of {self.name} is written in a form that cannot be changed "
                "safely; change it by hand"
            )
        return changed


def _put(data: Plain, path: KeyPath, value: Plain) -> None:
    """Set or, with None, take out what stands at ``path`` of plain data."""
    for step in path[:-1]:
        data = data[step]
    if value is None:
        data.pop(path[-1], None)
    else:
        data[path[-1]] = value


def _dotted(path: KeyPath) -> str:
    return ".".join(map(str, path))
