"""What changed since the edition before: a page of the whole, and a section of each definition."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from process_manual.model.manual import Manual
from process_manual.pages import addresses
from process_manual.pages.links import ROWS
from process_manual.pages.page import Page
from process_manual.pages.render import make_page
from process_manual.pages.words import plural
from process_manual.views.changes import POLICY, STANDARDS, RowChange
from process_manual.views.differences import Change, ChangeKind
from process_manual.views.since import Kind, News, Since, since, told_of
from process_manual.views.text_changes import SectionChange
from process_manual.writers import said  # as a module: it imports a part of this package

MOST_LINES = 200
"""Lines of a changed section that a page shows."""
_SIGNS = {"+": "ins", "-": "del"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a changed text: ``ins``, ``del``, or empty where nothing changed."""

    mark: str
    text: str


@dataclass(frozen=True, slots=True)
class TextChange:
    """A changed section of a text, in words and lines."""

    title: str
    lines: tuple[Line, ...]
    more: int


class Teller:
    """Says changes to readers of the present manual; people are posts."""

    def __init__(self, before: Manual, after: Manual) -> None:
        self._sayer = said.Sayer(before, after)
        posts = {
            code: person.post
            for manual in (before, after)
            for code, person in manual.registers.people.items()
        }
        codes = "|".join(rf"\b{re.escape(code)}\b" for code in posts)
        self._codes, self._posts = re.compile(codes or "(?!)"), posts

    def rows(self, fields: Iterable[Change]) -> Iterator[tuple[str, str, str]]:
        """Yield for each field what it is, what it was before, and what it is now."""
        for change in fields:
            what = self._sayer.where(change)
            if change.kind in (ChangeKind.REORDERED, ChangeKind.RENUMBERED):
                what += f" ({change.kind.value})"
            before, after = self._sayer.sides(change)
            yield self._told(what), self._told(before), self._told(after)

    def texts(self, text: Iterable[SectionChange]) -> Iterator[TextChange]:
        """Yield each changed section of a text; blank lines say nothing."""
        for section in text:
            where = f"“{section.heading}”" if section.heading else "before the first heading"
            what = "only line breaks and spaces" if section.spacing else section.kind.value
            lines = [
                Line(_SIGNS.get(line[:1], ""), line[1:] if line[:1] in "+- " else line)
                for line in section.lines
                if line[1:].strip() or line == "…"
            ]
            shown = tuple(lines[:MOST_LINES])
            yield TextChange(f"Text {where}: {what}", shown, len(lines) - len(shown))

    def _told(self, text: str) -> str:
        return self._codes.sub(lambda found: self._posts[found[0]], text)


@lru_cache(maxsize=2)
def _teller(manual: Manual) -> Teller | None:
    return Teller(manual.before.manual, manual) if manual.before else None


def section_facts(manual: Manual, id_: str, is_next: bool) -> dict[str, Any]:
    """Return what the page of a definition is told of its own change; ``news`` may be None."""
    found = since(manual)
    news = _by_page(found).get((id_, is_next)) if found else None
    return {
        "news": news if news and news.kind is not Kind.CONFIRMED else None,
        "since": found,
        "Kind": Kind,
        "teller": _teller(manual),
    }


@lru_cache(maxsize=2)
def _by_page(found: Since) -> Mapping[tuple[str, bool], News]:
    return told_of(found)


def changed_page(manual: Manual) -> Page:
    """Return the page of all that changed; without an edition before, that there is none."""
    found = since(manual)
    return make_page(
        manual,
        "changed.html",
        addresses.CHANGED,
        "What changed",
        facts={
            "since": found,
            "in_short": in_short(found) if found else "",
            "Kind": Kind,
            "place": addresses.change,
            "teller": _teller(manual),
            "rows": tuple(map(_named, found.rows)) if found else (),
            "ROWS": {name: kind for kind, name in ROWS.items()},
        },
        description="What is new, changed, coming and retired since the edition before",
        searchable=False,
        kind="changed",
    )


def in_short(found: Since) -> str:
    """Return the whole in a sentence: ``2 new, 3 changed; 1 entry of registers and policy.``"""
    counts = [(len(found.of(kind)), kind) for kind in Kind]
    parts = [f"{number} {kind.value}" for number, kind in counts if number]
    rest = [
        plural(number, *words)
        for number, words in (
            (len(found.rows), ("entry of registers and policy", "entries of registers and policy")),
            (len(found.pages), ("hand-written page",)),
        )
        if number
    ]
    told = "; ".join(filter(None, (f"Definitions: {', '.join(parts)}" if parts else "", *rest)))
    return f"{told}." if told else "Nothing changed."


def _named(row: RowChange) -> tuple[str, str, RowChange]:
    """Return what a row is called, the register it is in, and what happened to it."""
    if row.register == POLICY:
        return "House policy", "", row
    return row.id, "standards" if row.register == STANDARDS else row.register, row
