"""What changed between two states of a manual: definitions, registers, house policy, pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from process_manual.model.definition import Definition
from process_manual.model.digest import UNCONTROLLED, controlled_bytes
from process_manual.model.manual import Manual
from process_manual.model.registers import ROW_TYPES
from process_manual.views.differences import Change, differences
from process_manual.views.text_changes import SectionChange, text_changes

POLICY = "manual.yml"
STANDARDS = "standards"


class Event(StrEnum):
    """What happened to a definition, a row or a page as a whole. The words are for readers."""

    NEW = "new"
    CHANGED = "changed"
    REWRITTEN = "written differently, with no change in meaning"
    MOVED = "moved"
    RETIRED = "retired"
    REMOVED = "removed"
    FOLDED = "the coming version took the place of the one before it"
    WITHDRAWN = "the coming version was withdrawn"


@dataclass(frozen=True, eq=False, slots=True)
class DefinitionChange:
    """What happened to a definition, or to its coming version.

    ``before`` is what ``after`` is compared with: a new coming version, with the definition that
    it will follow. ``fields`` of a new one are empty, because all of it is new.
    """

    event: Event
    before: Definition | None
    after: Definition | None
    fields: tuple[Change, ...] = ()
    text: tuple[SectionChange, ...] = ()

    @property
    def definition(self) -> Definition:
        """The definition as it is now, or as it was when it is gone."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def is_coming(self) -> bool:
        """True when a version that is yet to come changed, not the one beside it."""
        return self.definition.is_coming

    @property
    def content(self) -> tuple[Change, ...]:
        """The changes of controlled content, without those of the record of its approvals."""
        return tuple(change for change in self.fields if change.path[0] not in UNCONTROLLED)

    @property
    def moved_from(self) -> str | None:
        """The path it had, when the same file has another one now."""
        if self.before is None or self.after is None or self.before.is_coming != self.is_coming:
            return None
        old, new = self.before.source.path, self.after.source.path
        return old if old != new else None


@dataclass(frozen=True, slots=True)
class RowChange:
    """What happened to a row of a register, a standard, or house policy (with no id)."""

    register: str
    id: str
    title: str
    event: Event
    fields: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class PageChange:
    """What happened to a hand-written page."""

    path: str
    event: Event
    text: tuple[SectionChange, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class Changes:
    """All that changed; ``unread`` are ids and files that could not be compared."""

    definitions: tuple[DefinitionChange, ...] = ()
    rows: tuple[RowChange, ...] = ()
    pages: tuple[PageChange, ...] = ()
    unread: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.definitions or self.rows or self.pages)


def changes(before: Manual, after: Manual) -> Changes:
    """Return what changed from ``before`` to ``after``, in the order of the ids."""
    return Changes(
        tuple(_definitions(before, after)),
        tuple(_rows(before, after)),
        tuple(_pages(before, after)),
        tuple(sorted(_unread(before, after))),
    )


def _unread(before: Manual, after: Manual) -> set[str]:
    """Return what could not be read, or only in part: what is missing there may not be gone."""
    found: set[str] = set()
    for manual in (before, after):
        found |= manual.broken | manual.partial
        for name in ROW_TYPES:
            register = manual.registers[name]
            found |= {f"{name} {id_}" for id_ in register.broken}
            if register.unreadable:
                found.add(f"{name}.yml")
        if not _has_policy(manual):
            found.add(POLICY)
    return found | _standards_unread(before, after)


# Definitions ----------------------------------------------------------------------------------


def _definitions(before: Manual, after: Manual) -> Iterator[DefinitionChange]:
    broken = before.broken | after.broken
    for id_ in sorted({*before.current, *before.coming, *after.current, *after.coming} - broken):
        old, new = before.current.get(id_), after.current.get(id_)
        old_next, new_next = before.coming.get(id_), after.coming.get(id_)
        if new and old_next and not new_next and new.version == old_next.version:
            yield _compared(old_next, new, Event.FOLDED)
            continue
        yield from _of_file(old, new)
        if old_next and not new_next:
            yield DefinitionChange(Event.WITHDRAWN, old_next, None)
        elif new_next and not old_next:
            yield _coming(old, new_next)
        else:
            yield from _of_file(old_next, new_next)


