"""EXC: the baseline, which holds back the findings of the day the rules were adopted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from process_manual.diagnostics import Finding, Location, Severity
from process_manual.model.baseline import Known
from process_manual.model.manual import Manual
from process_manual.rules.engine import REGISTRY, Fault, rule
from process_manual.rules.wording import did_you_mean
from process_manual.views.fingerprints import Identity, identity

NEVER = ("SAF-", "EXC-", "TXT-004")
"""Codes of what may not wait: danger to readers, the control of exceptions, secrets."""


def may_wait(code: str) -> bool:
    """Tell whether a baseline may hold findings of a rule; none that depend on the date."""
    found = REGISTRY.get(code)
    return found is not None and not found.calendar and not code.startswith(NEVER)


@rule("EXC-003", "baseline-entry-refused", always=True)
def baseline_entry_refused(manual: Manual) -> Iterator[Fault]:
    """A baseline holds only findings that may wait, and never more than it held before.

    Why: a baseline lets old documents in as they are. If it could grow, every new fault would find
    its way into it. What is unreadable, unsafe, secret or overdue cannot wait at all.

    Bad:
        # baseline.yml, new file
        as_of: 2026-06-30
        known:
        - {rule: SAF-003, where: EXA-010, message: "raw HTML"}

    Good:
        # baseline.yml, new file
        as_of: 2026-06-30
        known: []
    """
    for index, (_, fault) in enumerate(_judged(manual)):
        if fault and manual.baseline:
            yield Fault(manual.baseline.at("known", index), *fault)


@rule("EXC-004", "baseline-entry-mended", warning=True)
def baseline_entry_mended(manual: Manual) -> Iterator[Fault]:
    """What was mended is taken out of the baseline, by `process-manual check --baseline`.

    Why: as long as the entry is there, the same fault may come back unseen.

    Bad:
        # baseline.yml, new file
        as_of: 2026-06-30
        known:
        - {rule: RAC-001, where: EXA-010, message: "step A1 has no accountable role"}

    Good:
        # EXA-010
        purpose:
        # baseline.yml, new file
        as_of: 2026-06-30
        known:
        - {rule: DOC-004, where: EXA-010, message: "`purpose` is missing"}
    """
    yield from ()  # found when the baseline is laid over what all rules found; documented here


def _judged(manual: Manual) -> Iterator[tuple[Known, tuple[str, str] | None]]:
    """Yield the entries of the baseline, each with what is wrong with it and the cure, if it is."""
    before = manual.known_before
    left = Counter(map(identity_of, before)) if before is not None else None
    for entry in manual.baseline.known if manual.baseline else ():
        each = identity_of(entry)
        if entry.rule not in REGISTRY:
            hint = did_you_mean(entry.rule, REGISTRY, "take the entry out")
            yield entry, (f"there is no rule `{entry.rule}`", hint)
        elif not may_wait(entry.rule):
            message = f"findings of `{entry.rule}` cannot wait in a baseline"
            yield entry, (message, "take the entry out, and mend what is found")
        elif left is not None and not left[each]:
            message = f"`{entry.rule}` of {entry.where} is new here, and a baseline only shrinks"
            hint = "take it out; mend the finding, or have it waived in registers/waivers.yml"
            yield entry, (message, hint)
        else:
            if left is not None:
                left[each] -= 1
            yield entry, None


def identity_of(entry: Known) -> Identity:
    """Return which finding an entry speaks of."""
    return Identity(entry.rule, entry.where, entry.message)


@dataclass(frozen=True, slots=True)
class Held:
    """Findings apart from those that the baseline holds back."""

    findings: tuple[Finding, ...]
    known: tuple[Finding, ...]


def hold_back(manual: Manual, findings: Iterable[Finding], complete: bool) -> Held:
    """Lay the baseline over ``findings``; only errors are held back, because only they fail.

    ``complete`` tells that everything could be read: only then is an entry without a finding one
    that was mended.
    """
    waiting = _waiting(manual)
    remaining: list[Finding] = []
    known: list[Finding] = []
    for finding in findings:
        is_error = finding.severity is Severity.ERROR
        places = waiting.get(identity(manual, finding)) if waiting and is_error else None
        if places:
            places.pop(0)
            known.append(finding)
        else:
            remaining.append(finding)
    if complete:
        left = ((each, place) for each, places in waiting.items() for place in places)
        remaining += (_mended(each, place) for each, place in left)
    return Held(tuple(remaining), tuple(known))


def _waiting(manual: Manual) -> dict[Identity, list[Location]]:
    """Return where the entries that hold stand, in the order of the file."""
    found: dict[Identity, list[Location]] = {}
    for index, (entry, fault) in enumerate(_judged(manual)):
        if fault is None and manual.baseline:
            found.setdefault(identity_of(entry), []).append(manual.baseline.at("known", index))
    return found


def _mended(each: Identity, place: Location) -> Finding:
    message = f"the finding `{each.rule}` of {each.where} is mended"
    hint = "run `process-manual check --baseline`, which takes the entry out"
    return Finding(place, "EXC-004", Severity.WARNING, message, hint)
