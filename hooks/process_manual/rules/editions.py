"""IDN, LIF and MAN: what the last published edition told readers, and what may become of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from process_manual.diagnostics import Location
from process_manual.model.base import version_key
from process_manual.model.definition import Definition, Status
from process_manual.model.digest import UNCONTROLLED, digest
from process_manual.model.manual import Before, Manual
from process_manual.model.source import Plain
from process_manual.rules.engine import Fault, rule
from process_manual.views.lifecycle import in_force
from process_manual.views.pairing import identity
from process_manual.views.pairing import name as called
from process_manual.views.standing import approval_in_hand

_NEXT: Mapping[Status, frozenset[Status]] = {
    Status.DRAFT: frozenset(Status),
    Status.IN_REVIEW: frozenset(Status),
    Status.APPROVED: frozenset({Status.APPROVED, Status.RETIRED}),
    Status.RETIRED: frozenset({Status.RETIRED}),
}
"""What may become of one version from one edition to the next."""
_OF_VERSION = UNCONTROLLED | {"version", "history"}
"""Fields that change with every version, whatever else does."""
_RECORDS = ("history", "approvals", "reviews")
_SHORT = 10
"""Letters of a commit's name that are shown."""


@rule("IDN-006", "id-vanished", always=True)
def id_vanished(manual: Manual) -> Iterator[Fault]:
    """No id of the last edition has vanished: a definition leaves only through `status: retired`.

    Why: an id in an old audit report, or a link in somebody's mail, must still lead to what became
    of it. Obsolete documents are controlled, not deleted.

    Bad:
        # example/EXA-012-old-priority.md, a copy of EXA-011, in the last edition
        id: EXA-012
        title: "Priority by service"

    Good:
        # example/EXA-012-old-priority.md, a copy of EXA-011, in the last edition
        id: EXA-012
        title: "Priority by service"
        # example/EXA-012-old-priority.md, a copy of EXA-011
        id: EXA-012
        title: "Priority by service"
        status: retired
        retired: {on: 2026-06-15, reason: "Counts people now", replaced_by: EXA-011}
    """
    if before := manual.before:
        for id_, definition in {**before.manual.coming, **before.manual.current}.items():
            if not manual.knows(id_):
                message = f"`{id_}` of edition {before.name} is gone"
                hint = f"put {definition.source.path} back, then `process-manual retire {id_}`"
                yield Fault(_store(manual), message, hint)


@rule("LIF-001", "status-not-allowed", always=True)
def status_not_allowed(manual: Manual) -> Iterator[Fault]:
    """A version that was approved stays so or is retired, and what is retired stays retired.

    Why: readers acted on it, and an old report may name it. A change is a new version with its own
    approval; an id is never used again. Until a new version is approved, nothing is in force in its
    place: that is a warning.

    Bad:
        # EXA-011, in the last edition
        status: approved
        # EXA-011
        status: draft

    Good:
        # EXA-011, in the last edition
        status: approved
        # EXA-011
        version: "1.1"
        effective_from: 2026-06-20
        approvals:
        - version: "1.1"
          date: 2026-06-15
          by: p-1
          role: head-of-it
          evidence: "https://git.example.gov.uk/manual/pulls/9"
        history:
        - {version: "1.1", date: 2026-06-10, by: p-3, type: minor, summary: "From 20 June"}
        - {version: "1.0", date: 2026-03-10, by: p-3, type: major, summary: "First version"}
    """
    for before, old, new in _pairs(manual):
        if old.is_retired and not new.is_retired:
            message = f"`{new.id}` was retired in edition {before.name}, and is `{new.status}` now"
            hint = "an id is not used again: write it as a new definition with an id of its own"
            yield Fault(new.at("status"), message, hint)
        elif old.version == new.version and new.status not in _NEXT[old.status]:
            message = f"version {old.version} was {old.status} in edition {before.name}"
            hint = f"`{new.status}` is for the next version; `process-manual bump` makes it"
            yield Fault(new.at("status"), message, hint)
        elif old.id in in_force(before.manual) and _is_out_of_force(manual, new):
            message = f"version {old.version} was in force in edition {before.name}, none is now"
            hint = (
                f"have version {new.version} approved before the next edition, or write it beside "
                f"the one in force: `process-manual new --next {new.id}`"
            )
            yield Fault(new.at("version"), message, hint, warn=True)


