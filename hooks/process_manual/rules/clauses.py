"""CLS: the coverage of standards, and the evidence they ask for."""

from __future__ import annotations

from collections.abc import Iterator

from process_manual.diagnostics import Location
from process_manual.model.manual import Manual
from process_manual.model.policy import Claim
from process_manual.model.standards import Standard
from process_manual.rules.engine import Fault, rule
from process_manual.rules.wording import did_you_mean, quoted
from process_manual.views.coverage import Cover, clause_cover, item_holders


def claims(manual: Manual) -> Iterator[tuple[Standard, Location, bool]]:
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
    for standard, location, is_lenient in claims(manual):
        for each in clause_cover(manual, standard):
            if not each.clause.coverage or each.cover not in (Cover.NONE, Cover.DRAFT):
                continue
            if is_lenient and each.cover is Cover.DRAFT:
                continue  # CLS-006 speaks
            name = f"clause `{each.clause.id}` ({each.clause.title})"
            message = f"{name} is covered by no definition in force"
            hint = "cite it in the definition that fulfils it, or give a reason under `gaps`"
            if others := sorted({definition.id for definition in each.not_in_force}):
                message = f"{name} is cited, but only by what is not in force: {quoted(others)}"
                hint = f"bring {quoted(others, 'or')} into force"
            yield Fault(location, message, hint, warn=is_lenient)


@rule("CLS-006", "coverage-hollow", warning=True)
def coverage_hollow(manual: Manual) -> Iterator[Fault]:
    """A clause of a standard in preparation is cited by a definition that is in force.

    Why: what is only a draft, or not in force yet, covers nothing. For a claimed standard CLS-003
    makes the same an error.

    Bad:
        # manual.yml
        standards: [{id: example-standard, status: in_preparation}]
        # EXA-020
        status: draft
        approvals: []

    Good:
        # manual.yml
        standards: [{id: example-standard, status: in_preparation}]
    """
    for standard, _, is_lenient in claims(manual):
        for each in clause_cover(manual, standard):
            if is_lenient and each.clause.coverage and each.cover is Cover.DRAFT:
                first = each.not_in_force[0]
                cited = [(c.standard, c.clause) for c in first.standards]
                index = cited.index((standard.id, each.clause.id))
                others = quoted(definition.id for definition in each.not_in_force)
                name = f"clause `{each.clause.id}` ({each.clause.title})"
                yield Fault(
                    first.at("standards", index, "clause"),
                    f"{name} is cited, but only by what is not in force: {others}",
                    f"nothing to mend here; the warning goes when {first.id} is in force",
                )


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
    asked = {standard.id: (place, lenient) for standard, place, lenient in claims(manual)}
    for each in item_holders(manual):
        if each.standard.id not in asked or each.held or not each.item.basis.required:
            continue
        if each.clause.id in gaps.get(each.standard.id, {}):
            continue
        place, is_lenient = asked[each.standard.id]
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
