"""``process-manual digest``: what an auditor compares with an approval."""

from __future__ import annotations

from pathlib import Path

import click

from process_manual.cli.desk import Desk
from process_manual.cli.shared import main, root_option
from process_manual.model.digest import digest


@main.command("digest")
@click.argument("id_", metavar="ID")
@click.option("--next", "coming", is_flag=True, help="Of the coming version.")
@root_option
def digest_command(id_: str, coming: bool, root: Path) -> None:
    """Print the digest of a definition's controlled content as it stands now."""
    definition, _ = Desk.at(root).find(id_, coming)
    click.echo(digest(definition))
