"""What the editions answer, for machines: the same facts as the text, with whole hashes."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from process_manual.editions.definitions import DefinitionRow
from process_manual.editions.entry import Entry
from process_manual.editions.store import EditionSummary, Stored
from process_manual.views.as_at import AsAt, VersionRecord
from process_manual.views.editions import Period
from process_manual.writers.editions import edition_lines, moment, withdrawals


def chain_plain(chain: Sequence[Stored]) -> list[dict[str, Any]]:
    """Return all entries of a store, oldest first."""
    gone = withdrawals(chain)
    return [_entry(each, gone.get(each.entry.name)) for each in chain]


def _entry(stored: Stored, gone: tuple[datetime.date, str] | None) -> dict[str, Any]:
    entry = stored.entry
    told = {
        "sequence": entry.sequence,
        "name": entry.name,
        "published": moment(entry.published),
        "entry": stored.witness,
        "signed": stored.signed,
    }
    if not isinstance(entry, Entry):
        return {**told, "withdraws": entry.withdraws, "reason": entry.reason}
    return {
        **told,
        "as_of": entry.as_of.isoformat(),
        "commit": entry.commit,
        "files": entry.files,
        "bytes": entry.size,
        "withdrawn": {"on": gone[0].isoformat(), "reason": gone[1]} if gone else None,
    }


def as_at_plain(
    found: AsAt, editions: Sequence[EditionSummary], id_: str | None = None
) -> dict[str, Any]:
    """Return what was in force on a day; ``notes`` say in words what cannot be told."""
    edition = found.reign.edition if found.reign else None
    return {
        "date": found.day.isoformat(),
        "edition": _edition(edition) if edition else None,
        "notes": [] if found.reign and found.reign.is_known else [*edition_lines(found, editions)],
        "in_force": [
            {**_row(each.row), **_period(each.period)}
            for each in found.in_force
            if id_ in (None, each.row.id)
        ],
        "not_in_force": [_row(each) for each in found.others if id_ in (None, each.id)],
    }


def _edition(edition: EditionSummary) -> dict[str, Any]:
    entry, gone = edition.entry, edition.withdrawn
    return {
        "name": entry.name,
        "entry": f"{entry.sequence}:{edition.sha256}",
        "published": moment(edition.published),
        "as_of": entry.as_of.isoformat(),
        "commit": entry.commit,
        "withdrawn": (
            {"on": gone.published.date().isoformat(), "reason": gone.reason} if gone else None
        ),
    }


def log_plain(records: Sequence[VersionRecord]) -> list[dict[str, Any]]:
    """Return every version of one definition, oldest edition first."""
    return [
        {
            **_row(record.row),
            "editions": [{"name": name, "state": state} for name, state in record.stood],
            "periods": [_period(each) for each in record.periods],
        }
        for record in records
    ]


def _row(row: DefinitionRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "title": row.title,
        "version": row.version,
        "state": row.state,
        "effective_from": _day(row.effective_from),
        "retired_on": _day(row.retired_on),
        "approved_on": _day(row.approved_on),
        "approved_as": row.approved_as or None,
        "approved_by": row.approved_by or None,
        "digest": row.digest or None,
        "address": row.address or None,
    }


def _period(period: Period) -> dict[str, Any]:
    return {
        "in_force_from": period.since.isoformat(),
        "first_published": period.published.isoformat(),
        "in_force_until": _day(period.until),
        "ended": period.ended or None,
        "told_by": list(period.editions),
    }


def _day(day: datetime.date | None) -> str | None:
    return day.isoformat() if day else None
