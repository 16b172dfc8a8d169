"""Plain data to models, and pydantic's errors to findings that an owner understands."""

from __future__ import annotations

import copy
import difflib
import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from process_manual.diagnostics import Finding, Severity
from process_manual.model.base import Located
from process_manual.model.source import KeyPath, Plain, Source

L = TypeVar("L", bound=Located)


@dataclass(frozen=True, slots=True)
class Validated(Generic[L]):
    """A value made from data, and what was wrong with the data.

    With findings, ``value`` is what could be made after leaving the faulty places out, so that
    one slip does not hide all other faults; None when even that was not possible.
    """

    value: L | None
    findings: tuple[Finding, ...]


def validate(model: type[L], source: Source, data: Plain, path: KeyPath = ()) -> Validated[L]:
    """Make ``model`` from ``data``, which stands at ``path`` of ``source``."""
    try:
        return Validated(model.read(source, data, path), ())
    except ValidationError as error:
        details = error.errors(include_url=False)
    findings = tuple(_finding(model, source, path, detail) for detail in details)
    try:
        mended = _without(data, [detail["loc"] for detail in details])
        return Validated(model.read(source, mended, path), findings)
    except ValidationError:
        return Validated(None, findings)


def _without(data: Plain, places: Iterable[KeyPath]) -> Plain:
    """Return a copy of ``data`` without the values at ``places``.

    Where the value is not there at all (a missing key), what holds it is left out instead.
    """
    kept = copy.deepcopy(data)
    doomed: set[KeyPath] = set()
    for place in places:
        doomed.add(place if _get(kept, place) is not None else place[:-1])
    for place in sorted(doomed, key=lambda p: [str(x).zfill(6) for x in p], reverse=True):
        holder = _get(kept, place[:-1]) if place else None
        if isinstance(holder, dict):
            holder.pop(place[-1], None)
        elif isinstance(holder, list) and isinstance(place[-1], int) and place[-1] < len(holder):
            del holder[place[-1]]
    return kept


def _get(data: Plain, path: KeyPath) -> Plain:
    for step in path:
        if isinstance(data, dict):
            data = data.get(str(step))
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data


def _finding(
    model: type[BaseModel], source: Source, path: KeyPath, detail: Mapping[str, Any]
) -> Finding:
    loc: KeyPath = tuple(detail["loc"])
    kind: str = detail["type"]
    place = (*path, *loc)
    name = _name(loc)
    location = source.at(*place)
    if kind == "missing" and isinstance(loc[-1], str):
        code, location = "DOC-004", source.at_key(*place)
        message, hint = _missing(model, source, loc, place)
    elif kind == "extra_forbidden":
        code, location = "DOC-002", source.at_key(*place)
        message, hint = _unknown(model, loc)
    else:
        code = "DOC-003"
        message, hint = _wrong_value(name, kind, detail, _annotation_at(model, loc))
    return Finding(location, code, Severity.ERROR, message, hint)


def _missing(
    model: type[BaseModel], source: Source, loc: KeyPath, place: KeyPath
) -> tuple[str, str]:
    name = str(loc[-1])
    meaning = _description(model, loc)
    if source.holds(*place):
        return f"`{name}` has no value", f"write it after the colon: {meaning}"
    where = f" in `{_name(loc[:-1])}`" if len(loc) > 1 else ""
    return f"`{name}` is missing{where}", f"add `{name}: …`: {meaning}"


def _unknown(model: type[BaseModel], loc: KeyPath) -> tuple[str, str]:
    known = list(_fields(_annotation_at(model, loc[:-1])))
    near = difflib.get_close_matches(str(loc[-1]), known, n=1, cutoff=0.6)
    where = f" in `{_name(loc[:-1])}`" if len(loc) > 1 else ""
    hint = f"did you mean `{near[0]}`?" if near else "known here: " + ", ".join(known)
    return f"unknown key `{loc[-1]}`{where}", hint


def _wrong_value(
    name: str, kind: str, detail: Mapping[str, Any], annotation: Any
) -> tuple[str, str]:
    value = detail.get("input")
    shown = f" `{_short(value)}`" if isinstance(value, str) else ""
    if kind == "value_error":
        return _split(f"`{name}`{shown} {detail['ctx']['error']}")
    if kind == "enum":
        words = [str(member) for member in _enum(annotation)]
        near = difflib.get_close_matches(str(value), words, n=1, cutoff=0.6)
        hint = f"did you mean `{near[0]}`?" if near else "choose one of: " + ", ".join(words)
        return f"`{name}`{shown} is not a known value", hint
    if kind == "tuple_type":
        return f"`{name}` must be a list", "put it in brackets, [ … ], or each item after a `- `"
    if kind in ("string_type", "dict_type", "mapping_type", "model_type", "model_attributes_type"):
        wanted = "a text" if kind == "string_type" else "a block of fields (`key: value`)"
        return f"`{name}` must be {wanted}, not {_kind_of(value)}", "see the field's description"
    if kind == "string_too_short":
        return f"`{name}` is empty", "write its value, or delete the line"
    if kind in ("too_long", "too_short", "missing"):
        return f"`{name}` has too many or too few items", "write exactly two, such as [A2, A4]"
    return f"`{name}`{shown} is not valid", str(detail.get("msg", "see the field's description"))


def _split(text: str) -> tuple[str, str]:
    message, _, hint = text.partition("; ")
    return message, hint


def _kind_of(value: Plain) -> str:
    if isinstance(value, list):
        return "a list"
    return "a block of fields" if isinstance(value, dict) else "a single value"


def _short(value: str) -> str:
    one_line = " ".join(value.split())
    return one_line if len(one_line) <= 60 else one_line[:59] + "…"


def _name(loc: KeyPath) -> str:
    """Return a key path as an owner would say it: ``activities[2].raci``."""
    text = ""
    for step in loc:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".")


def _annotation_at(model: Any, loc: KeyPath) -> Any:
    """Return the annotation of the field at ``loc``, as far as it can be followed."""
    here: Any = model
    for step in loc:
        here = _item(here) if isinstance(step, int) else _fields(here).get(step)
        if here is None:
            return None
    return here


def _fields(annotation: Any) -> dict[str, Any]:
    """Return the fields of the model inside ``annotation`` by the names that a file uses."""
    for each in _unwrapped(annotation):
        if isinstance(each, type) and issubclass(each, BaseModel):
            return {info.alias or name: info.annotation for name, info in each.model_fields.items()}
    return {}


def _item(annotation: Any) -> Any:
    for each in _unwrapped(annotation):
        if typing.get_origin(each) is tuple:
            return typing.get_args(each)[0]
    return None


def _enum(annotation: Any) -> type[StrEnum]:
    for each in _unwrapped(annotation):
        if isinstance(each, type) and issubclass(each, StrEnum):
            return each
    return StrEnum


def _unwrapped(annotation: Any) -> Iterable[Any]:
    """Yield an annotation without ``Annotated``, and the members of a union."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        yield from _unwrapped(typing.get_args(annotation)[0])
    elif origin in (typing.Union, types.UnionType):
        for each in typing.get_args(annotation):
            yield from _unwrapped(each)
    else:
        yield annotation


def _description(model: type[BaseModel], loc: KeyPath) -> str:
    holder = _annotation_at(model, loc[:-1])
    for each in _unwrapped(holder):
        if isinstance(each, type) and issubclass(each, BaseModel):
            for name, info in each.model_fields.items():
                if (info.alias or name) == loc[-1] and info.description:
                    return info.description.rstrip(".")
    return "see the field's description"
