"""REV: how often a definition is reviewed, and what a review is proof of."""

from __future__ import annotations

from collections.abc import Iterator

from process_manual.model.definition import Citation, Definition, Review, Status
from process_manual.model.digest import is_digest
from process_manual.model.manual import Manual
from process_manual.rules.approvals import holding_faults, not_a_digest
from process_manual.rules.engine import Fault, rule
from process_manual.rules.subjects import SETTLED
from process_manual.views.inheritance import review_policy
from process_manual.views.standing import approval_in_hand


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


@rule("REV-004", "review-not-evident")
def review_not_evident(manual: Manual) -> Iterator[Fault]:
    """The next review is computed from reviews that took place, each bound to what was reviewed.

    Why: a date that somebody types is moved on with no review. So no field holds the next one, and
    a review without change is still an entry: by somebody who held its role that day and, when the
    version was approved before, with the digest of that version. What an earlier review looked at
    is no longer in the file, so that only the form of its digest is looked at. An approved
    procedure needs an interval of its own while its process is a draft without one.

    Bad:
        # EXA-011
        reviews:
        - {date: 2026-06-02, by: p-3, role: desk-lead, outcome: unchanged}

    Good:
        # EXA-011
        reviews:
        - date: 2026-06-02
          by: p-3
          role: desk-lead
          outcome: unchanged
          digest: "v1:sha256:78608baa618c89b7725e3891ba428f43d7b01ee07e5b2f31b1d2953909d916dc"
    """
    for definition in manual.definitions:
        for i, review in enumerate(definition.reviews):
            place = definition.at("reviews", i, "by")
            yield from holding_faults(manual, definition, review, place)
            yield from _unbound(definition, i, review)
        yield from _never_due(manual, definition)


def _unbound(definition: Definition, index: int, review: Review) -> Iterator[Fault]:
    """Tell when a review does not say what was reviewed, or it was not what had been approved."""
    place = definition.at("reviews", index, "digest")
    if review.digest is not None and not is_digest(review.digest):
        yield not_a_digest(review.digest, place)
        return
    approval = approval_in_hand(definition)
    if approval is None or review.date <= approval.date:
        return  # it was another version that was reviewed, or may have been
    hint = "`process-manual review` writes the entry with the digest of what is reviewed"
    if review.digest is None:
        yield Fault(place, "the review does not say what was reviewed: it has no digest", hint)
    elif approval.digest and review.digest != approval.digest:  # without one APR-004 speaks
        message = f"what was reviewed on {review.date} is not what was approved as version"
        yield Fault(place, f"{message} {definition.version}", f"review that; {hint}")


def _never_due(manual: Manual, definition: Definition) -> Iterator[Fault]:
    """Tell when an approved procedure has no interval; REV-001 speaks of processes."""
    parent = manual.parent_of(definition)
    is_asked = definition.status is Status.APPROVED and not definition.is_process
    if not is_asked or parent is None or parent.status in SETTLED:
        return
    if review_policy(manual, definition).value is None:
        message = f"its next review cannot be computed: {parent.id} does not say how often"
        hint = "add `review: {interval_months: …}` here or there"
        yield Fault(definition.at("review"), message, hint)
