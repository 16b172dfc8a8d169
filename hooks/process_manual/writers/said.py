"""Values of the model in words: what stood there before, and what stands there now."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from process_manual.model.base import Model
from process_manual.model.definition import Branch
from process_manual.model.manual import Manual
from process_manual.model.references import PARTY, registers_named
from process_manual.model.registers import ROW_TYPES
from process_manual.pages.words import day, first_up, number
from process_manual.views.differences import Change, ChangeKind
from process_manual.views.matrix import WHO
from process_manual.views.pairing import named_fields

NOTHING = "nothing"
A_PERSON = "a person"
"""Stands for every person code: what is posted beside a request names nobody."""
BY_TITLE = frozenset({"roles", "parties", "tools", "areas"})
"""Registers whose rows readers know by title alone."""
MOST = 400
"""Longest text that is shown whole; of a longer one, what is around the first difference."""
AROUND = 60


class Sayer:
    """Says values with the titles of two states of a manual, those of the later one first."""

    def __init__(self, before: Manual, after: Manual) -> None:
        self._manuals = (after, before)

    def where(self, change: Change) -> str:
        """Return the place of a change: ``Step A3 “Set the priority”: who is responsible``."""
        return first_up(": ".join(change.words))

    def sides(self, change: Change) -> tuple[str, str]:
        """Return what was before and what is after, shortened around where they differ."""
        one = self.value(change.before, change.register)
        two = self.value(change.after, change.register)
        if change.kind is ChangeKind.CHANGED and change.register == "people":
            two = "another person"
        return _shortened(one, two)

    def title(self, id_: str, register: str = "") -> str:
        """Return the title of a row, a definition, a role or a party, or else the id itself."""
        for manual in self._manuals:
            row = manual.registers[register].get(id_) if register in ROW_TYPES else None
            found = getattr(row, "title", "") or getattr(row, "term", "") or manual.title_of(id_)
            if found != id_:
                return str(found)
        return id_

    def value(self, value: Any, register: str = "") -> str:
        """Return a value in words; ids of a register with the title of their rows."""
        if value is None or value in ((), {}):
            return NOTHING
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, datetime.date):
            return day(value)
        if isinstance(value, float):
            return number(value)
        if isinstance(value, Branch):
            return f"{value.when}: {value.to}" if value.when else value.to
        if isinstance(value, Model):
            return self._model(value)
        if isinstance(value, Mapping):
            return "; ".join(
                f"{WHO.get(k, k)}: {self.value(v, register)}" for k, v in value.items()
            )
        if isinstance(value, tuple):
            separator = "; " if isinstance(value[0], Model) else ", "
            return separator.join(self.value(each, register) for each in value)
        return self._text(str(value), register)

    def _model(self, value: Model) -> str:
        """Return the fields that are not as they are by default, nor told by what it is called."""
        registers = registers_named(type(value))
        known = named_fields(value.called)
        told = []
        for field, info in type(value).model_fields.items():
            inside = getattr(value, field)
            if inside != info.get_default(call_default_factory=True) and field not in known:
                said = self.value(inside, registers.get(field, ""))
                told.append(said if isinstance(inside, Mapping) else f"{value.word(field)}: {said}")
        return "; ".join(told) or "this"

    def _text(self, text: str, register: str) -> str:
        if register == "people":
            return A_PERSON
        is_party = text.startswith(PARTY)
        title = self.title(text, register) if register or is_party else text
        return title if title == text or is_party or register in BY_TITLE else f"{text} {title}"


def _shortened(one: str, two: str) -> tuple[str, str]:
    """Return two texts, of long ones only what is around the first place where they differ."""
    if max(len(one), len(two)) <= MOST:
        return one, two
    same = next((i for i, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), 0)
    start = max(0, same - AROUND)
    return _cut(one, start), _cut(two, start)


def _cut(text: str, start: int) -> str:
    start = start if len(text) > start else 0
    end = start + MOST
    head, tail = ("…" if start else ""), ("…" if len(text) > end else "")
    return f"{head}{text[start:end]}{tail}"
