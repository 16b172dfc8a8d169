"""``process-manual fold``: the coming version, once in force, takes the place of the old file."""

from __future__ import annotations

from pathlib import Path

import click

from process_manual.cli.desk import Desk, dry_run_option, show_difference, tell
from process_manual.cli.shared import main, root_option
from process_manual.editing import RefusedError, move_over
from process_manual.loading import Overlay
from process_manual.views.lifecycle import State, state


@main.command("fold")
@click.argument("id_", metavar="ID")
@dry_run_option
@root_option
def fold_command(id_: str, dry_run: bool, root: Path) -> None:
    """Put the coming version of ID into the place of the old file, once it is in force.

    The old version lives on in the published editions and in the repository's history.
    """
    desk = Desk.at(root)
    definition, coming = desk.find(id_, coming=True)
    _, old = desk.find(id_)
    where = state(desk.manual, definition)
    if where is not State.IN_FORCE:
        since = f" from {definition.effective_from}" if definition.effective_from else ""
        holds = f"it holds{since}" if where is State.COMING else f"it is {where}"
        raise RefusedError(f"version {definition.version} of {id_} is not in force yet: {holds}")
    target = coming.name.removesuffix(".next.md") + ".md"
    change: Overlay = {old.name: None, coming.name: None} | {target: coming.content}
    desk.tried(change)
    if dry_run:
        show_difference(target, old.content, coming.content)
        return
    move_over(desk.root / coming.name, desk.root / target, desk.root / old.name)
    tell(
        f"{target}: now holds version {definition.version}; {coming.name} is gone",
        "Next: commit both and open a pull request.",
    )
