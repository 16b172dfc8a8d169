"""LIF: versions, dates, coming versions and retirement."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from itertools import pairwise

from process_manual.model.base import version_key
from process_manual.model.definition import Definition, Status
from process_manual.model.manual import Manual
from process_manual.model.source import KeyPath
from process_manual.rules.engine import Fault, rule
from process_manual.rules.prose import in_body
from process_manual.rules.subjects import definition_faults
from process_manual.views.lifecycle import State, next_review, state

NONE = "none"


@rule("LIF-003", "history-missing")
def history_missing(manual: Manual) -> Iterator[Fault]:
    """The newest entry of the history is that of the current version, the only one for it.

    Why: what changed, when, by whom and why is the first thing an auditor asks for.

    Bad:
        # EXA-010
        history:
        - {version: "1.0", date: 2025-03-03, by: p-3, type: major, summary: "First version"}

    Good:
        # EXA-010
        history:
        - {version: "1.1", date: 2026-03-10, by: p-3, type: minor, summary: "Known causes first"}
        - {version: "1.0", date: 2025-03-03, by: p-3, type: major, summary: "First version"}
    """
    for definition in manual.definitions:
        versions = [entry.version for entry in definition.history]
        newest = max(versions, key=version_key, default=definition.version)
        if version_key(newest) > version_key(definition.version):
            message = f"version {definition.version} is lower than {newest}, the newest in the"
            hint = f'write version: "{newest}", or take that entry out of the history'
            yield Fault(definition.at("version"), f"{message} history", hint)
        elif definition.version not in versions:
            message = f"the history has no entry for version {definition.version}"
            hint = "add one on top: version, date, by, type and summary"
            yield Fault(definition.at("history"), message, hint)
        for i, version in enumerate(versions):
            if version in versions[:i]:
                message = f"the history has two entries for version {version}"
                yield Fault(definition.at("history", i, "version"), message, "keep one of them")


@rule("LIF-005", "dates-out-of-order")
def dates_out_of_order(manual: Manual) -> Iterator[Fault]:
    """A version is written, then approved, then comes into effect, and then its review falls due.

    Why: work done before the approval was done without one. No entry may lie in the future, for
    then it was not made on the day it names.

    Bad:
        # EXA-011
        effective_from: 2026-03-19

    Good:
        # EXA-011
        effective_from: 2026-03-20
    """
    for definition in manual.definitions:
        yield from _in_the_future(definition, manual.as_of)
        yield from _approved_too_early(definition)
        yield from _effective_too_early(manual, definition)
        yield from _history_upside_down(definition)


def _in_the_future(definition: Definition, today: datetime.date) -> Iterator[Fault]:
    entries: list[tuple[datetime.date, KeyPath]] = [
        (entry.date, (name, i, "date"))
        for name in ("history", "approvals", "reviews")
        for i, entry in enumerate(getattr(definition, name))
    ]
    for day, path in entries:
        if day > today:
            message = f"{day} is later than the date of this manual, {today}"
            yield Fault(definition.at(*path), message, "give the day on which it was done")


def _approved_too_early(definition: Definition) -> Iterator[Fault]:
    drafted = {entry.version: entry.date for entry in definition.history}
    for i, approval in enumerate(definition.approvals):
        day = drafted.get(approval.version)
        if day and approval.date < day:
            message = f"version {approval.version} was approved before it was written, on {day}"
            place = definition.at("approvals", i, "date")
            yield Fault(place, message, "correct the date here or in the history")
        for j, consulted in enumerate(approval.consulted):
            if consulted.date > approval.date:
                message = f"{consulted.consultee} was asked after the approval of {approval.date}"
                place = definition.at("approvals", i, "consulted", j, "date")
                yield Fault(place, message, "correct one of the dates")


def _effective_too_early(manual: Manual, definition: Definition) -> Iterator[Fault]:
    day = definition.effective_from
    if day is None:
        return
    for approval in definition.approvals:
        if approval.version == definition.version and approval.date > day:
            message = f"version {definition.version} was approved only on {approval.date}"
            place = definition.at("effective_from")
            yield Fault(place, f"{message}, after it came into effect", "choose a later day")
    due = next_review(manual, definition)
    if due is not None and due < day:
        message = f"the review is due on {due}, before the version comes into effect"
        hint = "review it again, or choose an earlier day"
        yield Fault(definition.at("effective_from"), message, hint)
    if definition.retired and definition.retired.on < day:
        message = f"it was retired before it came into effect on {day}"
        yield Fault(definition.at("retired", "on"), message, "correct one of the dates")


def _history_upside_down(definition: Definition) -> Iterator[Fault]:
    for i, (newer, older) in enumerate(pairwise(definition.history)):
        if newer.date < older.date:
            message = f"version {newer.version} is older than {older.version} below it"
            hint = "put the newest entry on top, or correct the date"
            yield Fault(definition.at("history", i, "date"), message, hint)


@rule("LIF-006", "versions-overlap")
def versions_overlap(manual: Manual) -> Iterator[Fault]:
    """A coming version (`.next.md`) has a higher version and a later day than the one beside it.

    Why: which version was in force on a certain day must have one answer.

    Bad:
        # example/EXA-011-fault-priority.next.md, a copy of EXA-011
        title: "Priority of faults"

    Good:
        # example/EXA-011-fault-priority.next.md, a copy of EXA-011
        title: "Priority of faults"
        version: "1.1"
        effective_from: 2026-09-01
        approvals:
        - version: "1.1"
          date: 2026-06-15
          by: p-1
          role: head-of-it
          evidence: "https://git.example.gov.uk/manual/pulls/9"
        history:
        - {version: "1.1", date: 2026-06-10, by: p-3, type: minor, summary: "New title"}
        - {version: "1.0", date: 2026-03-10, by: p-3, type: major, summary: "First version"}
    """
    for id_, coming in manual.coming.items():
        current = manual.current.get(id_)
        if current is None:
            if id_ not in manual.broken:
                message = f"there is no version of `{id_}` that this one could follow"
                yield Fault(coming.at("id"), message, "take `.next` out of the file's name")
        elif not current.is_retired:
            yield from _overlap(current, coming)


def _overlap(current: Definition, coming: Definition) -> Iterator[Fault]:
    if version_key(coming.version) <= version_key(current.version):
        message = f"version {coming.version} is not higher than {current.version}"
        hint = f"the version in {current.source.path.rsplit('/', 1)[-1]} comes before this one"
        yield Fault(coming.at("version"), message, hint)
    one, two = current.effective_from, coming.effective_from
    if one and two and two <= one:
        message = f"{two} is not later than {one}, when version {current.version} begins"
        yield Fault(coming.at("effective_from"), message, "choose a later day")


@rule("LIF-010", "old-file-still-there", reminder=True)
def old_file_still_there(manual: Manual) -> Iterator[Fault]:
    """Once a coming version is in force, it takes the place of the old file.

    Why: with two files for one id, sooner or later somebody corrects the one that no longer holds.
    The old version lives on in the published editions.

    Bad:
        # example/EXA-011-fault-priority.next.md, a copy of EXA-011
        version: "1.1"
        effective_from: 2026-06-20
        approvals:
        - version: "1.1"
          date: 2026-06-15
          by: p-1
          role: head-of-it
          evidence: "https://git.example.gov.uk/manual/pulls/9"
        history:
        - {version: "1.1", date: 2026-06-10, by: p-3, type: minor, summary: "Ten means ten"}
        - {version: "1.0", date: 2026-03-10, by: p-3, type: major, summary: "First version"}

    Good:
        # example/EXA-011-fault-priority.next.md, a copy of EXA-011
        version: "1.1"
        effective_from: 2026-09-01
        approvals:
        - version: "1.1"
          date: 2026-06-15
          by: p-1
          role: head-of-it
          evidence: "https://git.example.gov.uk/manual/pulls/9"
        history:
        - {version: "1.1", date: 2026-06-10, by: p-3, type: minor, summary: "Ten means ten"}
        - {version: "1.0", date: 2026-03-10, by: p-3, type: major, summary: "First version"}
    """
    for id_, coming in manual.coming.items():
        current = manual.current.get(id_)
        if current is None or any(_overlap(current, coming)):
            continue  # LIF-006 speaks
        if state(manual, coming) is State.IN_FORCE:
            message = (
                f"version {coming.version} is in force; the file of the old one is still there"
            )
            hint = f"`process-manual fold {id_}` puts this one into its place"
            yield Fault(coming.at("effective_from"), message, hint)


@rule("LIF-007", "retirement-incomplete")
def retirement_incomplete(manual: Manual) -> Iterator[Fault]:
    """A retired definition says since when, why, and what took its place (or `none`).

    Why: somebody who follows an old link must learn where to go now.

    Bad:
        # example/EXA-012-old-priority.md, a copy of EXA-011
        id: EXA-012
        title: "Priority by service"
        status: retired
        retired: {on: 2026-05-01, reason: "Priority now comes from the number of people"}

    Good:
        # example/EXA-012-old-priority.md, a copy of EXA-011
        id: EXA-012
        title: "Priority by service"
        status: retired
        retired:
          on: 2026-05-01
          reason: "Priority now comes from the number of people"
          replaced_by: EXA-011
    """
    for definition in manual.definitions:
        retired = definition.retired
        if definition.is_retired and retired is None:
            hint = "add `retired:` with `on`, `reason` and `replaced_by`"
            yield Fault(definition.at("retired"), "nothing says why it was retired", hint)
        elif retired and not definition.is_retired:
            message = f"it says why it was retired, but its status is `{definition.status}`"
            yield Fault(definition.at("retired"), message, "set `status: retired`")
        elif retired and not retired.replaced_by:
            hint = "add `replaced_by:` with definition ids, or `none`"
            yield Fault(definition.at("retired"), "nothing says what took its place", hint)
        elif retired:
            yield from _successors(manual, definition)


def _successors(manual: Manual, definition: Definition) -> Iterator[Fault]:
    for i, id_ in enumerate(definition.retired.replaced_by if definition.retired else ()):
        place = definition.at("retired", "replaced_by", i)
        if id_ == definition.id:
            hint = "name another definition, or `none`"
            yield Fault(place, "a definition cannot take its own place", hint)
        elif id_ != NONE:
            yield from definition_faults(manual, id_, place, (NONE,))


@rule("LIF-008", "retired-in-use")
def retired_in_use(manual: Manual) -> Iterator[Fault]:
    """Nothing refers to a retired definition as if it still held.

    Why: staff would follow instructions that no longer hold. In the narrative it is a warning: you
    may have to tell what went before.

    Bad:
        # example/EXA-012-old-priority.md, a copy of EXA-011
        id: EXA-012
        title: "Priority by service"
        status: retired
        retired: {on: 2026-05-01, reason: "Too slow", replaced_by: EXA-011}
        # EXA-010
        activities:
        - id: A1
          procedure: EXA-012

    Good:
        # example/EXA-012-old-priority.md, a copy of EXA-011
        id: EXA-012
        title: "Priority by service"
        status: retired
        retired: {on: 2026-05-01, reason: "Too slow", replaced_by: EXA-011}
        # EXA-010
        activities:
        - id: A1
          procedure: EXA-011
    """
    retired = {id_: d for id_, d in manual.current.items() if d.status is Status.RETIRED}
    if not retired:
        return
    mention = re.compile(rf"\b(?:{'|'.join(map(re.escape, retired))})\b")
    for definition in manual.living:
        for id_, path in _references(definition):
            if id_ in retired:
                message = f"`{id_}` is retired"
                yield Fault(definition.at(*path), message, _way_forward(retired[id_]))
        for match in mention.finditer(definition.body):
            place = in_body(definition.source, match.start())
            hint = _way_forward(retired[match[0]])
            yield Fault(place, f"the text names `{match[0]}`, which is retired", hint, warn=True)


def _way_forward(definition: Definition) -> str:
    after = definition.retired.replaced_by if definition.retired else ()
    named = [id_ for id_ in after if id_ != NONE]
    return f"its place was taken by {', '.join(named)}" if named else "take the reference out"


def _references(definition: Definition) -> Iterator[tuple[str, KeyPath]]:
    """Yield the definitions that ``definition`` depends on, with their places."""
    if definition.parent:
        yield definition.parent, ("parent",)
    for i, input_ in enumerate(definition.inputs):
        yield from ((id_, ("inputs", i, "from", j)) for j, id_ in enumerate(input_.sources))
    for i, output in enumerate(definition.outputs):
        yield from ((id_, ("outputs", i, "to", j)) for j, id_ in enumerate(output.consumers))
    for i, activity in enumerate(definition.activities):
        if activity.procedure:
            yield activity.procedure, ("activities", i, "procedure")
        for j, branch in enumerate(activity.next):
            yield branch.to, ("activities", i, "next", j, "to")
