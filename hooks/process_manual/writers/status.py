"""How far a manual has come, as text: counts by area, and by clause of the standards in use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from process_manual.model.definition import Kind
from process_manual.model.manual import Manual
from process_manual.model.policy import Claim
from process_manual.model.standards import Standard
from process_manual.views.coverage import Cover, clause_cover, item_holders, use_of
from process_manual.views.lifecycle import State
from process_manual.views.progress import AreaProgress, progress

HEADINGS = ("planned", "draft", "in review", "coming", "in force", "retired")
"""The states that get a column; a version that was superseded counts with its successor."""


def lines(manual: Manual) -> Iterator[str]:
    """Yield the tables: areas first, then each standard that the manual works to."""
    yield from by_area(manual)
    for standard in manual.standards.values():
        use = use_of(manual, standard.id)
        if use is not None and use.status is not Claim.REFERENCE:
            yield ""
            yield from by_clause(manual, standard, use.status)


def by_area(manual: Manual) -> Iterator[str]:
    """Yield how many processes and procedures of each area stand where."""
    areas = progress(manual)
    width = max((len(area.title) for area in areas), default=0)
    yield f"{'Area':{width}}  processes  procedures  " + "  ".join(HEADINGS)
    total: Counter[str] = Counter()
    for area in areas:
        counts = _counts(area)
        total += counts
        yield _row(area.title, counts, width)
    yield _row("All", total, width)


def _counts(area: AreaProgress) -> Counter[str]:
    """Return the states, and how many of what is written are processes and procedures."""
    written = [entry for entry in area.entries if entry.state is not State.PLANNED]
    kinds = {
        "processes": sum(entry.kind is Kind.PROCESS for entry in written),
        "procedures": sum(entry.kind is Kind.PROCEDURE for entry in written),
    }
    states = Counter(str(entry.state) for entry in area.entries)
    return Counter({**states, **kinds})


def _row(title: str, counts: Counter[str], width: int) -> str:
    cells = [f"{counts[name]:>{len(name)},}" for name in ("processes", "procedures", *HEADINGS)]
    return "  ".join([f"{title:{width}}", *cells])


def by_clause(manual: Manual, standard: Standard, claim: Claim) -> Iterator[str]:
    """Yield for each clause that needs cover how many definitions cite it, and which leads."""
    yield f"{standard.title} ({claim.replace('_', ' ')})"
    covers = [each for each in clause_cover(manual, standard) if each.clause.coverage]
    width = max((len(each.clause.title) for each in covers), default=0)
    yield f"{'Clause':8}{'Title':{width}}  in force  not yet  lead"
    for each in covers:
        lead = each.lead.id if each.lead else "-"
        if each.cover is Cover.JUSTIFIED:
            lead = "justified gap"
        counts = f"{len(each.in_force):>8,}  {len(each.not_in_force):>7,}"
        yield f"{each.clause.id:8}{each.clause.title:{width}}  {counts}  {lead}"
    covered = sum(bool(each.in_force) for each in covers)
    items = [each for each in item_holders(manual) if each.standard is standard]
    held = sum(each.held for each in items)
    done = f"{covered} of {len(covers)} clauses covered"
    yield f"{done}, {held} of {len(items)} documented items held"
