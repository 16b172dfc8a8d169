"""Field types and the base of every model: frozen, strict about keys, told nothing by YAML.

The reader hands over strings only, so each type here decides for itself what a text means:
``1.10`` stays a version, ``no`` stays a word, ``2027-13-31`` is refused.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Self, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    StringConstraints,
    WithJsonSchema,
)

from process_manual.diagnostics import Location
from process_manual.model.source import KeyPath, Source

T = TypeVar("T")


def _iso_date(value: Any) -> datetime.date:
    if isinstance(value, datetime.date):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise ValueError("is not a date; write it as year-month-day, such as 2026-03-14")
    try:
        return datetime.date.fromisoformat(value)
    except ValueError:
        raise ValueError("is not a date that exists; look at the month and the day") from None


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return bool(value == "true")
    raise ValueError("is neither true nor false; write one of these two words, without quotes")


def _whole(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,9}", value):
        return int(value)
    raise ValueError("is not a whole number; write digits only, such as 12")


def _number(value: Any) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", value):
        return float(value)
    raise ValueError("is not a number; write digits with a point, such as 99.5")


def _version(value: Any) -> str:
    if isinstance(value, str) and re.fullmatch(r"(0|[1-9]\d{0,3})\.(0|[1-9]\d{0,3})", value):
        return value
    raise ValueError('is not a version; write two numbers with a point, in quotes: "3.1"')


def _period(value: Any) -> str:
    pattern = r"\d{4}(-(0[1-9]|1[0-2])|-Q[1-4]|-W(0[1-9]|[1-4]\d|5[0-3]))?"
    if isinstance(value, str) and re.fullmatch(pattern, value):
        return value
    raise ValueError("is not a period; write 2026-04, 2026-Q2, 2026-W09 or 2026")


def _one_or_many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
IsoDate = Annotated[
    datetime.date,
    BeforeValidator(_iso_date),
    WithJsonSchema({"type": "string", "format": "date"}),
]
Flag = Annotated[bool, BeforeValidator(_flag)]
Whole = Annotated[int, BeforeValidator(_whole)]
Number = Annotated[float, BeforeValidator(_number)]
Version = Annotated[
    str,
    BeforeValidator(_version),
    WithJsonSchema({"type": ["string", "number"], "pattern": r"^\d+\.\d+$"}),
]
Period = Annotated[str, BeforeValidator(_period), WithJsonSchema({"type": ["string", "integer"]})]
Texts = tuple[Text, ...]
OneOrMany = Annotated[
    tuple[Text, ...],
    BeforeValidator(_one_or_many),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]


def version_key(version: str) -> tuple[int, int]:
    """Return a version such as ``3.10`` as numbers, so that 3.10 is higher than 3.9."""
    major, minor = version.split(".")
    return int(major), int(minor)


def _plain_word(name: str, _: object = None) -> str:
    return name.replace("_", " ")


class Model(BaseModel):
    """Base of all parts of a definition or register row: unknown keys are refused.

    The ``title`` of a field is what readers call it, where its name would not tell them.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        regex_engine="python-re",
        field_title_generator=_plain_word,
    )

    called: ClassVar[str] = ""
    """What readers call one of several, with its fields in braces: ``id`` alone, or else all of
    these, tell it from the others. Empty for what is only ever looked at as a whole."""

    @classmethod
    def word(cls, field: str) -> str:
        """Return what readers call a field: ``on_breach`` is "when it is missed"."""
        return cls.model_fields[field].title or _plain_word(field)


class Located(Model):
    """A model that knows where it was written, so that a finding can point there."""

    _source: Source = PrivateAttr(default_factory=lambda: Source(""))
    _path: KeyPath = PrivateAttr(default=())

    @classmethod
    def read(cls, source: Source, data: Mapping[str, Any], path: KeyPath = ()) -> Self:
        """Make the value from plain ``data`` that stands at ``path`` of ``source``.

        Raises pydantic's ValidationError, whose places are relative to ``path``.
        """
        value = cls.model_validate(data)
        value._source, value._path = source, path
        return value

    @property
    def source(self) -> Source:
        """The file this was read from."""
        return self._source

    def at(self, *path: str | int) -> Location:
        """Return the place of the value at ``path`` inside this, or its nearest ancestor."""
        return self._source.at(*self._path, *path)


__all__ = [
    "Field",
    "Flag",
    "IsoDate",
    "Located",
    "Model",
    "Number",
    "OneOrMany",
    "Period",
    "Text",
    "Texts",
    "Version",
    "Whole",
    "version_key",
]
