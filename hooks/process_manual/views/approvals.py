"""Every approval on record, and who may approve what in each area (5.3, 7.5.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from process_manual.model.definition import Approval, ChangeType, Definition
from process_manual.model.manual import Manual
from process_manual.views.authority import approvers, area_approvers, change_type
from process_manual.views.lifecycle import presented, upcoming
from process_manual.views.standing import digest_in


@dataclass(frozen=True, eq=False, slots=True)
class LogEntry:
    """An approval of one version; ``holds`` tells of the present version whether the content is
    still the one that was approved, and is None for versions that are gone."""

    definition: Definition
    approval: Approval
    change: ChangeType | None
    is_coming: bool
    holds: bool | None


def approval_log(manual: Manual) -> tuple[LogEntry, ...]:
    """Return the approvals of all definitions that have a page, newest first."""
    found = []
    for id_, definition in presented(manual).items():
        later = upcoming(manual, id_)
        seen = {(approval.version, approval.date) for approval in definition.approvals}
        found += [_entry(manual, definition, each) for each in definition.approvals]
        if later:  # it repeats the approvals of the versions before it
            new = [a for a in later.approvals if (a.version, a.date) not in seen]
            found += [_entry(manual, later, each, is_coming=True) for each in new]
    return tuple(sorted(found, key=lambda e: (-e.approval.date.toordinal(), e.definition.id)))


def _entry(
    manual: Manual, definition: Definition, approval: Approval, is_coming: bool = False
) -> LogEntry:
    holds = None
    if approval.version == definition.version:
        holds = approval.digest == digest_in(manual, definition)
    change = change_type(definition, approval.version)
    return LogEntry(definition, approval, change, is_coming, holds)


@dataclass(frozen=True, slots=True)
class AreaAuthority:
    """Who approves in an area, by type of change: ``rule`` as house policy says it (``owner``,
    ``manager`` or role ids), ``roles`` what that comes to for the definitions of the area."""

    area: str
    rule: Mapping[ChangeType, tuple[str, ...]]
    roles: Mapping[ChangeType, tuple[str, ...]]


def authority_matrix(manual: Manual) -> tuple[AreaAuthority, ...]:
    """Return who may approve what, for each area of the register."""
    return tuple(
        AreaAuthority(
            area,
            {change: area_approvers(manual, area, change) for change in ChangeType},
            {change: _roles(manual, area, change) for change in ChangeType},
        )
        for area in manual.registers.areas
    )


def _roles(manual: Manual, area: str, change: ChangeType) -> tuple[str, ...]:
    found = [
        role
        for definition in manual.living
        if definition.area == area
        for role in approvers(manual, definition, change)
    ]
    return tuple(sorted(set(found)))


def approving_roles(manual: Manual) -> tuple[str, ...]:
    """Return every role that may approve something, or has approved something."""
    entitled = {
        r for each in authority_matrix(manual) for roles in each.roles.values() for r in roles
    }
    used = {entry.approval.role for entry in approval_log(manual)}
    return tuple(sorted(entitled | used))
