"""The register of definitions: one entry each, with what an auditor asks of a document."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import lru_cache

from process_manual.model.definition import Definition
from process_manual.model.manual import Manual
from process_manual.views.inheritance import Inherited, manager, owner
from process_manual.views.lifecycle import State, next_review, presented, state, upcoming
from process_manual.views.standing import digest_in


@dataclass(frozen=True, eq=False, slots=True)
class Entry:
    """A definition as a controlled document on the as-of date; ``next`` marks a later version."""

    definition: Definition
    state: State
    owner: Inherited[str | None]
    manager: Inherited[str | None]
    next_review: datetime.date | None
    digest: str
    next: bool = False


@lru_cache(maxsize=4)
def document_register(manual: Manual) -> tuple[Entry, ...]:
    """Return an entry for each definition that has a page, by id, coming versions last."""
    found = []
    for id_, definition in presented(manual).items():
        found.append(_entry(manual, definition))
        if later := upcoming(manual, id_):
            found.append(_entry(manual, later, is_next=True))
    return tuple(found)


def _entry(manual: Manual, definition: Definition, is_next: bool = False) -> Entry:
    return Entry(
        definition=definition,
        state=state(manual, definition),
        owner=owner(manual, definition),
        manager=manager(manual, definition),
        next_review=next_review(manual, definition),
        digest=digest_in(manual, definition),
        next=is_next,
    )
