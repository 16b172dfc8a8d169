"""CLS: which clauses of standards a definition cites, and which one answers first."""

from __future__ import annotations

import re
from collections.abc import Iterator

from process_manual.diagnostics import Location
from process_manual.model.definition import Citation, Definition
from process_manual.model.manual import Manual
from process_manual.model.standards import Standard
from process_manual.rules.clauses import claims
from process_manual.rules.engine import Fault, rule
from process_manual.rules.wording import did_you_mean, quoted
from process_manual.views.lifecycle import presented


@rule("CLS-001", "clause-unknown")
def clause_unknown(manual: Manual) -> Iterator[Fault]:
    """A clause that is cited exists in that edition of the standard.

    Why: numbers change between editions: 9.2 was change management in 2011 and is internal audit
    in 2018.

    Bad:
        # EXA-011
        standards:
        - {standard: example-standard, clause: "1.7"}

    Good:
        # EXA-011
        standards:
        - {standard: example-standard, clause: "1.1"}
    """
    numbers = {id_: set(each.by_number) for id_, each in manual.standards.items()}
    listed = {use.id for use in manual.policy.standards}
    for clause, standard, location in _cited(manual):
        if standard not in numbers:
            if standard not in listed:  # else the file is missing or broken, which was told
                hint = did_you_mean(standard, numbers, "standards are in processes/standards")
                yield Fault(location, f"there is no standard `{standard}`", hint)
        elif clause not in numbers[standard]:
            hint = _clauses_beside(clause, manual.standards[standard])
            yield Fault(location, f"`{standard}` has no clause `{clause}`", hint)


def _clauses_beside(clause: str, standard: Standard) -> str:
    """Return the hint that lists what stands where ``clause`` should; for a word, the nearest."""
    if not re.fullmatch(r"[\d.]+", clause):
        return did_you_mean(clause, standard.by_number, "look it up in the edition")
    parent, beside = clause, list[str]()
    while parent and not beside:
        parent = parent.rpartition(".")[0]
        beside = [each.id for each in standard.clauses if (each.parent or "") == parent]
    whose = f"the clauses of {parent} are" if parent else "the clauses are"
    return f"{whose} {quoted(beside)}" if beside else "look the number up in the edition"


def _cited(manual: Manual) -> Iterator[tuple[str, str, Location]]:
    """Yield every clause that a definition or house policy cites, with its standard."""
    for definition in manual.living:
        for i, citation in enumerate(definition.standards):
            key = "clause" if citation.standard in manual.standards else "standard"
            yield citation.clause, citation.standard, definition.at("standards", i, key)
    policy = manual.policy
    for i, use in enumerate(policy.standards):
        for clause in use.gaps:
            yield clause, use.id, policy.at("standards", i, "gaps", clause)
    for i, limit in enumerate(policy.review.limits):
        for j, clause in enumerate(limit.clauses):
            yield clause, limit.standard, policy.at("review", "limits", i, "clauses", j)


@rule("CLS-002", "clause-missing")
def clause_missing(manual: Manual) -> Iterator[Fault]:
    """A process cites a clause, or says in `no_clause_reason` why none applies.

    Why: an auditor goes from the clause to the process. What serves no clause may be right, but
    somebody should have thought about it.

    Bad:
        # example/EXA-030-equipment-loans.md, a copy of EXA-020
        id: EXA-030
        title: "Equipment loans"
        inputs: [{item: "Fault figures", from: [any]}]
        outputs: [{item: "Known causes", to: [any]}]
        standards: []

    Good:
        # example/EXA-030-equipment-loans.md, a copy of EXA-020
        id: EXA-030
        title: "Equipment loans"
        inputs: [{item: "Fault figures", from: [any]}]
        outputs: [{item: "Known causes", to: [any]}]
        standards: []
        no_clause_reason: "Serves the library's own rules, not the standard."
    """
    for definition in manual.living:
        if definition.is_process and not (definition.standards or definition.no_clause_reason):
            hint = "add `standards:`, or say why none applies in `no_clause_reason:`"
            yield Fault(definition.at("standards"), "the process cites no clause", hint)


@rule("CLS-005", "lead-not-single", warning=True)
def lead_not_single(manual: Manual) -> Iterator[Fault]:
    """When several definitions cite a clause, exactly one of them is its lead (`lead: true`).

    Why: the auditor asks one process about a clause first. Two leads, or none, give two answers.

    Bad:
        # EXA-011
        standards:
        - {standard: example-standard, clause: "1.1", lead: true}

    Good:
        # EXA-011
        standards:
        - {standard: example-standard, clause: "1.1"}
    """
    for standard, _, _ in claims(manual):
        for clause, places in _citing(manual, standard).items():
            named = quoted(definition.id for definition, _, _ in places)
            leads = [place for place in places if place[2].lead]
            if len(places) > 1 and not leads:
                definition, i, _ = min(places, key=lambda place: not place[0].is_process)
                message = f"`{clause}` is cited by {named}, and none of them is its lead"
                hint = "set `lead: true` in the one that answers first for the clause"
                yield Fault(definition.at("standards", i), message, hint)
            for definition, i, _ in leads[1:]:
                message = f"`{clause}` has another lead, `{leads[0][0].id}`"
                hint = "keep `lead: true` in the one that answers first for the clause"
                yield Fault(definition.at("standards", i, "lead"), message, hint)


def _citing(
    manual: Manual, standard: Standard
) -> dict[str, list[tuple[Definition, int, Citation]]]:
    """Return by clause which definitions cite it, each once, and where."""
    found: dict[str, dict[str, tuple[Definition, int, Citation]]] = {}
    for definition in presented(manual).values():
        if not definition.is_retired:
            for i, citation in enumerate(definition.standards):
                if citation.standard == standard.id:
                    place = (definition, i, citation)
                    found.setdefault(citation.clause, {}).setdefault(definition.id, place)
    return {clause: list(places.values()) for clause, places in found.items()}


@rule("CLS-007", "citation-too-coarse", warning=True)
def citation_too_coarse(manual: Manual) -> Iterator[Fault]:
    """A citation names the clause that holds the requirement, not the heading above it.

    Why: a heading covers nothing, and hides which of the clauses below it nobody fulfils.

    Bad:
        # EXA-011
        standards:
        - {standard: example-standard, clause: "1"}

    Good:
        # EXA-011
        standards:
        - {standard: example-standard, clause: "1.1"}
    """
    below = {standard.id: _below_headings(standard) for standard, _, _ in claims(manual)}
    for definition in manual.living:
        for i, citation in enumerate(definition.standards):
            if deeper := below.get(citation.standard, {}).get(citation.clause):
                message = f"`{citation.clause}` is a heading; the requirements stand below it"
                place = definition.at("standards", i, "clause")
                yield Fault(place, message, f"cite what it fulfils: {quoted(deeper, 'or')}")


def _below_headings(standard: Standard) -> dict[str, list[str]]:
    """Return the clauses below each clause that is only a heading."""
    below: dict[str, list[str]] = {}
    for clause in standard.clauses:
        if clause.parent and clause.titled:
            below.setdefault(clause.parent, []).append(clause.id)
    return {
        each.id: below[each.id]
        for each in standard.clauses
        if each.id in below and not each.coverage
    }
