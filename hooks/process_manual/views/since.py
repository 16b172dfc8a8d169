"""What readers find changed since the edition before: what they saw then, and what they see now.

``changes`` compares files. Readers see the version in force and the one to come, and a date alone
can put the one in the place of the other, with no file changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from process_manual.model.definition import Definition, HistoryEntry
from process_manual.model.digest import UNCONTROLLED
from process_manual.model.manual import Before, Manual
from process_manual.views.changes import PageChange, RowChange, changes
from process_manual.views.differences import Change, differences
from process_manual.views.lifecycle import State, presented, state, upcoming
from process_manual.views.text_changes import SectionChange, text_changes

_TOLD = frozenset({"version", "history"}) | UNCONTROLLED
"""Fields that are told in words of their own: as version, reason and state."""
_PERSONAL = frozenset({"people"})
"""Registers whose rows no page shows."""


class Kind(StrEnum):
    """What a reader finds changed about a definition, in the order in which it matters."""

    NEW = "new"
    CHANGED = "changed"
    RETIRED = "retired"
    REMOVED = "removed"
    COMING = "coming"
    WITHDRAWN = "no longer coming"
    CONFIRMED = "approved or reviewed with no change of content"


@dataclass(frozen=True, eq=False, slots=True)
class News:
    """What happened to a definition, or to the version of it that is to come.

    ``before`` is what ``after`` is compared with: of a version that is new and yet to come, the
    one that it will follow. ``reasons`` are the entries of its history since then, newest last.
    """

    kind: Kind
    before: Definition | None
    after: Definition | None
    was: State | None = None
    now: State | None = None
    fields: tuple[Change, ...] = ()
    text: tuple[SectionChange, ...] = ()
    reasons: tuple[HistoryEntry, ...] = ()

    @property
    def definition(self) -> Definition:
        """The definition as it is now, or as it was when it is gone."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def is_next(self) -> bool:
        """True when it is about a version that is to come."""
        return self.kind in (Kind.COMING, Kind.WITHDRAWN)

    @property
    def is_gone(self) -> bool:
        """True when the manual has no page of it any more."""
        return self.after is None


@dataclass(frozen=True, eq=False, slots=True)
class Since:
    """All that readers find changed; ``unread`` are ids and files that could not be compared."""

    before: Before
    news: tuple[News, ...]
    rows: tuple[RowChange, ...]
    pages: tuple[PageChange, ...]
    unread: tuple[str, ...]

    def of(self, kind: Kind) -> tuple[News, ...]:
        """Return the definitions to which this happened."""
        return tuple(each for each in self.news if each.kind is kind)


@lru_cache(maxsize=2)
def since(after: Manual) -> Since | None:
    """Compare the present manual with that of the edition before, as of its own date.

    None when there is no edition before.
    """
    if after.before is None:
        return None
    before = after.before.manual
    found = changes(before, after)
    unread = before.broken | after.broken
    ids = sorted({*presented(before), *presented(after)} - unread)
    news = [
        each for id_ in ids for each in (*_shown(before, after, id_), *_next(before, after, id_))
    ]
    order = list(Kind)
    return Since(
        after.before,
        tuple(sorted(news, key=lambda each: (order.index(each.kind), each.definition.id))),
        tuple(row for row in found.rows if row.register not in _PERSONAL),
        found.pages if before.pages else (),  # which not every reader of a manual asks for
        found.unread,
    )


def told_of(found: Since | None) -> Mapping[tuple[str, bool], News]:
    """Return the news of each page of a definition, by id and whether it is the next version."""
    return {(each.definition.id, each.is_next): each for each in (found.news if found else ())}


def _shown(before: Manual, after: Manual, id_: str) -> Iterator[News]:
    """Yield what happened to what stands at the address of a definition."""
    one, two = presented(before).get(id_), presented(after).get(id_)
    was = state(before, one) if one else None
    now = state(after, two) if two else None
    if one is None and two is not None:
        yield News(Kind.NEW, None, two, None, now, reasons=two.history[-1:])
    elif two is None and one is not None:
        yield News(Kind.REMOVED, one, None, was, None)
    elif one is not None and two is not None:
        yield from _compared(one, two, was, now)


def _compared(
    one: Definition, two: Definition, was: State | None, now: State | None
) -> Iterator[News]:
    all_fields, text = differences(one, two), text_changes(one.body, two.body)
    fields = tuple(each for each in all_fields if each.path[0] not in _TOLD)
    reasons = _reasons(one, two)
    if now is State.RETIRED and was is not State.RETIRED:
        yield News(Kind.RETIRED, one, two, was, now, fields, text, reasons)
    elif fields or text or reasons or one.version != two.version or was is not now:
        yield News(Kind.CHANGED, one, two, was, now, fields, text, reasons)
    elif all_fields:
        yield News(Kind.CONFIRMED, one, two, was, now)


def _next(before: Manual, after: Manual, id_: str) -> Iterator[News]:
    """Yield what happened to the version that is to come."""
    one = upcoming(before, id_) if id_ in presented(before) else None
    two = upcoming(after, id_) if id_ in presented(after) else None
    if two is not None:
        old = one or presented(after)[id_]
        was, now = (state(before, one) if one else None), state(after, two)
        for each in _compared(old, two, was, now):
            if each.kind is not Kind.CONFIRMED or one is None:
                kind = Kind.COMING
                yield News(kind, old, two, was, now, each.fields, each.text, each.reasons)
    elif one is not None:
        shown = presented(after).get(id_)
        if shown is None or shown.version != one.version:
            yield News(Kind.WITHDRAWN, one, None, state(before, one), None)


def _reasons(one: Definition, two: Definition) -> tuple[HistoryEntry, ...]:
    known = {entry.version for entry in one.history}
    return tuple(entry for entry in two.history if entry.version not in known)
