"""What the editions answer: what was in force on a day, and every version of one definition."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from process_manual.editions.definitions import DefinitionRow
from process_manual.editions.store import EditionSummary
from process_manual.views.editions import Period, Reign, in_force_row, reign_on, rows_of, timeline


@dataclass(frozen=True, slots=True)
class Held:
    """A version that was in force: ``row`` is what the edition of that day says of it."""

    row: DefinitionRow
    period: Period


@dataclass(frozen=True, slots=True)
class AsAt:
    """What was in force on a day, by id, and what stood in the edition without being in force.

    ``reign`` is None when no edition stood on that day.
    """

    day: datetime.date
    reign: Reign | None
    in_force: tuple[Held, ...] = ()
    others: tuple[DefinitionRow, ...] = ()


def as_at(editions: Sequence[EditionSummary], day: datetime.date) -> AsAt:
    """Return what the edition that was the latest on a day says of every definition in it."""
    reign = reign_on(editions, day)
    if reign is None:
        return AsAt(day, None)
    periods = timeline(editions)
    held: list[Held] = []
    others: list[DefinitionRow] = []
    for id_ in sorted({row.id for row in reign.edition.definitions}):
        rows = rows_of(reign.edition, id_)
        if row := in_force_row(rows, day):
            held.append(Held(row, next(each for each in periods[id_] if each.covers(day))))
        else:
            others.append(rows[0])
    return AsAt(day, reign, tuple(held), tuple(others))


@dataclass(frozen=True, slots=True)
class VersionRecord:
    """One version of a definition: in which editions it stands and as what, and when it held.

    ``row`` is what the last of the editions says. A version that was approved and then altered is
    two; what is still written is one, however often it changed.
    """

    row: DefinitionRow
    stood: tuple[tuple[str, str], ...]
    """Names of editions, and the state of the version in each."""
    periods: tuple[Period, ...]


def version_records(editions: Sequence[EditionSummary], id_: str) -> tuple[VersionRecord, ...]:
    """Return every version of one definition that any edition holds, oldest edition first."""
    rows: dict[tuple[str, str], DefinitionRow] = {}
    stood: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for edition in sorted(editions, key=lambda each: each.entry.sequence):
        for row in rows_of(edition, id_):
            rows[_version(row)] = row
            stood.setdefault(_version(row), []).append((edition.name, row.state))
    periods = timeline(editions).get(id_, ())
    return tuple(
        VersionRecord(
            row, tuple(stood[key]), tuple(each for each in periods if _version(each.row) == key)
        )
        for key, row in rows.items()
    )


def _version(row: DefinitionRow) -> tuple[str, str]:
    return row.version, row.digest if row.approved_on else ""
