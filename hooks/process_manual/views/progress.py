"""How far the plan has come: which process areas are written, and how far, in each area."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from process_manual.model.definition import Definition, Kind
from process_manual.model.manual import Manual
from process_manual.views.lifecycle import State, plan_state, presented, state


@dataclass(frozen=True, slots=True)
class Planned:
    """One process or procedure of an area, in the plan, written, or both."""

    id: str
    title: str
    kind: Kind
    parent: str | None
    clauses: tuple[str, ...]
    state: State


@dataclass(frozen=True, eq=False, slots=True)
class AreaProgress:
    """An area with everything planned or written in it, in the order of the ids."""

    area: str
    title: str
    entries: tuple[Planned, ...]

    @property
    def counts(self) -> Mapping[State, int]:
        """How many entries stand where."""
        return Counter(entry.state for entry in self.entries)


@lru_cache(maxsize=4)
def progress(manual: Manual) -> tuple[AreaProgress, ...]:
    """Return the progress of each area, in the order of the area register; strays last."""
    by_area: dict[str, dict[str, Planned]] = {area: {} for area in manual.registers.areas}
    for entry in manual.registers.plan.values():
        clauses = tuple(clause for clause in (entry.clause, *entry.also) if clause)
        by_area.setdefault(entry.area, {})[entry.id] = Planned(
            entry.id, entry.title, entry.kind, entry.parent, clauses, plan_state(manual, entry)
        )
    for definition in presented(manual).values():
        if definition.id not in manual.registers.plan:
            planned = _unplanned(manual, definition)
            by_area.setdefault(definition.area, {})[definition.id] = planned
    return tuple(
        AreaProgress(area, _title(manual, area), tuple(entries[id_] for id_ in sorted(entries)))
        for area, entries in by_area.items()
    )


def _unplanned(manual: Manual, definition: Definition) -> Planned:
    clauses = tuple(dict.fromkeys(citation.clause for citation in definition.standards))
    return Planned(
        definition.id,
        definition.title,
        definition.kind,
        definition.parent,
        clauses,
        state(manual, definition),
    )


def _title(manual: Manual, area: str) -> str:
    row = manual.registers.areas.get(area)
    return row.title if row else area
