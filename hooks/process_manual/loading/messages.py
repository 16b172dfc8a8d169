"""What pydantic found wrong, in words that the owner of a definition understands."""

from __future__ import annotations

import datetime
import difflib
import types
import typing
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from process_manual.diagnostics import Finding, Severity
from process_manual.model.source import KeyPath, Plain, Source

ENOUGH = ("reading stops here", "mend what is told above; the rest is looked at then")
"""Message and hint for a file with more faults than anybody reads."""
_STEPS = "activities"
_EXAMPLES: Mapping[type, str] = {bool: "true", int: "12", float: "95", datetime.date: "2026-03-14"}


def finding(
    model: type[BaseModel], source: Source, path: KeyPath, detail: Mapping[str, Any]
) -> Finding:
    """Return one of pydantic's errors about ``model``, read from ``path`` of ``source``."""
    loc: KeyPath = tuple(detail["loc"])
    kind: str = detail["type"]
    place = (*path, *loc)
    location = source.at(*place)
    if kind == "missing" and isinstance(loc[-1], str):
        code, location = "DOC-004", source.at_key(*place)
        message, hint = _missing(model, source, loc, place)
    elif kind == "extra_forbidden":
        code, location = "DOC-002", source.at_key(*place)
        message, hint = _unknown(model, source, loc, place)
    else:
        code = "DOC-003"
        message, hint = _wrong_value(source, place, detail, _annotation_at(model, loc))
    return Finding(location, code, Severity.ERROR, message, hint)


def _missing(
    model: type[BaseModel], source: Source, loc: KeyPath, place: KeyPath
) -> tuple[str, str]:
    name = str(loc[-1])
    meaning = _description(model, loc)
    if source.holds(*place):
        return f"`{name}` has no value", f"write it after the colon: {meaning}"
    where = _inside(source.data, place[:-1])
    return f"`{name}` is missing{where}", f"add `{name}: …`: {meaning}"


def _unknown(
    model: type[BaseModel], source: Source, loc: KeyPath, place: KeyPath
) -> tuple[str, str]:
    known = list(_fields(_annotation_at(model, loc[:-1])))
    name, glued, _ = str(loc[-1]).partition(":")
    near = _nearest(name, tuple(known))
    hint = f"did you mean `{near}`?" if near else "known here: " + ", ".join(known)
    if glued and name in known:
        hint = f"a space is missing after the colon: write `{name}: …`"
    elif _follows_text(source.data, place):
        hint += "; or the line belongs to the text above: indent it"
    return f"unknown key `{short(str(loc[-1]))}`{_inside(source.data, place[:-1])}", hint


def _follows_text(data: Plain, place: KeyPath) -> bool:
    """Tell whether a key with a text stands right behind another one that holds several words."""
    siblings = value_at(data, place[:-1])
    if not isinstance(siblings, dict) or not isinstance(siblings.get(str(place[-1])), str):
        return False
    names = list(siblings)
    index = names.index(str(place[-1]))
    above = siblings[names[index - 1]] if index else None
    return isinstance(above, str) and len(above.split()) > 2


def _wrong_value(
    source: Source, place: KeyPath, detail: Mapping[str, Any], annotation: Any
) -> tuple[str, str]:
    kind, value = detail["type"], detail.get("input")
    name, where = _named(source.data, place)
    shown = f" `{short(value)}`" if isinstance(value, str) else ""
    subject = f"{name}{shown}{where}"
    if kind == "value_error":
        message, _, hint = str(detail["ctx"]["error"]).partition("; ")
        return f"{subject} {message}", hint
    if kind == "enum":
        words = [str(member) for member in _enum(annotation)]
        near = _nearest(str(value), tuple(words))
        hint = f"did you mean `{near}`?" if near else "choose one of: " + ", ".join(words)
        return f"{subject} is not a known value", hint
    if kind == "tuple_type":
        return f"{name}{where} must be a list", "put it in brackets, [ … ], or each after a `- `"
    if kind == "string_type":
        return f"{name}{where} must be a text, not {_kind_of(value)}", _as_text(place, value)
    if kind in ("dict_type", "mapping_type", "model_type", "model_attributes_type"):
        message = f"{name}{where} must be a block of fields (`key: value`), not {_kind_of(value)}"
        return message, f"write `{_example(place, annotation)}`"
    if kind == "string_too_short":
        return f"{name}{where} is empty", "write its value, or delete the line"
    if kind in ("too_long", "too_short", "missing"):
        return f"{name}{where} has too many or too few items", "write two, such as [A2, A4]"
    return f"{subject} is not valid", str(detail.get("msg", ""))


