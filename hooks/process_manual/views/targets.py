"""Which target of a KPI holds on a day: each period is judged by the target of its time."""

from __future__ import annotations

import datetime

from process_manual.model.definition import Kpi, KpiTarget


def first_day(period: str) -> datetime.date:
    """Return the first day of a period such as 2026, 2026-04, 2026-Q2 or 2026-W09."""
    year, _, part = period.partition("-")
    if part.startswith("Q"):
        return datetime.date(int(year), 3 * int(part[1:]) - 2, 1)
    if part.startswith("W"):
        return datetime.date.fromisocalendar(int(year), min(int(part[1:]), _weeks(int(year))), 1)
    return datetime.date(int(year), int(part or 1), 1)


def _weeks(year: int) -> int:
    """Return how many ISO weeks a year has; 28 December is always in the last one."""
    return datetime.date(year, 12, 28).isocalendar().week


def target_on(kpi: Kpi, day: datetime.date) -> KpiTarget | None:
    """Return the target that holds on ``day``, or None before the first one."""
    begun = [target for target in kpi.targets if first_day(target.since) <= day]
    return max(begun, key=lambda target: first_day(target.since), default=None)


def coming_targets(kpi: Kpi, day: datetime.date) -> tuple[KpiTarget, ...]:
    """Return the targets that begin after ``day``."""
    return tuple(target for target in kpi.targets if first_day(target.since) > day)
