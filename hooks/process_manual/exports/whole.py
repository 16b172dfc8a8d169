"""The whole manual as one JSON file: what is written, and what is computed or inherited.

Person codes stay out: approvals and holders say role and day.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from process_manual.diagnostics import Finding
from process_manual.exports.formats import as_json
from process_manual.exports.register import row
from process_manual.model.base import Model
from process_manual.model.manual import Manual
from process_manual.model.registers import ROW_TYPES
from process_manual.views import inheritance
from process_manual.views.document_register import Entry, document_register
from process_manual.views.inheritance import Inherited

PERSONAL = {"by", "person"}
"""Fields that hold a person code."""
PRIVATE_REGISTERS = {"people"}


def files(manual: Manual, findings: tuple[Finding, ...]) -> Iterator[tuple[str, bytes]]:
    """Yield ``manual.json``."""
    registers = {
        name: [plain(each) for each in getattr(manual.registers, name).values()]
        for name in ROW_TYPES
        if name not in PRIVATE_REGISTERS
    }
    whole = {
        "title": manual.policy.title,
        "organisation": manual.policy.organisation,
        "as_of": manual.as_of.isoformat(),
        "definitions": [_definition(manual, entry) for entry in document_register(manual)],
        "registers": registers,
        "standards": [plain(standard.standard) for standard in manual.standards.values()],
    }
    yield "manual.json", as_json(whole, indent=None)


def _definition(manual: Manual, entry: Entry) -> dict[str, Any]:
    """Return a definition: its row in the register, its own fields, and what it inherits."""
    definition = entry.definition
    return {
        **row(entry),
        "next": entry.next,
        "fields": plain(definition),
        "body": definition.body,
        "inherited": _inherited(manual, entry),
    }


def _inherited(manual: Manual, entry: Entry) -> dict[str, Any]:
    definition = entry.definition
    asked: dict[str, Inherited[Any]] = {
        "owner": inheritance.owner(manual, definition),
        "manager": inheritance.manager(manual, definition),
        "review": inheritance.review_policy(manual, definition),
        "standards": inheritance.citations(manual, definition),
        "kpis": inheritance.kpis(manual, definition),
    }
    return {
        name: {"from": found.origin, "value": _value(found.value)}
        for name, found in asked.items()
        if found.origin and found.value
    }


def _value(value: Any) -> Any:
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    return plain(value) if isinstance(value, Model) else value


def plain(model: Model) -> Any:
    """Return the fields that are set, as plain values, by the names they are written with."""
    data = model.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return _without_people(data)


def _without_people(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_people(v) for k, v in value.items() if k not in PERSONAL}
    return [_without_people(each) for each in value] if isinstance(value, list) else value
