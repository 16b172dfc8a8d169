"""What is in force on the as-of date, what is coming, and when reviews fall due."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache

from process_manual.model.definition import Definition, Status
from process_manual.model.manual import Manual
from process_manual.model.registers import PlanEntry
from process_manual.views.inheritance import review_policy


class State(StrEnum):
    """Where a definition stands on the as-of date. The words are those that pages show."""

    PLANNED = "planned"
    DRAFT = "draft"
    IN_REVIEW = "in review"
    COMING = "coming"
    IN_FORCE = "in force"
    SUPERSEDED = "superseded"
    RETIRED = "retired"


def state(manual: Manual, definition: Definition) -> State:
    """Return where ``definition`` stands on the manual's as-of date.

    The status alone does not bring a version into force: somebody has to have approved it.
    """
    if definition.status is Status.RETIRED:
        return State.RETIRED
    if definition.status is Status.DRAFT:
        return State.DRAFT
    if not _is_approved(definition):
        return State.IN_REVIEW
    if not _has_begun(manual, definition):
        return State.COMING
    successor = manual.coming.get(definition.id)
    if successor and successor is not definition and _takes_over(manual, successor):
        return State.SUPERSEDED
    return State.IN_FORCE


def _is_approved(definition: Definition) -> bool:
    """Tell whether the status says so, and an approval of this version is on record."""
    return definition.status is Status.APPROVED and any(
        approval.version == definition.version for approval in definition.approvals
    )


def _has_begun(manual: Manual, definition: Definition) -> bool:
    return definition.effective_from is not None and definition.effective_from <= manual.as_of


def _takes_over(manual: Manual, coming: Definition) -> bool:
    return _is_approved(coming) and _has_begun(manual, coming)


@lru_cache(maxsize=4)
def in_force(manual: Manual) -> Mapping[str, Definition]:
    """Return the definition that is in force for each id, on the as-of date."""
    return {
        d.id: d
        for d in sorted(manual.definitions, key=lambda d: (d.id, d.is_coming))
        if state(manual, d) is State.IN_FORCE
    }


@lru_cache(maxsize=4)
def presented(manual: Manual) -> Mapping[str, Definition]:
    """Return the definition that readers see at each id's address: the one in force, or where
    none is, the one that stands in the file without ``.next``."""
    found = {**manual.current, **in_force(manual)}
    for id_, coming in manual.coming.items():
        found.setdefault(id_, coming)
    return dict(sorted(found.items()))


def upcoming(manual: Manual, id_: str) -> Definition | None:
    """Return the version of ``id_`` that is written but has not taken over yet, if any."""
    coming = manual.coming.get(id_)
    return coming if coming is not None and presented(manual)[id_] is not coming else None


def plan_state(manual: Manual, entry: PlanEntry) -> State:
    """Return how far a planned process area has come."""
    definition = presented(manual).get(entry.id)
    return state(manual, definition) if definition else State.PLANNED


def add_months(day: datetime.date, months: int) -> datetime.date:
    """Return the same day so many months later, or the last day of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return day.replace(
        year=year, month=month + 1, day=min(day.day, calendar.monthrange(year, month + 1)[1])
    )


def last_reviewed(definition: Definition) -> datetime.date | None:
    """Return the day of the last review or approval on record."""
    days = [review.date for review in definition.reviews]
    days += [approval.date for approval in definition.approvals]
    return max(days, default=None)


def next_review(manual: Manual, definition: Definition) -> datetime.date | None:
    """Return the day by which the next review is due, computed from the last one on record.

    None without a last one, or with an interval that no calendar has.
    """
    policy = review_policy(manual, definition).value
    last = last_reviewed(definition)
    if policy is None or last is None or definition.is_retired:
        return None
    is_possible = 0 < policy.interval_months <= (datetime.MAXYEAR - last.year) * 12
    return add_months(last, policy.interval_months) if is_possible else None
