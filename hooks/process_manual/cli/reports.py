"""Where the findings of a check go: to the terminal, into files, into the summary of a job."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import click

from process_manual.checking import Report
from process_manual.cli.shared import colour, write_text
from process_manual.diagnostics import Finding, Severity
from process_manual.writers import github, text
from process_manual.writers.formats import FORMATS

JOB_SUMMARY = "GITHUB_STEP_SUMMARY"
"""Names the file whose Markdown GitHub shows on the page of the job."""


class Target(NamedTuple):
    """A form of the report, and the file it goes into; without one it goes to the terminal."""

    form: str
    file: Path | None = None


def targets(formats: Sequence[str], outputs: Sequence[Path]) -> tuple[Target, ...]:
    """Pair the forms with the files, in the order given; wrong use when they do not pair."""
    forms = list(formats) or ["text"]
    if not outputs and len(forms) == 1:
        return (Target(forms[0]),)
    if len(forms) != len(outputs):
        raise click.UsageError(
            f"{text.count(len(forms), 'form')} and {text.count(len(outputs), 'file')}: several "
            "reports need --format and --output in turn"
        )
    return tuple(map(Target, forms, outputs))


def reports(
    report: Report,
    findings: Sequence[Finding],
    failing: Collection[Finding],
    wanted: Sequence[Target],
    everything: bool,
    dry_run: bool,
) -> None:
    """Write every report, and end with the line that says what the check came to.

    What fails this check is an error to a host or program, be it a warning otherwise.
    """
    shown = [replace(f, severity=Severity.ERROR) if f in failing else f for f in findings]
    lines = list(text.lines(findings, everything))
    if everything:
        lines[:0] = text.known_lines(report.known)
    if all(target.file or target.form == "text" for target in wanted):
        for line in lines:
            click.echo(line, color=colour())
    for form, file in wanted:
        if file and form == "text":
            write_text(file, click.unstyle("".join(f"{line}\n" for line in lines)), dry_run)
        elif file:
            write_text(file, FORMATS[form](report, shown), dry_run)
        elif form != "text":
            click.echo(FORMATS[form](report, shown), nl=False)
    if not dry_run and any(target.form == "github" for target in wanted):
        _summarise(report, shown)
    click.echo(text.closing(report, findings), err=True)


def _summarise(report: Report, shown: Sequence[Finding]) -> None:
    """Add the table of findings to the summary of the job, as far as the host takes it."""
    name = os.environ.get(JOB_SUMMARY)
    if not name:
        return
    try:
        with Path(name).open("a", encoding="utf-8", newline="\n") as file:
            file.write(github.summary(report, shown, github.MOST_SUMMARY - file.tell()))
    except OSError as error:
        click.echo(f"cannot write the summary of the job: {error.strerror}", err=True)
