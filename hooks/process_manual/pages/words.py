"""How values are said to a reader: dates in words, targets in a phrase, names of letters."""

from __future__ import annotations

import datetime
from functools import lru_cache

from markupsafe import Markup

from process_manual.model.definition import Direction, Kpi, KpiTarget
from process_manual.views.targets import target_on

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)


def day(value: datetime.date) -> str:
    """Return a date as ``1 April 2026``."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


@lru_cache(maxsize=2_000)
def date(value: datetime.date | None, clock: str = "") -> Markup:
    """Return a date for a page.

    ``clock`` lets the page's script add what the reader's clock says: ``due`` (a day by which),
    ``from`` (the first day of something) or ``until`` (its last day).
    """
    if value is None:
        return Markup('<span class="pm-none">not set</span>')
    iso = value.isoformat()
    mark = f' data-{clock}="{iso}"' if clock else ""
    return Markup(f'<time datetime="{iso}"{mark}>{day(value)}</time>')


def period(value: str) -> str:
    """Return a period in words: ``April 2026``, ``quarter 2 of 2026``, ``week 9 of 2026``."""
    year, _, part = value.partition("-")
    if part.startswith("Q"):
        return f"quarter {part[1:]} of {year}"
    if part.startswith("W"):
        return f"week {int(part[1:])} of {year}"
    return f"{MONTHS[int(part) - 1]} {year}" if part else year


def number(value: float) -> str:
    """Return a number without a needless ``.0``."""
    return f"{value:g}" if abs(value) < 1e6 else f"{value:,.0f}"


def unit(value: str | None) -> str:
    """Return a unit in words: ``score_1_7`` becomes ``score 1 to 7``."""
    if value is None:
        return ""
    if value.startswith("score_") and value.count("_") == 2:
        _, low, high = value.split("_")
        return f"on a scale of {low} to {high}"
    return value.replace("_", " ")


def target(kpi: Kpi, at: KpiTarget) -> str:
    """Return a target as a phrase: ``at least 95 percent; amber from 92``."""
    said = "" if kpi.unit == "count" else unit(kpi.unit)  # "at most 25", not "25 count"
    if kpi.direction is Direction.BAND:
        green = _between(at.lower, at.upper)
        amber = _between(at.amber_lower, at.amber_upper)
        return f"{green} {said}".rstrip() + (f"; amber {amber}" if amber else "")
    if at.target is None:
        return "no value"
    lower = kpi.direction is Direction.LOWER
    start = "at most" if lower else "at least"
    phrase = f"{start} {number(at.target)} {said}".rstrip()
    if at.amber is not None and at.amber != at.target:
        phrase += f"; amber {'up to' if lower else 'from'} {number(at.amber)}"
    return phrase


def _between(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f"between {number(low)} and {number(high)}"
    if low is not None:
        return f"at least {number(low)}"
    return f"at most {number(high)}" if high is not None else ""


def target_in_force(kpi: Kpi, as_of: datetime.date) -> str:
    """Return the target that holds on a day, with the period since which it does."""
    at = target_on(kpi, as_of)
    return f"{target(kpi, at)}, since {period(at.since)}" if at else "no target yet"


def plural(count: int, one: str, many: str = "") -> str:
    """Return ``1 step`` or ``4 steps``."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def first_up(text: str) -> str:
    """Return a text with a capital first letter, the rest untouched."""
    return text[:1].upper() + text[1:]
