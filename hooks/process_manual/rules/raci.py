"""RAC: the responsibility matrix."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from process_manual.model.definition import PARTY, Activity, Definition, RaciModel
from process_manual.model.manual import Manual
from process_manual.rules.engine import Fault, rule
from process_manual.rules.subjects import children, has_unread_procedure
from process_manual.rules.wording import did_you_mean, quoted
from process_manual.views.inheritance import declared_roles


def _rows(manual: Manual) -> Iterator[tuple[Definition, int, Activity]]:
    """Yield every row of every matrix; an activity without any is the affair of ACT-002."""
    for definition in manual.living:
        for i, activity in enumerate(definition.activities):
            if activity.raci:
                yield definition, i, activity


def _has_odd_letter(activity: Activity) -> bool:
    """Tell whether RAC-003 finds a letter that may be meant for the one that is missing."""
    return any(letter not in tuple("RASCI") for letter in activity.raci)


@rule("RAC-001", "accountable-not-single")
def accountable_not_single(manual: Manual) -> Iterator[Fault]:
    """Every activity has exactly one accountable role (A).

    Why: when two are accountable, each waits for the other, and nobody can be asked. It is the
    first thing an auditor looks for in a matrix.

    Bad:
        # EXA-010
        activities:
        - id: A1
          raci: {A: [desk-lead, head-of-it], R: desk-analyst}

    Good:
        # EXA-010
        activities:
        - id: A1
          raci: {A: desk-lead, R: desk-analyst, I: head-of-it}
    """
    for definition, i, activity in _rows(manual):
        accountable = dict.fromkeys(activity.raci.get("A", ()))
        if not accountable and not _has_odd_letter(activity):
            message = f"nobody is accountable (A) for {activity.id}"
            yield Fault(definition.at("activities", i, "raci"), message, "name one role under `A`")
        elif len(accountable) > 1:
            message = f"{activity.id} has {len(accountable)} accountable roles (A):"
            yield Fault(
                definition.at("activities", i, "raci", "A"),
                f"{message} {quoted(accountable)}",
                "keep the one that answers for the result; the others are C or I",
            )


@rule("RAC-002", "nobody-responsible")
def nobody_responsible(manual: Manual) -> Iterator[Fault]:
    """Every activity has at least one responsible role (R); it may be the accountable one.

    Why: without one, the step is work that nobody does.

    Bad:
        # EXA-010
        activities:
        - id: A1
          raci:
            R:

    Good:
        # EXA-010
        activities:
        - id: A1
          raci:
            R: desk-analyst
    """
    for definition, i, activity in _rows(manual):
        if not activity.raci.get("R") and not _has_odd_letter(activity):
            message = f"nobody is responsible (R) for {activity.id}"
            hint = "name under `R` who does the work"
            yield Fault(definition.at("activities", i, "raci"), message, hint)


@rule("RAC-003", "cell-ambiguous")
def cell_ambiguous(manual: Manual) -> Iterator[Fault]:
    """The matrix has only the letters R, A, C, I (and S, for RASCI), and each role once a row.

    Why: a role that is both asked and told does not know which. Only A and R go together: who
    answers for a step may also do it.

    Bad:
        # EXA-010
        activities:
        - id: A1
          raci: {A: desk-lead, R: desk-analyst, C: head-of-it, I: head-of-it}

    Good:
        # EXA-010
        activities:
        - id: A1
          raci: {A: desk-lead, R: desk-analyst, C: head-of-it}
    """
    for definition, i, activity in _rows(manual):
        letters = "RASCI" if definition.raci_model is RaciModel.RASCI else "RACI"
        for letter in activity.raci:
            if letter not in tuple(letters):
                hint = _letter_meant(letter, letters)
                place = definition.source.at_key("activities", i, "raci", letter)
                yield Fault(place, f"`{letter}` is not a letter of the matrix", hint)
        yield from _repeated(definition, i, activity)


def _letter_meant(written: str, letters: str) -> str:
    several = [part.strip().upper() for part in re.split(r"[/,&+]", written)]
    if len(several) > 1 and all(part in tuple(letters) for part in several):
        keys = ", ".join(f"`{part}: [role]`" if part != "A" else "`A: role`" for part in several)
        return f"write {'both' if len(several) == 2 else 'all'} keys: {keys}"
    if written == "S":
        return "set raci_model: RASCI to use it"
    return did_you_mean(written, letters, f"the letters are {', '.join(letters)}")


def _repeated(definition: Definition, index: int, activity: Activity) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for letter, names in activity.raci.items():
        for j, name in enumerate(names):
            before = seen.setdefault(name, letter) if (name in seen) else ""
            seen.setdefault(name, letter)
            if before and {before, letter} != {"A", "R"}:
                message = f"`{name}` stands twice in {activity.id}, under {before} and {letter}"
                place = definition.at("activities", index, "raci", letter, j)
                yield Fault(place, message, "keep the letter that says most")


@rule("RAC-004", "matrix-and-roles-differ")
def matrix_and_roles_differ(manual: Manual) -> Iterator[Fault]:
    """Every role in the matrix is declared under `roles`, and every declared role is used.

    Why: a role that is described but never used, or used but never described, makes staff doubt
    both. The owner may be in no row; a procedure may use the roles of its process, and the
    process those of its procedures.

    Bad:
        # EXA-010
        roles: {practitioners: [desk-analyst, cause-lead]}

    Good:
        # EXA-010
        roles: {practitioners: [desk-analyst]}
    """
    used = {definition.source.path: _used(definition) for definition in manual.living}
    for definition in manual.living:
        yield from _undeclared(manual, definition)
        yield from _unused(manual, definition, used)


def _used(definition: Definition) -> frozenset[str]:
    return frozenset(
        name
        for activity in definition.activities
        for names in activity.raci.values()
        for name in names
    )


def _undeclared(manual: Manual, definition: Definition) -> Iterator[Fault]:
    if not definition.is_process and manual.parent_of(definition) is None:
        return  # what the parent declares is not known
    if not manual.partial.isdisjoint({definition.id, definition.parent}):
        return
    declared = declared_roles(manual, definition)
    if not all(map(manual.registers.roles.knows, declared)):
        return  # which role is meant by a name that nobody knows: ROL-001
    for i, activity in enumerate(definition.activities):
        for letter, names in activity.raci.items():
            for j, name in enumerate(names):
                if name in declared or name not in manual.registers.roles:
                    continue  # a role that nobody knows is the affair of ROL-001
                message = f"`{name}` has work here but is not declared under `roles`"
                near = did_you_mean(name, declared)
                hint = f"add it to `practitioners`{near and ', or '}{near}"
                yield Fault(definition.at("activities", i, "raci", letter, j), message, hint)


def _unused(
    manual: Manual, definition: Definition, used: Mapping[str, frozenset[str]]
) -> Iterator[Fault]:
    working = used[definition.source.path]
    below = children(manual).get(definition.id, ()) if definition.is_process else ()
    if not working or _may_work_unread(manual, definition, (definition, *below)):
        return
    helped = working.union(*(used[child.source.path] for child in below))
    roles = manual.registers.roles
    if not all(name.startswith(PARTY) or roles.knows(name) for name in helped):
        return  # ROL-001
    hint = "name it in the activities it takes part in, or take it out"
    for i, name in enumerate(definition.roles.practitioners):
        if name not in helped and roles.knows(name):
            message = f"`{name}` is declared but is in no row of the matrix"
            yield Fault(definition.at("roles", "practitioners", i), message, hint)
    manager = definition.roles.manager
    if manager and manager not in helped and roles.knows(manager):
        message = f"the manager, `{manager}`, is in no row of the matrix"
        yield Fault(definition.at("roles", "manager"), message, hint)


def _may_work_unread(manual: Manual, definition: Definition, family: Iterable[Definition]) -> bool:
    """Tell whether a row of a process or its procedures may be among what could not be read."""
    if any(each.id in manual.partial for each in family):
        return True
    return has_unread_procedure(manual, definition)


@rule("RAC-005", "too-many-consulted", warning=True)
def too_many_consulted(manual: Manual) -> Iterator[Fault]:
    """A step consults (C) no more roles and parties than `limits` in `manual.yml` allows.

    Why: each of them has to answer before the work can go on. Who need only know is I.

    Bad:
        # manual.yml
        limits: {consulted: 1}
        # EXA-010
        activities:
        - id: A1
          raci: {A: desk-lead, R: desk-analyst, C: [head-of-it, "party:supplier"]}

    Good:
        # manual.yml
        limits: {consulted: 1}
        # EXA-010
        activities:
        - id: A1
          raci: {A: desk-lead, R: desk-analyst, C: head-of-it, I: ["party:user", "party:supplier"]}
    """
    most = manual.policy.limits.consulted
    for definition, i, activity in _rows(manual):
        consulted = dict.fromkeys(activity.raci.get("C", ()))
        if len(consulted) > most:
            message = f"{activity.id} consults {len(consulted)}; more than {most} slow a step down"
            hint = "keep those whose answer can change the result; the others are I"
            yield Fault(definition.at("activities", i, "raci", "C"), message, hint)


@rule("RAC-006", "manager-without-work", warning=True)
def manager_without_work(manual: Manual) -> Iterator[Fault]:
    """The manager of a process is accountable (A) or responsible (R) for a step of it.

    Why: who is only asked and told runs the process in name only. A step of one of its procedures
    will do.

    Bad:
        # EXA-020
        activities:
        - id: A1
          raci: {A: desk-analyst, R: desk-analyst, C: cause-lead}
        - id: A2
          raci: {A: desk-analyst, R: desk-analyst, I: cause-lead}

    Good:
        # EXA-020
        activities:
        - id: A1
          raci: {A: desk-analyst, R: desk-analyst, C: cause-lead}
        - id: A2
          raci: {A: cause-lead, R: desk-analyst}
    """
    used = {definition.source.path: _used(definition) for definition in manual.living}
    for definition in manual.living:
        manager = definition.roles.manager
        if not definition.is_process or not manager or manager not in manual.registers.roles:
            continue
        family = (definition, *children(manual).get(definition.id, ()))
        if _may_work_unread(manual, definition, family):
            continue
        if not any(manager in used[each.source.path] for each in family):
            continue  # RAC-004 speaks
        rows = [activity.raci for each in family for activity in each.activities]
        if not any(manager in (*raci.get("A", ()), *raci.get("R", ())) for raci in rows):
            message = f"the manager, `{manager}`, is neither accountable (A) nor responsible (R)"
            hint = "give the manager a step of the process, or name the role that runs it"
            yield Fault(definition.at("roles", "manager"), message, hint)


@rule("RAC-007", "segregation-broken")
def segregation_broken(manual: Manual) -> Iterator[Fault]:
    """Activities that are declared segregated do not share a responsible role.

    Why: nobody approves their own request or checks their own work.

    Bad:
        # EXA-010
        segregation: [[A1, A2]]

    Good:
        # EXA-010
        segregation: [[A1, A2]]
        activities:
        - id: A2
          raci: {A: desk-lead, R: head-of-it, C: "party:user"}
    """
    for definition in manual.living:
        by_id = {activity.id: activity for activity in definition.activities}
        for i, pair in enumerate(definition.segregation):
            missing = [(j, id_) for j, id_ in enumerate(pair) if id_ not in by_id]
            if missing and definition.id in manual.partial:
                continue
            for j, id_ in missing:
                hint = did_you_mean(id_, by_id, f"the activities are {quoted(by_id)}")
                yield Fault(definition.at("segregation", i, j), f"there is no `{id_}` here", hint)
            if missing:
                continue
            one, two = (by_id[id_].raci.get("R", ()) for id_ in pair)
            shared = [name for name in one if name in two and not name.startswith(PARTY)]
            if shared:
                message = f"{quoted(shared)} is responsible in both {pair[0]} and {pair[1]}"
                hint = "give one of them to another role, or take the pair out"
                yield Fault(definition.at("segregation", i), message, hint)
