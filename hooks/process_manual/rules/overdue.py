"""REV-002, REV-003, LIF-009, SVC-004: what the calendar brings to reviews, changes, agreements."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from process_manual.diagnostics import Location
from process_manual.model.definition import Definition, Status
from process_manual.model.manual import Manual
from process_manual.model.registers import Sla, Supplier
from process_manual.rules.engine import Fault, rule
from process_manual.views.lifecycle import State, in_force, last_reviewed, next_review, state
from process_manual.views.standing import approval_in_hand

_REVIEW = "review it, and let `process-manual review` write the entry"


@rule("REV-002", "review-overdue", calendar=True)
def review_overdue(manual: Manual) -> Iterator[Fault]:
    """What is in force is reviewed by the day that its interval sets.

    Why: staff stop following instructions that nobody has looked at for years, or go on following
    them. The day is counted from the last review or approval, and is the last one in time.

    Bad:
        # EXA-020
        review: {interval_months: 3}

    Good:
        # EXA-020
        review: {interval_months: 6}
    """
    for definition, due in _dues(manual):
        if due < manual.as_of:
            yield Fault(_last_entry(definition), f"the review was due on {due}", _REVIEW)


@rule("REV-003", "review-due-soon", reminder=True)
def review_due_soon(manual: Manual) -> Iterator[Fault]:
    """A review that falls due within the notice of `manual.yml` (60 days) is on its way.

    Why: a review takes some weeks: somebody walks through the work and opens a few records. The
    notice is a reminder and never fails a check.

    Bad:
        # EXA-020
        review: {interval_months: 4}

    Good:
        # EXA-020
        review: {interval_months: 12}
    """
    for definition, due in _dues(manual):
        if 0 <= (due - manual.as_of).days <= manual.policy.limits.review_notice_days:
            yield Fault(_last_entry(definition), f"the next review is due on {due}", _REVIEW)


def _dues(manual: Manual) -> Iterator[tuple[Definition, datetime.date]]:
    for definition in in_force(manual).values():
        if due := next_review(manual, definition):
            yield definition, due


def _last_entry(definition: Definition) -> Location:
    """Return the place of the date that the next review is counted from."""
    last = last_reviewed(definition)
    for name in ("reviews", "approvals"):
        for i, entry in enumerate(getattr(definition, name)):
            if entry.date == last:
                return definition.at(name, i, "date")
    return definition.at()


@rule("LIF-009", "change-stuck", calendar=True)
def change_stuck(manual: Manual) -> Iterator[Fault]:
    """A new version does not stay in review for over 60 days, or wait over 90 to take effect.

    Why: a change that nobody decides on is forgotten, and staff hear of what never comes.
    `manual.yml` may set other limits. A version is in review since its entry in the history.

    Bad:
        # example/EXA-011-fault-priority.next.md, a copy of EXA-011
        status: in_review
        version: "1.1"
        effective_from: 2026-09-01
        history:
        - {version: "1.1", date: 2026-04-10, by: p-3, type: minor, summary: "Clearer steps"}
        - {version: "1.0", date: 2026-03-10, by: p-3, type: major, summary: "First version"}

    Good:
        # example/EXA-011-fault-priority.next.md, a copy of EXA-011
        status: in_review
        version: "1.1"
        effective_from: 2026-09-01
        history:
        - {version: "1.1", date: 2026-06-10, by: p-3, type: minor, summary: "Clearer steps"}
        - {version: "1.0", date: 2026-03-10, by: p-3, type: major, summary: "First version"}
    """
    for definition in manual.living:
        if definition.status is Status.IN_REVIEW:
            yield from _undecided(manual, definition)
        elif definition.effective_from and state(manual, definition) is State.COMING:
            yield from _not_in_effect(manual, definition)


def _undecided(manual: Manual, definition: Definition) -> Iterator[Fault]:
    days = [entry.date for entry in definition.history if entry.version == definition.version]
    since = max(days, default=manual.as_of)
    if (manual.as_of - since).days > manual.policy.limits.in_review_days:
        message = f"version {definition.version} has been in review since {since}"
        hint = "decide on it: have it approved, or make it a draft again"
        yield Fault(definition.at("status"), message, hint)


def _not_in_effect(manual: Manual, definition: Definition) -> Iterator[Fault]:
    approval = approval_in_hand(definition)
    days = (manual.as_of - approval.date).days if approval else 0
    if approval and days > manual.policy.limits.not_effective_days:
        message = f"version {definition.version} was approved on {approval.date} and still waits"
        hint = "choose an earlier day, or have it approved again when its day is near"
        yield Fault(definition.at("effective_from"), message, hint)


@rule("SVC-004", "agreement-overdue", calendar=True)
def agreement_overdue(manual: Manual) -> Iterator[Fault]:
    """Contracts and agreements in the registers have not ended, and were reviewed in time.

    Why: a service that hangs on a contract that has ended has nobody who must mend it (8.3.4).

    Bad:
        # registers/suppliers.yml
        suppliers:
        - {id: SUP-01, until: 2026-05-31, review_by: 2026-03-31}

    Good:
        # registers/suppliers.yml
        suppliers:
        - {id: SUP-01, until: 2028-05-31, review_by: 2026-12-31}
    """
    rows: list[Supplier | Sla] = [*manual.registers.suppliers.values()]
    for row in (*rows, *manual.registers.slas.values()):
        if isinstance(row, Supplier) and row.until and row.until < manual.as_of:
            message = f"{_agreement(row)} ended on {row.until}"
            hint = "enter the last day of the new one, or take the supplier out where it is named"
            yield Fault(row.at("until"), message, hint)
        elif row.review_by and row.review_by < manual.as_of:
            message = f"the review of {_agreement(row)} was due on {row.review_by}"
            hint = "review it, and enter the day of the next review"
            yield Fault(row.at("review_by"), message, hint)


def _agreement(row: Supplier | Sla) -> str:
    if isinstance(row, Sla):
        return f"the agreement `{row.id}`"
    named = f" `{row.agreement}`" if row.agreement else ""
    return f"the agreement{named} with `{row.id}`"
