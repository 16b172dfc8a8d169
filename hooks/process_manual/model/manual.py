"""A whole manual as one value: what the loader makes, and what every rule, view and page reads."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from process_manual.model.baseline import Baseline, Known
from process_manual.model.definition import PARTY, Definition
from process_manual.model.policy import Policy
from process_manual.model.registers import Registers
from process_manual.model.source import Source
from process_manual.model.standards import Standards


@dataclass(frozen=True, eq=False)
class Manual:
    """All definitions and registers, for one as-of date.

    ``definitions`` holds every definition file that could be read, in the order of their paths;
    ``broken`` the ids of those that could not, so that nobody is blamed for referring to them, and
    ``partial`` of those that could only be read in part, so that nobody misses what they left out.
    ``pages`` are the hand-written pages under ``docs/``, ``files`` the paths of what else stands
    there. ``baseline`` holds findings that may wait, ``known_before`` those that it held in the
    commit before, if it was there. ``as_of`` is the date that calendar questions are answered for.
    ``before`` is the published edition to compare with, where one was looked for and found.
    """

    as_of: datetime.date
    policy: Policy
    registers: Registers = field(default_factory=Registers)
    standards: Standards = field(default_factory=Standards)
    definitions: tuple[Definition, ...] = ()
    broken: frozenset[str] = frozenset()
    partial: frozenset[str] = frozenset()
    pages: tuple[Source, ...] = ()
    files: frozenset[str] = frozenset()
    baseline: Baseline | None = None
    known_before: tuple[Known, ...] | None = None
    before: Before | None = None

    @cached_property
    def current(self) -> Mapping[str, Definition]:
        """The definition of each id, by id, without coming versions; the first of doubles."""
        found: dict[str, Definition] = {}
        for definition in self.definitions:
            if not definition.is_coming:
                found.setdefault(definition.id, definition)
        return dict(sorted(found.items()))

    @cached_property
    def coming(self) -> Mapping[str, Definition]:
        """The coming version of each id that has one, by id."""
        return {d.id: d for d in sorted(self.definitions, key=lambda d: d.id) if d.is_coming}

    @cached_property
    def by_path(self) -> Mapping[str, Definition]:
        """Definitions by the path of their file."""
        return {d.source.path: d for d in self.definitions}

    @cached_property
    def living(self) -> tuple[Definition, ...]:
        """Every definition, coming versions included, that has not been retired."""
        return tuple(d for d in self.definitions if not d.is_retired)

    def knows(self, id_: str) -> bool:
        """Tell whether a definition with this id is written, even if its file is broken."""
        return id_ in self.current or id_ in self.coming or id_ in self.broken

    def parent_of(self, definition: Definition) -> Definition | None:
        """Return the parent process of a procedure, or None for a process or a missing parent."""
        parent = self.current.get(definition.parent or "")
        return None if parent is definition else parent

    def title_of(self, reference: str) -> str:
        """Return the title of a definition, plan entry, role or ``party:…``; else the text."""
        if reference.startswith(PARTY):
            party = self.registers.parties.get(reference.removeprefix(PARTY))
            return party.title if party else reference
        if definition := self.current.get(reference):
            return definition.title
        if entry := self.registers.plan.get(reference):
            return entry.title
        role = self.registers.roles.get(reference)
        return role.title if role else reference


@dataclass(frozen=True, eq=False, slots=True)
class Before:
    """The published edition that a manual is compared with, and what is known of it.

    ``later`` is the newest edition with a later date than the manual, if there is one.
    ``in_history`` tells whether the work in hand comes from the commit of the edition, ``tagged``
    is the commit that bears its tag; both are None where git was not asked or cannot say.
    """

    name: str
    manual: Manual
    commit: str
    later: LaterEdition | None = None
    in_history: bool | None = None
    tagged: str | None = None


@dataclass(frozen=True, slots=True)
class LaterEdition:
    """An edition with a later date than the manual in hand."""

    name: str
    as_of: datetime.date
