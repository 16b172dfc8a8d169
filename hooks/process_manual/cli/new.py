"""``process-manual new``: a complete draft, or the coming version of a definition."""

from __future__ import annotations

import datetime
import re
import unicodedata
from pathlib import Path, PurePosixPath

import click

from process_manual.cli.bump import (
    Version,
    approval_steps,
    author_option,
    raised,
    request_option,
    since_option,
    summary_option,
    type_option,
    written_option,
)
from process_manual.cli.desk import Desk, dry_run_option, tell
from process_manual.cli.shared import main, root_option
from process_manual.cli.wish import Wish, asked, complete, standard
from process_manual.editing import ManualFile, RefusedError
from process_manual.editing.template import filled
from process_manual.loading.load import PROCESSES
from process_manual.loading.walk import MAX_NAME
from process_manual.model.definition import ChangeType, Kind
from process_manual.model.manual import Manual
from process_manual.views.interfaces import expected
from process_manual.views.lifecycle import State, state

_NEXT = ".next.md"


@main.command("new")
@click.option("--id", "id_", metavar="ID", help="A planned id (default: the next free one).")
@click.option("--title", help="Name of the process or procedure.")
@click.option("--area", help="Area id.")
@click.option("--kind", type=click.Choice([str(each) for each in Kind]))
@click.option("--parent", metavar="ID", help="Process that a procedure belongs to.")
@click.option("--clause", help="Clause that it fulfils.")
@click.option("--owner", metavar="ROLE", help="Role that answers for a process.")
@click.option("--manager", metavar="ROLE", help="Role that runs a process.")
@click.option("--next", "coming", metavar="ID", help="Begin the coming version of this one.")
@author_option()
@type_option()
@summary_option()
@request_option
@since_option
@written_option
@dry_run_option
@root_option
def new_command(
    id_: str | None,
    title: str | None,
    area: str | None,
    kind: str | None,
    parent: str | None,
    clause: str | None,
    owner: str | None,
    manager: str | None,
    coming: str | None,
    author: str | None,
    change: str | None,
    summary: str | None,
    request: str | None,
    since: datetime.date | None,
    day: datetime.date | None,
    dry_run: bool,
    root: Path,
) -> None:
    """Begin a definition: a complete draft with the next free id of its area.

    On a terminal it asks for what you leave out. A planned id brings title, area, kind, parent and
    clause with it; a parent brings area and kind. With --next ID it makes the coming version: a
    copy beside the file in force, with a higher version (--type, --summary, --effective-from).
    """
    desk = Desk.at(root)
    day = day or desk.today
    if coming is None:
        wish = Wish(id_, title, area, kind, parent, clause, owner, manager)
        _draft(desk, wish, author, day, dry_run)
    else:
        change = asked(change, "--type", "How far does the change reach", list(ChangeType))
        summary = asked(summary, "--summary", "What changes and why")
        author = asked(author, "--by", "Person code of the author")
        version = Version(ChangeType(change), summary, author, day, request, since)
        _coming(desk, coming, version, dry_run)


def _draft(desk: Desk, wish: Wish, author: str | None, day: datetime.date, dry_run: bool) -> None:
    wish = complete(desk.manual, wish)
    author = asked(author, "--by", "Person code of the author")
    id_, title = wish.id or "", wish.title or ""
    name = f"{PROCESSES}/{wish.area}/{_file_name(id_, title)}"
    if (desk.root / name).exists():
        raise RefusedError(f"{name} is there already")
    file = _begun(desk.manual, wish, name, {"author": author, "date": day.isoformat()})
    desk.tried({name: file.content})
    if desk.write(file, None, dry_run):
        tell(
            f"{name}: {id_}, a draft of “{title}”",
            "Next: write what stands in <angle brackets>, and the text below the fields;",
            "then check it, and make it version 1.0:",
            f"    process-manual check {name}",
            f"    process-manual bump {id_} --type major --summary … --by …",
        )


def _begun(manual: Manual, wish: Wish, name: str, values: dict[str, str]) -> ManualFile:
    """Return the template of a kind with what is known, and what others count on, filled in."""
    known = {
        "id": wish.id,
        "title": wish.title,
        "area": wish.area,
        "parent": wish.parent,
        "clause": wish.clause,
        "owner role": wish.owner,
        "manager role": wish.manager,
        "standard": standard(manual),
        "classification": next(iter(manual.policy.classifications), None),
        "period": values["date"][:7],
    }
    values = {**values, **{key: text for key, text in known.items() if text}}
    file = filled(wish.kind or "", name, values)
    taken, given = expected(manual, wish.id or "")
    for item, ids in reversed(taken.items()):
        file = file.put_first("outputs", {"item": item, "to": ids})
    for item, ids in reversed(given.items()):
        file = file.put_first("inputs", {"item": item, "from": ids})
    return file


def _file_name(id_: str, title: str) -> str:
    """Return the name of a definition's file, with room for ``.next`` in it."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    slug = "-".join(re.findall(r"[a-z0-9]+", plain.replace("'", "")))
    return f"{f'{id_}-{slug}'[: MAX_NAME - len(_NEXT)].rstrip('-')}.md"


def _coming(desk: Desk, id_: str, version: Version, dry_run: bool) -> None:
    definition, file = desk.find(id_)
    if other := desk.manual.coming.get(id_):
        what = f"{other.version}, in {other.source.path}"
        raise RefusedError(f"{id_} has a coming version already, {what}; use bump --next")
    where = state(desk.manual, definition)
    if where is not State.IN_FORCE:
        what = "a coming version stands beside one that is in force"
        raise RefusedError(f"{id_} is {where}; {what}. Change the file itself")
    path = PurePosixPath(file.name)
    stem = path.name.removesuffix(".md")[: MAX_NAME - len(_NEXT)].rstrip("-")
    name = str(path.with_name(stem + _NEXT))
    if (desk.root / name).exists():
        raise RefusedError(f"{name} is there already")
    changed = raised(file.renamed(name), definition, version)
    changed = changed.without("approvals").without("reviews")
    if version.since is None:
        changed = changed.without("effective_from")
    after = desk.tried({name: changed.content}).manual
    if desk.write(changed, None, dry_run):
        now = after.by_path[name]
        tell(f"{name}: version {now.version} ({version.kind}), beside {definition.version}")
        tell(*approval_steps(after, now, desk.today))
