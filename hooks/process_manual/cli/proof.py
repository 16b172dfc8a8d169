"""``process-manual digest``: what an auditor compares with an approval."""

from __future__ import annotations

from pathlib import Path

import click

from process_manual.checking import check
from process_manual.cli.shared import as_of_date, main, root_option
from process_manual.model.digest import digest


@main.command("digest")
@click.argument("id_", metavar="ID")
@click.option("--next", "coming", is_flag=True, help="Of the coming version.")
@root_option
def digest_command(id_: str, coming: bool, root: Path) -> None:
    """Print the digest of a definition's controlled content as it stands now."""
    root = root.resolve()
    manual = check(root, as_of_date(root)).manual
    found = (manual.coming if coming else manual.current).get(id_)
    if found is None:
        raise click.ClickException(f"there is no readable definition {id_}")
    click.echo(digest(found))
