"""Plain data to models; what is faulty is left out, so that all the rest can be checked."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from process_manual.diagnostics import Finding, Location
from process_manual.limits import MOST_FAULTS
from process_manual.loading.messages import ENOUGH, finding, value_at
from process_manual.model.base import Located
from process_manual.model.source import KeyPath, Place, Plain, Source

L = TypeVar("L", bound=Located)


@dataclass(frozen=True, slots=True)
class Validated(Generic[L]):
    """A value made from data, and what was wrong with the data.

    With findings, ``value`` is what could be made after leaving the faulty places out, so that
    one slip does not hide all other faults; None when even that was not possible. ``tainted`` are
    the places of what was left out and of all that holds it: what seems to be missing there may
    only be unread.
    """

    value: L | None
    findings: tuple[Finding, ...]
    tainted: frozenset[Location] = frozenset()


def validate(model: type[L], source: Source, data: Plain, path: KeyPath = ()) -> Validated[L]:
    """Make ``model`` from ``data``, which stands at ``path`` of ``source``."""
    try:
        return Validated(model.read(source, data, path), ())
    except ValidationError as error:
        details = error.errors(include_url=False)
    findings = tuple(finding(model, source, path, detail) for detail in details[:MOST_FAULTS])
    if len(details) > MOST_FAULTS:  # there is nothing left of it that rules could look at
        message, hint = ENOUGH
        last = replace(findings[-1], message=message, hint=hint)
        return Validated(None, (*findings[:-1], last), frozenset({Location(source.path)}))
    tainted = _tainted(source, [(*path, *detail["loc"]) for detail in details])
    doomed = _doomed(data, [detail["loc"] for detail in details])
    if () in doomed:  # what is missing is missing in the whole: there is nothing to leave out
        return Validated(None, findings, tainted)
    try:
        kept = model.read(_closed_up(source, path, doomed), _without(data, doomed), path)
        return Validated(kept, findings, tainted)
    except ValidationError:
        return Validated(None, findings, tainted)


def _tainted(source: Source, places: Iterable[KeyPath]) -> frozenset[Location]:
    """Return where ``places`` and all that holds them stand, up to the file itself."""
    found = {Location(source.path)}
    for place in places:
        found.add(source.at_key(*place))
        found.update(source.at(*place[:length]) for length in range(1, len(place) + 1))
    return frozenset(found)


def _doomed(data: Plain, places: Iterable[KeyPath]) -> frozenset[KeyPath]:
    """Return what has to be left out: ``places``, or what holds them where they are missing."""
    return frozenset(p if value_at(data, p) is not None else p[:-1] for p in places)


def _without(data: Plain, doomed: Collection[KeyPath]) -> Plain:
    """Return a copy of ``data`` without the values at ``doomed``."""
    kept = copy.deepcopy(data)
    for place in _last_first(doomed):
        holder = value_at(kept, place[:-1]) if place else None
        if isinstance(holder, dict):
            holder.pop(place[-1], None)
        elif isinstance(holder, list) and isinstance(place[-1], int) and place[-1] < len(holder):
            del holder[place[-1]]
    return kept


def _closed_up(source: Source, path: KeyPath, doomed: Collection[KeyPath]) -> Source:
    """Return ``source`` without the places of the list items at ``doomed`` below ``path``.

    The items after them move up in the data, and each must keep its own place.
    """
    place = source.place
    for item in _last_first(doomed):
        if item and isinstance(item[-1], int):
            place = place and _without_place(place, (*path, *item))
    return source if place is source.place else replace(source, place=place)


def _without_place(place: Place, path: KeyPath) -> Place:
    """Return a copy of ``place`` in which the list item at ``path`` is left out."""
    step, *rest = path
    inside: Any = copy.copy(place.inside)
    try:
        if rest:
            inside[step] = _without_place(inside[step], tuple(rest))
        else:
            del inside[step]
    except (KeyError, IndexError, TypeError):
        return place
    return place._replace(inside=inside)


def _last_first(places: Iterable[KeyPath]) -> list[KeyPath]:
    """Return places in an order in which taking one out does not move the others."""
    return sorted(places, key=lambda p: [str(x).zfill(6) for x in p], reverse=True)
