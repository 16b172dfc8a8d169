"""SVC-001: references to registers, from definitions and from other registers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from process_manual.model.base import Located
from process_manual.model.definition import ALL, PARTY, Definition
from process_manual.model.manual import Manual
from process_manual.model.source import KeyPath
from process_manual.rules.engine import Fault, rule
from process_manual.rules.subjects import definition_faults
from process_manual.rules.wording import did_you_mean

_NAMES = {
    "areas": "area",
    "services": "service",
    "slas": "SLA",
    "suppliers": "supplier",
    "tools": "tool",
    "documents": "document",
    "objectives": "objective",
    "training": "course",
    "parties": "party",
    "people": "person",
}
"""What one row of each register is called in a message."""

_COURSE = re.compile(r"\bTR-\d+\b")
_PLACES = ("services", "slas", "suppliers", "tools", "documents")


@dataclass(frozen=True, slots=True)
class _Reference:
    """That something names the row ``id_`` of ``register``."""

    register: str
    id_: str
    where: Located
    path: KeyPath


@rule("SVC-001", "reference-unknown")
def reference_unknown(manual: Manual) -> Iterator[Fault]:
    """Services, SLAs, suppliers, tools, documents, objectives and courses are in their registers.

    Why: a reader who follows the reference must find something there, and a renamed tool must show
    up everywhere.

    Bad:
        # EXA-010
        activities:
        - id: A2
          uses: [fault-book]

    Good:
        # EXA-010
        activities:
        - id: A2
          uses: [fault-log]
    """
    for definition in manual.living:
        for register, id_, path in _named(definition):
            yield from _unknown(manual, _Reference(register, id_, definition, path))
        yield from _measures(manual, definition)
    for reference in _between_registers(manual):
        yield from _unknown(manual, reference)
    yield from _definitions_in_registers(manual)


def _unknown(manual: Manual, reference: _Reference) -> Iterator[Fault]:
    rows = getattr(manual.registers, reference.register)
    if not rows.knows(reference.id_):
        name = _NAMES[reference.register]
        cure = f"add it to registers/{reference.register}.yml"
        hint = did_you_mean(reference.id_, rows, cure)
        place = reference.where.at(*reference.path)
        yield Fault(place, f"there is no {name} `{reference.id_}`", hint)


def _named(definition: Definition) -> Iterator[tuple[str, str, KeyPath]]:
    """Yield register, id and place of everything that a definition names."""
    for register in _PLACES:
        for i, id_ in enumerate(getattr(definition, register)):
            if register != "services" or id_ != ALL:
                yield register, id_, (register, i)
    for i, activity in enumerate(definition.activities):
        for j, tool in enumerate(activity.uses):
            yield "tools", tool, ("activities", i, "uses", j)
        if activity.operated_by:
            yield (
                *_operator(activity.operated_by.party),
                ("activities", i, "operated_by", "party"),
            )
    for i, operated in enumerate(definition.operated_by):
        yield (*_operator(operated.party), ("operated_by", i, "party"))
    for i, kpi in enumerate(definition.kpis):
        if kpi.objective:
            yield "objectives", kpi.objective, ("kpis", i, "objective")
    for i, competence in enumerate(definition.competence):
        for j, need in enumerate(competence.needs):
            for course in _COURSE.findall(need):
                yield "training", course, ("competence", i, "needs", j)


def _operator(party: str) -> tuple[str, str]:
    if party.startswith(PARTY):
        return "parties", party.removeprefix(PARTY)
    return "suppliers", party


def _measures(manual: Manual, definition: Definition) -> Iterator[Fault]:
    """Tell which KPI names a measure that its SLA does not have."""
    slas = manual.registers.slas
    for i, kpi in enumerate(definition.kpis):
        if not kpi.sla:
            continue
        id_, _, measure = kpi.sla.partition("/")
        place = definition.at("kpis", i, "sla")
        yield from _unknown(manual, _Reference("slas", id_, definition, ("kpis", i, "sla")))
        if id_ in slas:
            known = [each.id for each in slas[id_].measures]
            if measure not in known:
                hint = did_you_mean(measure, known, f"write {id_}/ and the id of a measure")
                yield Fault(place, f"{id_} has no measure `{measure}`", hint)


def _between_registers(manual: Manual) -> Iterator[_Reference]:
    registers = manual.registers
    for service in registers.services.values():
        for i, id_ in enumerate(service.suppliers):
            yield _Reference("suppliers", id_, service, ("suppliers", i))
        for i, id_ in enumerate(service.depends_on):
            yield _Reference("services", id_, service, ("depends_on", i))
        for i, id_ in enumerate(service.customers):
            yield _Reference("parties", id_.removeprefix(PARTY), service, ("customers", i))
    for sla in registers.slas.values():
        for i, id_ in enumerate(sla.services):
            if id_ != ALL:
                yield _Reference("services", id_, sla, ("services", i))
        if sla.customer:
            yield _Reference("parties", sla.customer.removeprefix(PARTY), sla, ("customer",))
    for tool in registers.tools.values():
        if tool.supplier:
            yield _Reference("suppliers", tool.supplier, tool, ("supplier",))
    for role in registers.roles.values():
        for i, holder in enumerate(role.holders):
            yield _Reference("people", holder.person, role, ("holders", i, "person"))
    for entry in registers.plan.values():
        yield _Reference("areas", entry.area, entry, ("area",))


def _definitions_in_registers(manual: Manual) -> Iterator[Fault]:
    """Tell which definitions that the plan or the glossary names are nowhere, not even planned."""
    plan = manual.registers.plan
    for entry in plan.values():
        if entry.parent and not (plan.knows(entry.parent) or manual.knows(entry.parent)):
            yield from definition_faults(manual, entry.parent, entry.at("parent"))
    for term in manual.registers.glossary.values():
        for i, id_ in enumerate(term.see):
            if not plan.knows(id_):  # a word may well be explained before its process is written
                yield from definition_faults(manual, id_, term.at("see", i))