@rule("LIF-002", "version-not-raised", always=True)
def version_not_raised(manual: Manual) -> Iterator[Fault]:
    """What was published as approved gets a higher version when it changes, and only then.

    Why: two contents under one version are the worst fault that document control can have: nobody
    can say any more what a reader, or an approver, had before them.

    Bad:
        # EXA-011, in the last edition
        title: "Priority of a fault"

    Good:
        # EXA-011, in the last edition
        title: "Priority of a fault"
        # EXA-011
        version: "1.1"
        effective_from: 2026-06-20
        approvals:
        - version: "1.1"
          date: 2026-06-15
          by: p-1
          role: head-of-it
          evidence: "https://git.example.gov.uk/manual/pulls/9"
        history:
        - {version: "1.1", date: 2026-06-10, by: p-3, type: minor, summary: "A shorter title"}
        - {version: "1.0", date: 2026-03-10, by: p-3, type: major, summary: "First version"}
    """
    for before, old, new in _pairs(manual):
        if not _was_approved(old):
            continue
        if _is_other_content(old, new):
            message = f"edition {before.name} has version {old.version} with other content"
            hint = f"raise the version: `process-manual bump {new.id}`; or undo the change"
            yield Fault(new.at("version"), message, hint)
        elif old.version == new.version:
            continue
        elif new.status is Status.APPROVED and _substance(old) == _substance(new):
            message = f"version {new.version} says what {old.version} says in edition {before.name}"
            hint = "make the change that the history tells of, or take the new version back"
            yield Fault(new.at("version"), message, hint)
    yield from _lowered(manual)


def _lowered(manual: Manual) -> Iterator[Fault]:
    """Yield the definitions that went back behind the version that readers had."""
    if not (before := manual.before):
        return
    told = {**before.manual.current, **in_force(before.manual)}
    for id_, new in {**manual.current, **in_force(manual)}.items():
        old = told.get(id_)
        if old and _was_approved(old) and version_key(new.version) < version_key(old.version):
            message = f"version {new.version} is lower than {old.version} in edition {before.name}"
            hint = "what goes back to an older text is a new version, too: give it a higher number"
            yield Fault(new.at("version"), message, hint)


@rule("LIF-004", "record-altered", always=True)
def record_altered(manual: Manual) -> Iterator[Fault]:
    """The history, approvals and reviews of earlier versions stay as they were published.

    Why: they are evidence. What could be changed, taken out or dated back afterwards proves
    nothing. New entries go on top. When a coming version takes the place of the old file, the
    approvals and reviews of the old one may stay behind, in the editions.

    Bad:
        # EXA-011, in the last edition
        approvals:
        - version: "1.0"
          date: 2026-03-24
          by: p-1
          role: head-of-it
          evidence: "https://git.example.gov.uk/manual/pulls/3"

    Good:
        # EXA-011, in the last edition
        status: approved
        # EXA-011
        approvals:
        - version: "1.0"
          date: 2026-03-24
          by: p-1
          role: head-of-it
          evidence: "https://git.example.gov.uk/manual/pulls/4"
        - version: "1.0"
          date: 2026-03-20
          by: p-1
          role: head-of-it
          evidence: "https://git.example.gov.uk/manual/pulls/3"
    """
    for before, old, new in _pairs(manual):
        for name in _RECORDS:
            yield from _altered(before, old, new, name)


