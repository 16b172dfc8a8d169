"""``process-manual approve``: write down who approved exactly this content."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from process_manual.cli.bump import consulted_options
from process_manual.cli.desk import Desk, dry_run_option, tell, who_approves
from process_manual.cli.shared import Day, main, root_option
from process_manual.editing import ManualFile, RefusedError
from process_manual.model.definition import Approval, ChangeType, Consultee, Definition, Status
from process_manual.model.digest import digest
from process_manual.model.source import Plain
from process_manual.rules.approvals import to_be_asked
from process_manual.views.authority import approvers, change_type


class _Consultation(click.ParamType[dict[str, Plain]]):
    """What a consultee function answered: FUNCTION=PERSON:DATE[:EVIDENCE]."""

    name = "consultation"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> dict[str, Plain]:
        """Return the entry, or say how to write one."""
        if isinstance(value, dict):
            return value
        function, _, answer = str(value).partition("=")
        person, _, rest = answer.partition(":")
        day, _, evidence = rest.partition(":")
        if function not in list(Consultee):
            self.fail(f"`{function}` is none of {', '.join(Consultee)}", param, ctx)
        if not person:
            self.fail("write it as security=p-0116:2026-03-14, then :https://… if kept", param, ctx)
        date = Day().convert(day, param, ctx)
        found = {"consultee": function, "date": date.isoformat(), "by": person}
        return found | ({"evidence": evidence} if evidence else {})


@main.command("approve")
@click.argument("id_", metavar="ID")
@click.option(
    "--by", "person", required=True, metavar="PERSON", help="Person code of the approver."
)
@click.option("--as", "role", required=True, metavar="ROLE", help="Role in which they approve.")
@click.option("--evidence", required=True, metavar="URL", help="Link to the decision.")
@click.option("--date", "day", type=Day(), help="Day of the decision (default: today).")
@click.option(
    "--consulted",
    type=_Consultation(),
    multiple=True,
    metavar="FUNCTION=PERSON:DATE[:URL]",
    help="A function that looked at it, when, and where its answer is kept; may be repeated.",
)
@click.option("--next", "coming", is_flag=True, help="Approve the coming version.")
@dry_run_option
@root_option
def approve_command(
    id_: str,
    person: str,
    role: str,
    evidence: str,
    day: datetime.date | None,
    consulted: Sequence[dict[str, Plain]],
    coming: bool,
    dry_run: bool,
    root: Path,
) -> None:
    """Record that ID was approved, with the digest of exactly this content.

    Writes version, day, person, role, link and digest on top of `approvals`, sets the status to
    approved, and touches nothing else. Run again with --consulted, it adds an answer that was
    missing to the approval of the same content. Refused when a rule would reject it: an approver
    who did not hold the role that day, or wrote the version; anything missing in the definition.
    """
    desk = Desk.at(root)
    definition, file = desk.find(id_, coming)
    day = day or desk.today
    if definition.is_retired:
        raise RefusedError(f"{definition.id} is retired; nothing in it can be approved")
    _require_role(desk, definition, role)
    if earlier := _same_approval(definition, person):
        _add_answers(desk, file, definition, earlier, consulted, dry_run)
        return
    entry: dict[str, Plain] = {
        "version": definition.version,
        "date": day.isoformat(),
        "by": person,
        "role": role,
        "evidence": evidence,
        "digest": digest(definition),
    }
    if consulted:
        entry["consulted"] = list(consulted)
    changed = file.put_first("approvals", entry)
    if definition.status is not Status.APPROVED:
        changed = changed.set(("status",), Status.APPROVED)
    try:
        report = desk.tried({file.name: changed.content}, complete=True, elsewhere=False)
    except RefusedError as error:
        hint = _who(desk, definition, day)
        raise RefusedError(f"{error}{hint}", error.findings, error.unwritten) from None
    desk.warn(report, file.name)
    if desk.write(changed, file.content, dry_run):
        tell(*_told(desk, definition, file, entry))


def _require_role(desk: Desk, definition: Definition, role: str) -> None:
    known = change_type(definition)
    fitting = [
        each
        for change in ([known] if known else ChangeType)
        for each in approvers(desk.manual, definition, change)
    ]
    desk.require_role(role, fitting)


def _same_approval(definition: Definition, person: str) -> Approval | None:
    """Return the approval that this person gave to exactly this content already, if any."""
    wanted = (definition.version, person, digest(definition))
    return next((a for a in definition.approvals if (a.version, a.by, a.digest) == wanted), None)


def _add_answers(
    desk: Desk,
    file: ManualFile,
    definition: Definition,
    approval: Approval,
    consulted: Sequence[dict[str, Plain]],
    dry_run: bool,
) -> None:
    """Write answers that an approval lacks into it; refused when there is none to add."""
    there = [each.model_dump(mode="json", exclude_none=True) for each in approval.consulted]
    new = [answer for answer in consulted if answer not in there]
    if not new:
        what = f"exactly this content of {definition.id} {definition.version}"
        message = f"{approval.by} approved {what} on {approval.date} already"
        answered = {each.consultee for each in approval.consulted}
        if open_ := [each for each in to_be_asked(definition) if each not in answered]:
            message += f"; to add the missing answer: {consulted_options(open_)}"
        raise RefusedError(message)
    changed = file
    for answer in reversed(new):
        index = definition.approvals.index(approval)
        changed = changed.put_inside(("approvals", index), "consulted", answer)
    desk.warn(desk.tried({file.name: changed.content}, elsewhere=False), file.name)
    if desk.write(changed, file.content, dry_run):
        names = ", ".join(str(each["consultee"]) for each in new)
        tell(
            f"{file.name}: answer of {names} added to the approval of version {approval.version}",
            "Next: commit the file. The approval holds: nothing that was approved has changed.",
        )


def _who(desk: Desk, definition: Definition, day: datetime.date) -> str:
    change = change_type(definition)
    if change is None:
        return ""
    who = who_approves(desk.manual, definition, change, day)
    return f"\nWho may approve this {change} change to {definition.id} on {day}: {who}"


def _told(
    desk: Desk, definition: Definition, file: ManualFile, entry: dict[str, Plain]
) -> Iterator[str]:
    version, since = definition.version, definition.effective_from
    yield f"{file.name}: version {version} approved by {entry['by']} as {entry['role']}"
    yield f"    digest {entry['digest']}"
    if since and since > desk.today:
        yield f"    it holds from {since}"
    yield "Next: commit the file and merge its pull request."
    yield "Change nothing else in the file before that, or the approval no longer counts."
    if definition.is_coming:
        yield "Once it holds, put it in the place of the old file:"
        yield f"    process-manual fold {definition.id}"