@lru_cache(maxsize=1_000)
def _nearest(word: str, known: tuple[str, ...]) -> str:
    """Return the known word that was probably meant, or nothing; the same slip comes often."""
    return next(iter(difflib.get_close_matches(word[:60], known, n=1, cutoff=0.6)), "")


def _kind_of(value: Plain) -> str:
    if isinstance(value, list):
        return "a list"
    return "a block of fields" if isinstance(value, dict) else "a single value"


def short(value: str) -> str:
    """Return a text on one line, and no longer than a message can bear."""
    one_line = " ".join(value.split())
    return one_line if len(one_line) <= 60 else one_line[:59] + "…"


def _as_text(place: KeyPath, value: Plain) -> str:
    """Return how to write a text; a block of one field was meant as a text with a colon in it."""
    if isinstance(value, dict) and len(value) == 1:
        ((key, rest),) = value.items()
        if isinstance(rest, str):
            return f'put the whole text in quotes: "{short(f"{key}: {rest}")}"'
    return f'write `{place[-1]}: "…"`' if isinstance(place[-1], str) else 'write `- "…"`'


def _example(place: KeyPath, annotation: Any) -> str:
    """Return the right form of a block: ``raci: {A: role, R: [role]}``, ``- {item: …}``."""
    if place[-1] == "raci":
        return "raci: {A: role, R: [role]}"
    fields = list(_fields(annotation).items())[:4]
    inside = ", ".join(f"{name}: {_placeholder(each)}" for name, each in fields) or "…: …"
    return f"- {{{inside}}}" if isinstance(place[-1], int) else f"{place[-1]}: {{{inside}}}"


def _placeholder(annotation: Any) -> str:
    for each in _unwrapped(annotation):
        if typing.get_origin(each) is tuple:
            return "[…]"
        if isinstance(each, type):
            if issubclass(each, StrEnum):
                return str(next(iter(each)))
            return "{…}" if issubclass(each, BaseModel) else _EXAMPLES.get(each, "…")
    return "…"


def _inside(data: Plain, holder: KeyPath) -> str:
    """Return in which part something stands: `` in `roles` ``, `` in step A4``, or nothing."""
    return f" in {''.join(_named(data, holder))}" if holder else ""


def _named(data: Plain, place: KeyPath) -> tuple[str, str]:
    """Return a place as people say it: its name, and the item of a list that it stands in.

    ``raci.A`` and ``in step A4``; ``the 2nd item of `triggers``` and nothing.
    """
    last = next((i for i in reversed(range(len(place))) if isinstance(place[i], int)), -1)
    if last == len(place) - 1 and place:
        return _item_name(data, place)
    where = f" in {''.join(_item_name(data, place[: last + 1]))}" if last >= 0 else ""
    return f"`{short('.'.join(map(str, place[last + 1 :])))}`", where


def _item_name(data: Plain, place: KeyPath) -> tuple[str, str]:
    """Return the name of the item of a list: by its id if it has one, else by its number."""
    holder, item = place[:-1], value_at(data, place)
    id_ = item.get("id") if isinstance(item, dict) else None
    if isinstance(id_, str):
        id_ = short(id_)
        return (f"step {id_}" if holder == (_STEPS,) else f"`{id_}`"), ""
    name, where = _named(data, holder)
    return f"the {_ordinal(int(place[-1]) + 1)} item of {name}", where


def _ordinal(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in (11, 12, 13) else ending}"


def value_at(data: Plain, path: KeyPath) -> Plain:
    """Return what stands at ``path`` of plain data, or None."""
    for step in path:
        if isinstance(data, dict):
            data = data.get(str(step))
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data


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
    return "it may not be left out"
