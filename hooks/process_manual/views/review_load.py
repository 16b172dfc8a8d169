"""How many reviews fall into each of the next months, and how to spread them evenly."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace

from process_manual.model.definition import Definition
from process_manual.model.manual import Manual
from process_manual.views.inheritance import manager
from process_manual.views.lifecycle import (
    State,
    add_months,
    next_review,
    presented,
    state,
)

MONTHS = 12


@dataclass(frozen=True, eq=False, slots=True)
class PlannedReview:
    """A review that is due, who runs it, and the earlier day on which it would level the load."""

    definition: Definition
    manager: str | None
    due: datetime.date
    proposed: datetime.date | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Month:
    """A month by its first day, with the reviews due in it and those left after levelling."""

    first: datetime.date
    due: tuple[PlannedReview, ...]
    levelled: tuple[PlannedReview, ...]


def review_load(manual: Manual) -> tuple[Month, ...]:
    """Return the load of the twelve months that begin with that of the as-of date.

    What is overdue counts into the first month. A review may be held earlier than due, never
    later: from the last month backwards, whatever exceeds an even share moves to the month
    before, those that are due first, but not into the present month.
    """
    start = manual.as_of.replace(day=1)
    firsts = [add_months(start, i) for i in range(MONTHS)]
    due: list[list[PlannedReview]] = [[] for _ in firsts]
    for each in _reviews(manual):
        place = max(0, (each.due.year - start.year) * 12 + each.due.month - start.month)
        if place < MONTHS:
            due[place].append(each)
    levelled = _levelled(due, firsts, manual.as_of)
    return tuple(Month(first, tuple(due[i]), tuple(levelled[i])) for i, first in enumerate(firsts))


def proposals(load: tuple[Month, ...]) -> tuple[PlannedReview, ...]:
    """Return the reviews that would be held earlier than due, in the order of the proposed days."""
    moved = [each for month in load for each in month.levelled if each.proposed]
    return tuple(sorted(moved, key=lambda each: (each.proposed, each.definition.id)))


def _reviews(manual: Manual) -> list[PlannedReview]:
    found = []
    for definition in presented(manual).values():
        day = next_review(manual, definition)
        if day and state(manual, definition) is State.IN_FORCE:
            found.append(PlannedReview(definition, manager(manual, definition).value, day))
    return sorted(found, key=lambda each: (each.due, each.definition.id))


def _levelled(
    due: list[list[PlannedReview]], firsts: list[datetime.date], today: datetime.date
) -> list[list[PlannedReview]]:
    """Return the months with the smallest share for each that can be kept to."""
    share = 1
    while len((found := _shared(due, share, firsts, today))[1]) > max(share, len(due[1])):
        share += 1
    return found


def _shared(
    due: list[list[PlannedReview]], share: int, firsts: list[datetime.date], today: datetime.date
) -> list[list[PlannedReview]]:
    found = [list(each) for each in due]
    for i in range(MONTHS - 1, 1, -1):  # what is left of the present month stays free
        surplus = max(0, len(found[i]) - share)
        moved, found[i] = found[i][:surplus], found[i][surplus:]
        found[i - 1] += [replace(e, proposed=_day_in(firsts[i - 1], e.due, today)) for e in moved]
        found[i - 1].sort(key=lambda each: (each.due, each.definition.id))
    return found


def _day_in(first: datetime.date, due: datetime.date, today: datetime.date) -> datetime.date:
    """Return the day of the month of ``due`` in another month, on a weekday and not yet past."""
    day = add_months(first.replace(day=1), 0)
    last = add_months(day, 1) - datetime.timedelta(days=1)
    wanted = max(day.replace(day=min(due.day, last.day)), today)
    if wanted.weekday() > 4:
        wanted -= datetime.timedelta(days=wanted.weekday() - 4)
    if wanted < max(day, today):  # the weekend began the month: take the Monday after it
        wanted += datetime.timedelta(days=7 - wanted.weekday())
    return wanted
