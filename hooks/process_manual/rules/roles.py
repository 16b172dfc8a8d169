"""ROL: the roles that definitions and registers name, and who holds them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from process_manual.diagnostics import Location
from process_manual.model.manual import Manual
from process_manual.model.references import PARTY
from process_manual.model.source import KeyPath
from process_manual.rules.engine import Fault, rule
from process_manual.rules.subjects import named
from process_manual.rules.wording import did_you_mean, quoted
from process_manual.views.authority import persons_on


@rule("ROL-001", "role-unknown")
def role_unknown(manual: Manual) -> Iterator[Fault]:
    """Every role that is named is in the register of roles.

    Why: a responsibility is assigned only when it is clear who has it (5.3). Outside parties may
    be named as consulted or informed, when the register of parties has them.

    Bad:
        # EXA-010
        kpis:
        - id: KPI-EXA-010-1
          collector: desk-leed

    Good:
        # EXA-010
        kpis:
        - id: KPI-EXA-010-1
          collector: desk-lead
    """
    for holder, found in named(manual):
        for register, id_, path, _ in found:
            if register == "roles" and not manual.registers.roles.knows(id_):
                yield _unknown(manual, id_, holder.at(*path))
            elif register == "parties" and "raci" in path:
                yield from _party(manual, id_, path, holder.at(*path))


def _unknown(manual: Manual, name: str, location: Location) -> Fault:
    if name in manual.registers.people:
        return Fault(location, f"`{name}` is a person", "name the role that the person holds")
    hint = did_you_mean(name, manual.registers.roles, "add it to registers/roles.yml")
    return Fault(location, f"there is no role `{name}`", hint)


def _party(manual: Manual, id_: str, path: KeyPath, place: Location) -> Iterator[Fault]:
    """Tell what is wrong with an outside party in the matrix."""
    parties, letter = manual.registers.parties, path[path.index("raci") + 1]
    if letter in ("R", "A", "S"):
        hint = "a party can only be consulted (C) or informed (I); name a role"
        yield Fault(place, f"`{PARTY}{id_}` is not a role", hint)
    elif not parties.knows(id_):
        hint = did_you_mean(id_, parties, "add it to registers/parties.yml")
        yield Fault(place, f"there is no party `{id_}`", hint)


@rule("ROL-002", "owner-or-manager-missing")
def owner_or_manager_missing(manual: Manual) -> Iterator[Fault]:
    """A process has an owner and a manager; a procedure has those of its process.

    Why: the owner answers for the process, the manager runs it. Without them nobody decides and
    nobody is asked.

    Bad:
        # EXA-020
        roles:
          owner:

    Good:
        # EXA-020
        roles:
          owner: head-of-it
    """
    for definition in manual.living:
        if definition.is_process:
            for key in ("owner", "manager"):
                if getattr(definition.roles, key) is None:
                    hint = f"add `{key}:` with a role of registers/roles.yml"
                    yield Fault(definition.at("roles", key), f"the process has no {key}", hint)


@rule("ROL-003", "role-not-held", calendar=True)
def role_not_held(manual: Manual) -> Iterator[Fault]:
    """Somebody holds the roles of owner and manager today.

    Why: people who left are the commonest cause of a process that nobody looks after.

    Bad:
        # registers/roles.yml
        roles:
        - id: cause-lead
          holders:
          - {person: p-6, from: 2024-06-03, until: 2026-05-31}

    Good:
        # registers/roles.yml
        roles:
        - id: cause-lead
          holders:
          - {person: p-6, from: 2024-06-03, until: 2026-05-31}
          - {person: p-4, from: 2026-06-01}
    """
    for definition in manual.living:
        for key in ("owner", "manager"):
            role = manual.registers.roles.get(getattr(definition.roles, key) or "")
            if role is None or not manual.registers.roles.knows_all_of(role.id):
                continue
            if not persons_on(manual, role.id, manual.as_of):
                message = f"nobody holds the role of its {key}, `{role.id}`, on {manual.as_of}"
                hint = "enter the new holder in registers/roles.yml, or name another role"
                yield Fault(definition.at("roles", key), message, hint)


@rule("ROL-004", "owner-is-manager", warning=True)
def owner_is_manager(manual: Manual) -> Iterator[Fault]:
    """Owner and manager of a process are different roles, held by different people.

    Why: the owner checks what the manager does. In a small team one person may do both, but
    somebody should have decided so.

    Bad:
        # registers/roles.yml
        roles:
        - id: cause-lead
          holders:
          - {person: p-1, from: 2024-06-03}

    Good:
        # registers/roles.yml
        roles:
        - id: cause-lead
          holders:
          - {person: p-6, from: 2024-06-03}
    """
    for definition in manual.living:
        owner, manager = definition.roles.owner, definition.roles.manager
        if owner is None or manager is None:
            continue
        place = definition.at("roles", "manager")
        if owner == manager:
            message = f"owner and manager are the same role, `{owner}`"
            yield Fault(place, message, "name another role, or have it waived")
            continue
        one, two = (persons_on(manual, id_, manual.as_of) for id_ in (owner, manager))
        if both := one & two:
            message = f"{quoted(sorted(both))} holds both `{owner}` and `{manager}`"
            yield Fault(place, message, "name another role, or have it waived")


@rule("ROL-007", "holders-overlap")
def holders_overlap(manual: Manual) -> Iterator[Fault]:
    """A role for a single holder has one holder on any day, and each holds it from first to last.

    Why: who could approve on a certain day must have one answer. The last day is included.

    Bad:
        # registers/roles.yml
        roles:
        - id: desk-lead
          holders:
          - {person: p-2, from: 2022-03-01, until: 2024-04-01}
          - {person: p-3, from: 2024-04-01}

    Good:
        # registers/roles.yml
        roles:
        - id: desk-lead
          holders:
          - {person: p-2, from: 2022-03-01, until: 2024-03-31}
          - {person: p-3, from: 2024-04-01}
    """
    for role in manual.registers.roles.values():
        for i, holder in enumerate(role.holders):
            if holder.until and holder.until < holder.since:
                message = f"`{holder.person}` stops being {role.id} before the first day"
                yield Fault(role.at("holders", i, "until"), message, "correct one of the dates")
        if not role.single_holder:
            continue
        for (_, one), (i, two) in combinations(enumerate(role.holders), 2):
            since = max(one.since, two.since)
            if since <= min(one.until or since, two.until or since):
                message = f"`{one.person}` and `{two.person}` both are {role.id} on {since}"
                hint = "give one of them an earlier `until`, or set single_holder: false"
                yield Fault(role.at("holders", i), message, hint)
