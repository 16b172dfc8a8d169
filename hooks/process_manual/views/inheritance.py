"""What a procedure has from its parent process: values with the id they were inherited from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from process_manual.model.definition import Citation, Definition, Kpi, ReviewPolicy
from process_manual.model.manual import Manual

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Inherited(Generic[T]):
    """A value, and the id of the definition it comes from when that is not the asked one."""

    value: T
    origin: str | None = None


def owner(manual: Manual, definition: Definition) -> Inherited[str | None]:
    """Return the owner role of a definition."""
    parent = manual.parent_of(definition)
    if definition.roles.owner or parent is None:
        return Inherited(definition.roles.owner)
    return Inherited(parent.roles.owner, parent.id)


def manager(manual: Manual, definition: Definition) -> Inherited[str | None]:
    """Return the manager role of a definition."""
    parent = manual.parent_of(definition)
    if definition.roles.manager or parent is None:
        return Inherited(definition.roles.manager)
    return Inherited(parent.roles.manager, parent.id)


def review_policy(manual: Manual, definition: Definition) -> Inherited[ReviewPolicy | None]:
    """Return how often a definition is reviewed."""
    parent = manual.parent_of(definition)
    if definition.review or parent is None:
        return Inherited(definition.review)
    return Inherited(parent.review, parent.id)


def citations(manual: Manual, definition: Definition) -> Inherited[tuple[Citation, ...]]:
    """Return the clauses of a definition. Inherited ones are for display, never for coverage."""
    parent = manual.parent_of(definition)
    if definition.standards or parent is None:
        return Inherited(definition.standards)
    return Inherited(parent.standards, parent.id)


def kpis(manual: Manual, definition: Definition) -> Inherited[tuple[Kpi, ...]]:
    """Return the KPIs that measure a definition."""
    parent = manual.parent_of(definition)
    if definition.kpis or parent is None:
        return Inherited(definition.kpis)
    return Inherited(parent.kpis, parent.id)


def declared_roles(manual: Manual, definition: Definition) -> frozenset[str]:
    """Return the roles that may stand in the matrix: its own, and for a procedure its parent's."""
    found: set[str] = set()
    for each in (definition, manual.parent_of(definition)):
        if each is not None:
            found.update(each.roles.practitioners)
            found.update(r for r in (each.roles.owner, each.roles.manager) if r)
    return frozenset(found)
