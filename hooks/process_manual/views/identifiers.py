"""Ids that are taken for ever, and the next one that is free."""

from __future__ import annotations

import re

from process_manual.model.manual import Manual
from process_manual.model.registers import Area

_FIRST = 10
"""Number of the first definition of an area; the ones before are left for what comes later."""


def taken(manual: Manual) -> frozenset[str]:
    """Return every id that cannot be given away: written, coming, retired, unreadable, planned."""
    plan = manual.registers.plan
    return frozenset({*manual.current, *manual.coming, *manual.broken, *plan, *plan.broken})


def next_id(manual: Manual, area: Area) -> str | None:
    """Return the id after the highest of an area, so that one is never given a second time.

    None when house policy's form of an id does not end in a number, or no number is left.
    """
    form = re.fullmatch(r"((?:\{prefix\}|[\w-])*)\\d\{(\d+)\}", manual.policy.id_pattern, re.ASCII)
    if form is None:
        return None
    stem, digits = form[1].replace("{prefix}", area.prefix), int(form[2])
    used = [
        int(id_.removeprefix(stem))
        for id_ in taken(manual)
        if re.fullmatch(rf"{re.escape(stem)}\d{{{digits}}}", id_, re.ASCII)
    ]
    number = max(used, default=_FIRST - 1) + 1
    return f"{stem}{number:0{digits}}" if number < 10**digits else None
