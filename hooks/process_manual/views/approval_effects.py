"""Which approvals end with a change, which are needed for it, and who may give them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from process_manual.model.definition import Approval, ChangeType, Definition, Status
from process_manual.model.manual import Manual
from process_manual.views.authority import approvers, change_type, persons_on
from process_manual.views.standing import standing


class Effect(StrEnum):
    """What a change does to the approval of a definition."""

    ENDS = "no longer holds"
    NEEDED = "needed"
    GIVEN = "given"


@dataclass(frozen=True, eq=False, slots=True)
class ApprovalEffect:
    """What happens to an approval, why, and which roles may approve now.

    ``may_approve`` gives for each role the types of change it may approve; where the history tells
    the type, only roles that may approve that one.
    """

    effect: Effect
    definition: Definition
    approval: Approval | None
    reason: str
    may_approve: Mapping[str, tuple[ChangeType, ...]]


def approval_effects(before: Manual, after: Manual) -> tuple[ApprovalEffect, ...]:
    """Return what the change does to approvals, in the order of the ids.

    An approval can end without a change of its definition: when the register no longer says that
    the role was held that day, or when house policy lets other roles approve.
    """
    return tuple(_effects(before, after))


def objection(manual: Manual, definition: Definition) -> str | None:
    """Return why the approval of the present version does not count, or None when it does."""
    found = standing(manual, definition)
    approval = found.approval
    if definition.status is not Status.APPROVED or approval is None:
        return f"version {definition.version} is not approved"
    if found.changed_since:
        return "the content is no longer what was approved"
    role = manual.title_of(approval.role)
    if approval.by not in persons_on(manual, approval.role, approval.date):
        return f"the register does not say that who approved it was {role} on {approval.date}"
    kind = change_type(definition)
    if kind and approval.role not in approvers(manual, definition, kind):
        return f"{role} may not approve {kind.value} changes of it"
    return None


def _effects(before: Manual, after: Manual) -> Iterator[ApprovalEffect]:
    for definition in _all(after):
        old = _counterpart(before, definition)
        was = objection(before, old) if old else "new"
        now = objection(after, definition)
        is_same_version = old is not None and old.version == definition.version
        if definition.is_retired or (definition.status is Status.DRAFT and was is not None):
            continue
        if now is None and (was is not None or not is_same_version):
            yield _effect(Effect.GIVEN, after, definition, "", is_same_version)
        elif now is not None and was is None and is_same_version:
            yield _effect(Effect.ENDS, after, definition, now, is_same_version)
        elif now is not None and _is_touched(old, definition):
            yield _effect(Effect.NEEDED, after, definition, now, is_same_version)


def _all(manual: Manual) -> tuple[Definition, ...]:
    """Return every definition by id, a coming version after the one beside it."""
    found = (*manual.current.values(), *manual.coming.values())
    return tuple(sorted(found, key=lambda definition: (definition.id, definition.is_coming)))


def _counterpart(manual: Manual, definition: Definition) -> Definition | None:
    """Return the same version in another state of the manual, or else what stood in its place."""
    files = (manual.current, manual.coming)
    there = [file[definition.id] for file in files if definition.id in file]
    same = [each for each in there if each.version == definition.version]
    beside = [each for each in there if each.is_coming == definition.is_coming]
    return next(iter((*same, *beside)), None)


def _is_touched(before: Definition | None, after: Definition) -> bool:
    return before is None or (before.source.data, before.body) != (after.source.data, after.body)


def _effect(
    effect: Effect, manual: Manual, definition: Definition, reason: str, is_same_version: bool
) -> ApprovalEffect:
    kind = None if is_same_version and effect is Effect.ENDS else change_type(definition)
    may: dict[str, tuple[ChangeType, ...]] = {}
    for each in (kind,) if kind else tuple(ChangeType):
        for role in approvers(manual, definition, each):
            may[role] = (*may.get(role, ()), each)
    approval = standing(manual, definition).approval
    return ApprovalEffect(effect, definition, approval, reason, may)
