"""Coverage of every standard as one table: a row for each clause."""

from __future__ import annotations

from collections.abc import Iterator

from process_manual.diagnostics import Finding
from process_manual.exports.formats import as_csv
from process_manual.model.manual import Manual
from process_manual.views.coverage import clause_cover, corresponding

COLUMNS = (
    *("standard", "clause", "title", "counted", "cover", "lead"),
    *("in_force", "not_in_force", "through_correspondence", "justification"),
)


def files(manual: Manual, findings: tuple[Finding, ...]) -> Iterator[tuple[str, bytes]]:
    """Yield ``coverage.csv``."""
    yield "coverage.csv", as_csv(COLUMNS, _rows(manual))


def _rows(manual: Manual) -> Iterator[tuple[object, ...]]:
    for standard in manual.standards.values():
        for each in clause_cover(manual, standard):
            through = corresponding(manual, standard, each.clause.id)
            yield (
                standard.id,
                each.clause.id,
                each.clause.title,
                "yes" if each.clause.coverage else "no",
                each.cover.value,
                each.lead.id if each.lead else None,
                " ".join(d.id for d in each.in_force),
                " ".join(d.id for d in each.not_in_force),
                " ".join(d.id for d in through),
                each.reason,
            )
