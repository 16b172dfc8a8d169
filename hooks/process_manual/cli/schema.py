"""``process-manual schema``: what an editor needs to check files while one types."""

from __future__ import annotations

from pathlib import Path

import click

from process_manual.cli.shared import main, write_text


@main.command("schema")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
def schema_command(folder: Path, dry_run: bool) -> None:
    """Write the JSON Schemas of all files that people write into FOLDER.

    For editors: each field with its meaning and an example. `.vscode/settings.json` says which
    schema is for which file. Exits with 0, or 2 when FOLDER cannot be written.
    """
    # Imported here, because the exports and their templates would slow every `check` down.
    from process_manual.exports import schema

    if not dry_run:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise click.UsageError(f"cannot make {folder}: {error.strerror}") from None
    written = schema.for_editors()
    for name, content in written.items():
        write_text(folder / name, content.decode("utf-8"), dry_run)
    if not dry_run:
        click.echo(f"wrote {len(written)} schemas into {folder}", err=True)
