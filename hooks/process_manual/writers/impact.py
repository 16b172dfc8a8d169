"""The impact of a change as a report: what to look at first, who and what, then the details."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from process_manual.model.definition import Definition
from process_manual.pages.words import day, first_up, plural
from process_manual.views.approval_effects import ApprovalEffect, Effect
from process_manual.views.authority import change_type
from process_manual.views.changes import POLICY, Changes, DefinitionChange, Event, RowChange
from process_manual.views.differences import Change, ChangeKind
from process_manual.views.impact import Impact, Tell
from process_manual.views.lifecycle import State, state
from process_manual.views.reach import changes_interface, label
from process_manual.views.text_changes import SectionChange
from process_manual.writers.outline import (
    Bullet,
    Code,
    Diff,
    Item,
    Outline,
    Row,
    Section,
    Strong,
    bullet,
    some,
)
from process_manual.writers.said import Sayer

NO_CHANGE = "No change in meaning."
MOST_LINES = 60
"""Lines of a diff that are shown for one section of a text."""
LONGEST_LINE = 300


def outline(impact: Impact, compared: str, notes: Sequence[str] = ()) -> Outline:
    """Return the report; ``compared`` says which states, ``notes`` what could not be read."""
    sayer = Sayer(impact.before, impact.after)
    sections = (
        Section("Look at this first", tuple(_first(impact, notes))),
        Section("What changed", tuple(_changed(impact, sayer))),
        Section("Approvals", tuple(_approval(each, sayer) for each in impact.approvals)),
        Section("Whom to tell", tuple(_tell(each, sayer) for each in impact.tell)),
        Section("Other definitions it reaches", tuple(_reached(impact))),
        Section("Roles, clauses, KPIs and records", tuple(_touched(impact, sayer))),
        *_details(impact, sayer),
    )
    lead = bullet(compared, ", as of ", day(impact.after.as_of), ".")
    return Outline(
        "Impact of this change",
        (lead, bullet(Strong(in_short(impact)))),
        tuple(section for section in sections if section.items),
    )


def changes_outline(
    impact: Impact, editions: tuple[str, str], notes: Sequence[str] = ()
) -> Outline:
    """Return what changed from one edition to another, each change with the reason on record."""
    sayer = Sayer(impact.before, impact.after)
    old, new = impact.before.as_of, impact.after.as_of
    found = impact.changes
    unread = [f"Not compared, or only in part: {some(found.unread)}."] if found.unread else []
    sections = (
        Section("What could not be compared", tuple(map(bullet, (*unread, *notes)))),
        Section("What changed", tuple(_changed(impact, sayer))),
        Section("Why", tuple(_reasons(found))),
        *_details(impact, sayer),
    )
    lead = bullet("As of ", day(old), " and ", day(new), ".")
    return Outline(
        f"What changed from edition {editions[0]} to {editions[1]}",
        (lead, bullet(Strong(_counted(found)))),
        tuple(section for section in sections if section.items),
    )


def _reasons(changes: Changes) -> Iterator[Item]:
    """Yield what the history of each definition says of the versions that are new."""
    for change in changes.definitions:
        known = {entry.version for entry in change.before.history} if change.before else set()
        for entry in change.after.history if change.after else ():
            if entry.version not in known:
                told = f" version {entry.version} ({entry.type.value}): {entry.summary}"
                yield bullet(Strong(label(change)), told)
        if change.event is Event.RETIRED and change.after and change.after.retired:
            yield bullet(Strong(label(change)), f" retired: {change.after.retired.reason}")


def in_short(impact: Impact) -> str:
    """Return the whole in a sentence."""
    told = _counted(impact.changes)
    ends = sum(each.effect is Effect.ENDS for each in impact.approvals)
    if told == NO_CHANGE:
        return told if not ends else f"{told[:-1]}, but {_approvals(ends)}."
    reach = f" {first_up(plural(len(impact.reached), 'other definition'))} reached."
    return (
        told
        + (f" {first_up(_approvals(ends))}." if ends else "")
        + (reach if impact.reached else "")
        + _unaffected(impact)
    )


def _unaffected(impact: Impact) -> str:
    """Return who is spared, when nothing that is exchanged changed."""
    number = len(impact.unaffected)
    if not number or any(map(changes_interface, impact.changes.definitions)):
        return ""
    verbs = "hands over here is" if number == 1 else "hand over here are"
    return f" No interface changed; {plural(number, 'definition')} that {verbs} not affected."


def _counted(changes: Changes) -> str:
    """Return how much changed."""
    real = sum(each.event is not Event.REWRITTEN for each in changes.definitions)
    counts = (
        (real, "definition"),
        (len(changes.rows), "entry of registers and policy", "entries of registers and policy"),
        (len(changes.pages), "hand-written page"),
    )
    parts = [plural(*count) for count in counts if count[0]]
    return f"Changed: {', '.join(parts)}." if parts else NO_CHANGE


def _approvals(count: int) -> str:
    return f"{plural(count, 'approval')} no longer {'holds' if count == 1 else 'hold'}"


def _first(impact: Impact, notes: Sequence[str]) -> Iterator[Item]:
    for name, remarks in impact.remarks.items():
        yield from (bullet(Strong(name), ": ", remark) for remark in remarks)
    for each in impact.left:
        now = state(impact.after, each)
        told = "no version of it is in force any more"
        if now is State.IN_REVIEW:
            told = f"once merged unapproved, {told}"
        yield bullet(Strong(each.id), f": {told}; it is {now.value}.")
    if impact.changes.unread:
        yield bullet("Not compared, or only in part: ", some(impact.changes.unread), ".")
    yield from (bullet(note) for note in notes)


# What changed ---------------------------------------------------------------------------------


def _changed(impact: Impact, sayer: Sayer) -> Iterator[Item]:
    for change in impact.changes.definitions:
        name = change.definition.title
        yield bullet(Strong(label(change)), f" {name}: ", "; ".join(_told(impact, change)))
    for row in impact.changes.rows:
        yield bullet(*_row_name(row), f": {row.event.value}{_fields(row.fields)}")
    for page in impact.changes.pages:
        yield bullet(Code(page.path), f": {page.event.value}")


def _told(impact: Impact, change: DefinitionChange) -> Iterator[str]:
    """Yield what happened to a definition in a few words each."""
    before, after = change.before, change.after
    yield change.event.value
    if after is not None:
        yield _version(before, after)
        yield _state(impact, before, after)
    if change.moved_from:
        yield f"its file was {change.moved_from}"
    counts = (
        (len(change.fields), "field", "fields"),
        (len(change.text), "section of the text", "sections of the text"),
    )
    if told := [plural(*count) for count in counts if count[0]]:
        than = f" other than in version {before.version}" if before and _follows(change) else ""
        yield " and ".join(told) + than


def _follows(change: DefinitionChange) -> bool:
    """Tell whether a new coming version is compared with the one that it will follow."""
    return change.event is Event.NEW and change.before is not None


def _version(before: Definition | None, after: Definition) -> str:
    kind = change_type(after)
    if before is None or before.version == after.version:
        return f"version {after.version}"
    return f"version {before.version} → {after.version}" + (f" ({kind.value})" if kind else "")


def _state(impact: Impact, before: Definition | None, after: Definition) -> str:
    now = state(impact.after, after).value
    was = state(impact.before, before).value if before else now
    is_same_file = before is not None and before.is_coming == after.is_coming
    return f"{was} before, {now} now" if is_same_file and was != now else now


def _row_name(row: RowChange) -> tuple[Strong | str, ...]:
    if row.register == POLICY:
        return (Strong("House policy"), " (manual.yml)")
    return (Strong(row.id), f" {row.title} ({row.register})" if row.title else f" ({row.register})")


def _fields(fields: Iterable[Change]) -> str:
    names = dict.fromkeys(each.words[0] for each in fields if each.words)
    return f": {some(names)}" if names else ""


# Who and what ---------------------------------------------------------------------------------


def _approval(each: ApprovalEffect, sayer: Sayer) -> Item:
    definition = each.definition
    name = Strong(f"{definition.id} version {definition.version}")
    if each.effect is Effect.GIVEN and each.approval:
        given = f"{sayer.title(each.approval.role, 'roles')} on {day(each.approval.date)}"
        return bullet(name, f": approved by {given}.")
    may = [
        f"{sayer.title(role, 'roles')} ({', '.join(kind.value for kind in kinds)})"
        for role, kinds in each.may_approve.items()
    ]
    what = "no longer holds" if each.effect is Effect.ENDS else "approval needed"
    who = f" May approve: {some(may)}." if may else " House policy names nobody who may approve."
    return bullet(name, f": {what}, because {each.reason}.", who)


def _tell(each: Tell, sayer: Sayer) -> Item:
    parts: list[str | Strong | Code] = [Strong(sayer.title(each.role, "roles"))]
    if each.host_team:
        parts += [" ", Code(each.host_team)]
    if each.contact and each.contact.mailbox:
        parts += [" ", Code(each.contact.mailbox)]
    why = (reason.format(some(what, separator=", ")) for reason, what in each.because.items())
    return bullet(*parts, f": {'; '.join(why)}")


def _reached(impact: Impact) -> Iterator[Item]:
    changed = {change.definition.id for change in impact.changes.definitions}
    for each in impact.reached:
        too = " (changed here too)" if each.definition.id in changed else ""
        name = f" {each.definition.title}{too}: {some(each.because)}"
        yield bullet(Strong(each.definition.id), name)


def _touched(impact: Impact, sayer: Sayer) -> Iterator[Item]:
    for each in impact.touched:
        name = sayer.title(each.id, "roles") if each.kind == "role" else each.id
        yield bullet(f"{first_up(each.kind)} ", Strong(name), f": {some(each.how)}")


# Details --------------------------------------------------------------------------------------


def _details(impact: Impact, sayer: Sayer) -> Iterator[Section]:
    found: Changes = impact.changes
    for change in found.definitions:
        items = (*_rows(change.fields, sayer), *_diffs(change.text))
        title = f"{label(change)} {change.definition.title}"
        yield Section(title, items, folded=True)
    for row in found.rows:
        title = "".join(p.text if isinstance(p, Strong) else p for p in _row_name(row))
        yield Section(title, tuple(_rows(row.fields, sayer)), folded=True)
    for page in found.pages:
        yield Section(page.path, tuple(_diffs(page.text)), folded=True)


def _rows(fields: Iterable[Change], sayer: Sayer) -> Iterator[Item]:
    for change in fields:
        before, after = sayer.sides(change)
        in_order = change.kind in (ChangeKind.REORDERED, ChangeKind.RENUMBERED)
        what = sayer.where(change) + (f" ({change.kind.value})" if in_order else "")
        yield Row(what, before, after)


def _diffs(text: Iterable[SectionChange]) -> Iterator[Item]:
    for section in text:
        where = f"“{section.heading}”" if section.heading else "before the first heading"
        what = "only line breaks and spaces" if section.spacing else section.kind.value
        lines = tuple(line[:LONGEST_LINE] for line in section.lines[:MOST_LINES])
        more = len(section.lines) - len(lines)
        title = f"Text {where}: {what}"
        if more > 0:
            title += f"; {more:,} more lines are not shown"
        yield Diff(title, lines) if lines else Bullet((title,))
