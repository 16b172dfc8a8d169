"""Which other definitions a change reaches, and through what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from process_manual.model.definition import Definition
from process_manual.model.manual import Manual
from process_manual.views import inheritance
from process_manual.views.changes import Changes, DefinitionChange, Event, RowChange
from process_manual.views.differences import ChangeKind
from process_manual.views.follow_up import substance
from process_manual.views.inheritance import Inherited
from process_manual.views.interfaces import flows, same_item
from process_manual.views.lifecycle import presented
from process_manual.views.pairing import name, pair
from process_manual.views.usage import calls, children, users

QUIET = {"roles": frozenset({"holders", "contact", "host_team", "deputies", "description", "team"})}
"""Fields of rows that may change without touching who refers to the row, by register."""
_EXCHANGED = frozenset({"inputs", "outputs", "triggers", "purpose", "scope"})
_CALLING = frozenset({"inputs", "outputs", "procedure", "next"})
STEP = 2
"""Length of the path of a step: ``activities``, ``A3``."""

Reasons = dict[str, dict[str, None]]
"""Sentences by id, each once, in the order in which they were found."""


@dataclass(frozen=True, eq=False, slots=True)
class Reached:
    """A definition that a change reaches, and why, a sentence each."""

    definition: Definition
    because: tuple[str, ...]


def reached(before: Manual, after: Manual, changes: Changes) -> tuple[Reached, ...]:
    """Return the living definitions that take, give, call, inherit or name what changed."""
    reasons: Reasons = {}
    for change in changes.definitions:
        for id_, reason in _of_definition(before, after, change):
            if id_ != change.definition.id:
                reasons.setdefault(id_, {})[reason] = None
    for row in changes.rows:
        for id_, reason in _of_row(before, after, row):
            reasons.setdefault(id_, {})[reason] = None
    shown = presented(after)
    return tuple(
        Reached(shown[id_], tuple(reasons[id_]))
        for id_ in sorted(reasons)
        if id_ in shown and not shown[id_].is_retired
    )


def changes_interface(change: DefinitionChange) -> bool:
    """Tell whether what a definition exchanges with others changed, or which procedures it calls.

    It did when the definition is new, gone or retired.
    """
    if change.event in (Event.NEW, Event.REMOVED, Event.RETIRED):
        return True
    return any(
        each.path[0] in _EXCHANGED
        or (each.path[0] == "activities" and not _CALLING.isdisjoint(map(str, each.path)))
        or (len(each.path) == STEP and each.path[0] == "activities")  # a step came or went
        for each in substance(change)
    )


def unaffected(
    after: Manual, changes: Changes, reach: tuple[Reached, ...]
) -> tuple[Definition, ...]:
    """Return who hands over to what changed, but to the same interface, and is not reached."""
    there = {each.definition.id for each in reach}
    there |= {change.definition.id for change in changes.definitions}
    found = {
        call.definition.id: call.definition
        for change in changes.definitions
        if (change.content or change.text) and not changes_interface(change)
        for call in calls(after).get(change.definition.id, ())
        if call.hands_over and call.definition.id not in there
    }
    return tuple(found[id_] for id_ in sorted(found))


def label(change: DefinitionChange) -> str:
    """Return how a changed definition is named: with its version when that is yet to come."""
    definition = change.definition
    return f"{definition.id} version {definition.version}" if change.is_coming else definition.id


def _of_definition(
    before: Manual, after: Manual, change: DefinitionChange
) -> Iterator[tuple[str, str]]:
    is_gone = change.event in (Event.REMOVED, Event.RETIRED)
    if is_gone or change.event is Event.NEW or change.content or change.text:
        yield from _of_interfaces(before, after, change)
        yield from _of_steps(before, after, change)
        yield from _of_calls(before, after, change)
    if not change.is_coming:
        yield from _of_heirs(before, after, change)


# Inputs and outputs ---------------------------------------------------------------------------

Ends = Mapping[str, tuple[str, frozenset[str]]]
"""The name of an item and its other ends, by the form in which two sides are compared."""


def _gives(definition: Definition | None) -> Ends:
    outputs = definition.outputs if definition and not definition.is_retired else ()
    return {same_item(o.item): (o.item, frozenset(o.consumers)) for o in outputs}


def _takes(definition: Definition | None) -> Ends:
    inputs = definition.inputs if definition and not definition.is_retired else ()
    return {same_item(i.item): (i.item, frozenset(i.sources)) for i in inputs}


def _of_interfaces(
    before: Manual, after: Manual, change: DefinitionChange
) -> Iterator[tuple[str, str]]:
    who = label(change)
    gave, gives = _gives(change.before), _gives(change.after)
    took, takes = _takes(change.before), _takes(change.after)
    for item in {**gave, **gives}:
        title, lost, new = _compared(gave.get(item), gives.get(item))
        if item not in gives:
            lost |= _takers(before, after, change.definition.id, item)
        yield from ((end, f"takes “{title}”, which {who} no longer gives it") for end in lost)
        yield from ((end, f"is given “{title}” by {who} from now on") for end in new)
    for item in {**took, **takes}:
        title, lost, new = _compared(took.get(item), takes.get(item))
        yield from ((end, f"gives “{title}”, which {who} no longer takes from it") for end in lost)
        yield from ((end, f"is asked for “{title}” by {who} from now on") for end in new)


def _compared(
    before: tuple[str, frozenset[str]] | None, after: tuple[str, frozenset[str]] | None
) -> tuple[str, frozenset[str], frozenset[str]]:
    """Return the name of an item, the ends it lost and its new ones."""
    title = (after or before or ("", frozenset()))[0]
    old, new = (each[1] if each else frozenset() for each in (before, after))
    return title, old - new, new - old


def _takers(before: Manual, after: Manual, giver: str, item: str) -> frozenset[str]:
    """Return who takes an item from a definition, by what either side says, in either state."""
    return frozenset(
        flow.taker
        for manual in (before, after)
        for flow in flows(manual)
        if flow.giver == giver and same_item(flow.item) == item
    )


def _of_steps(before: Manual, after: Manual, change: DefinitionChange) -> Iterator[tuple[str, str]]:
    """Yield who takes what a changed step makes, where the item itself stayed as it was."""
    if change.before is None or change.after is None:
        return
    changed = {
        (each.path[1], each.kind is ChangeKind.REMOVED and len(each.path) == STEP)
        for each in substance(change)
        if each.path[0] == "activities" and len(each.path) >= STEP
    }
    kept = set(_gives(change.before)) & set(_gives(change.after))
    for old, new in pair(change.before.activities, change.after.activities):
        step = new or old
        if (step.id, new is None) not in changed:
            continue
        made = {same_item(each) for each in (*(old or new).outputs, *step.outputs)}
        for item in sorted(made & kept):
            title = _gives(change.after)[item][0]
            for taker in _takers(before, after, change.definition.id, item):
                yield taker, f"takes “{title}” from {label(change)}, made in {name(step)}"


# Calls, inheritance, registers ----------------------------------------------------------------


def _of_calls(before: Manual, after: Manual, change: DefinitionChange) -> Iterator[tuple[str, str]]:
    exchanges = changes_interface(change)
    for manual in (after, before):
        for call in calls(manual).get(change.definition.id, ()):
            if call.hands_over and not exchanges:
                continue
            verb = "hands over to" if call.hands_over else "calls"
            yield call.definition.id, f"{verb} {label(change)} in {name(call.activity)}"


def _of_heirs(before: Manual, after: Manual, change: DefinitionChange) -> Iterator[tuple[str, str]]:
    """Yield the procedures that inherit another owner, manager, … than before."""
    asked: Mapping[str, Callable[[Manual, Definition], Inherited[Any]]] = {
        "owner": inheritance.owner,
        "manager": inheritance.manager,
        "review interval": inheritance.review_policy,
        "clauses": inheritance.citations,
        "KPIs": inheritance.kpis,
    }
    for heir in children(after).get(change.definition.id, ()):
        old = presented(before).get(heir.id)
        for word, ask in asked.items():
            now = ask(after, heir)
            was = ask(before, old) if old else now
            if change.definition.id in (now.origin, was.origin) and now.value != was.value:
                yield heir.id, f"has its {word} from {change.definition.id}"


def _of_row(before: Manual, after: Manual, row: RowChange) -> Iterator[tuple[str, str]]:
    quiet = QUIET.get(row.register, frozenset())
    if row.event is Event.CHANGED and {each.path[0] for each in row.fields} <= quiet:
        return
    happened = {Event.NEW: "is new", Event.REMOVED: "was removed"}.get(row.event, "changed")
    for manual in (after, before):
        for definition in users(manual).get((row.register, row.id), ()):
            yield definition.id, f"names {row.id} ({row.register}), which {happened}"
