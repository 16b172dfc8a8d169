"""``process-manual diff``: what changed from one published edition to another."""

from __future__ import annotations

from pathlib import Path

import click

from process_manual.checking import uncollected
from process_manual.cli.impact import tell_report, unread
from process_manual.cli.shared import main, root_of_store_option, store_option, tell_json
from process_manual.editions.entry import Entry
from process_manual.editions.names import EditionError, shown
from process_manual.editions.store import Store, Stored, standing
from process_manual.loading import Loaded, load_edition
from process_manual.views.impact import impact
from process_manual.writers.impact import changes_outline
from process_manual.writers.impact_json import changes_plain


@main.command("diff")
@click.argument("one", metavar="EDITION")
@click.argument("two", required=False, metavar="[EDITION]")
@root_of_store_option
@store_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
)
def diff_command(one: str, two: str | None, store: Path, form: str) -> None:
    """Tell what changed from one EDITION to another (default: the newest).

    Definitions field by field, with the reason that their history gives; registers, policy and
    hand-written pages. Reads the sources that lie in the editions. Exits with 0 whatever it finds.
    """
    reader = Store(store)
    old = reader.edition(one)
    new = reader.edition(two) if two else _newest(reader)
    with uncollected():
        before, after = _load(old), _load(new)
        found = impact(before.manual, after.manual)
    notes = (*unread(before, f"in {one}"), *unread(after, f"in {new.entry.name}"))
    if form == "json":
        names = {"base": old.witness, "head": new.witness}
        tell_json(changes_plain(found, names, notes))
    else:
        tell_report(changes_outline(found, (old.entry.name, new.entry.name), notes), form)


def _newest(store: Store) -> Stored:
    found = standing(store.entries())
    if not found:
        raise EditionError(f"{shown(store.path)}: there is no edition that was not withdrawn")
    return found[-1]


def _load(stored: Stored) -> Loaded:
    assert isinstance(stored.entry, Entry)  # a store gives no withdrawal for an edition
    return load_edition(stored.folder, stored.entry)
