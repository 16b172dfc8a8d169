"""Who held which role on a day, and who may approve what (5.3, 7.5.2)."""

from __future__ import annotations

import datetime

from process_manual.model.definition import ChangeType, Definition
from process_manual.model.manual import Manual
from process_manual.model.policy import ApproverKind
from process_manual.model.registers import Holder
from process_manual.views.inheritance import manager, owner


def holders_on(manual: Manual, role_id: str, day: datetime.date) -> tuple[Holder, ...]:
    """Return who held a role on ``day`` and was still in post, in the order of the register.

    First and last day count. Empty for a role that is not in the register.
    """
    role = manual.registers.roles.get(role_id)
    found = []
    for holder in role.holders if role else ():
        person = manual.registers.people.get(holder.person)
        ends = [end for end in (holder.until, person and person.until) if end]
        if holder.since <= day <= min(ends, default=day):
            found.append(holder)
    return tuple(found)


def persons_on(manual: Manual, role_id: str, day: datetime.date) -> frozenset[str]:
    """Return the codes of the persons that held a role on ``day``."""
    return frozenset(holder.person for holder in holders_on(manual, role_id, day))


def change_type(definition: Definition, version: str | None = None) -> ChangeType | None:
    """Return how far a version (default: the definition's own) reaches, by its history."""
    wanted = version or definition.version
    return next((each.type for each in definition.history if each.version == wanted), None)


def authors(definition: Definition, version: str | None = None) -> frozenset[str]:
    """Return the codes of the persons that wrote a version (default: the definition's own)."""
    wanted = version or definition.version
    return frozenset(each.by for each in definition.history if each.version == wanted)


def area_approvers(manual: Manual, area: str, change: ChangeType) -> tuple[str, ...]:
    """Return who may approve a type of change in an area: ``owner``, ``manager`` or role ids."""
    rules = manual.policy.approval
    for exception in rules.areas:
        if exception.area == area and exception.type is change:
            return exception.roles
    return {
        ChangeType.MAJOR: rules.major,
        ChangeType.MINOR: rules.minor,
        ChangeType.EDITORIAL: rules.editorial,
    }[change]


def approvers(manual: Manual, definition: Definition, change: ChangeType) -> tuple[str, ...]:
    """Return the ids of the roles that may approve a type of change to a definition.

    ``owner`` and ``manager`` of house policy are replaced by the definition's own roles, which a
    procedure has from its process; a role that is not filled in is left out.
    """
    own = {
        ApproverKind.OWNER: owner(manual, definition).value,
        ApproverKind.MANAGER: manager(manual, definition).value,
    }
    found = [
        own[ApproverKind(each)] if each in list(ApproverKind) else each
        for each in area_approvers(manual, definition.area, change)
    ]
    return tuple(dict.fromkeys(role for role in found if role))
