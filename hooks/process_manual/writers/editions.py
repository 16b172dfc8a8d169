"""What the editions answer, as text for a terminal."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from process_manual.diagnostics import one_line
from process_manual.editions.definitions import DefinitionRow
from process_manual.editions.entry import Entry
from process_manual.editions.store import EditionSummary, Stored
from process_manual.views.as_at import AsAt, Held, VersionRecord
from process_manual.views.editions import Period, Reign
from process_manual.views.lifecycle import State

SHORT = 12
"""Letters of a hash that tables show; JSON has all of it."""


def chain_lines(chain: Sequence[Stored]) -> Iterator[str]:
    """Yield a table of all entries of a store, oldest first."""
    gone = withdrawals(chain)
    rows = [("No.", "Name", "As of", "Published", "Files", "Commit", "Signed", "Entry")]
    for each in chain:
        entry, as_of, files, commit = each.entry, "", "", ""
        if isinstance(entry, Entry):
            as_of, files, commit = str(entry.as_of), f"{entry.files:,}", entry.commit[:SHORT]
        what = (str(entry.sequence), entry.name, as_of, moment(entry.published), files, commit)
        rows.append((*what, "yes" if each.signed else "no", each.witness))
    yield from table(rows)
    for name, (day, reason) in gone.items():
        yield f"{name} was withdrawn on {day}: {one_line(reason)}"


def withdrawals(chain: Sequence[Stored]) -> dict[str, tuple[datetime.date, str]]:
    """Return when and why editions were withdrawn, by their names."""
    return {
        each.entry.withdraws: (each.entry.published.date(), each.entry.reason)
        for each in chain
        if not isinstance(each.entry, Entry)
    }


def as_at_lines(found: AsAt, editions: Sequence[EditionSummary]) -> Iterator[str]:
    """Yield which edition was the latest on a day, and every version that was in force."""
    yield from edition_lines(found, editions)
    if found.reign is None or not found.reign.is_known:
        return
    columns = ("Definition", "Version", "In force", "Effective", "Published", "Approved", "As")
    rows: list[Sequence[str]] = [(*columns, "Digest", "Address", "Title")]
    for held in found.in_force:
        row, period = held.row, held.period
        days = (period.since, row.effective_from, period.published, row.approved_on)
        told = (row.id, row.version, *map(_day, days), row.approved_as)
        rows.append((*told, _digest(row), row.address, one_line(row.title)))
    yield from table(rows)
    counts = [f"{len(found.in_force):,} in force"]
    for state in State:
        if count := sum(row.state == state for row in found.others):
            counts.append(f"{count:,} {state}")
    yield ", ".join(counts)


def edition_lines(found: AsAt, editions: Sequence[EditionSummary]) -> Iterator[str]:
    """Yield which edition was the latest on a day, or why none was."""
    if found.reign is None:
        yield no_edition(found.day, editions)
        return
    edition = found.reign.edition
    published = f"published {moment(edition.published)}, as of {edition.entry.as_of}"
    yield f"On {found.day} the latest edition was {edition.name} ({published})."
    yield f"Entry {edition.entry.sequence}:{edition.sha256}, commit {edition.entry.commit}."
    if gone := edition.withdrawn:
        yield f"It was withdrawn on {gone.published.date()}: {one_line(gone.reason)}"
    if not found.reign.is_known:
        yield "Its files were taken away: what was in force on that day cannot be told from here."


def no_edition(day: datetime.date, editions: Sequence[EditionSummary]) -> str:
    """Say why no edition stood on a day."""
    first = min(editions, key=lambda each: each.published, default=None)
    if first is None:
        return "There is no edition yet."
    if day < first.published.date():
        when = f"the first, {first.name}, was published {moment(first.published)}"
        return f"On {day} no edition had been published: {when}."
    return f"On {day} no edition stood: all that had been published were withdrawn by then."


def held_lines(held: Held, reign: Reign) -> Iterator[str]:
    """Yield all about the version of one definition that was in force on a day."""
    row, period = held.row, held.period
    yield f"{row.id} {one_line(row.title)}: version {row.version} was in force."
    later = "the later of the next two days"
    if period.since > max(row.effective_from or period.since, period.published):
        later = "again, because a later edition was withdrawn"
    yield f"  In force from  {period.since} ({later})"
    yield f"  Effective      {_day(row.effective_from)}, as the version itself says"
    yield f"  Published      {period.published}, in the first edition that has it as approved"
    until = f"{period.until}: {period.ended}" if period.until else "today's newest edition, too"
    yield f"  Until          {until}"
    yield f"  Approved       {_approved(row)}"
    yield f"  Digest         {row.digest}"
    page = f"editions/{reign.edition.name}/site/{row.address}" if row.address else "none"
    yield f"  Page           {page}"


def not_held(row: DefinitionRow) -> str:
    """Say why a definition that stands in an edition was not in force."""
    name = f"{row.id} {one_line(row.title)}"
    if row.state == State.RETIRED:
        since = f" since {row.retired_on}" if row.retired_on else ""
        return f"{name}: no version was in force; it was retired{since}."
    if row.effective_from and row.state in (State.COMING, State.IN_FORCE):
        since = _day(row.effective_from)
        return f"{name}: not in force yet; version {row.version} was to hold from {since} on."
    return f"{name}: no version was in force; version {row.version} was {one_line(row.state)}."


def log_lines(records: Sequence[VersionRecord]) -> Iterator[str]:
    """Yield every version of one definition: when it held, by whose approval, in which editions."""
    last = records[-1].row
    yield f"{last.id} {one_line(last.title)}"
    for record in records:
        row = record.row
        yield ""
        yield f"Version {row.version}"
        for period in record.periods:
            yield f"  In force   from {period.since} {_until(period)}"
        if not record.periods:
            yield f"  In force   never; {one_line(row.state)} in the last edition that has it"
        effective = f"effective_from {_day(row.effective_from) or 'not set'}"
        published = record.periods[0].published if record.periods else None
        yield f"  Because    {effective}{f', first published {published}' if published else ''}"
        yield f"  Approved   {_approved(row)}"
        yield f"  Digest     {row.digest}"
        stood = (f"{name} ({one_line(state)})" for name, state in record.stood)
        yield f"  Editions   {', '.join(stood)}"


def table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield rows as lines of columns; the last column is as long as it is."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]) - 1)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        yield "  ".join([*cells, row[-1]]).rstrip()


def moment(time: datetime.datetime | None) -> str:
    """Return a time of publication as ENTRY has it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ") if time else ""


def _until(period: Period) -> str:
    return f"until {period.until}: {period.ended}" if period.until else "on; it still is"


def _approved(row: DefinitionRow) -> str:
    if row.approved_on is None:
        return "not on record"
    by = f", post {one_line(row.approved_by)}" if row.approved_by else ""
    return f"{row.approved_on} as {one_line(row.approved_as)}{by}"


def _digest(row: DefinitionRow) -> str:
    return row.digest.rpartition(":")[2][:SHORT]


def _day(day: datetime.date | None) -> str:
    return day.isoformat() if day else ""
