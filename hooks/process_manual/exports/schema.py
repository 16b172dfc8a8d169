"""JSON Schemas: of the files that people write, for editors, and of a report of findings."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import resources
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

DIALECT = "http://json-schema.org/draft-07/schema#"
"""The one that editors read: the YAML language server knows no later one well."""
EXAMPLES: Mapping[str, Mapping[str, Any]] = json.loads(
    resources.files(__package__).joinpath("examples.json").read_text("utf-8")
)
"""An example for each field that people write, by the name of its model."""


def files(manual: Manual, findings: tuple[Finding, ...]) -> Iterator[tuple[str, bytes]]:
    """Yield the schema of each kind of file that people write, and of a report of findings."""
    yield from _schemas()


def for_editors() -> Mapping[str, bytes]:
    """Return the schemas of the files that people write, by the name of their file."""
    return {
        name.removeprefix("schema/"): content
        for name, content in _schemas()
        if name != "schema/findings.json"
    }


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
        (f"schema/{name}.json", as_json({"$schema": DIALECT} | _schema(model)))
        for name, model in whole.items()
    ]
    found += [
        (f"schema/{name}.json", as_json(register_schema(name, row)))
        for name, row in ROW_TYPES.items()
    ]
    return tuple(found)


def _schema(model: type[Model]) -> dict[str, Any]:
    """Return the schema of a model, with an example at each field that has one."""
    made = model.model_json_schema()
    for name, part in ((model.__name__, made), *made.get("$defs", {}).items()):
        for field, example in EXAMPLES.get(name, {}).items():
            part["properties"][field]["examples"] = [example]
    return made


def register_schema(name: str, row: type[Row]) -> dict[str, Any]:
    """Return the schema of a register file: one key, its own name, with a list of rows."""
    of_row = _schema(row)
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
