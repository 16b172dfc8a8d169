"""``process-manual publish``: a bundle, or the current commit, becomes the next edition."""

from __future__ import annotations

import datetime
import tempfile
from dataclasses import dataclass
from pathlib import Path

import click

from process_manual.cli import storing
from process_manual.cli.bundle import as_of_commit_option, logged, say, served_at_option
from process_manual.cli.shared import main, root_option
from process_manual.editions import publishing
from process_manual.editions.entry import Entry
from process_manual.editions.locking import locked
from process_manual.editions.names import name_fault
from process_manual.editions.store import Store, Stored, read_stored


@main.command("publish")
@click.argument("what", metavar="BUNDLE|NAME")
@storing.store_option
@storing.key_option
@root_option
@as_of_commit_option
@served_at_option
@click.option("--no-tag", is_flag=True, help="Make no tag edition/NAME in the repository.")
@click.option("--dry-run", is_flag=True, help="Say what would be published, and write nothing.")
def publish_command(
    what: str,
    store: Path,
    key: Path | None,
    root: Path,
    as_of: datetime.date | None,
    served_at: str,
    no_tag: bool,
    dry_run: bool,
) -> None:
    """Store a BUNDLE as the next edition, and show it in `public`.

    With a NAME instead of a bundle's folder, first makes the bundle of the current commit, and
    holds the store until it is published; then the commit gets the tag edition/NAME, which holds
    the hash of the entry, signed with the same key.

    An edition never changes again: a name that is taken is refused, and so is a bundle that was
    made before the newest entry. Of a bundle, runs no MkDocs. Exits with 0 when the edition is
    safely on the disk, 1 when it was refused, 2 for wrong use.
    """
    bundle = Path(what)
    if bundle.is_dir():
        if dry_run:
            found = publishing.examine(Store(store), bundle, storing.watch("Reading the bundle"))
            entry = found.entry
            click.echo(f"would publish {entry.name} as entry {entry.sequence} of {store}", err=True)
        else:
            publish_bundle(bundle, store, key)
        return
    if "/" in what or "\\" in what:
        raise click.BadParameter(f"there is no folder {what}", param_hint="BUNDLE")
    _Naming(what, store, root.resolve(), key, as_of, served_at, not no_tag).run(dry_run)


def publish_bundle(bundle: Path, path: Path, key: Path | None) -> None:
    """Publish a bundle and say what was made; the first one makes the store."""
    entry = read_stored(bundle).entry
    first = isinstance(entry, Entry) and entry.previous is None
    with locked(path, create=first, waiting=storing.waiting) as store:
        _store(bundle, store, key)


def _store(bundle: Path, store: Store, key: Path | None) -> Stored:
    """Publish a bundle into a store that is held, and say so."""
    done = publishing.publish(
        store, bundle, pages=storing.pages(), key=key, watch=storing.watch("Storing files")
    )
    stored = done.stored
    told = f"{'was already' if done.already else 'is'} entry {stored.entry.sequence}"
    storing.say_entry(stored.folder, told, stored.witness, stored.signed)
    return stored


@dataclass(frozen=True, slots=True)
class _Naming:
    """The edition ``name``, made of the current commit and published on one machine."""

    name: str
    path: Path
    root: Path
    key: Path | None
    as_of: datetime.date | None
    served_at: str
    tag: bool

    def run(self, dry_run: bool) -> None:
        from process_manual.bundling import tags
        from process_manual.bundling.bundle import plan

        if self.tag and not name_fault(self.name):
            tags.require_free(self.root, self.name)
        planned = plan(self.root, self.name, Store(self.path), self.as_of)
        if dry_run:
            told = f"{self.name} as entry {planned.sequence} of {self.path}"
            click.echo(f"would make and publish {told}", err=True)
            return
        stored = self._published()
        if self.tag:
            commit = planned.order.commit.hash
            tag = tags.make(self.root, self.name, commit, stored.witness, self.key)
            click.echo(f"Tagged {commit[:12]} as {tag}; push it: git push origin {tag}")

    def _published(self) -> Stored:
        """Hold the store from looking at its newest entry until the next one is there."""
        from process_manual.bundling.bundle import bundle, plan

        with (
            locked(self.path, create=True, waiting=storing.waiting) as store,
            tempfile.TemporaryDirectory() as temporary,
            logged(),
        ):
            planned = plan(self.root, self.name, store, self.as_of)
            made = Path(temporary, self.name)
            watch = storing.watch("Reading pages")
            bundle(self.root, planned, made, self.served_at, say, watch)
            return _store(made, store, self.key)
