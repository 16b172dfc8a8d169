"""JSON Schemas: of the files that people write, for editors, and of a report of findings."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from process_manual.diagnostics import Finding
from process_manual.exports.formats import as_json
from process_manual.model.base import Model
from process_manual.model.baseline import Baseline
from process_manual.model.definition import Definition
from process_manual.model.manual import Manual
from process_manual.model.policy import Policy
from process_manual.model.registers import ROW_TYPES, Row
from process_manual.model.standards import Standard
from process_manual.writers.machine import FindingsReport

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def files(manual: Manual, findings: tuple[Finding, ...]) -> Iterator[tuple[str, bytes]]:
    """Yield the schema of each kind of file that people write, and of a report of findings."""
    yield from _schemas()


@lru_cache(maxsize=1)
def _schemas() -> tuple[tuple[str, bytes], ...]:
    """Return all schemas; they depend on the product alone."""
    whole: dict[str, type[Model]] = {
        "definition": Definition,
        "manual": Policy,
        "standard": Standard,
        "baseline": Baseline,
        "findings": FindingsReport,
    }
    found = [
        (f"schema/{name}.json", as_json({"$schema": DIALECT} | model.model_json_schema()))
        for name, model in whole.items()
    ]
    found += [
        (f"schema/{name}.json", as_json(register_schema(name, row)))
        for name, row in ROW_TYPES.items()
    ]
    return tuple(found)


def register_schema(name: str, row: type[Row]) -> dict[str, Any]:
    """Return the schema of a register file: one key, its own name, with a list of rows."""
    of_row = row.model_json_schema()
    parts = of_row.pop("$defs", {})
    return {
        "$schema": DIALECT,
        "title": name,
        "type": "object",
        "additionalProperties": False,
        "required": [name],
        "properties": {name: {"type": "array", "items": {"$ref": f"#/$defs/{row.__name__}"}}},
        "$defs": {**parts, row.__name__: of_row},
    }
