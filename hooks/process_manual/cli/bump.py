"""``process-manual bump``: a new version, with a line of history that says why."""

from __future__ import annotations

import datetime
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click

from process_manual.cli.desk import Desk, dry_run_option, tell, who_approves
from process_manual.cli.shared import Day, main, root_option
from process_manual.editing import ManualFile, RefusedError
from process_manual.model.base import version_key
from process_manual.model.definition import ChangeType, Definition, Status
from process_manual.model.manual import Manual
from process_manual.model.source import Plain
from process_manual.rules.approvals import to_be_asked
from process_manual.views.lifecycle import State, state
from process_manual.views.standing import standing

type_option = partial(
    click.option,
    "--type",
    "change",
    type=click.Choice([str(each) for each in ChangeType]),
    help="How far the change reaches; decides who may approve it.",
)
summary_option = partial(click.option, "--summary", help="What changes and why, for the reader.")
author_option = partial(
    click.option, "--by", "author", metavar="PERSON", help="Person code of the author."
)
request_option = click.option("--change", "request", help="Request for change or issue behind it.")
since_option = click.option(
    "--effective-from", "since", type=Day(), help="First day the new version holds."
)
written_option = click.option(
    "--date", "day", type=Day(), help="Day it was written (default: today)."
)


@dataclass(frozen=True)
class Version:
    """What is new about a version: how far it reaches, why, who wrote it, when, from when on."""

    kind: ChangeType
    summary: str
    author: str
    day: datetime.date
    request: str | None = None
    since: datetime.date | None = None


@main.command("bump")
@click.argument("id_", metavar="ID")
@type_option(required=True)
@summary_option(required=True)
@author_option(required=True)
@request_option
@since_option
@written_option
@click.option("--next", "coming", is_flag=True, help="Raise the coming version.")
@dry_run_option
@root_option
def bump_command(
    id_: str,
    change: str,
    summary: str,
    author: str,
    request: str | None,
    since: datetime.date | None,
    day: datetime.date | None,
    coming: bool,
    dry_run: bool,
    root: Path,
) -> None:
    """Raise the version of ID, with an entry on top of its history.

    A major change makes 4.0 of 3.1, any other 3.2. What was approved goes back to in review, a
    draft stays a draft. Says who may approve it.
    """
    desk = Desk.at(root)
    version = Version(ChangeType(change), summary, author, day or desk.today, request, since)
    definition, file = desk.find(id_, coming)
    if definition.is_retired:
        raise RefusedError(f"{id_} is retired; begin a new definition with `process-manual new`")
    _require_no_gap(desk.manual, definition, version)
    changed = raised(file, definition, version)
    # What is in review again is not in force: gaps elsewhere close with the approval.
    after = desk.tried({file.name: changed.content}, elsewhere=False).manual
    if desk.write(changed, file.content, dry_run):
        now = after.by_path[file.name]
        tell(f"{file.name}: version {definition.version} is now {now.version} ({version.kind})")
        since = now.effective_from
        if since and since == definition.effective_from and since <= desk.today:
            tell(f"effective_from is still {since}: set a day on or after the approval.")
        tell(*approval_steps(after, now, desk.today))


def raised(file: ManualFile, definition: Definition, version: Version) -> ManualFile:
    """Return the file of a definition with the version after its own, not approved yet."""
    number = next_version(definition.version, version.kind)
    entry: dict[str, Plain] = {
        "version": number,
        "date": version.day.isoformat(),
        "by": version.author,
        "type": str(version.kind),
        "summary": version.summary,
        **({"change": version.request} if version.request else {}),
    }
    file = file.set(("version",), number).put_first("history", entry)
    if definition.status is Status.APPROVED:
        file = file.set(("status",), Status.IN_REVIEW)
    if version.since:
        file = file.set(("effective_from",), version.since.isoformat())
    return file


def next_version(version: str, kind: ChangeType) -> str:
    """Return the version after ``version`` for a type of change."""
    major, minor = version_key(version)
    return f"{major + 1}.0" if kind is ChangeType.MAJOR else f"{major}.{minor + 1}"


def approval_steps(manual: Manual, definition: Definition, today: datetime.date) -> Iterator[str]:
    """Yield what has to happen until a new version is approved, and who can do it."""
    kind = definition.history[0].type
    option = " --next" if definition.is_coming else ""
    if definition.effective_from is None:
        yield "effective_from is not set: write the first day it holds before it is approved."
    asked = to_be_asked(definition)
    if asked:
        named = (
            f"{each} (for {definition.id}{why})" if why else each for each, why in asked.items()
        )
        yield f"To be asked before the approval: {', '.join(named)}."
    article = "an" if kind is ChangeType.EDITORIAL else "a"
    yield f"May approve {article} {kind} change: {who_approves(manual, definition, kind, today)}."
    yield "Next: finish the text and open a pull request; when the approver has said yes:"
    answers = f" {consulted_options(asked)}" if asked else ""
    yield (
        f"    process-manual approve {definition.id}{option} --by … --as … --evidence …{answers}"
    )


def consulted_options(functions: Iterable[str]) -> str:
    """Return the options of `approve` for the answers of functions, to be filled in."""
    return " ".join(f"--consulted {each}=PERSON:DATE" for each in functions)


def _require_no_gap(manual: Manual, definition: Definition, version: Version) -> None:
    """Refuse a day to come for what is in force: once merged, nothing would hold until then."""
    since = version.since
    if since is None or since <= manual.as_of or state(manual, definition) is not State.IN_FORCE:
        return
    id_, path = definition.id, definition.source.path
    coming = path.removesuffix(".md") + ".next.md"
    command = (
        f"process-manual new --next {id_} --type {version.kind} --by {version.author} "
        f"--effective-from {since} --summary {shlex.quote(version.summary)}"
    )
    if id_ in manual.coming:
        command = f"process-manual bump {id_} --next …"
    gap = f"nothing was changed: once merged, {id_} would have no version in force until {since}"
    if definition.is_coming:
        raise RefusedError(f"{gap}\nFirst put this one in its place: process-manual fold {id_}")
    steps = [
        gap,
        "The old version holds so long when the new one stands in a file beside it:",
        f"    {command}",
        f"Then edit {coming}, not {path}.",
    ]
    if standing(manual, definition).changed_since:
        moved = "copy it over" if id_ in manual.coming else "the command takes it along"
        steps.append(f"You have edited {path} already: {moved}, then take it back there:")
        steps.append(f"    git restore {path}")
    raise RefusedError("\n".join(steps))
