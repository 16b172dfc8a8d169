"""``process-manual check --fix``: put right what has one right answer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from process_manual.cli.desk import show_difference
from process_manual.cli.shared import within
from process_manual.editing import ManualFile, RefusedError, replace_file
from process_manual.editing.fix import fixed
from process_manual.loading.load import PROCESSES
from process_manual.loading.walk import walk


def fix(root: Path, places: Sequence[str], dry_run: bool) -> None:
    """Put right every definition and register in ``places``, and say what was done.

    A file that cannot be read is left for its owner; the check says why.
    """
    for path in walk(root, root / PROCESSES).files:
        name = path.relative_to(root).as_posix()
        if path.suffix not in (".md", ".yml") or not within(name, places):
            continue
        try:
            before = ManualFile.read(name, path.read_bytes())
        except (RefusedError, OSError):
            continue
        after = fixed(before)
        if after.left:
            left = ", ".join(after.left)
            click.echo(
                f"{name}: left alone, for it would change what the file says: {left}", err=True
            )
        if after.file is before:
            continue
        if dry_run:
            show_difference(name, before.content, after.file.content)
        else:
            replace_file(path, before.content, after.file.content)
            click.echo(f"{name}: {', '.join(after.done)}", err=True)
