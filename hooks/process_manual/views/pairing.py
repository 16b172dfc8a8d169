"""Which item of a list is which in another state of it: by what it is called, not by its place."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, TypeVar

from process_manual.model.base import Model
from process_manual.model.definition import Activity

ALIKE = 0.5
"""Two items that share this part of their words may be the same one under another name."""
MOST_COMPARED = 10_000
"""Comparing more items with each other would take long; then only names count."""
NAMES = ("title", "item", "text")
"""Fields that hold a name in words. What is told by date or version only is another thing then."""
LONGEST_NAME = 80

M = TypeVar("M", bound=Model)
T = TypeVar("T")


class Pair(NamedTuple):
    """An item before and after; None where it is not there."""

    before: Any
    after: Any


def pair(before: Sequence[M], after: Sequence[M]) -> tuple[Pair, ...]:
    """Return which item became which: in the order of ``after``, what is gone last.

    Steps are told apart by their titles first, because their ids follow from their places: a new
    step in the middle gives all later ones another id, and they are still the same steps.
    """
    if before and isinstance(before[0], Activity):
        ways: tuple[Callable[[Any], object], ...] = (lambda step: step.title, lambda step: step.id)
    else:
        ways = (identity,)
    left, right = list(enumerate(before)), list(enumerate(after))
    found: dict[int, int] = {}
    for number, way in enumerate(ways):
        _take(found, left, right, _same(left, right, way))
        if number == 0:
            _take(found, left, right, _alike(left, right, _words, _name_words))
    pairs = [Pair(before[found[j]] if j in found else None, new) for j, new in enumerate(after)]
    return (*pairs, *(Pair(item, None) for _, item in left))


def pair_texts(before: Sequence[T], after: Sequence[T]) -> tuple[Pair, ...]:
    """Return which of two lists' values that are not in both took the place of which."""
    left, right = list(enumerate(before)), list(enumerate(after))
    _take({}, left, right, _same(left, right, lambda value: value))
    if len(left) == len(right) == 1:
        return (Pair(left[0][1], right[0][1]),)
    found: dict[int, int] = {}
    _take(found, left, right, _alike(left, right, _words))
    pairs = [Pair(before[i], after[j]) for j, i in sorted(found.items())]
    pairs += [Pair(None, value) for _, value in right]
    return (*pairs, *(Pair(value, None) for _, value in left))


Numbered = list[tuple[int, T]]


def _take(
    found: dict[int, int], left: Numbered[T], right: Numbered[T], pairs: Iterator[tuple[int, int]]
) -> None:
    """Move ``pairs`` of numbers from the two lists of what is left to ``found``."""
    taken = dict(pairs)
    found.update((j, i) for i, j in taken.items())
    left[:] = [each for each in left if each[0] not in taken]
    gone = set(taken.values())
    right[:] = [each for each in right if each[0] not in gone]


def _same(
    left: Numbered[T], right: Numbered[T], key: Callable[[T], object]
) -> Iterator[tuple[int, int]]:
    """Yield the numbers of items with the same key; of doubles, the first with the first."""
    waiting: dict[object, list[int]] = {}
    for i, item in reversed(left):
        waiting.setdefault(key(item), []).append(i)
    for j, item in right:
        if numbers := waiting.get(key(item)):
            yield numbers.pop(), j


def _alike(
    left: Numbered[T],
    right: Numbered[T],
    words: Callable[[T], frozenset[str]],
    name: Callable[[T], frozenset[str]] | None = None,
) -> Iterator[tuple[int, int]]:
    """Yield the numbers of items that share enough words, and one of their names; best first."""
    if len(left) * len(right) > MOST_COMPARED:
        return
    ones = [(i, words(item), name(item) if name else None) for i, item in left]
    twos = [(j, words(item), name(item) if name else None) for j, item in right]
    scores = sorted(
        (-len(one & two) / len(one | two), i, j)
        for i, one, called in ones
        for j, two, called_now in twos
        if one & two and (called is None or called_now is None or called & called_now)
    )
    seen: tuple[set[int], set[int]] = (set(), set())
    for score, i, j in scores:
        if -score >= ALIKE and i not in seen[0] and j not in seen[1]:
            seen[0].add(i)
            seen[1].add(j)
            yield i, j


# What items are called ------------------------------------------------------------------------


@cache
def named_fields(called: str) -> tuple[str, ...]:
    """Return the fields that stand in what an item is called."""
    return tuple(name for _, name, _, _ in string.Formatter().parse(called) if name)


def identity(item: Model) -> tuple[str, ...]:
    """Return the values that tell an item from the others of its list."""
    names = named_fields(item.called)
    return tuple(_said(getattr(item, name)) for name in (("id",) if "id" in names else names))


def name(item: Model) -> str:
    """Return what readers call an item of a list: ``step A3 “Set the priority”``."""
    values = {key: _short(_said(getattr(item, key))) for key in type(item).model_fields}
    return item.called.format_map(values)


def _said(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_NAME else text[: LONGEST_NAME - 1].rstrip() + "…"


def _words(value: object) -> frozenset[str]:
    return frozenset(_each_word(value))


def _name_words(item: Model) -> frozenset[str]:
    return _words(tuple(getattr(item, each, None) for each in NAMES))


def _each_word(value: object) -> Iterator[str]:
    if isinstance(value, Model):
        for field in type(value).model_fields:
            yield from _each_word(getattr(value, field))
    elif isinstance(value, tuple):
        for each in value:
            yield from _each_word(each)
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield key
            yield from _each_word(each)
    elif value is not None:
        yield from re.findall(r"[\w-]+", str(value).casefold())
