"""Findings as plain text: one line that says what is wrong, one that says how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import click

from process_manual.diagnostics import Finding, Severity

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


def lines(findings: Iterable[Finding]) -> Iterator[str]:
    """Yield the findings as lines with terminal colours; ``click.echo`` takes those out of pipes.

    The form ``path:line:column`` is what editors and terminals turn into a link.
    """
    for finding in findings:
        severity = click.style(finding.severity, fg=_COLOURS[finding.severity])
        place = click.style(str(finding.location), bold=True)
        yield f"{place}: {severity} {finding.code}: {finding.message}"
        if finding.hint:
            yield f"    {finding.hint}"


def plain(finding: Finding) -> str:
    """Return a finding as one line for a log."""
    hint = f" ({finding.hint})" if finding.hint else ""
    return f"{finding.location}: {finding.code}: {finding.message}{hint}"


def summary(findings: Iterable[Finding]) -> str:
    """Return how many errors and warnings there are, in words."""
    found = list(findings)
    errors = sum(finding.severity is Severity.ERROR for finding in found)
    return f"{_count(errors, 'error')}, {_count(len(found) - errors, 'warning')}"


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
