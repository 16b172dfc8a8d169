"""The page of a process or procedure, and of its coming version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from process_manual.diagnostics import Finding, errors
from process_manual.model.definition import Definition
from process_manual.model.manual import Manual
from process_manual.model.registers import ROW_TYPES, Contact
from process_manual.pages import addresses, narrative
from process_manual.pages.changed import section_facts
from process_manual.pages.control import post
from process_manual.pages.links import Links
from process_manual.pages.page import Page
from process_manual.pages.render import make_page
from process_manual.views import inheritance
from process_manual.views.crosswalk import counterparts
from process_manual.views.lifecycle import State, next_review, presented, state, upcoming
from process_manual.views.matrix import LETTERS, MEANINGS, matrix
from process_manual.views.progress import Planned, progress
from process_manual.views.standing import standing
from process_manual.views.targets import coming_targets
from process_manual.views.usage import calls, children

LIVING = 2.0
"""How much more a definition counts in search than a list that mentions it."""
ASIDE = 0.5
"""The same for versions and drafts that nobody should act on."""


def definition_pages(
    manual: Manual, findings: Mapping[str, tuple[Finding, ...]]
) -> tuple[Page, ...]:
    """Return the page of each definition, and of each version that is to come."""
    found = []
    for id_, definition in presented(manual).items():
        found.append(_page(manual, definition, addresses.definition(id_), findings))
        if later := upcoming(manual, id_):
            found.append(_page(manual, later, addresses.coming(id_), findings))
    return tuple(found)


def _page(
    manual: Manual,
    definition: Definition,
    address: str,
    findings: Mapping[str, tuple[Finding, ...]],
) -> Page:
    is_next = address == addresses.coming(definition.id)
    now = state(manual, definition)
    told = narrative.convert(definition, Links(manual, address))
    return make_page(
        manual,
        "definition.html",
        address,
        f"{definition.id} {definition.title}" + (" (coming version)" if is_next else ""),
        facts=_facts(manual, definition)
        | section_facts(manual, definition.id, is_next)
        | {
            "findings": _worth_showing(now, findings.get(definition.source.path, ())),
            "is_next": is_next,
            "narrative": narrative.sections(told),
        },
        source_path=definition.source.path or None,
        searchable=now is not State.RETIRED and not is_next,
        search_boost=LIVING if now is State.IN_FORCE else ASIDE,
        search_words=definition.synonyms,
        in_menu=now is not State.RETIRED and not is_next,
        description=definition.purpose or "",
        kind="coming" if is_next else "definition",
        findings=narrative.findings(definition, told),
    )


def _worth_showing(now: State, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return what readers of the page are told: all of a draft's findings, else errors only.

    A published manual has no errors; a preview may, and then the page must say so.
    """
    unfinished = now in (State.DRAFT, State.IN_REVIEW)
    return findings if unfinished else errors(findings)


def _facts(manual: Manual, definition: Definition) -> dict[str, Any]:
    """Return what the template asks, beside the definition itself."""
    return {
        "d": definition,
        "state": state(manual, definition),
        "shown": presented(manual)[definition.id],
        "upcoming": upcoming(manual, definition.id),
        "upcoming_state": _upcoming_state(manual, definition),
        "standing": standing(manual, definition),
        "next_review": next_review(manual, definition),
        "review": inheritance.review_policy(manual, definition),
        "posts": (_role_of(manual, "Owner", definition), _role_of(manual, "Manager", definition)),
        "post_of": lambda code: post(manual, code),
        "citations": inheritance.citations(manual, definition),
        "counterparts": lambda c: counterparts(manual, c.standard, c.clause),
        "kpis": inheritance.kpis(manual, definition),
        "coming_targets": lambda kpi: coming_targets(kpi, manual.as_of),
        "matrix": matrix(definition),
        "letters": LETTERS,
        "meanings": MEANINGS,
        "steps": {activity.id: activity for activity in definition.activities},
        "calls": calls(manual).get(definition.id, ()),
        "procedures": children(manual).get(definition.id, ()),
        "planned_procedures": _planned(manual, definition),
        "siblings": _siblings(manual, definition),
        "rows": tuple(_rows(definition)),
    }


def _rows(definition: Definition) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield heading, kind of link and ids for each register that the definition names rows of."""
    for name, row_type in ROW_TYPES.items():
        ids = getattr(definition, name, ())
        if ids and isinstance(ids, tuple):
            yield row_type.heading, row_type.noun.lower(), ids


@dataclass(frozen=True, slots=True)
class RoleLine:
    """The owner or manager of a definition, where it is inherited from, and how to reach it."""

    word: str
    role: str | None
    origin: str | None
    contact: Contact | None


def _role_of(manual: Manual, word: str, definition: Definition) -> RoleLine:
    ask = inheritance.owner if word == "Owner" else inheritance.manager
    found = ask(manual, definition)
    row = manual.registers.roles.get(found.value or "")
    return RoleLine(word, found.value, found.origin, row.contact if row else None)


def _upcoming_state(manual: Manual, definition: Definition) -> State | None:
    later = upcoming(manual, definition.id)
    return state(manual, later) if later else None


def _planned(manual: Manual, definition: Definition) -> tuple[Planned, ...]:
    """Return the procedures that the process will have and nobody has written."""
    return tuple(
        entry
        for area in progress(manual)
        if area.area == definition.area
        for entry in area.entries
        if entry.parent == definition.id and entry.state is State.PLANNED
    )


def _siblings(manual: Manual, definition: Definition) -> tuple[Definition, ...]:
    found = children(manual).get(definition.parent or "", ())
    return tuple(each for each in found if each.id != definition.id)
