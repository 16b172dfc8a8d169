"""The roles: an index, and a page each with everything the role does, step by step."""

from __future__ import annotations

from process_manual.model.manual import Manual
from process_manual.model.registers import ROW_TYPES, Role
from process_manual.pages import addresses
from process_manual.pages.page import Page
from process_manual.pages.render import make_page
from process_manual.views.authority import holders_on
from process_manual.views.duties import duties
from process_manual.views.lifecycle import state
from process_manual.views.matrix import LETTERS


def role_pages(manual: Manual) -> tuple[Page, ...]:
    """Return the index of roles and the page of each role of the register."""
    roles = sorted(manual.registers.roles.values(), key=lambda role: role.title.casefold())
    index = make_page(
        manual,
        "roles.html",
        addresses.ROLES,
        "Roles",
        facts={"roles": roles, "duties": duties(manual)},
        kind="roles",
        search_boost=0.5,
    )
    return index, *(_role_page(manual, role) for role in roles)


def _role_page(manual: Manual, role: Role) -> Page:
    of_role = duties(manual)[role.id]
    return make_page(
        manual,
        "role.html",
        addresses.role(role.id),
        role.title,
        facts={
            "role": role,
            "duties": of_role,
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
