"""What a new definition is to be: said in options, planned, taken from the parent, or asked for."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace

import click

from process_manual.editing import RefusedError
from process_manual.model.definition import Kind
from process_manual.model.manual import Manual
from process_manual.model.policy import Claim
from process_manual.rules.wording import did_you_mean
from process_manual.views.identifiers import next_id
from process_manual.views.inheritance import manager, owner


@dataclass(frozen=True)
class Wish:
    """What a new definition is to be; what nobody said is None."""

    id: str | None
    title: str | None
    area: str | None
    kind: str | None
    parent: str | None
    clause: str | None
    owner: str | None
    manager: str | None


def asked(value: str | None, option: str, question: str, known: Iterable[str] = ()) -> str:
    """Return what was given, or on a terminal what is answered; wrong use when neither is there."""
    if value:
        return value
    if not sys.stdin.isatty():
        raise click.UsageError(f"Missing option '{option}'.")
    choice = click.Choice([str(each) for each in known]) if known else None
    answer: str = click.prompt(question, type=choice, err=True)
    return answer


def complete(manual: Manual, wish: Wish) -> Wish:
    """Return a wish with all that follows from the plan or the parent, or was asked for."""
    registers = manual.registers
    if wish.id:
        wish = _planned(manual, wish, wish.id)
    kind = wish.kind or (Kind.PROCEDURE if wish.parent else None)
    kind = asked(kind, "--kind", "Kind", list(Kind))
    parent_id = wish.parent
    if kind == Kind.PROCEDURE:
        parent_id = asked(parent_id, "--parent", "Process that it belongs to")
    parent = manual.current.get(parent_id or "")
    area = wish.area or (parent.area if parent else None)
    area = asked(area, "--area", "Area", list(registers.areas))
    if area not in registers.areas:
        hint = did_you_mean(area, registers.areas, f"known: {', '.join(registers.areas)}")
        raise RefusedError(f"there is no area `{area}`; {hint}")
    title = asked(wish.title, "--title", "Title")
    return replace(
        wish,
        id=wish.id or _free_id(manual, area, title),
        kind=kind,
        parent=parent_id,
        area=area,
        title=title,
        owner=wish.owner or (owner(manual, parent).value if parent else None),
        manager=wish.manager or (manager(manual, parent).value if parent else None),
    )


def _planned(manual: Manual, wish: Wish, id_: str) -> Wish:
    """Return a wish with what the plan says of its id; refused when the id is taken."""
    if id_ in manual.current and manual.current[id_].is_retired:
        raise RefusedError(f"{id_} belongs to a retired definition; an id is never used again")
    if manual.knows(id_):
        raise RefusedError(
            f"{id_} is written already; `process-manual bump {id_}` raises its version"
        )
    entry = manual.registers.plan.get(id_)
    if entry is None:
        return wish
    return replace(
        wish,
        title=wish.title or entry.title,
        area=wish.area or entry.area,
        kind=wish.kind or str(entry.kind),
        parent=wish.parent or entry.parent,
        clause=wish.clause or entry.clause,
    )


def _free_id(manual: Manual, area: str, title: str) -> str:
    """Return the next free id of an area; refused when the plan has one for this very title."""
    for entry in manual.registers.plan.values():
        if entry.title.casefold() == title.casefold() and not manual.knows(entry.id):
            raise RefusedError(f"{entry.id} is planned with this title; add --id {entry.id}")
    found = next_id(manual, manual.registers.areas[area])
    if found is None:
        raise RefusedError(f"there is no next id in the area `{area}`; give one with --id")
    return found


def standard(manual: Manual) -> str | None:
    """Return the standard that the manual works to before all others."""
    uses = (use for use in manual.policy.standards if use.status is not Claim.REFERENCE)
    return next((use.id for use in uses), None)
