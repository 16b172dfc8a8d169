"""``process-manual withdraw``: an edition no longer stands, and the chain says why."""

from __future__ import annotations

from pathlib import Path

import click

from process_manual.cli import storing
from process_manual.cli.shared import main
from process_manual.editions import withdrawal
from process_manual.editions.locking import locked
from process_manual.editions.store import Store


@main.command("withdraw")
@click.argument("name")
@click.option("--reason", required=True, help="One line, kept for ever: say nothing secret in it.")
@click.option("--remove-files", is_flag=True, help="Also remove its files; hashes stay.")
@storing.store_option
@storing.key_option
@click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing.")
def withdraw_command(
    name: str, reason: str, remove_files: bool, store: Path, key: Path | None, dry_run: bool
) -> None:
    """Withdraw the edition NAME: a leak, or a duty to erase.

    Appends an entry that says so and takes the edition out of `public`. Only then, and only when
    asked, do its files go; its ENTRY and its list of hashes always stay. Exits with 0 when done, 1
    when refused, 2 for wrong use.
    """
    if dry_run:
        found = withdrawal.examine(Store(store), name, reason)
        click.echo(f"{name} is withdrawn already" if found else f"would withdraw {name}", err=True)
        if remove_files:
            click.echo(f"would remove the files of {name}", err=True)
        return
    with locked(store, waiting=storing.waiting) as held:
        done = withdrawal.withdraw(
            held, name, reason, pages=storing.pages(), key=key, remove_files=remove_files
        )
    stored = done.stored
    told = f"{name} {'was' if done.already else 'is'} withdrawn by entry {stored.entry.sequence}"
    told += ", its files are removed" if remove_files else ""
    storing.say_entry(stored.folder, told, stored.witness, stored.signed)
