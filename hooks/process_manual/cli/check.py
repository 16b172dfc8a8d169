"""``process-manual check`` and ``explain``: what is wrong, and how to mend it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

import click

from process_manual import asof
from process_manual.checking import check
from process_manual.cli.fixing import fix
from process_manual.cli.shared import (
    as_of_date,
    as_of_option,
    colour,
    main,
    relative,
    root_option,
    within,
)
from process_manual.diagnostics import Finding, Severity
from process_manual.rules import REGISTRY
from process_manual.rules.documentation import explain
from process_manual.writers import text


@main.command("check")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@root_option
@as_of_option
@click.option("--strict", is_flag=True, help="Fail on warnings too, but never on the calendar.")
@click.option("--due", is_flag=True, help="Fail on what is overdue, too; uses today's date.")
@click.option("--all", "everything", is_flag=True, help="List what is only planned, one by one.")
@click.option("--fix", "mend", is_flag=True, help="First put right what has one right answer.")
@click.option("--dry-run", is_flag=True, help="Only show what --fix would change.")
def check_command(
    paths: Sequence[Path],
    root: Path,
    as_of: datetime.date | None,
    strict: bool,
    due: bool,
    everything: bool,
    mend: bool,
    dry_run: bool,
) -> None:
    """Check every definition and its relations to all others.

    With PATHS, shows only what is wrong in these files or folders; the rest is still read. Errors
    come last, where you look first. With --fix, versions and clauses are put in quotes, keys into
    the house order, and space at the ends of lines goes; no approval is touched by that.
    Exits with 0 when clean or with warnings only, 1 with errors, 2 for wrong use.
    """
    root = root.resolve()
    places = [relative(path, root) for path in paths]
    if mend:
        fix(root, places, dry_run)
    report = check(root, as_of or (asof.today() if due else as_of_date(root)))
    findings = [each for each in report.findings if within(each.location.path, places)]
    for line in text.lines(findings, everything):
        click.echo(line, color=colour())
    click.echo(text.closing(report, findings), err=True)
    if any(_fails(finding, strict, due) for finding in findings):
        raise SystemExit(1)


@main.command("explain")
@click.argument("code")
def explain_command(code: str) -> None:
    """Print what a rule asks for, why, and how to mend it."""
    rule = REGISTRY.get(code.upper())
    if rule is None:
        families = ", ".join(sorted({each.split("-")[0] for each in REGISTRY}))
        raise click.BadParameter(
            f"there is no rule {code}; codes look like RAC-001, families are {families}",
            param_hint="CODE",
        )
    click.echo(explain(rule))


def _fails(finding: Finding, strict: bool, due: bool) -> bool:
    if finding.calendar:
        return due
    return strict or finding.severity is Severity.ERROR
