"""``process-manual check`` and ``explain``: what is wrong, and how to mend it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from process_manual import asof
from process_manual.checking import check
from process_manual.cli.shared import as_of_date, as_of_option, colour, main, relative, root_option
from process_manual.diagnostics import Finding, Severity
from process_manual.rules import REGISTRY
from process_manual.rules.documentation import explain, in_full, parsed
from process_manual.writers import text


@main.command("check")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@root_option
@as_of_option
@click.option("--strict", is_flag=True, help="Fail on warnings too, but never on the calendar.")
@click.option("--due", is_flag=True, help="Fail on what is overdue, too; uses today's date.")
@click.option("--all", "everything", is_flag=True, help="List what is only planned, one by one.")
def check_command(
    paths: Sequence[Path],
    root: Path,
    as_of: datetime.date | None,
    strict: bool,
    due: bool,
    everything: bool,
) -> None:
    """Check every definition and its relations to all others.

    With PATHS, shows only what is wrong in these files or folders; the rest is still read. Errors
    come last, where you look first.
    Exits with 0 when clean or with warnings only, 1 with errors, 2 for wrong use.
    """
    root = root.resolve()
    report = check(root, as_of or (asof.today() if due else as_of_date(root)))
    findings = _under(report.findings, [relative(path, root) for path in paths])
    for line in text.lines(findings, everything):
        click.echo(line, color=colour())
    click.echo(text.closing(report, findings), err=True)
    if any(_fails(finding, strict, due) for finding in findings):
        raise SystemExit(1)


@main.command("explain")
@click.argument("code")
def explain_command(code: str) -> None:
    """Print what a rule asks for, why, and how to mend it."""
    from process_manual.gate import codes  # here, because its parser would slow every `check` down

    rule, of_gate = REGISTRY.get(code.upper()), codes.codes().get(code.upper())
    if of_gate is not None:
        heading = f"{of_gate.code} {of_gate.name}: {codes.KIND}"
        click.echo(in_full(heading, parsed(of_gate.documentation)))
        return
    if rule is None:
        known = [*REGISTRY, *codes.codes()]
        families = ", ".join(sorted({each.split("-")[0] for each in known}))
        raise click.BadParameter(
            f"there is no rule {code}; codes look like RAC-001, families are {families}",
            param_hint="CODE",
        )
    click.echo(explain(rule))


def _under(findings: Iterable[Finding], places: Sequence[str]) -> list[Finding]:
    """Return the findings in the named files and folders, or all when none is named."""
    if not places or "." in places:
        return list(findings)
    return [
        finding
        for finding in findings
        if any(
            finding.location.path == place or finding.location.path.startswith(f"{place}/")
            for place in places
        )
    ]


def _fails(finding: Finding, strict: bool, due: bool) -> bool:
    if finding.calendar:
        return due and not REGISTRY[finding.code].reminder
    return strict or finding.severity is Severity.ERROR
