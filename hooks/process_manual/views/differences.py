"""How one value of the model differs from another, field by field, in the reader's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from process_manual.model.base import Model
from process_manual.model.definition import Activity, Branch, Definition
from process_manual.model.references import registers_named
from process_manual.model.source import KeyPath
from process_manual.views.matrix import LETTERS, WHO
from process_manual.views.pairing import Pair, identity, name, pair, pair_texts

MATRIX = "raci"


class ChangeKind(StrEnum):
    """What happened to a value."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    REORDERED = "in another order"
    RENUMBERED = "renumbered"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two states of a value.

    ``path`` is that of the file, items of lists by what tells them apart: ``activities``, ``A3``,
    ``raci``, ``R``. ``words`` says the same for readers. ``before`` and ``after`` are values of the
    model, None for what is not there; they are ids of ``register`` where that is named.
    """

    path: KeyPath
    words: tuple[str, ...]
    kind: ChangeKind
    before: Any
    after: Any
    register: str = ""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a value we are."""

    path: KeyPath = ()
    words: tuple[str, ...] = ()
    register: str = ""

    def inside(self, key: str, word: str = "", register: str = "") -> _Place:
        words = (*self.words, word) if word else self.words
        return _Place((*self.path, key), words, register or self.register)

    def change(self, kind: ChangeKind, before: Any, after: Any) -> Change:
        return Change(self.path, self.words, kind, before, after, self.register)


def differences(before: Model, after: Model) -> tuple[Change, ...]:
    """Return how two states of one thing differ, in the order of its fields.

    How it is written does not count: line breaks in a text, a list of one or the value alone, and
    a field that is left out or written with the value it has anyway.
    """
    if vars(before) == vars(after):
        return ()
    if isinstance(before, Definition) and isinstance(after, Definition):
        return tuple(_of_definition(before, after))
    return tuple(_fields(before, after, _Place()))


def _of_definition(before: Definition, after: Definition) -> Iterator[Change]:
    """Yield the differences of a definition, the steps under the numbers that they have now."""
    pairs = pair(before.activities, after.activities)
    numbers = {one.id: two.id for one, two in pairs if one and two and one.id != two.id}
    if numbers:
        place = _Place(("activities",), (Definition.word("activities"),))
        yield place.change(ChangeKind.RENUMBERED, tuple(numbers), tuple(numbers.values()))
        gone = {one.id: f"{one.id} (removed)" for one, two in pairs if two is None}
        before = _renumbered(before, numbers, gone)
    yield from _fields(before, after, _Place())


def _renumbered(
    definition: Definition, numbers: Mapping[str, str], gone: Mapping[str, str]
) -> Definition:
    """Return a definition whose steps have other numbers, wherever it names one."""
    named = {**gone, **numbers}

    def follow(branch: Branch) -> Branch:
        return branch.model_copy(update={"to": named.get(branch.to, branch.to)})

    def step(activity: Activity) -> Activity:
        new = {
            "id": numbers.get(activity.id, activity.id),
            "next": tuple(map(follow, activity.next)),
        }
        return activity.model_copy(update=new)

    risks = (
        risk.model_copy(update={"control": named.get(risk.control or "", risk.control)})
        for risk in definition.risks
    )
    kept_apart = ((named.get(one, one), named.get(two, two)) for one, two in definition.segregation)
    new = {
        "activities": tuple(map(step, definition.activities)),
        "risks": tuple(risks),
        "segregation": tuple(kept_apart),
    }
    return definition.model_copy(update=new)


def _fields(before: Model, after: Model, place: _Place) -> Iterator[Change]:
    if vars(before) == vars(after):
        return
    model = type(after)
    registers = registers_named(model)
    for field, info in model.model_fields.items():
        one, two = getattr(before, field), getattr(after, field)
        if one is two:
            continue
        inside = place.inside(
            info.alias or field,
            "" if field == MATRIX else model.word(field),
            registers.get(field, ""),
        )
        yield from _values(one, two, inside)


def _values(one: Any, two: Any, place: _Place) -> Iterator[Change]:
    sample = one if _is_set(one) else two
    if isinstance(sample, Model):
        yield from _models(one, two, place)
    elif isinstance(sample, Mapping):
        yield from _mappings(one or {}, two or {}, place)
    elif isinstance(sample, tuple) and sample and isinstance(sample[0], Model):
        if sample[0].called:
            yield from _items(one, two, place)
        elif not _same(one, two):
            yield place.change(_kind(one, two), one or None, two or None)
    elif isinstance(sample, tuple):
        yield from _lists(one or (), two or (), place)
    elif _plain(one) != _plain(two):
        yield place.change(_kind(one, two), one, two)


def _models(one: Model | None, two: Model | None, place: _Place) -> Iterator[Change]:
    """Compare two parts, one of which may be missing: then with an empty one, if there is such."""
    one, two = one or _empty(two), two or _empty(one)
    if one is None or two is None:
        yield place.change(_kind(one, two), one, two)
    else:
        yield from _fields(one, two, place)


def _empty(like: Model | None) -> Model | None:
    model = type(like) if like else None
    if model is None or any(field.is_required() for field in model.model_fields.values()):
        return None
    return model()


def _mappings(one: Mapping[str, Any], two: Mapping[str, Any], place: _Place) -> Iterator[Change]:
    is_matrix = place.path[-1] == MATRIX
    keys = dict.fromkeys((*(LETTERS if is_matrix else ()), *one, *two))
    for key in keys:
        word = WHO.get(key, f"letter {key}") if is_matrix else key
        yield from _values(one.get(key), two.get(key), place.inside(key, word))


def _items(one: Sequence[Model], two: Sequence[Model], place: _Place) -> Iterator[Change]:
    pairs = pair(one, two)
    for before, after in pairs:
        item = after if after is not None else before
        here = place.inside("/".join(identity(item)))
        here = replace(here, words=(*place.words[:-1], name(item)))
        if before is None or after is None:
            yield here.change(_kind(before, after), before, after)
        else:
            yield from _fields(before, after, here)
    if _moved(one, pairs):
        order = (tuple(map(name, one)), tuple(map(name, two)))
        yield place.change(ChangeKind.REORDERED, *order)


def _moved(one: Sequence[Model], pairs: Sequence[Pair]) -> bool:
    numbers = {id(item): i for i, item in enumerate(one)}
    kept = [numbers[id(p.before)] for p in pairs if p.before is not None and p.after is not None]
    return kept != sorted(kept)


def _lists(one: tuple[Any, ...], two: tuple[Any, ...], place: _Place) -> Iterator[Change]:
    before, after = (tuple(map(_plain, each)) for each in (one, two))
    if before == after:
        return
    found = tuple(pair_texts(before, after))
    for gone, new in found:
        yield place.change(_kind(gone, new), gone, new)
    if not found:
        yield place.change(ChangeKind.REORDERED, before, after)


def _same(one: Sequence[Model], two: Sequence[Model]) -> bool:
    """Tell whether two lists of models say the same."""
    return len(one) == len(two) and not any(
        change for a, b in zip(one, two, strict=True) for change in _fields(a, b, _Place())
    )


def _is_set(value: Any) -> bool:
    return value is not None and value not in ((), {})


def _kind(before: Any, after: Any) -> ChangeKind:
    if not _is_set(before):
        return ChangeKind.ADDED
    return ChangeKind.CHANGED if _is_set(after) else ChangeKind.REMOVED


def _plain(value: Any) -> Any:
    """Return a value as it is compared: of a text, line breaks and spaces do not count."""
    return " ".join(value.split()) if type(value) is str else value
