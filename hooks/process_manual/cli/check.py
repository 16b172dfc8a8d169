"""``process-manual check`` and ``explain``: what is wrong, and how to mend it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

import click

from process_manual import asof
from process_manual.checking import check
from process_manual.cli.baseline import renew
from process_manual.cli.fixing import fix
from process_manual.cli.reports import reports, targets
from process_manual.cli.shared import (
    as_of_date,
    as_of_option,
    main,
    relative,
    root_option,
    within,
)
from process_manual.diagnostics import Finding, Severity
from process_manual.rules import REGISTRY
from process_manual.rules.documentation import explain, in_full, parsed
from process_manual.writers.formats import FORMATS


@main.command("check")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@root_option
@as_of_option
@click.option("--strict", is_flag=True, help="Fail on warnings too, but never on the calendar.")
@click.option("--due", is_flag=True, help="Fail on what is overdue, too; uses today's date.")
@click.option(
    "--all", "everything", is_flag=True, help="List what is only planned or known, one by one."
)
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(["text", *FORMATS]),
    help="Form of the report, for a host or another program (default: text).",
)
@click.option(
    "--output",
    "outputs",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the report into this file, and the text to the terminal as ever. Several reports: "
    "--format and --output in turn.",
)
@click.option(
    "--baseline",
    is_flag=True,
    help="List what is wrong today in processes/baseline.yml, so that it may wait; if the file is "
    "there, only take out of it what is mended.",
)
@click.option("--fix", "mend", is_flag=True, help="First put right what has one right answer.")
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
def check_command(
    paths: Sequence[Path],
    root: Path,
    as_of: datetime.date | None,
    strict: bool,
    due: bool,
    everything: bool,
    formats: Sequence[str],
    outputs: Sequence[Path],
    baseline: bool,
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
    wanted = targets(formats, outputs)
    if baseline and paths:
        raise click.UsageError("a baseline is of the whole manual; leave the paths out")
    places = [relative(path, root) for path in paths]
    if mend:
        fix(root, places, dry_run)
    day = as_of or (asof.today() if due else as_of_date(root))
    report = check(root, day)
    if baseline:
        report = renew(root, report, dry_run)
    findings = [each for each in report.findings if within(each.location.path, places)]
    failing = {finding for finding in findings if _fails(finding, strict, due)}
    reports(report, findings, failing, wanted, everything, dry_run)
    if failing:
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


def _fails(finding: Finding, strict: bool, due: bool) -> bool:
    if finding.calendar:
        return due and not REGISTRY[finding.code].reminder
    return strict or finding.severity is Severity.ERROR
