"""SVC-001: references to registers, from definitions and from other registers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from process_manual.model.base import Located
from process_manual.model.definition import Definition
from process_manual.model.manual import Manual
from process_manual.model.references import DEFINITIONS, Reference
from process_manual.model.registers import ROW_TYPES
from process_manual.rules.engine import Fault, rule
from process_manual.rules.subjects import definition_faults, named
from process_manual.rules.wording import did_you_mean

_ELSEWHERE = frozenset({"roles", "retention", DEFINITIONS})
"""What other rules look at: ROL-001, REC-002, and the rules of interfaces and activities."""


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
    for holder, found in named(manual):
        yield from _unknown(manual, holder, found)
    for definition in manual.living:
        yield from _measures(manual, definition)
    yield from _definitions_in_registers(manual)


def _unknown(manual: Manual, holder: Located, found: Iterable[Reference]) -> Iterator[Fault]:
    """Tell which rows a definition, a row or house policy names that are not there."""
    for register, id_, path, loose in found:
        if register in _ELSEWHERE or loose or manual.registers[register].knows(id_):
            continue
        if register == "parties" and (path[0] in ("inputs", "outputs") or "raci" in path):
            continue  # IOF-002, IOF-003 and ROL-001 speak
        hint = did_you_mean(id_, manual.registers[register], f"add it to registers/{register}.yml")
        message = f"there is no {ROW_TYPES[register].noun} `{id_}`"
        yield Fault(holder.at(*path), message, hint)


def _measures(manual: Manual, definition: Definition) -> Iterator[Fault]:
    """Tell which KPI names a measure that its SLA does not have."""
    slas = manual.registers.slas
    for i, kpi in enumerate(definition.kpis):
        id_, _, measure = (kpi.sla or "").partition("/")
        if id_ in slas:
            known = [each.id for each in slas[id_].measures]
            if measure not in known:
                hint = did_you_mean(measure, known, f"write {id_}/ and the id of a measure")
                message = f"{id_} has no measure `{measure}`"
                yield Fault(definition.at("kpis", i, "sla"), message, hint)


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