def _coming(before: Definition | None, after: Definition) -> DefinitionChange:
    """Return a new coming version, with how its content differs from what it will follow.

    What was approved and when it was reviewed stands in each file for itself.
    """
    if before is None:
        return DefinitionChange(Event.NEW, None, after)
    found = _compared(before, after, Event.NEW)
    return replace(found, fields=found.content)


def _of_file(before: Definition | None, after: Definition | None) -> Iterator[DefinitionChange]:
    """Yield what happened to the definition in one file, if anything did."""
    if before is None and after is not None:
        yield DefinitionChange(Event.NEW, None, after)
    elif before is not None and after is None:
        yield DefinitionChange(Event.REMOVED, before, None)
    elif before is not None and after is not None:
        was_retired = after.is_retired and not before.is_retired
        found = _compared(before, after, Event.RETIRED if was_retired else Event.CHANGED)
        if found.fields or found.text:
            yield found
        elif _is_rewritten(before, after):
            yield DefinitionChange(Event.REWRITTEN, before, after)
        elif found.moved_from:
            yield DefinitionChange(Event.MOVED, before, after)


def _is_rewritten(before: Definition, after: Definition) -> bool:
    """Tell whether the text that an approval holds is another, although it means the same."""
    is_same = before.source.data == after.source.data and before.body == after.body
    return not is_same and controlled_bytes(before) != controlled_bytes(after)


def _compared(before: Definition, after: Definition, event: Event) -> DefinitionChange:
    text = text_changes(before.body, after.body)
    return DefinitionChange(event, before, after, differences(before, after), text)


# All the rest ---------------------------------------------------------------------------------


def _rows(before: Manual, after: Manual) -> Iterator[RowChange]:
    is_read = _has_policy(before) and _has_policy(after)
    if is_read and (fields := differences(before.policy, after.policy)):
        yield RowChange(POLICY, "", after.policy.title, Event.CHANGED, fields)
    for name in ROW_TYPES:
        old, new = before.registers[name], after.registers[name]
        if not old.unreadable and not new.unreadable:
            yield from _of_register(name, old, new, old.broken | new.broken)
    unread = _standards_unread(before, after)
    yield from _of_register(STANDARDS, before.standards, after.standards, unread)


def _of_register(
    name: str, before: Mapping[str, Any], after: Mapping[str, Any], unread: frozenset[str]
) -> Iterator[RowChange]:
    for id_ in dict.fromkeys((*after, *before)):
        old, new = before.get(id_), after.get(id_)
        if id_ in unread:
            continue
        if old is None:
            yield RowChange(name, id_, _title(new), Event.NEW)
        elif new is None:
            yield RowChange(name, id_, _title(old), Event.REMOVED)
        elif fields := differences(old, new):
            yield RowChange(name, id_, _title(new), Event.CHANGED, fields)


def _title(row: Any) -> str:
    """Return what a row is about, in words: most have a title."""
    words = (getattr(row, name, None) for name in ("title", "term", "reason"))
    return next((text for text in words if text), "")


def _standards_unread(before: Manual, after: Manual) -> frozenset[str]:
    """Return the standards that house policy names and of which no file could be read."""
    return frozenset(
        use.id
        for manual, other in ((before, after), (after, before))
        for use in (manual if _has_policy(manual) else other).policy.standards
        if use.id not in manual.standards
    )


def _has_policy(manual: Manual) -> bool:
    """Tell whether house policy could be read; it says from which file it comes then."""
    return bool(manual.policy.source.path)


def _pages(before: Manual, after: Manual) -> Iterator[PageChange]:
    old = {page.path: page.body for page in before.pages}
    new = {page.path: page.body for page in after.pages}
    for path in sorted({*old, *new}):
        text = text_changes(old.get(path, ""), new.get(path, ""))
        if path not in old or path not in new:
            yield PageChange(path, Event.REMOVED if path not in new else Event.NEW)
        elif text:
            yield PageChange(path, Event.CHANGED, text)
