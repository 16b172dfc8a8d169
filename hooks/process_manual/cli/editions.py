"""``process-manual editions``, ``in-force`` and ``log``: what the published editions answer."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

import click

from process_manual import asof
from process_manual.cli.shared import (
    Day,
    main,
    printable,
    root_of_store_option,
    store_option,
    tell_json,
)
from process_manual.editions.names import EditionError, shown
from process_manual.editions.store import EditionSummary, Store
from process_manual.rules.wording import did_you_mean
from process_manual.views.as_at import AsAt, as_at, version_records
from process_manual.views.editions import rows_of
from process_manual.writers import editions as text
from process_manual.writers import editions_json as json

format_option = partial(
    click.option, "--format", "form", type=click.Choice(["text", "json"]), default="text"
)


@main.command("editions")
@root_of_store_option
@store_option
@format_option(show_default=True)
def editions_command(store: Path, form: str) -> None:
    """List the published editions, and those that were withdrawn.

    The last column, number and SHA-256 of the entry, is what `verify --expect` takes. Says what is
    written in the store; `verify` says whether that can be believed.
    """
    chain = Store(store).entries()
    if form == "json":
        tell_json({"editions": json.chain_plain(chain)})
    else:
        _tell(text.chain_lines(chain) if chain else [f"There is no edition in {store} yet."])


@main.command("in-force")
@click.argument("day", type=Day(), metavar="DATE")
@click.argument("id_", required=False, metavar="[ID]")
@root_of_store_option
@store_option
@format_option(show_default=True)
def in_force_command(day: datetime.date, id_: str | None, store: Path, form: str) -> None:
    """Tell what was in force on DATE: every definition, or that with ID.

    Answers from the edition that was the latest at the end of that day (UTC). A version is in force
    from the day that it names, or from that of the first edition with it, whichever is later; both
    are shown, with its approval, digest and page.
    """
    editions = Store(store).summaries()
    found = as_at(editions, day)
    if id_ is not None:
        _known(editions, id_, store)
    if form == "json":
        tell_json(json.as_at_plain(found, editions, id_))
    elif id_ is None:
        _tell(text.as_at_lines(found, editions))
    else:
        _tell([*text.edition_lines(found, editions), *_of_one(found, editions, id_)])
    if day > asof.today():
        click.echo(f"{day} is yet to come: later editions may change this.", err=True)


def _of_one(found: AsAt, editions: Sequence[EditionSummary], id_: str) -> Iterable[str]:
    if found.reign is None or not found.reign.is_known:
        return []
    for held in found.in_force:
        if held.row.id == id_:
            return text.held_lines(held, found.reign)
    for row in found.others:
        if row.id == id_:
            return [text.not_held(row)]
    having = [each for each in editions if rows_of(each, id_)]
    later = [each for each in having if each.entry.sequence > found.reign.edition.entry.sequence]
    first = f"; it first stands in {later[0].name}" if len(later) == len(having) else ""
    return [f"{id_} does not stand in that edition{first}."]


@main.command("log")
@click.argument("id_", metavar="ID")
@root_of_store_option
@store_option
@format_option(show_default=True)
def log_command(id_: str, store: Path, form: str) -> None:
    """Tell every version of ID: when it was in force, by whose approval, in which editions."""
    editions = Store(store).summaries()
    _known(editions, id_, store)
    records = version_records(editions, id_)
    if form == "json":
        tell_json({"id": id_, "versions": json.log_plain(records)})
    else:
        _tell(text.log_lines(records))


def _known(editions: Sequence[EditionSummary], id_: str, store: Path) -> None:
    """Refuse an id that no edition has."""
    known = {row.id for each in editions for row in each.definitions}
    if id_ not in known:
        hint = did_you_mean(id_, known, "`process-manual in-force` with a date lists what there is")
        raise EditionError(f"no edition in {shown(store)} has a definition {shown(id_)}; {hint}")


def _tell(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(printable(line))
