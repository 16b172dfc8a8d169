"""``process-manual verify``: whether a store is what was published."""

from __future__ import annotations

from pathlib import Path

import click

from process_manual.cli import storing
from process_manual.cli.shared import main, printable
from process_manual.editions.verifying import verify


@main.command("verify")
@storing.store_option
@click.option(
    "--signers",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Allowed-signers file of ssh-keygen: who may sign, from when to when.",
)
@click.option(
    "--expect",
    multiple=True,
    metavar="SEQ:SHA",
    help="Entry that a tag, mail or report saw; finds out a store that was rolled back.",
)
def verify_command(store: Path, signers: Path | None, expect: tuple[str, ...]) -> None:
    """Verify every byte, hash and signature of a store, and its chain.

    Prints one line for each fault. Changes nothing and takes no lock. Exits with 0 when there is no
    fault, 1 with faults, 2 for wrong use.
    """
    report = verify(store, signers=signers, expect=expect, watch=storing.watch("Reading files"))
    for fault in report.faults:
        click.echo(printable(fault))
    for note in report.notes:
        click.echo(f"note: {printable(note)}", err=True)
    count = len(report.entries)
    told = f"{count} {'entry' if count == 1 else 'entries'} of {store} read"
    faults = len(report.faults)
    told += f": {faults or 'no'} {'fault' if faults == 1 else 'faults'}"
    told += f"; newest {report.entries[-1].witness}" if count else ""
    click.echo(printable(told), err=True)
    if faults:
        raise SystemExit(1)
