"""Which version of a definition was in force when, as the published editions tell it.

A version holds from the later of two days: the one that it names itself (``effective_from``), and
that of the edition with which readers first could see it. Days are those of UTC; an edition counts
from the day of its publication on, and a withdrawn one no longer from the day of its withdrawal on.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from process_manual.editions.definitions import DefinitionRow
from process_manual.editions.store import EditionSummary
from process_manual.views.lifecycle import State

_APPROVED = frozenset({State.IN_FORCE, State.COMING, State.SUPERSEDED})
GONE = "its edition was withdrawn and taken away"
"""Why nothing can be told of a day."""


@dataclass(frozen=True, slots=True)
class Reign:
    """The days on which an edition was the latest that readers had: from ``first`` on, and before
    ``until``, which is None for the one that they have now."""

    edition: EditionSummary
    first: datetime.date
    until: datetime.date | None

    @property
    def is_known(self) -> bool:
        """False when the edition was withdrawn and its files are gone."""
        return self.edition.withdrawn is None or bool(self.edition.definitions)


@dataclass(frozen=True, slots=True)
class Period:
    """The days on which one version was in force: from ``since`` on, and before ``until``.

    ``published`` is the day of the first edition that held it as approved; ``editions`` are those
    that told readers so, ``row`` what the last of them says. ``until`` is None, and ``ended``
    empty, while it is in force; ``ended`` says in words what came then.
    """

    row: DefinitionRow
    since: datetime.date
    published: datetime.date
    until: datetime.date | None
    editions: tuple[str, ...]
    ended: str = ""

    def covers(self, day: datetime.date) -> bool:
        """Tell whether the version was in force on a day."""
        return self.since <= day and (self.until is None or day < self.until)


def reigns(editions: Iterable[EditionSummary]) -> tuple[Reign, ...]:
    """Return which edition was the latest on which days, in the order of the days.

    On a day on which several were published, it is the last of them. There may be gaps: after the
    withdrawal of the only edition there is none.
    """
    chain = sorted(editions, key=lambda each: each.entry.sequence)
    days = {each.published.date() for each in chain}
    days |= {each.withdrawn.published.date() for each in chain if each.withdrawn}
    found: list[Reign] = []
    for day in sorted(days):
        latest = next((each for each in reversed(chain) if _stands(each, day)), None)
        if found and found[-1].until is None:
            if found[-1].edition is latest:
                continue
            found[-1] = replace(found[-1], until=day)
        if latest is not None:
            found.append(Reign(latest, day, None))
    return tuple(found)


def _stands(edition: EditionSummary, day: datetime.date) -> bool:
    withdrawn = edition.withdrawn
    return edition.published.date() <= day and not (withdrawn and withdrawn.published.date() <= day)


def reign_on(editions: Iterable[EditionSummary], day: datetime.date) -> Reign | None:
    """Return the edition that was the latest on a day, or None when there was none."""
    for reign in reigns(editions):
        if reign.first <= day and (reign.until is None or day < reign.until):
            return reign
    return None


def timeline(editions: Iterable[EditionSummary]) -> Mapping[str, tuple[Period, ...]]:
    """Return when which version was in force, for each definition by id, oldest first.

    A definition that never was in force has no periods.
    """
    chain = reigns(editions)
    by_reign = [_by_id(reign.edition.definitions) for reign in chain]
    ids = sorted({id_ for rows in by_reign for id_ in rows})
    return {id_: _periods(chain, [rows.get(id_, ()) for rows in by_reign]) for id_ in ids}


def in_force_row(rows: Sequence[DefinitionRow], day: datetime.date) -> DefinitionRow | None:
    """Return which of the rows that an edition has for one definition was in force on a day."""
    for row in sorted(rows, key=lambda row: row.coming, reverse=True):
        if row.effective_from is not None and row.effective_from <= day and _holds(row, day):
            return row
    return None


def retired_row(rows: Sequence[DefinitionRow], day: datetime.date) -> DefinitionRow | None:
    """Return the row that says that a definition was retired by a day, if one does."""
    return next((row for row in rows if row.state == State.RETIRED and not _holds(row, day)), None)


def rows_of(edition: EditionSummary, id_: str) -> tuple[DefinitionRow, ...]:
    """Return what an edition says of one definition: nothing, one row, or two with a coming one."""
    return tuple(row for row in edition.definitions if row.id == id_)


def _holds(row: DefinitionRow, day: datetime.date) -> bool:
    """Tell whether a row is of a version that was approved, and not retired by a day."""
    if row.state == State.RETIRED:
        return row.approved_on is not None and row.retired_on is not None and day < row.retired_on
    return row.state in _APPROVED


def _by_id(rows: Iterable[DefinitionRow]) -> dict[str, tuple[DefinitionRow, ...]]:
    found: dict[str, tuple[DefinitionRow, ...]] = {}
    for row in rows:
        found[row.id] = (*found.get(row.id, ()), row)
    return found


def _periods(
    chain: Sequence[Reign], told: Sequence[tuple[DefinitionRow, ...]]
) -> tuple[Period, ...]:
    """Put together what each edition tells of one definition for its own days."""
    found: list[Period] = []
    seen: dict[tuple[str, str], datetime.date] = {}
    for reign, rows in zip(chain, told, strict=True):
        for row in rows:
            if row.state in _APPROVED or row.state == State.RETIRED:
                seen.setdefault(_content(row), reign.first)
        for day in _turns(reign, rows):
            row_then = in_force_row(rows, day)
            last = found[-1] if found else None
            if last and last.until is None:
                if row_then and _content(row_then) == _content(last.row):
                    names = dict.fromkeys((*last.editions, reign.edition.name))
                    found[-1] = replace(last, row=row_then, editions=tuple(names))
                    row_then = None
                else:
                    ended = _why(reign, rows, row_then, last.row, day)
                    found[-1] = replace(last, until=day, ended=ended)
            if row_then:
                published = seen[_content(row_then)]
                found.append(Period(row_then, day, published, None, (reign.edition.name,)))
        if found and found[-1].until is None and _ends_in_nothing(chain, reign):
            found[-1] = replace(found[-1], until=reign.until, ended="no edition stood any more")
    return tuple(found)


def _content(row: DefinitionRow) -> tuple[str, str]:
    """What makes a version one: the same number with other content would be another."""
    return row.version, row.digest


def _turns(reign: Reign, rows: Sequence[DefinitionRow]) -> Iterator[datetime.date]:
    """Yield the days of a reign on which something may change for one definition."""
    yield reign.first
    turns = {day for row in rows for day in (row.effective_from, row.retired_on) if day}
    for day in sorted(turns):
        if reign.first < day and (reign.until is None or day < reign.until):
            yield day


def _ends_in_nothing(chain: Sequence[Reign], reign: Reign) -> bool:
    """Tell whether no edition follows on the day after a reign."""
    return reign.until is not None and all(each.first != reign.until for each in chain)


def _why(
    reign: Reign,
    rows: Sequence[DefinitionRow],
    after: DefinitionRow | None,
    before: DefinitionRow,
    day: datetime.date,
) -> str:
    """Say what ended a version."""
    if not reign.is_known:
        return GONE
    if after:
        same = after.version == before.version
        return "other content under the same version" if same else f"version {after.version}"
    if retired_row(rows, day):
        return "retired"
    return f"no longer in force: {rows[0].state}" if rows else "no longer in the manual"
