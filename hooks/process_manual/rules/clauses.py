"""CLS: clauses of standards, what fulfils them, and the evidence they ask for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from process_manual.diagnostics import Location
from process_manual.model.manual import Manual
from process_manual.model.policy import Claim
from process_manual.model.standards import Standard
from process_manual.rules.engine import Fault, rule
from process_manual.rules.wording import did_you_mean, quoted
from process_manual.views.coverage import Cover, clause_cover, item_holders


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


def _claims(manual: Manual) -> Iterator[tuple[Standard, Location, bool]]:
    """Yield each standard whose gaps count, its entry in house policy, and whether they warn."""
    if manual.broken or manual.partial:
        return  # nobody knows what these would cover
    for i, use in enumerate(manual.policy.standards):
        standard = manual.standards.get(use.id)
        if standard and use.status is not Claim.REFERENCE:
            is_lenient = use.status is Claim.IN_PREPARATION
            yield standard, manual.policy.at("standards", i), is_lenient


def is_coverage_open(manual: Manual) -> bool:
    """Tell whether gaps go unsaid, because not every definition could be read in full."""
    is_asked = any(use.status is not Claim.REFERENCE for use in manual.policy.standards)
    return is_asked and bool(manual.broken or manual.partial)


@rule("CLS-003", "clause-uncovered")
def clause_uncovered(manual: Manual) -> Iterator[Fault]:
    """A definition in force cites each clause that a claimed standard asks to be covered.

    Why: no requirement may be left out; a gap is a major nonconformity. What a procedure inherits
    does not count. While a standard is in preparation, gaps are warnings.

    Bad:
        # EXA-020
        standards:
        - {standard: example-standard, clause: "1.1"}

    Good:
        # EXA-020
        standards:
        - {standard: example-standard, clause: "1.1"}
        - {standard: example-standard, clause: "2"}
    """
    for standard, location, is_lenient in _claims(manual):
        for each in clause_cover(manual, standard):
            if not each.clause.coverage or each.cover not in (Cover.NONE, Cover.DRAFT):
                continue
            name = f"clause `{each.clause.id}` ({each.clause.title})"
            message = f"{name} is covered by no definition in force"
            hint = "cite it in the definition that fulfils it, or give a reason under `gaps`"
            if others := sorted({definition.id for definition in each.not_in_force}):
                message = f"{name} is cited, but only by what is not in force: {quoted(others)}"
                hint = f"bring {quoted(others, 'or')} into force"
            yield Fault(location, message, hint, warn=is_lenient)


@rule("CLS-004", "evidence-missing")
def evidence_missing(manual: Manual) -> Iterator[Fault]:
    """A record or document claims each piece of documented information that the standard demands.

    Why: the first stage of a certification audit is largely this list. What `satisfies` claims
    must be on it.

    Bad:
        # registers/documents.yml
        documents:
        - id: DOC-01
          satisfies: ["example-standard:1.1/d2"]

    Good:
        # registers/documents.yml
        documents:
        - id: DOC-01
          satisfies: ["example-standard:1.1/d1"]
    """
    yield from _claimed_but_unknown(manual)
    gaps = {use.id: use.gaps for use in manual.policy.standards}
    claims = {standard.id: (place, lenient) for standard, place, lenient in _claims(manual)}
    for each in item_holders(manual):
        if each.standard.id not in claims or each.held or not each.item.basis.required:
            continue
        if each.clause.id in gaps.get(each.standard.id, {}):
            continue
        place, is_lenient = claims[each.standard.id]
        message = f"nothing is claimed to be the {each.item.kind} `{each.item.id}`"
        key = f"{each.standard.id}:{each.item.id}"
        hint = f'add `satisfies: ["{key}"]` to the record or document that is'
        yield Fault(place, f"{message} ({each.item.item})", hint, warn=is_lenient)


def _claimed_but_unknown(manual: Manual) -> Iterator[Fault]:
    items = {key for standard in manual.standards.values() for key in standard.items}
    places = [
        (claim, definition.at("records", i, "satisfies", j))
        for definition in manual.living
        for i, record in enumerate(definition.records)
        for j, claim in enumerate(record.satisfies)
    ] + [
        (claim, document.at("satisfies", j))
        for document in manual.registers.documents.values()
        for j, claim in enumerate(document.satisfies)
    ]
    unread = {use.id for use in manual.policy.standards} - set(manual.standards)
    for claim, location in places:
        if claim not in items and claim.partition(":")[0] not in unread:
            message = f"`{claim}` is not on the list of any standard"
            hint = did_you_mean(claim, items, "write `<standard>:<clause>/d<number>`")
            yield Fault(location, message, hint)
