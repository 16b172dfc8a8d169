"""Who refers to what: the definitions behind each tool, supplier, clause, procedure, …"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from process_manual.model.definition import Activity, Definition
from process_manual.model.manual import Manual
from process_manual.model.references import references
from process_manual.views.lifecycle import presented


@dataclass(frozen=True, eq=False, slots=True)
class Call:
    """A step of a definition that uses another one, or hands the work over to it."""

    definition: Definition
    activity: Activity
    hands_over: bool


@lru_cache(maxsize=4)
def users(manual: Manual) -> Mapping[tuple[str, str], tuple[Definition, ...]]:
    """Return the living definitions that refer to each register row, by register and id."""
    found: dict[tuple[str, str], dict[str, Definition]] = {}
    for definition in presented(manual).values():
        if not definition.is_retired:
            for reference in references(definition):
                key = (reference.register, reference.id)
                found.setdefault(key, {})[definition.id] = definition
    return {key: tuple(value.values()) for key, value in found.items()}


@lru_cache(maxsize=4)
def calls(manual: Manual) -> Mapping[str, tuple[Call, ...]]:
    """Return the steps of other living definitions that lead to each definition."""
    found: dict[str, list[Call]] = {}
    for definition in presented(manual).values():
        if definition.is_retired:
            continue
        for activity in definition.activities:
            own = {a.id for a in definition.activities}
            if activity.procedure:
                found.setdefault(activity.procedure, []).append(Call(definition, activity, False))
            for id_ in dict.fromkeys(b.to for b in activity.next):
                if id_ not in own and id_ != activity.procedure:
                    found.setdefault(id_, []).append(Call(definition, activity, True))
    return {id_: tuple(steps) for id_, steps in found.items()}


@lru_cache(maxsize=4)
def children(manual: Manual) -> Mapping[str, tuple[Definition, ...]]:
    """Return the living procedures of each process, by the id of the process."""
    found: dict[str, list[Definition]] = {}
    for definition in presented(manual).values():
        if definition.parent and not definition.is_retired and definition.parent != definition.id:
            found.setdefault(definition.parent, []).append(definition)
    return {id_: tuple(value) for id_, value in found.items()}
