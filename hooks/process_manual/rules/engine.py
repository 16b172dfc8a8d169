"""Rules and how they run: a rule says where and what; the engine adds which and how bad."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from process_manual.diagnostics import Finding, Location, Severity, in_order
from process_manual.limits import MOST_ALIKE
from process_manual.model.definition import Status
from process_manual.model.manual import Manual
from process_manual.model.registers import Waiver


@dataclass(frozen=True, slots=True)
class Fault:
    """One place where a rule is broken, as the rule sees it.

    ``message`` says what is wrong (lower case, no full stop), ``hint`` the cure. ``warn`` lowers
    an error to a warning, for what is tolerable while a manual grows. ``planned`` marks what
    says only that something is planned and not written yet, such as a reference to it.
    """

    location: Location
    message: str
    hint: str = ""
    warn: bool = False
    planned: bool = False


Check = Callable[[Manual], Iterator[Fault]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A check with its code and name.

    ``calendar``: depends on the as-of date, so it warns and fails only ``check --due``.
    ``reminder``: a calendar rule that tells what is coming and not overdue yet; it fails nothing.
    ``always``: stays an error for drafts.
    """

    code: str
    name: str
    severity: Severity
    calendar: bool
    reminder: bool
    always: bool
    check: Check

    @property
    def documentation(self) -> str:
        """The rule's page: the docstring of its check."""
        return self.check.__doc__ or ""


REGISTRY: dict[str, Rule] = {}
"""All rules by code. A code is never reused."""


def rule(
    code: str,
    name: str,
    *,
    warning: bool = False,
    calendar: bool = False,
    reminder: bool = False,
    always: bool = False,
) -> Callable[[Check], Check]:
    """Register a generator of faults as the rule ``code``; errors unless ``warning``.

    A ``calendar`` rule warns, and so does a ``reminder``, which is a kind of calendar rule.
    """
    calendar = calendar or reminder
    severity = Severity.WARNING if warning or calendar else Severity.ERROR

    def register(check: Check) -> Check:
        if code in REGISTRY:
            raise ValueError(f"rule code {code} is used twice")
        REGISTRY[code] = Rule(code, name, severity, calendar, reminder, always, check)
        return check

    return register


UNWAIVABLE = {
    "EXC-": "watches over waivers",
    "SAF-": "keeps readers and build machines safe",
}
"""Families of rules that no waiver silences, and why: who writes a text could waive it too."""


def few(faults: Iterator[Fault]) -> Iterator[Fault]:
    """Yield the first hundred faults of one kind in one text, and say when there are more."""
    yield from islice(faults, MOST_ALIKE)
    hint = "mend those above; what remains is told then"
    for fault in islice(faults, 1):
        yield replace(fault, message="from here on there are more of this kind", hint=hint)


@dataclass(frozen=True, slots=True)
class Checked:
    """What the rules found, and what a waiver in date holds back."""

    findings: tuple[Finding, ...]
    waived: tuple[Finding, ...]


def run(manual: Manual) -> Checked:
    """Run every rule over ``manual``."""
    findings: list[Finding] = []
    waived: list[Finding] = []
    for each in REGISTRY.values():
        for fault in each.check(manual):
            finding = _stamp(manual, each, fault)
            (waived if _is_waived(manual, finding) else findings).append(finding)
    return Checked(in_order(findings), in_order(waived))


def _stamp(manual: Manual, rule_: Rule, fault: Fault) -> Finding:
    definition = manual.by_path.get(fault.location.path)
    is_draft = definition is not None and definition.status is Status.DRAFT
    lenient = fault.warn or (is_draft and not rule_.always)
    severity = Severity.WARNING if lenient else rule_.severity
    return Finding(
        location=fault.location,
        code=rule_.code,
        severity=severity,
        message=fault.message,
        hint=fault.hint,
        calendar=rule_.calendar,
        planned=fault.planned,
    )


def in_date(manual: Manual, waiver: Waiver) -> bool:
    """Tell whether a waiver is complete and holds on the as-of date."""
    complete = waiver.rule and waiver.reason and waiver.approved_by and waiver.until
    return bool(complete) and waiver.until is not None and manual.as_of <= waiver.until


def _is_waived(manual: Manual, finding: Finding) -> bool:
    if finding.code.startswith(tuple(UNWAIVABLE)):
        return False
    definition = manual.by_path.get(finding.location.path)
    register = finding.location.path.rsplit("/", 1)[-1].removesuffix(".yml")
    subject = definition.id if definition else register
    return any(
        waiver.rule == finding.code and subject in waiver.applies_to and in_date(manual, waiver)
        for waiver in manual.registers.waivers.values()
    )
