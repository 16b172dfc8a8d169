"""``process-manual publish``: a bundle becomes the next edition of a store."""

from __future__ import annotations

from pathlib import Path

import click

from process_manual.cli import storing
from process_manual.cli.shared import main
from process_manual.editions import publishing
from process_manual.editions.entry import Entry
from process_manual.editions.locking import locked
from process_manual.editions.store import Store, read_stored


@main.command("publish")
@click.argument("bundle", type=click.Path(exists=True, file_okay=False, path_type=Path))
@storing.store_option
@storing.key_option
@click.option("--dry-run", is_flag=True, help="Say what would be published, and write nothing.")
def publish_command(bundle: Path, store: Path, key: Path | None, dry_run: bool) -> None:
    """Store BUNDLE as the next edition, and show it in `public`.

    An edition never changes again: a name that is taken is refused, and so is a bundle that was
    made before the newest entry. Runs no MkDocs. Exits with 0 when the edition is safely on the
    disk, 1 when it was refused, 2 for wrong use.
    """
    if dry_run:
        found = publishing.examine(Store(store), bundle, storing.watch("Reading the bundle"))
        entry = found.entry
        click.echo(f"would publish {entry.name} as entry {entry.sequence} of {store}", err=True)
        return
    publish_bundle(bundle, store, key)


def publish_bundle(bundle: Path, path: Path, key: Path | None) -> None:
    """Publish a bundle and say what was made; the first one makes the store."""
    entry = read_stored(bundle).entry
    first = isinstance(entry, Entry) and entry.previous is None
    with locked(path, create=first, waiting=storing.waiting) as store:
        done = publishing.publish(
            store, bundle, pages=storing.pages(), key=key, watch=storing.watch("Storing files")
        )
    stored = done.stored
    told = f"{'was already' if done.already else 'is'} entry {stored.entry.sequence}"
    storing.say_entry(stored.folder, told, stored.witness, stored.signed)
