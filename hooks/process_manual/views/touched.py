"""Which roles, clauses, KPIs and records a change touches, and how."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from process_manual.model.definition import Activity, Definition
from process_manual.model.manual import Manual
from process_manual.views.changes import Changes, DefinitionChange, Event
from process_manual.views.coverage import clause_cover
from process_manual.views.differences import MATRIX, ChangeKind
from process_manual.views.follow_up import substance
from process_manual.views.inheritance import citations
from process_manual.views.matrix import LETTERS, letters_of
from process_manual.views.pairing import pair
from process_manual.views.reach import Reasons, label


@dataclass(frozen=True, slots=True)
class Touched:
    """A role, clause, KPI or record by its id (of a record: definition and title), and how."""

    kind: str
    id: str
    how: tuple[str, ...]


def touched(before: Manual, after: Manual, changes: Changes) -> tuple[Touched, ...]:
    """Return what the change touches: roles, clauses, KPIs and records, each in order."""
    roles, clauses, kpis, records = (Reasons() for _ in range(4))
    for change in changes.definitions:
        _add(roles, letters(change))
        _add(roles, _named(change))
        _add(clauses, _clauses(after, change))
        _add(kpis, _items(change, "kpis"))
        _add(records, ((f"{label(change)}: {id_}", how) for id_, how in _items(change, "records")))
    _add(roles, _role_rows(changes))
    _add(clauses, _coverage(before, after))
    every = {"role": roles, "clause": clauses, "KPI": kpis, "record": records}
    return tuple(
        Touched(kind, id_, tuple(how))
        for kind, found in every.items()
        for id_, how in found.items()
    )


def _add(found: Reasons, pairs: Iterator[tuple[str, str]]) -> None:
    for id_, how in pairs:
        found.setdefault(id_, {})[how] = None


def letters(change: DefinitionChange) -> Iterator[tuple[str, str]]:
    """Yield each role (or ``party:…``) whose letters in a step changed, and from what to what."""
    old, new = (_steps(change.before), _steps(change.after))
    for before, after in pair(old, new):
        roles = dict.fromkeys(
            role for step in (after, before) if step for r in step.raci.values() for role in r
        )
        for role in roles:
            was, now = (letters_of(step, role) if step else () for step in (before, after))
            if sorted(was) != sorted(now):
                step = after or before
                yield role, f"{label(change)} {step.id} ({_words(was)} before, {_words(now)} now)"


def _steps(definition: Definition | None) -> tuple[Activity, ...]:
    return definition.activities if definition and not definition.is_retired else ()


def _words(letters: tuple[str, ...]) -> str:
    return " and ".join(LETTERS.get(each, each).lower() for each in letters) or "no part"


def _named(change: DefinitionChange) -> Iterator[tuple[str, str]]:
    """Yield the roles that are named, or no longer, outside the matrix of steps."""
    for each in change.content:
        if each.register != "roles" or MATRIX in each.path:
            continue
        place = f"{label(change)}, {': '.join(each.words)}"
        for role, verb in ((each.before, "no longer named"), (each.after, "named now")):
            if isinstance(role, str) and each.kind is not ChangeKind.REORDERED:
                yield role, f"{place}: {verb}"


def _role_rows(changes: Changes) -> Iterator[tuple[str, str]]:
    for row in changes.rows:
        if row.register == "roles":
            what = ", ".join(dict.fromkeys(each.words[0] for each in row.fields))
            yield row.id, f"its entry in the register: {what or row.event.value}"


def _items(change: DefinitionChange, field: str) -> Iterator[tuple[str, str]]:
    """Yield what changed in each item of a list of a definition, by what tells it apart."""
    for each in change.content:
        if each.path[0] == field and len(each.path) > 1:
            what = ": ".join(each.words[1:])
            yield str(each.path[1]), f"{what}: {each.kind.value}" if what else each.kind.value


def _clauses(after: Manual, change: DefinitionChange) -> Iterator[tuple[str, str]]:
    """Yield the clauses that a changed definition cites, or does no longer."""
    old = {(c.standard, c.clause) for c in change.before.standards} if change.before else set()
    new = {(c.standard, c.clause) for c in change.after.standards} if change.after else set()
    if change.event in (Event.RETIRED, Event.REMOVED):
        yield from ((":".join(each), f"{label(change)} is gone") for each in sorted(old | new))
        return
    yield from ((":".join(c), f"no longer cited by {label(change)}") for c in sorted(old - new))
    yield from ((":".join(c), f"cited by {label(change)} now") for c in sorted(new - old))
    if change.after and (change.event is Event.NEW or substance(change) or change.text):
        for citation in citations(after, change.after).value:
            id_ = f"{citation.standard}:{citation.clause}"
            yield id_, f"fulfilled by {label(change)}, which changed"


def _coverage(before: Manual, after: Manual) -> Iterator[tuple[str, str]]:
    """Yield the clauses whose coverage by what is in force is another than before."""
    for id_, standard in after.standards.items():
        if id_ not in before.standards:
            continue
        old = {each.clause.id: each.cover for each in clause_cover(before, before.standards[id_])}
        for each in clause_cover(after, standard):
            was = old.get(each.clause.id, each.cover)
            if was is not each.cover and each.clause.coverage:
                yield (
                    f"{id_}:{each.clause.id}",
                    f"coverage: {was.value} before, {each.cover.value} now",
                )
