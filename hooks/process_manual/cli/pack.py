"""``process-manual pack``: one edition with its proof as one file, for an auditor to take away."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import click

from process_manual.cli import storing
from process_manual.cli.shared import main, printable, root_of_store_option
from process_manual.editions.store import Store


@main.command("pack")
@click.argument("name")
@root_of_store_option
@storing.store_option
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write (default: process-manual-NAME.zip, here).",
)
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
def pack_command(name: str, store: Path, output: Path | None, dry_run: bool) -> None:
    """Pack the edition NAME for an auditor: pages, lists, sources and proof in one zip file.

    Unpacked, START.html opens by a double click and leads to the answers. The same edition gives
    the same bytes. Exits with 1 when the store does not hold what was published, 2 for wrong use.
    """
    # Imported here, because the templates would slow every `check` down.
    from process_manual.packing import folder_of, pack

    found = Store(store).edition(name)
    target = output or Path(f"{folder_of(name)}.zip")
    if dry_run:
        click.echo(f"would write {target} from {found.folder}", err=True)
        return
    try:
        with _replaced(target) as file:
            count = pack(Store(store), name, file, storing.watch("Packing"))
    except OSError as error:
        reason = (error.strerror or "error").lower()
        raise click.UsageError(f"cannot write {printable(str(target))}: {reason}") from None
    size = target.stat().st_size
    click.echo(printable(f"{target}: {count} files of edition {name}, {size:,} bytes"))


@contextlib.contextmanager
def _replaced(target: Path) -> Iterator[BinaryIO]:
    """Give a file that takes the place of ``target`` when all went well, and is gone otherwise."""
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".pack-", delete=False) as file:
        path = Path(file.name)
        try:
            yield file  # type: ignore[misc]
            file.flush()
            os.fsync(file.fileno())
            path.chmod(0o644)
            path.replace(target)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
