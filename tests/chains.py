"""Editions as values, for tests of what is told of them: their hashes are made up."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from process_manual.editions.definitions import DefinitionRow
from process_manual.editions.entry import Entry, Withdrawal
from process_manual.editions.store import EditionSummary

HASH = "0" * 64


def at_noon(day: str | datetime.date) -> datetime.datetime:
    """Return noon of a day in UTC."""
    return datetime.datetime.fromisoformat(f"{day}T12:00:00+00:00")


def entry(sequence: int, name: str, published: str | datetime.date, **other: object) -> Entry:
    """Return the entry of an edition that was published at noon."""
    values: dict[str, object] = {
        "previous": None if sequence == 1 else HASH,
        "manifest": HASH,
        "definitions": HASH,
        "files": 1,
        "size": 1,
        "commit": "0" * 40,
        "lock": None,
        "python": "3.11.2",
        "as_of": datetime.date.fromisoformat(str(published)),
        "published": at_noon(published),
    }
    return Entry(sequence=sequence, name=name, **(values | other))  # type: ignore[arg-type]


def edition(
    sequence: int,
    name: str,
    published: str | datetime.date,
    rows: Iterable[DefinitionRow] = (),
    withdrawn: str | datetime.date | None = None,
) -> EditionSummary:
    """Return an edition that was published, and perhaps withdrawn, at noon."""
    withdrawal = None
    if withdrawn:
        withdrawal = Withdrawal(99, HASH, name, "a name stood in it", at_noon(withdrawn))
    made = entry(sequence, name, published)
    return EditionSummary(made, at_noon(published), HASH, True, tuple(rows), withdrawal)


def row(id_: str = "EXA-010", version: str = "1.0", **other: object) -> DefinitionRow:
    """Return the row of a definition that is in force; dates may be texts."""
    values: dict[str, object] = {
        "state": "in force",
        "effective_from": "2026-01-01",
        "digest": f"v1:sha256:{version}",
        "approved_on": "2025-12-20",
        "approved_as": "head-of-it",
        "approved_by": "P1",
        "address": f"processes/{id_}/index.html",
        "title": f"Title of {id_}",
    }
    values |= other
    for name in ("effective_from", "retired_on", "approved_on"):
        if isinstance(day := values.get(name), str):
            values[name] = datetime.date.fromisoformat(day)
    return DefinitionRow(id=id_, version=version, **values)  # type: ignore[arg-type]
