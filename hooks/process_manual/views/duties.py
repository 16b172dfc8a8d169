"""Everything one role does: its steps in every definition, and what it owns, keeps and collects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from process_manual.model.definition import Activity, Competence, Definition, Kpi, Record
from process_manual.model.manual import Manual
from process_manual.model.registers import ROW_TYPES
from process_manual.views.inheritance import manager, owner
from process_manual.views.lifecycle import presented
from process_manual.views.matrix import letters_of


@dataclass(frozen=True, eq=False, slots=True)
class StepPart:
    """The letters of a role in one step."""

    activity: Activity
    letters: tuple[str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Work:
    """What a role does in one definition, step by step."""

    definition: Definition
    steps: tuple[StepPart, ...]

    @property
    def acts(self) -> bool:
        """True when the role carries out or answers for a step, and is not only asked or told."""
        return any(set(step.letters) & {"R", "A", "S"} for step in self.steps)


@dataclass(eq=False)
class Duties:
    """Everything a role does, in the living definitions and the registers."""

    owns: list[Definition] = field(default_factory=list)
    manages: list[Definition] = field(default_factory=list)
    work: list[Work] = field(default_factory=list)
    kpis: list[tuple[Definition, Kpi]] = field(default_factory=list)
    records: list[tuple[Definition, Record]] = field(default_factory=list)
    needs: list[tuple[Definition, Competence]] = field(default_factory=list)
    rows: dict[str, list[Any]] = field(default_factory=dict)
    """Register rows that the role answers for, by register."""
    stands_in_for: list[str] = field(default_factory=list)


@lru_cache(maxsize=4)
def duties(manual: Manual) -> Mapping[str, Duties]:
    """Return the duties of every role that anything names, by role id."""
    found: dict[str, Duties] = {role: Duties() for role in manual.registers.roles}

    def of(role: str | None) -> Duties:
        return found.setdefault(role, Duties()) if role else Duties()

    for definition in presented(manual).values():
        if definition.is_retired:
            continue
        of(owner(manual, definition).value).owns.append(definition)
        of(manager(manual, definition).value).manages.append(definition)
        for role in dict.fromkeys(
            role for a in definition.activities for roles in a.raci.values() for role in roles
        ):
            of(role).work.append(Work(definition, _steps(definition, role)))
        for kpi in definition.kpis:
            of(kpi.collector).kpis.append((definition, kpi))
        for record in definition.records:
            of(record.kept_by).records.append((definition, record))
        for competence in definition.competence:
            of(competence.role).needs.append((definition, competence))
    for name in ROW_TYPES:
        for row in manual.registers[name].values():
            answers = getattr(row, "owner", None) or getattr(row, "manager", None)
            of(answers).rows.setdefault(name, []).append(row)
    for each in manual.registers.roles.values():
        for deputy in each.deputies:
            of(deputy).stands_in_for.append(each.id)
    return found


def _steps(definition: Definition, role: str) -> tuple[StepPart, ...]:
    parts = (StepPart(a, letters_of(a, role)) for a in definition.activities)
    return tuple(part for part in parts if part.letters)
