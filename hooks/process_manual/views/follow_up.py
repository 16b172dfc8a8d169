"""Whether version, history and record of approvals follow what changed in a definition (7.5.3)."""

from __future__ import annotations

from collections.abc import Iterator

from process_manual.model.base import version_key
from process_manual.model.definition import Approval, ChangeType, Definition, HistoryEntry, Status
from process_manual.views.authority import change_type
from process_manual.views.changes import DefinitionChange, Event
from process_manual.views.differences import Change

BOOKKEEPING = frozenset({"version", "history", "effective_from"})
"""Controlled fields that say of a change that it was made; they are none by themselves."""
WORDING = frozenset({"title", "synonyms", "purpose", "detail", "note", "on_breach"})
"""Fields that may be put in better words without another meaning."""


def substance(change: DefinitionChange) -> tuple[Change, ...]:
    """Return the changes of content that are more than better words."""
    return tuple(
        each
        for each in change.content
        if each.path[0] not in BOOKKEEPING and each.path[-1] not in WORDING
    )


def follow_up(change: DefinitionChange) -> tuple[str, ...]:
    """Return what does not follow, a sentence each; nothing when all does."""
    before, after = change.before, change.after
    if change.event is Event.REMOVED and before is not None and _was_published(before):
        return ("It was taken out of the manual; a definition is retired, never deleted.",)
    if before is None or after is None or change.event is Event.FOLDED:
        return ()
    found = [*_version(change, before, after), *_history(before, after)]
    if before.is_coming == after.is_coming:
        found += _approvals(before, after)
    return tuple(found)


def _version(change: DefinitionChange, before: Definition, after: Definition) -> Iterator[str]:
    step = version_key(after.version) > version_key(before.version)
    real = [each for each in change.content if each.path[0] not in BOOKKEEPING]
    if version_key(after.version) < version_key(before.version):
        yield f"The version went down from {before.version} to {after.version}."
    elif step:
        yield from _raised(change, before, after)
        if not real and not change.text:
            yield f"The version went up to {after.version}, but nothing else changed."
    elif not _was_published(before) or after.is_retired:
        return
    elif real or change.text:
        yield (
            f"The content changed, but the version is still {after.version}: raise it, and say "
            "why in the history."
        )
    elif change.event is Event.REWRITTEN:
        yield (
            f"Nothing changed in meaning, but the approval of version {after.version} is bound "
            "to the text as it was written: put that back, or have this one approved."
        )


def _raised(change: DefinitionChange, before: Definition, after: Definition) -> Iterator[str]:
    kind = change_type(after)
    if kind is None:
        yield f"The history has no entry for version {after.version}."
    elif kind is ChangeType.EDITORIAL and (more := substance(change)):
        places = "; ".join(dict.fromkeys(": ".join(each.words) for each in more[:3]))
        further = f" and {len(more) - 3} more" if len(more) > 3 else ""
        yield f"The history calls this editorial, yet more than wording changed: {places}{further}."
    if after.effective_from and after.effective_from == before.effective_from:
        yield (
            f"Version {after.version} is in force from {after.effective_from}, "
            f"as version {before.version} was."
        )


def _history(before: Definition, after: Definition) -> Iterator[str]:
    """Yield which entries of earlier versions are no longer as they were."""
    if not _was_published(before):
        return
    now = [_told(entry) for entry in after.history]
    for entry in before.history:
        if _told(entry) not in now:
            yield f"The history of version {entry.version} was altered; it only ever grows."


def _approvals(before: Definition, after: Definition) -> Iterator[str]:
    now = [_given(approval) for approval in after.approvals]
    for approval in before.approvals:
        if _given(approval) not in now:
            yield (
                f"The approval of version {approval.version} on {approval.date} was altered or "
                "taken out; what was approved stays on record."
            )


def _told(entry: HistoryEntry) -> tuple[object, ...]:
    return (entry.version, entry.date, entry.by, entry.type, " ".join(entry.summary.split()))


def _given(approval: Approval) -> tuple[object, ...]:
    return (approval.version, approval.date, approval.by, approval.role, approval.digest)


def _was_published(definition: Definition) -> bool:
    return definition.status in (Status.APPROVED, Status.RETIRED)
