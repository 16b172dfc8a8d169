"""What the pages of document control are told: approvals, authority, and the load of reviews."""

from __future__ import annotations

from collections import Counter
from typing import Any

from process_manual.model.definition import ChangeType
from process_manual.model.manual import Manual
from process_manual.views.approvals import approval_log, approving_roles, authority_matrix
from process_manual.views.review_load import proposals, review_load


def post(manual: Manual, code: str) -> str:
    """Return the post of a person code: a page names a post, never a person."""
    person = manual.registers.people.get(code)
    return person.post if person else "unknown"


def approvals(manual: Manual) -> dict[str, Any]:
    """Return every approval on record."""
    return {"log": approval_log(manual), "post_of": lambda code: post(manual, code)}


def authority(manual: Manual) -> dict[str, Any]:
    """Return who may approve what, and who held the approving roles when."""
    roles = [manual.registers.roles.get(role) for role in approving_roles(manual)]
    return {
        "matrix": authority_matrix(manual),
        "types": tuple(ChangeType),
        "roles": [role for role in roles if role],
        "post_of": lambda code: post(manual, code),
    }


def review_calendar(manual: Manual) -> dict[str, Any]:
    """Return the reviews of the next twelve months, month by month and by manager."""
    load = review_load(manual)
    by_manager: dict[str, Counter[int]] = {}
    for i, month in enumerate(load):
        for each in month.due:
            by_manager.setdefault(each.manager or "", Counter())[i] += 1
    return {
        "load": load,
        "proposals": proposals(load),
        "by_manager": sorted(by_manager.items(), key=lambda each: (-each[1].total(), each[0])),
    }
