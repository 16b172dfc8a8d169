"""Every day by which something is due, or on which something begins or ends."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from process_manual.model.manual import Manual
from process_manual.model.registers import ROW_TYPES
from process_manual.views.duties import duties
from process_manual.views.lifecycle import State, next_review, presented, state, upcoming


class DueKind(StrEnum):
    """What happens on the day."""

    REVIEW = "review due"
    COMES_INTO_FORCE = "comes into force"
    EXCEPTION_ENDS = "exception ends"
    WAIVER_ENDS = "waiver ends"
    AGREEMENT_ENDS = "agreement ends"
    OBJECTIVE = "objective due"


@dataclass(frozen=True, order=True, slots=True)
class Due:
    """A day, what happens, and to what: the kind of thing (as links know it), id and title."""

    day: datetime.date
    kind: DueKind
    subject: str
    id: str
    title: str


@lru_cache(maxsize=4)
def dues(manual: Manual) -> tuple[Due, ...]:
    """Return all of them in the order of their days."""
    return tuple(sorted((*_of_definitions(manual), *_of_registers(manual))))


def coming_into_force(manual: Manual) -> tuple[Due, ...]:
    """Return the approved versions that begin after the as-of date."""
    return tuple(due for due in dues(manual) if due.kind is DueKind.COMES_INTO_FORCE)


@lru_cache(maxsize=4)
def dues_by_role(manual: Manual) -> Mapping[str, tuple[Due, ...]]:
    """Return the dates of each role: of the definitions it owns or manages, and of its rows."""
    concerned: dict[tuple[str, str], list[str]] = {}
    for role, of_role in duties(manual).items():
        for definition in (*of_role.owns, *of_role.manages):
            for subject in ("definition", "coming"):
                concerned.setdefault((subject, definition.id), []).append(role)
        for name, rows in of_role.rows.items():
            noun = ROW_TYPES[name].noun.lower()
            for row in rows:
                concerned.setdefault((noun, row.id), []).append(role)
    found: dict[str, list[Due]] = {}
    for due in dues(manual):
        for role in dict.fromkeys(concerned.get((due.subject, due.id), ())):
            found.setdefault(role, []).append(due)
    return {role: tuple(each) for role, each in found.items()}


def _of_definitions(manual: Manual) -> Iterator[Due]:
    for id_, definition in presented(manual).items():
        if definition.is_retired:
            continue
        review = next_review(manual, definition)
        if review and state(manual, definition) is State.IN_FORCE:
            yield Due(review, DueKind.REVIEW, "definition", id_, definition.title)
        for exception in definition.exceptions:
            if exception.until:
                title = f"{definition.title}: {exception.text}"
                yield Due(exception.until, DueKind.EXCEPTION_ENDS, "definition", id_, title)
        later = upcoming(manual, id_)
        for version, subject in ((definition, "definition"), (later, "coming")):
            if version and version.effective_from and state(manual, version) is State.COMING:
                what = DueKind.COMES_INTO_FORCE
                yield Due(version.effective_from, what, subject, id_, version.title)


def _of_registers(manual: Manual) -> Iterator[Due]:
    registers = manual.registers
    for waiver in registers.waivers.values():
        if waiver.until:
            title = waiver.reason or waiver.id
            yield Due(waiver.until, DueKind.WAIVER_ENDS, "waiver", waiver.id, title)
    for kind, rows in (
        ("sla", registers.slas.values()),
        ("document", registers.documents.values()),
        ("supplier", registers.suppliers.values()),
    ):
        for row in rows:
            if day := row.review_by:
                yield Due(day, DueKind.REVIEW, kind, row.id, row.title)
    for supplier in registers.suppliers.values():
        if supplier.until:
            what = DueKind.AGREEMENT_ENDS
            yield Due(supplier.until, what, "supplier", supplier.id, supplier.title)
    for objective in registers.objectives.values():
        if objective.until:
            what = DueKind.OBJECTIVE
            yield Due(objective.until, what, "objective", objective.id, objective.title)
