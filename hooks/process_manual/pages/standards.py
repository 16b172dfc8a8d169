"""Standards: which definition fulfils which clause, and who holds the documents asked for."""

from __future__ import annotations

from collections import Counter

from process_manual.model.manual import Manual
from process_manual.model.policy import Claim
from process_manual.model.standards import Standard
from process_manual.pages import addresses
from process_manual.pages.page import Page
from process_manual.pages.render import make_page
from process_manual.views.coverage import (
    ClauseCover,
    Cover,
    clause_cover,
    corresponding,
    item_holders,
    use_of,
)
from process_manual.views.lifecycle import presented, state

CLAIMS = {
    Claim.CLAIMED: "Claimed: a gap is an error.",
    Claim.IN_PREPARATION: "In preparation: a gap is a warning.",
    Claim.REFERENCE: "For reference: reached through the correspondence with another standard.",
}
"""What house policy says of a standard, in words."""


def standard_pages(manual: Manual) -> tuple[Page, ...]:
    """Return the index of standards and the coverage page of each of them."""
    standards = tuple(manual.standards.values())
    index = make_page(
        manual,
        "standards.html",
        addresses.STANDARDS,
        "Standards",
        facts={
            "standards": standards,
            "claim_of": lambda standard: _claim(manual, standard),
            "counts_of": lambda standard: counts(clause_cover(manual, standard)),
            "Cover": Cover,
        },
        kind="standards",
        search_boost=0.5,
    )
    return index, *(_standard_page(manual, standard) for standard in standards)


def counts(covers: tuple[ClauseCover, ...]) -> Counter[Cover]:
    """Count the clauses that a definition in force must cite, by how well they are covered."""
    return Counter(each.cover for each in covers if each.clause.coverage)


def _claim(manual: Manual, standard: Standard) -> str:
    use = use_of(manual, standard.id)
    return CLAIMS[use.status] if use else ""


def _standard_page(manual: Manual, standard: Standard) -> Page:
    covers = clause_cover(manual, standard)
    living = (d for d in presented(manual).values() if not d.is_retired)
    citations = ((d, [c for c in d.standards if c.standard == standard.id]) for d in living)
    citing = [(definition, cited) for definition, cited in citations if cited]
    return make_page(
        manual,
        "standard.html",
        addresses.standard(standard.id),
        standard.title,
        facts={
            "standard": standard,
            "claim": _claim(manual, standard),
            "covers": covers,
            "counts": counts(covers),
            "Cover": Cover,
            "through": {c.id: corresponding(manual, standard, c.id) for c in standard.clauses},
            "citing": citing,
            "items": [each for each in item_holders(manual) if each.standard is standard],
            "state_of": lambda definition: state(manual, definition),
        },
        source_path=standard.source.path or None,
        search_boost=0.5,
        kind="standard",
    )
