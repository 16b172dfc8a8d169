"""Which definitions a rule speaks of, and what stands at the other end of a reference to one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from process_manual.diagnostics import Location
from process_manual.model.base import Located
from process_manual.model.definition import Definition, Status
from process_manual.model.manual import Manual
from process_manual.model.references import Reference, references
from process_manual.model.registers import ROW_TYPES
from process_manual.rules.engine import Fault
from process_manual.rules.wording import did_you_mean

SETTLED = frozenset({Status.IN_REVIEW, Status.APPROVED})
"""Statuses in which a definition has to be complete."""


@lru_cache(maxsize=4)
def versions(manual: Manual) -> Mapping[str, tuple[Definition, ...]]:
    """Return the definitions by id that are not retired; two where a version is coming."""
    found: dict[str, list[Definition]] = {}
    for definition in manual.living:
        found.setdefault(definition.id, []).append(definition)
    return {id_: tuple(each) for id_, each in found.items()}


@lru_cache(maxsize=4)
def children(manual: Manual) -> Mapping[str, tuple[Definition, ...]]:
    """Return the living procedures of each process, by the id of the process."""
    found: dict[str, list[Definition]] = {}
    for definition in manual.living:
        if definition.parent:
            found.setdefault(definition.parent, []).append(definition)
    return {id_: tuple(each) for id_, each in found.items()}


def has_unread_procedure(manual: Manual, definition: Definition) -> bool:
    """Tell whether a file that cannot be read may be a procedure of ``definition``."""
    plan = manual.registers.plan
    return any(
        id_ not in plan or plan[id_].parent in (None, definition.id) for id_ in manual.broken
    )


def is_planned(manual: Manual, id_: str) -> bool:
    """Tell whether ``id_`` is in the plan and nobody has written it yet."""
    return manual.registers.plan.knows(id_) and not manual.knows(id_)


def definition_ids(manual: Manual) -> Iterable[str]:
    """Return every id that a reference to a definition may name."""
    return {*manual.current, *manual.coming, *manual.broken, *manual.registers.plan}


def definition_faults(
    manual: Manual, id_: str, location: Location, also: Iterable[str] = ()
) -> Iterator[Fault]:
    """Tell when a reference leads to no definition; to one that is only planned is a warning.

    ``also`` holds what else may be named at this place, for the hint.
    """
    plan = manual.registers.plan
    if manual.knows(id_) or plan.unreadable:
        return
    if plan.knows(id_):
        yield Fault(
            location,
            f"`{id_}` is planned but not written yet",
            "nothing to mend here; the warning goes when it is written",
            warn=True,
            planned=True,
        )
    else:
        near = did_you_mean(id_, [*definition_ids(manual), *also])
        cure = "name a definition that exists, or enter it in registers/plan.yml"
        yield Fault(location, f"there is no definition `{id_}`", near or cure)


@lru_cache(maxsize=4)
def named(manual: Manual) -> tuple[tuple[Located, tuple[Reference, ...]], ...]:
    """Return what each living definition, house policy and each register row refers to."""
    rows = (row for name in ROW_TYPES for row in manual.registers[name].values())
    holders: Iterable[Located] = (*manual.living, manual.policy, *rows)
    return tuple((holder, tuple(references(holder))) for holder in holders)
