"""What a text in a field refers to: said once, in the type of the field.

Rules, links, "used in" lists and role pages all follow from these types, so a new register or a
new field that names a row needs no further code to be checked and shown.
"""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel

from process_manual.model.base import OneOrMany, Text
from process_manual.model.source import KeyPath

PARTY = "party:"
DEFINITIONS = "definitions"


@dataclass(frozen=True, slots=True)
class Ref:
    """Marks a text as the id of a row of ``register``.

    ``party``: it may be ``party:<id>`` instead. ``words``: texts that stand for no single row.
    ``pattern``: the ids are what this finds in the text. ``loose``: free text, which may be an id.
    """

    register: str
    party: bool = False
    words: tuple[str, ...] = ()
    pattern: str = ""
    loose: bool = False


class Reference(NamedTuple):
    """That the text at ``path`` names the row ``id`` of ``register``."""

    register: str
    id: str
    path: KeyPath
    loose: bool = False


RoleId = Annotated[Text, Ref("roles")]
PersonCode = Annotated[Text, Ref("people")]
AreaId = Annotated[Text, Ref("areas")]
ServiceId = Annotated[Text, Ref("services", words=("all",))]
SlaId = Annotated[Text, Ref("slas")]
SlaMeasureId = Annotated[Text, Ref("slas", pattern=r"^[^/]+")]
SupplierId = Annotated[Text, Ref("suppliers")]
SupplierOrParty = Annotated[Text, Ref("suppliers", party=True)]
PartyId = Annotated[Text, Ref("parties", party=True)]
ToolId = Annotated[Text, Ref("tools")]
ToolOrPlace = Annotated[Text, Ref("tools", loose=True)]
DocumentId = Annotated[Text, Ref("documents")]
ObjectiveId = Annotated[Text, Ref("objectives")]
RetentionCode = Annotated[Text, Ref("retention")]
Need = Annotated[Text, Ref("training", pattern=r"\bTR-\d+\b")]
End = Annotated[Text, Ref(DEFINITIONS, party=True, words=("any", "record"))]
Matrix = Mapping[str, Annotated[OneOrMany, Ref("roles", party=True)]]


class _Step(NamedTuple):
    """How to get from a model to what one of its fields refers to."""

    attribute: str
    key: str
    shape: str  # "one", "many", "matrix", "model" or "models"
    ref: Ref | None


def references(value: BaseModel) -> Iterator[Reference]:
    """Yield every reference in ``value``, at any depth, in the order of its fields."""
    yield from _walk(value, ())


@cache
def registers_named(model: type[BaseModel]) -> Mapping[str, str]:
    """Return the register whose ids stand in a field, by field; fields of a part are not told."""
    return {
        attribute: ref.register
        for attribute, _, _, ref in _steps(model)
        if ref is not None and not ref.pattern
    }


def _walk(value: BaseModel, path: KeyPath) -> Iterator[Reference]:
    for attribute, key, shape, ref in _steps(type(value)):
        content = getattr(value, attribute)
        if not content:
            continue
        here = (*path, key)
        if ref is None:
            if shape == "model":
                yield from _walk(content, here)
            else:
                for i, each in enumerate(content):
                    yield from _walk(each, (*here, i))
        elif shape == "one":
            yield from _read(ref, content, here)
        elif shape == "many":
            for i, each in enumerate(content):
                yield from _read(ref, each, (*here, i))
        else:
            for letter, names in content.items():
                for i, each in enumerate(names):
                    yield from _read(ref, each, (*here, letter, i))


def _read(ref: Ref, text: str, path: KeyPath) -> Iterator[Reference]:
    if ref.party and text.startswith(PARTY):
        yield Reference("parties", text.removeprefix(PARTY), path)
    elif ref.pattern:
        for id_ in re.findall(ref.pattern, text):
            yield Reference(ref.register, id_, path)
    elif text not in ref.words:
        yield Reference(ref.register, text, path, ref.loose)


@cache
def _steps(model: type[BaseModel]) -> tuple[_Step, ...]:
    hints = typing.get_type_hints(model, include_extras=True)
    found = []
    for name, info in model.model_fields.items():
        if step := _step(name, info.alias or name, hints[name]):
            found.append(step)
    return tuple(found)


def _step(name: str, key: str, hint: Any) -> _Step | None:
    """Return how to follow a field, or None for one that refers to nothing."""
    many = False
    for part in _parts(hint):
        ref = next((m for m in getattr(part, "__metadata__", ()) if isinstance(m, Ref)), None)
        if ref:
            return _Step(name, key, "many" if many else "one", ref)
        if typing.get_origin(part) is tuple:
            many = True
        if typing.get_origin(part) is Mapping:
            inner = _step(name, key, typing.get_args(part)[1])
            return inner._replace(shape="matrix") if inner else None
        if isinstance(part, type) and issubclass(part, BaseModel) and _leads_on(part):
            return _Step(name, key, "models" if many else "model", None)
    return None


def _parts(hint: Any) -> Iterator[Any]:
    """Yield a type and what it is made of, outermost first."""
    yield hint
    origin = typing.get_origin(hint)
    if origin is Annotated:
        yield from _parts(typing.get_args(hint)[0])
    elif origin is not Mapping:
        for argument in typing.get_args(hint):
            if argument not in (type(None), Ellipsis):
                yield from _parts(argument)


def _leads_on(model: type[BaseModel]) -> bool:
    return bool(_steps(model))
