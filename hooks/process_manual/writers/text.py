"""Findings as plain text: one line that says what is wrong, one that says how to mend it.

Warnings come first and errors last, so that what must be mended stands nearest to the prompt.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

import click

from process_manual.checking import Report
from process_manual.diagnostics import Finding, Severity, one_line

_PLAN = "MAN-004"
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


def lines(findings: Iterable[Finding], everything: bool = False) -> Iterator[str]:
    """Yield the findings as lines with terminal colours; ``click.echo`` takes those out of pipes.

    The form ``path:line:column`` is what editors and terminals turn into a link. What is only
    planned is folded into one line, unless ``everything`` is asked for.
    """
    for each in _in_reading_order(findings, everything):
        if isinstance(each, str):
            yield f"{_styled(Severity.WARNING)}: {each}; `--all` lists them"
            continue
        yield from _entry(str(each.location), each)


def known_lines(known: Iterable[Finding]) -> Iterator[str]:
    """Yield what the baseline holds back, a line each."""
    for each in known:
        place = click.style(one_line(str(each.location)), bold=True)
        yield f"{place}: known {each.code}: {one_line(each.message)}"


def refused(findings: Iterable[Finding], unwritten: Collection[str]) -> Iterator[str]:
    """Yield what stands in the way of a change; no line numbers in files that were not written."""
    for each in findings:
        place = each.location.path if each.location.path in unwritten else str(each.location)
        yield from _entry(place, each)


def _entry(place: str, finding: Finding) -> Iterator[str]:
    severity = _styled(finding.severity)
    message = one_line(finding.message)
    yield f"{click.style(one_line(place), bold=True)}: {severity} {finding.code}: {message}"
    if finding.hint:
        yield f"    {one_line(finding.hint)}"


def log_lines(findings: Iterable[Finding]) -> Iterator[tuple[Severity, str]]:
    """Yield the findings as single lines for a log, with what is only planned folded into one."""
    for each in _in_reading_order(findings):
        if isinstance(each, str):
            yield Severity.WARNING, f"{each}; `process-manual check --all` lists them"
        else:
            yield each.severity, plain(each)


def plain(finding: Finding) -> str:
    """Return a finding as one line for a log."""
    hint = f" ({finding.hint})" if finding.hint else ""
    return one_line(f"{finding.location}: {finding.code}: {finding.message}{hint}")


def _in_reading_order(
    findings: Iterable[Finding], everything: bool = False
) -> Iterator[Finding | str]:
    """Yield warnings, the line that stands for the folded ones, and errors."""
    found = list(findings)
    folded = [] if everything else [finding for finding in found if finding.planned]
    warnings = [finding for finding in found if finding.severity is Severity.WARNING]
    yield from (finding for finding in warnings if everything or not finding.planned)
    if folded:
        yield planned(folded)
    yield from (finding for finding in found if finding.severity is Severity.ERROR)


def planned(folded: Sequence[Finding]) -> str:
    """Return the words that stand for what is only planned: references, and the plan itself."""
    plans = [finding.message for finding in folded if finding.code == _PLAN]
    number = len(folded) - len(plans)
    words = f"{count(number, 'reference')} to definitions that are planned but not written yet"
    return "; ".join([words] * (number > 0) + plans)


def _styled(severity: Severity) -> str:
    return click.style(severity, fg=_COLOURS[severity])


def closing(report: Report, shown: Sequence[Finding]) -> str:
    """Return what a check came to, when ``shown`` is what has been listed of it."""
    manual = report.manual
    read = len(manual.definitions)
    done = f"{count(read, 'definition')} checked"
    if report.unread:
        done = f"{read:,} of {count(read + report.unread, 'definition')} could be read"
    waived = f", {len(report.waived)} waived" if report.waived else ""
    known = f", {len(report.known):,} in the baseline" if report.known else ""
    parts = [f"{done} as of {manual.as_of}: {summary(shown)}{waived}{known}"]
    parts += _elsewhere(set(report.findings) - set(shown))
    if report.is_coverage_open:
        parts.append("coverage of standards was not checked")
    parts += [report.compared] if report.compared else []
    return "; ".join(parts)


def _elsewhere(hidden: Iterable[Finding]) -> Iterator[str]:
    """Yield how much more there is in files that were not asked for."""
    severities = [finding.severity for finding in hidden]
    counts = [(severities.count(each), each) for each in (Severity.ERROR, Severity.WARNING)]
    words = [count(number, word) for number, word in counts if number]
    if words:
        number, _, word = words[0].partition(" ")
        yield f"{' and '.join([f'{number} more {word}', *words[1:]])} in other files"


def summary(findings: Iterable[Finding]) -> str:
    """Return how many errors and warnings there are, in words."""
    found = list(findings)
    errors = sum(finding.severity is Severity.ERROR for finding in found)
    return f"{count(errors, 'error')}, {count(len(found) - errors, 'warning')}"


def count(number: int, word: str) -> str:
    """Return a number with its noun, such as ``1 error`` or ``1,200 errors``."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