def _altered(before: Before, old: Definition, new: Definition, name: str) -> Iterator[Fault]:
    was, now = getattr(old, name), getattr(new, name)
    gone = [each for each in was if each not in now and _is_settled(old, each, name)]
    added = {identity(each): each for each in reversed(now) if each not in was}
    if name != "history" and new.version != old.version and len(gone) == len(was):
        gone = [each for each in gone if identity(each) in added]  # others are left to the editions
    for entry in gone:
        after = added.pop(identity(entry), None)
        if after is None:
            message = f"the {called(entry)} stands in edition {before.name}, and is gone"
            hint = f"put it back as it was; `process-manual log {new.id}` finds the edition"
            yield Fault(new.at(name), message, hint)
            continue
        for field in type(entry).model_fields:
            if field == "digest" and _is_other_content(old, new):
                continue  # LIF-002 speaks
            if getattr(entry, field) != getattr(after, field):
                message = f"`{field}` of the {called(entry)} is another in edition {before.name}"
                hint = "put it back as it was; what has to be said since is an entry of its own"
                yield Fault(new.at(name, now.index(after), field), message, hint)
    for entry in added.values():
        if name != "reviews" and version_key(entry.version) < version_key(old.version):
            message = f"the {called(entry)} does not stand in edition {before.name}"
            hint = "take it out; entries are added for new versions, not for what is past"
            yield Fault(new.at(name, now.index(entry)), message, hint)


def _is_settled(old: Definition, entry: Any, name: str) -> bool:
    """Tell whether an entry could not change any more: the history of a draft still could."""
    return name != "history" or entry.version != old.version or _was_approved(old)


@rule("MAN-003", "edition-not-before-this", always=True)
def edition_not_before_this(manual: Manual) -> Iterator[Fault]:
    """The last edition has an earlier date than the manual, and its tag marks its commit.

    Why: an edition can be made again, and be believed, only from the commit that it names; and the
    next one must follow it. That the manual in hand is older, or comes from elsewhere, is a
    warning here; `process-manual bundle` refuses it.

    Bad:
        # ENTRY, in a later edition
        as-of: 2026-07-31

    Good:
        # ENTRY, in the last edition
        as-of: 2026-06-30
    """
    if not (before := manual.before):
        return
    place, hint = _store(manual), "merge the branch that the editions are made from"
    if later := before.later:
        message = f"edition {later.name} is as of {later.as_of}, later than this manual"
        yield Fault(place, message, hint, warn=True)
    commit = before.commit[:_SHORT]
    if before.tagged and before.tagged != before.commit:
        message = f"the tag of edition {before.name} marks commit {before.tagged[:_SHORT]}, but"
        cure = "find out who moved the tag; `process-manual verify` examines the edition itself"
        yield Fault(place, f"{message} it was made from {commit}", cure)
    elif before.in_history is False:
        message = f"edition {before.name} was made from commit {commit}, which is not behind this"
        yield Fault(place, message, hint, warn=True)


def _store(manual: Manual) -> Location:
    """Return where house policy says where the editions are."""
    return manual.policy.at("editions", "store")


def _pairs(manual: Manual) -> Iterator[tuple[Before, Definition, Definition]]:
    """Yield each definition with what the last edition has in its place, if they can be compared.

    That is the same version of it, wherever it stood, or else what stood in its file.
    """
    if not (before := manual.before):
        return
    then = before.manual
    unread = manual.broken | manual.partial | then.broken | then.partial
    for new in manual.definitions:
        olds = [
            each for each in (then.current.get(new.id), then.coming.get(new.id)) if each is not None
        ]
        same = [each for each in olds if each.version == new.version]
        same += [each for each in olds if each.is_coming == new.is_coming]
        if same and new.id not in unread:
            yield before, same[0], new


def _is_other_content(old: Definition, new: Definition) -> bool:
    return old.version == new.version and digest(old) != digest(new)


def _is_out_of_force(manual: Manual, new: Definition) -> bool:
    return not (new.is_coming or new.is_retired or new.id in in_force(manual))


def _was_approved(old: Definition) -> bool:
    return old.status in (Status.APPROVED, Status.RETIRED) and approval_in_hand(old) is not None


def _substance(definition: Definition) -> tuple[Mapping[str, Plain], str]:
    """Return what a definition says, without what changes with each version."""
    fields = {k: v for k, v in definition.source.data.items() if k not in _OF_VERSION}
    return fields, definition.body.strip()
