"""What the commands share that write or read a store of editions."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from process_manual.cli.shared import printable, store_option
from process_manual.editions.contents import Watch
from process_manual.editions.public import Pages

__all__ = ["key_option", "pages", "say_entry", "store_option", "waiting", "watch"]

key_option = click.option(
    "--sign-key",
    "key",
    type=click.Path(dir_okay=False, path_type=Path),
    help="SSH key to sign with; without it the entry is not signed.",
)


def watch(label: str) -> Watch:
    """Return what hands paths on, with a progress bar on a terminal."""
    return functools.partial(_watched, label)


def _watched(label: str, paths: Sequence[str]) -> Iterator[str]:
    hidden = not sys.stderr.isatty()
    with click.progressbar(paths, label=label, file=sys.stderr, hidden=hidden) as shown:
        yield from shown


def waiting() -> None:
    """Say why nothing happens for a while."""
    click.echo("Waiting for another publisher of this store …", err=True)


def pages() -> Pages:
    """Return what makes the files beside the editions in `public`."""
    # Imported here, because the templates would slow every `check` down.
    from process_manual.pages.public import public_files

    return public_files


def say_entry(place: Path, told: str, witness: str, signed: bool) -> None:
    """Print what is stored where, and what to keep of it elsewhere."""
    click.echo(printable(f"{place}: {told}{'' if signed else ', not signed'}"))
    click.echo(f"Keep elsewhere, for `verify --expect`: {witness}")
