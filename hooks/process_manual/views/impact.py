"""What a change of the manual means: for versions and approvals, for others, and whom to tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from process_manual.model.definition import Definition
from process_manual.model.manual import Manual
from process_manual.model.references import PARTY
from process_manual.model.registers import Contact
from process_manual.views.approval_effects import ApprovalEffect, Effect, approval_effects
from process_manual.views.changes import Changes, Event, changes
from process_manual.views.follow_up import follow_up
from process_manual.views.inheritance import manager, owner
from process_manual.views.lifecycle import in_force
from process_manual.views.reach import Reached, Reasons, label, reached, unaffected
from process_manual.views.touched import Touched, letters, touched


@dataclass(frozen=True, slots=True)
class Tell:
    """A role that should hear of a change, how to reach it, and why; never a person.

    ``because`` gives for each reason, such as ``owns {}``, what stands in its braces.
    """

    role: str
    contact: Contact | None
    host_team: str | None
    because: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, eq=False, slots=True)
class Impact:
    """What changed from ``before`` to ``after``, and what follows from it.

    ``remarks`` holds, for each changed definition by its label, what does not follow it.
    ``unaffected`` hand over to what changed, but nothing that they exchange with it did.
    ``left`` are definitions of which a version was in force and none is now.
    """

    before: Manual
    after: Manual
    changes: Changes
    remarks: Mapping[str, tuple[str, ...]]
    left: tuple[Definition, ...]
    approvals: tuple[ApprovalEffect, ...]
    reached: tuple[Reached, ...]
    unaffected: tuple[Definition, ...]
    touched: tuple[Touched, ...]
    tell: tuple[Tell, ...]


def impact(before: Manual, after: Manual) -> Impact:
    """Compare two states of a manual, both for the same as-of date."""
    found = changes(before, after)
    approvals = approval_effects(before, after)
    reach = reached(before, after, found)
    return Impact(
        before=before,
        after=after,
        changes=found,
        remarks={label(c): told for c in found.definitions if (told := follow_up(c))},
        left=tuple(_left(before, after)),
        approvals=approvals,
        reached=reach,
        unaffected=unaffected(after, found, reach),
        touched=touched(before, after, found),
        tell=tuple(_tell(before, after, found, approvals, reach)),
    )


def _left(before: Manual, after: Manual) -> Iterator[Definition]:
    """Yield what was in force and has no version in force now, although nobody retired it."""
    for id_ in in_force(before):
        now = after.current.get(id_) or after.coming.get(id_)
        if now and id_ not in in_force(after) and not now.is_retired:
            yield now


def _tell(
    before: Manual,
    after: Manual,
    changes: Changes,
    approvals: tuple[ApprovalEffect, ...],
    reach: tuple[Reached, ...],
) -> Iterator[Tell]:
    reasons: dict[str, Reasons] = {}
    for role, why, what in (
        *_approvers(approvals),
        *_of_changed(before, after, changes),
        *((role, "its part: {}", how) for c in changes.definitions for role, how in letters(c)),
        *_of_reached(after, reach),
    ):
        reasons.setdefault(role, {}).setdefault(why, {})[what] = None
    for role, because in reasons.items():
        row = after.registers.roles.get(role) or before.registers.roles.get(role)
        contact, team = (row.contact, row.host_team) if row else (None, None)
        if row or role.startswith(PARTY):
            yield Tell(role, contact, team, {why: tuple(what) for why, what in because.items()})


_Reason = tuple[str, str, str]
"""A role, why it should hear of a change, and what of."""


def _approvers(approvals: tuple[ApprovalEffect, ...]) -> Iterator[_Reason]:
    for each in approvals:
        if each.effect is not Effect.GIVEN:
            for role in each.may_approve:
                yield role, "may approve {}", f"{each.definition.id} {each.definition.version}"


def _of_changed(before: Manual, after: Manual, changes: Changes) -> Iterator[_Reason]:
    for change in changes.definitions:
        if change.event in (Event.REWRITTEN, Event.MOVED):
            continue
        for manual, definition in ((after, change.after), (before, change.before)):
            if definition is not None:
                for verb, role in _posts(manual, definition):
                    yield role, f"{verb} {{}}, which changed", label(change)


def _of_reached(after: Manual, reach: tuple[Reached, ...]) -> Iterator[_Reason]:
    for each in reach:
        for verb, role in _posts(after, each.definition):
            yield role, f"{verb} {{}}, which this reaches", each.definition.id


def _posts(manual: Manual, definition: Definition) -> Iterator[tuple[str, str]]:
    for verb, ask in (("owns", owner), ("manages", manager)):
        if role := ask(manual, definition).value:
            yield verb, role
