"""The roles: an index, and a page each with everything the role does, step by step."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from process_manual.diagnostics import Finding, in_order
from process_manual.model.definition import Definition
from process_manual.model.manual import Manual
from process_manual.model.registers import ROW_TYPES, Role
from process_manual.pages import addresses
from process_manual.pages.page import Page
from process_manual.pages.render import make_page
from process_manual.views.authority import holders_on
from process_manual.views.dues import dues_by_role
from process_manual.views.duties import Duties, duties
from process_manual.views.lifecycle import next_review, presented, state, upcoming
from process_manual.views.matrix import LETTERS


@dataclass(frozen=True, eq=False, slots=True)
class Mine:
    """A definition that a role owns or manages, with what its owner has to think of."""

    definition: Definition
    part: str
    next_review: datetime.date | None
    coming: Definition | None
    findings: tuple[Finding, ...]


def role_pages(manual: Manual, findings: Mapping[str, tuple[Finding, ...]]) -> tuple[Page, ...]:
    """Return the index of roles and the page of each role; ``findings`` are those of each file."""
    roles = sorted(manual.registers.roles.values(), key=lambda role: role.title.casefold())
    index = make_page(
        manual,
        "roles.html",
        addresses.ROLES,
        "Roles",
        facts={"roles": roles, "duties": duties(manual), "doubtful": _doubtful(findings)},
        kind="roles",
        search_boost=0.5,
    )
    return index, *(_role_page(manual, role, findings) for role in roles)


def _doubtful(findings: Mapping[str, tuple[Finding, ...]]) -> tuple[Finding, ...]:
    """Return what the checks say of roles: vacant, unused, too much in one hand, no deputy."""
    told = (finding for each in findings.values() for finding in each)
    return in_order(finding for finding in told if finding.code.startswith("ROL-"))


def _mine(
    manual: Manual, of_role: Duties, findings: Mapping[str, tuple[Finding, ...]]
) -> Iterator[Mine]:
    """Yield the definitions of a role by id, a definition that it both owns and manages once."""
    parts: dict[str, list[str]] = {}
    for word, definitions in (("owner", of_role.owns), ("manager", of_role.manages)):
        for definition in definitions:
            parts.setdefault(definition.id, []).append(word)
    for id_, words in sorted(parts.items()):
        definition = presented(manual)[id_]
        told = findings.get(definition.source.path, ())
        yield Mine(
            definition,
            " and ".join(words),
            next_review(manual, definition),
            upcoming(manual, id_),
            tuple(finding for finding in told if not finding.planned),
        )


def _role_page(manual: Manual, role: Role, findings: Mapping[str, tuple[Finding, ...]]) -> Page:
    of_role = duties(manual)[role.id]
    return make_page(
        manual,
        "role.html",
        addresses.role(role.id),
        role.title,
        facts={
            "role": role,
            "duties": of_role,
            "mine": tuple(_mine(manual, of_role, findings)),
            "dues": dues_by_role(manual).get(role.id, ()),
            "acting": [work for work in of_role.work if work.acts],
            "others": [work for work in of_role.work if not work.acts],
            "holders": holders_on(manual, role.id, manual.as_of),
            "parts": lambda letters: ", ".join(LETTERS.get(each, each) for each in letters),
            "row_types": ROW_TYPES,
            "state_of": lambda definition: state(manual, definition),
        },
        source_path=role.source.path or None,
        source_line=role.at().line,
        description=role.description or "",
        kind="role",
    )
