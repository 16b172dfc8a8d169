"""Which definitions fulfil which clauses of a standard, and who holds which documented item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from process_manual.model.definition import Definition, Record
from process_manual.model.manual import Manual
from process_manual.model.policy import Claim, StandardUse
from process_manual.model.registers import Document
from process_manual.model.standards import Clause, InformationItem, Standard
from process_manual.views.lifecycle import State, presented, state


class Cover(StrEnum):
    """How well a clause is covered; only what is in force counts."""

    NONE = "none"
    DRAFT = "draft"
    IN_FORCE = "in force"
    JUSTIFIED = "justified gap"


@dataclass(frozen=True, slots=True)
class ClauseCover:
    """A clause with the definitions that cite it themselves (inherited citations never count)."""

    clause: Clause
    cover: Cover
    in_force: tuple[Definition, ...]
    not_in_force: tuple[Definition, ...]
    lead: Definition | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class ItemHolders:
    """A documented-information item with the records and documents that claim to fulfil it."""

    standard: Standard
    clause: Clause
    item: InformationItem
    records: tuple[tuple[Definition, Record], ...]
    documents: tuple[Document, ...]

    @property
    def held(self) -> bool:
        """True when something claims the item."""
        return bool(self.records or self.documents)


def use_of(manual: Manual, standard: str) -> StandardUse | None:
    """Return what house policy says of a standard."""
    return next((use for use in manual.policy.standards if use.id == standard), None)


def is_claimed(manual: Manual, standard: str) -> bool:
    """Tell whether gaps against a standard are errors."""
    use = use_of(manual, standard)
    return use is not None and use.status is Claim.CLAIMED


@lru_cache(maxsize=4)
def _cited(manual: Manual) -> Mapping[tuple[str, str], tuple[Definition, ...]]:
    """Return the definitions that cite each clause themselves."""
    found: dict[tuple[str, str], dict[str, Definition]] = {}
    for definition in presented(manual).values():
        if not definition.is_retired:
            for citation in definition.standards:
                key = (citation.standard, citation.clause)
                found.setdefault(key, {})[definition.id] = definition
    return {key: tuple(value.values()) for key, value in found.items()}


def _leads(definition: Definition, standard: str, clause: str) -> bool:
    return any(
        c.lead and c.standard == standard and c.clause == clause for c in definition.standards
    )


def clause_cover(manual: Manual, standard: Standard) -> tuple[ClauseCover, ...]:
    """Return each clause of a standard with what covers it, in the standard's order."""
    use = use_of(manual, standard.id)
    gaps = use.gaps if use else {}
    found = []
    for clause in standard.clauses:
        citing = _cited(manual).get((standard.id, clause.id), ())
        effective = tuple(d for d in citing if state(manual, d) is State.IN_FORCE)
        others = tuple(d for d in citing if state(manual, d) is not State.IN_FORCE)
        if effective:
            cover = Cover.IN_FORCE
        elif clause.id in gaps:
            cover = Cover.JUSTIFIED
        else:
            cover = Cover.DRAFT if others else Cover.NONE
        lead = next((d for d in effective if _leads(d, standard.id, clause.id)), None)
        found.append(ClauseCover(clause, cover, effective, others, lead, gaps.get(clause.id)))
    return tuple(found)


def corresponding(manual: Manual, standard: Standard, clause: str) -> tuple[Definition, ...]:
    """Return the definitions in force that reach a clause through the standard's crosswalk."""
    if standard.crosswalk is None:
        return ()
    found: dict[str, Definition] = {}
    for row in standard.crosswalk.rows:
        if clause in row.to:
            for definition in _cited(manual).get((standard.crosswalk.standard, row.clause), ()):
                if state(manual, definition) is State.IN_FORCE:
                    found[definition.id] = definition
    return tuple(found.values())


@lru_cache(maxsize=4)
def item_holders(manual: Manual) -> tuple[ItemHolders, ...]:
    """Return every documented-information item of every standard with who holds it."""
    records: dict[str, list[tuple[Definition, Record]]] = {}
    for definition in presented(manual).values():
        if state(manual, definition) is State.IN_FORCE:
            for record in definition.records:
                for claim in record.satisfies:
                    records.setdefault(claim, []).append((definition, record))
    documents: dict[str, list[Document]] = {}
    for document in manual.registers.documents.values():
        for claim in document.satisfies:
            documents.setdefault(claim, []).append(document)
    return tuple(
        ItemHolders(
            standard, clause, item, tuple(records.get(key, ())), tuple(documents.get(key, ()))
        )
        for standard in manual.standards.values()
        for key, (clause, item) in standard.items.items()
    )
