"""A report as sections of bullets, rows and diffs, before it is text or Markdown.

Plain strings in it are always shown as they are, whoever wrote them; only ``Code`` and ``Strong``
are marked up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Code:
    """A text shown letter by letter; nobody is notified by what looks like a name in it."""

    text: str


@dataclass(frozen=True, slots=True)
class Strong:
    """A text that stands out."""

    text: str


Part: TypeAlias = str | Code | Strong


@dataclass(frozen=True, slots=True)
class Bullet:
    """One line of a list."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """What changed, what it was before, and what it is after."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Diff:
    """Lines with a sign in front, under a line that says where they stand."""

    title: str
    lines: tuple[str, ...]


Item: TypeAlias = Bullet | Row | Diff


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report; ``folded`` holds details that may be closed at first."""

    title: str
    items: tuple[Item, ...]
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Outline:
    """A report: its title, what it says in short, and its sections, most important first."""

    title: str
    lead: tuple[Bullet, ...]
    sections: tuple[Section, ...]


def bullet(*parts: Part) -> Bullet:
    """Return a bullet of these parts."""
    return Bullet(parts)


def one_line(text: str) -> str:
    """Return a text on one line, without what a terminal or a browser would not show."""
    return printable(re.sub(r"\s+", " ", text))


def printable(line: str) -> str:
    """Return a line in which each letter can be seen; a tab is a space."""
    line = line.replace("\t", " ")
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in line)


def some(texts: Iterable[str], most: int = 6, separator: str = "; ") -> str:
    """Return texts as one, after ``most`` of them only how many there are more."""
    found = list(texts)
    more = [f"and {len(found) - most} more"] if len(found) > most + 1 else found[most:]
    return separator.join([*found[:most], *more])
