"""REV-001: how often a definition is reviewed."""

from __future__ import annotations

from collections.abc import Iterator

from process_manual.model.definition import Citation, Definition
from process_manual.model.manual import Manual
from process_manual.rules.engine import Fault, rule
from process_manual.rules.subjects import SETTLED
from process_manual.views.inheritance import review_policy


@rule("REV-001", "review-interval")
def review_interval(manual: Manual) -> Iterator[Fault]:
    """A definition in review or approved is reviewed as often as house policy demands.

    Why: a definition that nobody has looked at for years is not followed. `manual.yml` sets the
    longest interval, and shorter ones for clauses where stale instructions do most harm.

    Bad:
        # EXA-020
        review: {interval_months: 24}

    Good:
        # EXA-020
        review: {interval_months: 12}
    """
    for definition in manual.living:
        if definition.status not in SETTLED:
            continue
        policy = review_policy(manual, definition)
        if policy.value is None:
            if definition.is_process:
                hint = "add `review: {interval_months: …}`"
                yield Fault(definition.at("review"), "nothing says how often it is reviewed", hint)
            continue
        months = policy.value.interval_months
        limit, reason, index = _limit(manual, definition)
        is_own = definition.review is not None
        if months < 1:
            if is_own:
                place = definition.at("review", "interval_months")
                yield Fault(place, f"{months} months is no interval", "write 1 or more")
        elif months > limit and (is_own or index is not None):
            place = definition.at("review", "interval_months")
            whose = ""
            if not is_own and index is not None:
                place = definition.at("standards", index)
                whose = f", which it has from {policy.origin},"
            message = f"a review every {months} months{whose} is less often than {reason} allows"
            yield Fault(place, message, f"{limit} months at most")


def _limit(manual: Manual, definition: Definition) -> tuple[int, str, int | None]:
    """Return the longest interval allowed, what sets it, and the citation that it comes from."""
    rules = manual.policy.review
    found: tuple[int, str, int | None] = (rules.max_interval_months, "house policy", None)
    for limit in rules.limits:
        for i, citation in enumerate(definition.standards):
            is_shorter = limit.max_interval_months < found[0]
            if is_shorter and _meant(citation, limit.standard, limit.clauses):
                reason = f"house policy for clause {citation.clause}"
                found = (limit.max_interval_months, reason, i)
    return found


def _meant(citation: Citation, standard: str, clauses: tuple[str, ...]) -> bool:
    """Tell whether a citation is one of ``clauses`` or lies below one of them."""
    return citation.standard == standard and any(
        citation.clause == clause or citation.clause.startswith(f"{clause}.") for clause in clauses
    )
