"""``process-manual review``: write down that somebody looked, even when nothing changes."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import click

from process_manual.cli.desk import Desk, dry_run_option, tell
from process_manual.cli.shared import Day, main, root_option
from process_manual.editing import RefusedError
from process_manual.model.definition import Definition, ReviewOutcome, Status
from process_manual.model.digest import digest
from process_manual.model.manual import Manual
from process_manual.model.source import Plain
from process_manual.views.authority import persons_on
from process_manual.views.inheritance import manager, owner
from process_manual.views.lifecycle import next_review


@main.command("review")
@click.argument("id_", metavar="ID")
@click.option(
    "--by", "person", required=True, metavar="PERSON", help="Person code of the reviewer."
)
@click.option(
    "--as", "role", metavar="ROLE", help="Role in which they review (default: owner or manager)."
)
@click.option(
    "--outcome",
    required=True,
    type=click.Choice([str(each) for each in ReviewOutcome]),
    help="What was decided.",
)
@click.option("--note", help="What was looked at, and what was found.")
@click.option("--date", "day", type=Day(), help="Day of the review (default: today).")
@dry_run_option
@root_option
def review_command(
    id_: str,
    person: str,
    role: str | None,
    outcome: str,
    note: str | None,
    day: datetime.date | None,
    dry_run: bool,
    root: Path,
) -> None:
    """Record a periodic review of ID: day, person, role, outcome and the digest of what was read.

    Leaves the version alone. The next review is computed from this one.
    """
    desk = Desk.at(root)
    definition, file = desk.find(id_)
    if definition.status is not Status.APPROVED:
        state = definition.status.replace("_", " ")
        raise RefusedError(f"{id_} is {state}; only an approved definition is reviewed")
    day = day or desk.today
    if role:
        desk.require_role(role, _fitting(desk.manual, definition))
    entry: dict[str, Plain] = {
        "date": day.isoformat(),
        "by": person,
        "role": role or _role(desk.manual, definition, person, day),
        "outcome": outcome,
        **({"note": note} if note else {}),
        "digest": digest(definition),
    }
    changed = file.put_first("reviews", entry)
    after = desk.tried({file.name: changed.content}).manual
    if desk.write(changed, file.content, dry_run):
        tell(f"{file.name}: reviewed by {person} as {entry['role']}: {outcome}")
        tell(*_next_step(after, after.current[id_], ReviewOutcome(outcome)))


def _fitting(manual: Manual, definition: Definition) -> list[str]:
    """Return the ids of the roles that review a definition: its manager, its owner."""
    roles = [each.value for each in (manager(manual, definition), owner(manual, definition))]
    return list(dict.fromkeys(role for role in roles if role))


def _role(manual: Manual, definition: Definition, person: str, day: datetime.date) -> str:
    """Return the one role of owner and manager that a person held on a day."""
    names = _fitting(manual, definition)
    held = [role for role in names if person in persons_on(manual, role, day)]
    if len(held) == 1:
        return held[0]
    why = f"{'each' if held else 'none'} of {', '.join(names)} on {day}"
    raise RefusedError(f"say with --as in which role {person} reviewed it; they held {why}")


def _next_step(manual: Manual, definition: Definition, outcome: ReviewOutcome) -> Iterator[str]:
    id_ = definition.id
    yield "Next: commit the file and open a pull request."
    if outcome is ReviewOutcome.CHANGED:
        yield "Then write the new version, in a request of its own:"
        yield f"    process-manual bump {id_} --type … --summary … --by …"
        yield f"    process-manual new --next {id_}   (for one that starts later)"
    elif outcome is ReviewOutcome.RETIRE:
        yield "Then, in a request of its own:"
        yield f"    process-manual retire {id_} --reason … --replaced-by …"
    elif due := next_review(manual, definition):
        yield f"The next review is due by {due}."
