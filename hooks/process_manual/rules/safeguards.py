"""RSK, TRN and SVC: what keeps the work in hand: controls, competence, grip on other parties."""

from __future__ import annotations

from collections.abc import Iterator

from process_manual.model.definition import Definition, Kpi
from process_manual.model.manual import Manual
from process_manual.model.registers import SlaMeasure
from process_manual.rules.engine import Fault, rule
from process_manual.rules.wording import did_you_mean
from process_manual.views.inheritance import kpis
from process_manual.views.interfaces import same_item
from process_manual.views.targets import target_on


@rule("RSK-001", "risk-without-control", warning=True)
def risk_without_control(manual: Manual) -> Iterator[Fault]:
    """A process names a risk, and each risk a step, KPI or record here that holds it back.

    Why: the standard asks for risks and what is done about them (6.1). A control that stands
    nowhere in the definition is done by nobody. `control` holds one thing: the id of a step or
    KPI, or the title of a record.

    Bad:
        # EXA-020
        risks:
        - {title: "The cause is guessed", control: "Experience", rating: medium}

    Good:
        # EXA-020
        risks:
        - {title: "The cause is guessed", control: "Known causes", rating: medium}
    """
    for definition in manual.living:
        if definition.id in manual.partial:
            continue
        if definition.is_process and not definition.risks:
            hint = "add under `risks` what can go wrong, and the step that holds it back"
            yield Fault(definition.at("risks"), "the process names no risk", hint)
        if not (definition.risks and definition.activities):
            continue  # without activities, ACT-001 speaks
        known = tuple(_controls(manual, definition))
        names = set(map(same_item, known))
        for i, risk in enumerate(definition.risks):
            if risk.control is None:
                hint = "add `control:` with a step, KPI or record"
                message = f"nothing is said to hold back `{risk.title}`"
                yield Fault(definition.at("risks", i), message, hint)
            elif same_item(risk.control) not in names:
                message = f"`{risk.control}` is no step, KPI or record of {definition.id}"
                cure = "give the id of one step or KPI, or the title of one record"
                place = definition.at("risks", i, "control")
                yield Fault(place, message, did_you_mean(risk.control, known, cure))


def _controls(manual: Manual, definition: Definition) -> Iterator[str]:
    """Yield what may hold a risk back; a procedure has the KPIs and records of its process too."""
    yield from (activity.id for activity in definition.activities)
    yield from (kpi.id for kpi in (*definition.kpis, *kpis(manual, definition).value))
    for each in (definition, manual.parent_of(definition)):
        if each is not None:
            yield from (record.title for record in each.records)


@rule("TRN-001", "competence-missing", warning=True)
def competence_missing(manual: Manual) -> Iterator[Fault]:
    """Each role that does a step or answers for one has an entry under `competence`.

    Why: people must be competent for their work, and there must be proof of it (7.2). A procedure
    need not repeat what its process says.

    Bad:
        # EXA-020
        competence:
        - {role: desk-analyst, needs: ["TR-01"]}

    Good:
        # EXA-020
        competence:
        - {role: desk-analyst, needs: ["TR-01"]}
        - {role: cause-lead, needs: ["A year at the desk"]}
    """
    for definition in manual.living:
        parent = manual.parent_of(definition)
        if not definition.is_process and not _is_sound(parent):
            continue  # what the parent asks for is not known
        if not manual.partial.isdisjoint({definition.id, definition.parent}):
            continue
        entries = (*definition.competence, *(parent.competence if parent else ()))
        if not all(manual.registers.roles.knows(entry.role) for entry in entries):
            continue  # which role is meant by a name that nobody knows: ROL-001
        seen = {entry.role for entry in entries if entry.needs}
        for i, activity in enumerate(definition.activities):
            for letter in ("A", "R"):
                for j, role in enumerate(activity.raci.get(letter, ())):
                    if role in seen or role not in manual.registers.roles:
                        continue
                    seen.add(role)
                    place = definition.at("activities", i, "raci", letter, j)
                    message = f"nothing says what `{role}` must know for this work"
                    where = f" here or in {parent.id}" if parent else ""
                    hint = f"add it under `competence`{where}: courses, or experience in words"
                    yield Fault(place, message, hint)


def _is_sound(parent: Definition | None) -> bool:
    """Tell whether a definition may stand as a parent; otherwise IDN-005 or LIF-008 speaks."""
    return parent is not None and parent.is_process and not parent.is_retired


@rule("SVC-002", "other-party-uncontrolled")
def other_party_uncontrolled(manual: Manual) -> Iterator[Fault]:
    """Where another party does the work, `operated_by` names it and how it is kept under control.

    Why: what others do for us stays our responsibility, and the standard asks for the control over
    it (8.2.3). `operated_by` stands at the step, or at the definition for more than a step.

    Bad:
        # EXA-010
        activities:
        - id: A2
          operated_by: {party: SUP-01}

    Good:
        # EXA-010
        activities:
        - id: A2
          operated_by: {party: SUP-01, control: "Ten repairs a month are checked with the user"}
    """
    for definition in manual.living:
        places = [
            (by, definition.at("activities", i, "operated_by"), activity.id)
            for i, activity in enumerate(definition.activities)
            if (by := activity.operated_by)
        ] + [
            (by, definition.at("operated_by", i), definition.id)
            for i, by in enumerate(definition.operated_by)
        ]
        for by, place, what in places:
            if by.party is None:
                hint = "add `party:` with a supplier id or `party:…`"
                yield Fault(place, f"nothing says which party operates {what}", hint)
            if by.control is None:
                hint = "add `control:` with the report, review or check, and how often"
                who = f"`{by.party}`" if by.party else "another party"
                message = f"nothing says how we control what {who} does"
                yield Fault(place, f"{message} in {what}", hint)


@rule("SVC-003", "target-and-agreement-differ", warning=True)
def target_and_agreement_differ(manual: Manual) -> Iterator[Fault]:
    """A KPI that names a measure of an SLA has the same target, unit and direction as it.

    Why: one figure with two targets is green for us and red for the customer. Compared is the
    target that holds on the as-of date.

    Bad:
        # EXA-010
        kpis:
        - id: KPI-EXA-010-1
          sla: SLA-01/M1

    Good:
        # EXA-010
        kpis:
        - id: KPI-EXA-010-1
          sla: SLA-01/M1
          targets:
          - {from: 2026-04, target: 90, amber: 85}
    """
    for definition in manual.living:
        for i, kpi in enumerate(definition.kpis):
            sla, _, measure_id = (kpi.sla or "").partition("/")
            agreement = manual.registers.slas.get(sla)
            for measure in agreement.measures if agreement else ():
                if measure.id == measure_id and (differing := _differing(manual, kpi, measure)):
                    place = definition.at("kpis", i, "sla")
                    message = f"`{kpi.sla}` has the {differing[0]}, but the KPI {differing[1]}"
                    hint = "agree on one of them, and change the other; or take `sla:` out"
                    yield Fault(place, message, hint)


def _differing(manual: Manual, kpi: Kpi, measure: SlaMeasure) -> tuple[str, str] | None:
    """Return what the measure and the KPI say where they differ, if they do."""
    if kpi.unit and kpi.unit != measure.unit:
        return f"unit {measure.unit}", kpi.unit
    if kpi.direction and kpi.direction != measure.direction:
        return f"direction {measure.direction}", str(kpi.direction)
    now = target_on(kpi, manual.as_of)
    if now is None or now.target is None or now.target == measure.target:
        return None
    return f"target {measure.target:g}", f"{now.target:g} (from {now.since})"
