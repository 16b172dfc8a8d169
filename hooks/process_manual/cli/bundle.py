"""``process-manual bundle`` and ``rebuild``: an edition made of a commit, and made again."""

from __future__ import annotations

import datetime
import functools
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from process_manual.cli import storing
from process_manual.cli.gate import top
from process_manual.cli.shared import Day, main, printable, root_option
from process_manual.editions.store import Store

as_of_commit_option = click.option(
    "--as-of",
    type=Day(),
    help="Date that calendar questions are answered for (default: the commit's date).",
)
served_at_option = click.option(
    "--served-at",
    default="/",
    show_default=True,
    metavar="PATH",
    callback=top,
    help="Path of the site's address, such as /manual/, when mkdocs.yml has a site_url with one.",
)


@main.command("bundle")
@click.argument("name")
@root_option
@storing.store_option
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="New folder for the bundle (default: dist/NAME).",
)
@as_of_commit_option
@served_at_option
@click.option("--dry-run", is_flag=True, help="Only look whether it could be made; write nothing.")
def bundle_command(
    name: str,
    root: Path,
    store: Path,
    output: Path | None,
    as_of: datetime.date | None,
    served_at: str,
    dry_run: bool,
) -> None:
    """Make edition NAME of the current commit, ready to be signed and stored.

    Builds in a clean clone, after the newest edition of the store, and lets the gate examine what
    comes out. Nothing is changed in the store; `publish` stores the bundle. Exits with 0 when made,
    1 when refused, 2 for wrong use.
    """
    from process_manual.bundling.bundle import bundle, plan  # here, for the gate's parser is slow

    planned = plan(root.resolve(), name, Store(store), as_of)
    target = output or root / "dist" / name
    after = f"after {planned.before.entry.name}" if planned.before else "the first"
    about = f"edition {name} ({planned.sequence}, {after}) of {planned.order.commit.hash[:12]}"
    if dry_run:
        click.echo(f"would make {about} in {target}", err=True)
        return
    with logged():
        watch = storing.watch("Reading pages")
        entry = bundle(root.resolve(), planned, target, served_at, say, watch)
    click.echo(f"made {about} in {target}: {entry.files:,} files, {entry.size:,} bytes", err=True)


@main.command("rebuild")
@click.argument("name")
@root_option
@storing.store_option
@click.option(
    "--output", type=click.Path(path_type=Path), help="Keep what comes out in this new folder."
)
@click.option("--anyway", is_flag=True, help="Build with other packages than the locked ones, too.")
def rebuild_command(name: str, root: Path, store: Path, output: Path | None, anyway: bool) -> None:
    """Make edition NAME again from its commit, and compare every file with the stored one.

    Needs a clone with that commit, and the packages of its lock file. Exits with 0 when all files
    are equal, 1 with the list of those that differ or when refused, 2 for wrong use.
    """
    from process_manual.bundling.rebuild import rebuild

    with tempfile.TemporaryDirectory() as temporary, logged():
        target = output or Path(temporary, name)
        tell = functools.partial(click.echo, err=True)
        rebuilt = rebuild(root.resolve(), name, Store(store), target, say, tell, anyway)
    for fault in rebuilt.faults:
        click.echo(printable(fault))
    kept = f"; what came out is in {output}" if output else ""
    count = f"{len(rebuilt.faults):,} of {rebuilt.files:,} files differ"
    equal = f"all {rebuilt.files:,} files are equal"
    click.echo(f"edition {name} made again: {count if rebuilt.faults else equal}{kept}", err=True)
    if rebuilt.faults:
        raise SystemExit(1)


def say(step: str) -> None:
    """Show a step on a terminal, and nothing in a pipe."""
    if sys.stderr.isatty():
        click.echo(f"{step} …", err=True)


@contextmanager
def logged() -> Iterator[None]:
    """Print what a failed build said before the line that says that it failed."""
    from process_manual.bundling.building import BuildError

    try:
        yield
    except BuildError as error:
        for line in error.log:
            click.echo(printable(line), err=True)
        raise
