"""``process-manual retire``: take a definition out of force; it is never deleted."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

import click

from process_manual.cli.desk import Desk, dry_run_option, tell
from process_manual.cli.shared import Day, main, root_option
from process_manual.editing import RefusedError
from process_manual.model.definition import Status
from process_manual.model.source import Plain


@main.command("retire")
@click.argument("id_", metavar="ID")
@click.option("--reason", required=True, help="Why, for the reader of an old link.")
@click.option(
    "--replaced-by",
    "successors",
    required=True,
    multiple=True,
    metavar="ID|none",
    help="Definition that took its place, or none; may be repeated.",
)
@click.option("--date", "day", type=Day(), help="First day it no longer holds (default: today).")
@dry_run_option
@root_option
def retire_command(
    id_: str,
    reason: str,
    successors: Sequence[str],
    day: datetime.date | None,
    dry_run: bool,
    root: Path,
) -> None:
    """Retire ID: set its status, and say since when, why, and what took its place.

    Refused while other definitions still refer to it; they are listed. Its page stays, marked, out
    of menu and search.
    """
    desk = Desk.at(root)
    definition, file = desk.find(id_)
    if definition.is_retired:
        since = f" since {definition.retired.on}" if definition.retired else ""
        raise RefusedError(f"{id_} is retired{since} already")
    names = [name for each in successors for name in each.replace(",", " ").split()]
    retired: dict[str, Plain] = {
        "on": (day or desk.today).isoformat(),
        "reason": reason,
        "replaced_by": names[0] if len(names) == 1 else names,
    }
    changed = file.set(("status",), Status.RETIRED).without("retired").add("retired", retired)
    desk.tried({file.name: changed.content})
    if desk.write(changed, file.content, dry_run):
        tell(
            f"{file.name}: {id_} is retired since {retired['on']}",
            "Its page stays, marked as retired.",
            "Next: commit the file and open a pull request.",
        )
