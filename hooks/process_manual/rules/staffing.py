"""ROL-005, ROL-006, ROL-008: roles that nobody needs, owners of too much, nobody to stand in."""

from __future__ import annotations

from collections.abc import Iterator

from process_manual.model.manual import Manual
from process_manual.model.references import references
from process_manual.model.registers import ROW_TYPES
from process_manual.rules.engine import Fault, rule
from process_manual.rules.subjects import named
from process_manual.rules.wording import quoted
from process_manual.views.authority import persons_on
from process_manual.views.inheritance import owner


@rule("ROL-005", "role-unused", warning=True)
def role_unused(manual: Manual) -> Iterator[Fault]:
    """A role in the register is used: by a definition, by another row, or by house policy.

    Why: roles that nothing names pile up, and job descriptions drift away from the work. A role
    that is named in an approval only stays, for it proves who could approve on that day.

    Bad:
        # registers/roles.yml
        roles:
        - {id: key-keeper, title: "Key keeper", holders: [{person: p-4, from: 2024-01-08}]}

    Good:
        # registers/roles.yml
        roles:
        - {id: key-keeper, title: "Key keeper", holders: [{person: p-4, from: 2024-01-08}]}
        # registers/tools.yml
        tools:
        - {id: key-box, title: "Key box", owner: key-keeper}
    """
    if not _is_all_read(manual):
        return
    roles = manual.registers.roles
    retired = ((d, tuple(references(d))) for d in manual.definitions if d.is_retired)
    used = {
        id_
        for holder, found in (*named(manual), *retired)
        for register, id_, _, _ in found
        if register == "roles" and holder is not roles.get(id_)
    }
    for role in roles.values():
        if role.id not in used:
            message = f"nothing uses the role `{role.id}`"
            hint = "name it where it works, or take it out of the register"
            yield Fault(role.at(), message, hint)


def _is_all_read(manual: Manual) -> bool:
    """Tell whether nothing is unread in which a role might be named."""
    rows = all(manual.registers[name].is_whole for name in ROW_TYPES)
    return rows and not (manual.broken or manual.partial)


@rule("ROL-006", "owner-of-too-many", warning=True)
def owner_of_too_many(manual: Manual) -> Iterator[Fault]:
    """One person owns no more processes than `manual.yml` allows (12), all their roles together.

    Why: who owns thirty processes answers for none of them. Procedures are not counted, because
    they go with their process.

    Bad:
        # manual.yml
        limits: {owned_definitions: 1}

    Good:
        # manual.yml
        limits: {owned_definitions: 2}
    """
    owned: dict[str, dict[str, str]] = {}
    for definition in manual.living:
        owner_role = definition.roles.owner
        if definition.is_process and owner_role:
            for code in persons_on(manual, owner_role, manual.as_of):
                owned.setdefault(code, {})[definition.id] = owner_role
    for code, roles in sorted(owned.items()):
        person = manual.registers.people.get(code)
        if person and len(roles) > manual.policy.limits.owned_definitions:
            limit = manual.policy.limits.owned_definitions
            as_roles = quoted(sorted(set(roles.values())))
            message = f"`{code}` owns {len(roles)} processes, more than {limit}, as {as_roles}"
            yield Fault(person.at(), message, "let other roles own some of them")


@rule("ROL-008", "no-deputy-in-emergency", warning=True)
def no_deputy_in_emergency(manual: Manual) -> Iterator[Fault]:
    """A role that is accountable in an emergency has a deputy; the owner is accountable for all.

    Why: emergencies come at night, and when the one who decides is on leave.

    Bad:
        # EXA-011
        emergency: true

    Good:
        # EXA-011
        emergency: true
        # registers/roles.yml
        roles:
        - {id: desk-lead, deputies: [head-of-it]}
    """
    accountable: dict[str, list[str]] = {}
    for definition in manual.living:
        if definition.emergency:
            of_steps = (role for a in definition.activities for role in a.raci.get("A", ()))
            for id_ in {*of_steps, owner(manual, definition).value or ""}:
                accountable.setdefault(id_, []).append(definition.id)
    for id_, definitions in sorted(accountable.items()):
        role = manual.registers.roles.get(id_)
        if role and not set(role.deputies) - {id_}:
            where = quoted(dict.fromkeys(definitions))
            message = f"`{id_}` is accountable in an emergency ({where}) and has no deputy"
            hint = "add `deputies:` with the roles that stand in"
            yield Fault(role.at("deputies"), message, hint)
