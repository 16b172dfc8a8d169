"""``process-manual status``: how far the manual has come."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from process_manual.checking import check
from process_manual.cli.shared import as_of_date, as_of_option, main, root_option
from process_manual.writers import status, text


@main.command("status")
@root_option
@as_of_option
def status_command(root: Path, as_of: datetime.date | None) -> None:
    """Count what is written and in force, by area and by clause.

    What cannot be read is not counted; the last line says what a check finds.
    """
    root = root.resolve()
    report = check(root, as_of or as_of_date(root))
    for line in status.lines(report.manual):
        click.echo(line)
    click.echo(text.closing(report, report.findings), err=True)
