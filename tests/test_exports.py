"""Files for machines: what they hold, that they name nobody, and that they are the same twice."""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from process_manual import exports
from process_manual.exports.formats import as_csv, cell
from process_manual.loading import load
from process_manual.model.definition import Definition
from process_manual.model.manual import Manual
from process_manual.model.registers import ROW_TYPES
from tests.projects import example_files
from tests.support import AS_OF, ROOT, write


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Manual:
    """The rules' example manual."""
    return load(write(tmp_path_factory.mktemp("example"), example_files()), AS_OF).manual


@pytest.fixture(scope="module")
def files(example: Manual) -> Mapping[str, bytes]:
    """Its exports."""
    return exports.files(example)


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"))))


def test_the_register_has_a_row_for_each_definition(files: Mapping[str, bytes]) -> None:
    rows = table(files["register.csv"])
    assert [row["id"] for row in rows] == ["EXA-010", "EXA-011", "EXA-020"]
    assert rows[1]["owner"] == "head-of-it"
    assert rows[1]["owner_inherited_from"] == "EXA-010"
    assert rows[0]["state"] == "in force"
    assert rows[0]["owner_inherited_from"] == ""
    same = json.loads(files["register.json"])["definitions"]
    assert [{k: v or "" for k, v in row.items()} for row in same] == rows


def test_controlled_content_has_the_digest_of_the_register(files: Mapping[str, bytes]) -> None:
    for row in table(files["register.csv"]):
        content = files[f"processes/{row['id']}/controlled.json"]
        assert row["digest"] == "v1:sha256:" + hashlib.sha256(content).hexdigest()


def test_coverage_counts_what_is_in_force(files: Mapping[str, bytes]) -> None:
    rows = {row["clause"]: row for row in table(files["coverage.csv"])}
    assert rows["1.1"]["cover"] == "in force"
    assert rows["1.1"]["lead"] == "EXA-010"


def test_no_person_is_named(example: Manual, files: Mapping[str, bytes]) -> None:
    """Controlled content is what was approved, byte for byte, with the codes of its authors."""
    for address, content in files.items():
        if not address.endswith("controlled.json"):
            for code in example.registers.people:
                assert f'"{code}"'.encode() not in content, address


def test_the_whole_manual_marks_what_is_inherited(files: Mapping[str, bytes]) -> None:
    whole = json.loads(files["manual.json"])
    by_id = {each["id"]: each for each in whole["definitions"]}
    assert by_id["EXA-011"]["inherited"]["owner"] == {"from": "EXA-010", "value": "head-of-it"}
    assert by_id["EXA-010"]["inherited"] == {}
    assert by_id["EXA-010"]["fields"]["inputs"][0]["from"] == ["party:user"]
    assert "people" not in whole["registers"]
    assert "roles" in whole["registers"]


def test_there_is_a_schema_for_every_file_that_people_write(files: Mapping[str, bytes]) -> None:
    names = {"definition", "manual", "standard", *ROW_TYPES}
    assert {f"schema/{name}.json" for name in names} <= set(files)
    tools = json.loads(files["schema/tools.json"])
    assert tools["required"] == ["tools"]
    assert tools["properties"]["tools"]["type"] == "array"
    for name in names:
        schema = json.loads(files[f"schema/{name}.json"])
        assert set(_references(schema)) <= {f"#/$defs/{part}" for part in schema.get("$defs", {})}


def _references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if "$ref" in value else []
        return own + [found for each in value.values() for found in _references(each)]
    return (
        [found for each in value for found in _references(each)] if isinstance(value, list) else []
    )


def test_the_schema_knows_every_key_that_is_written(files: Mapping[str, bytes]) -> None:
    known = json.loads(files["schema/definition.json"])["properties"]
    shipped = load(ROOT, datetime.date(2026, 11, 23)).manual
    for definition in shipped.definitions:
        assert set(definition.source.data) <= set(known)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert cell(text) == "'" + text
    assert as_csv(["a"], [[text]]).startswith(b"a\n")


def test_the_same_manual_gives_the_same_bytes_in_any_order_of_files(
    example: Manual, files: Mapping[str, bytes]
) -> None:
    copies = tuple(Definition.read(d.source, d.source.data) for d in reversed(example.definitions))
    again = exports.files(replace(example, definitions=copies))
    assert dict(again) == dict(files)
    assert list(again) == sorted(again)
    for name, content in again.items():
        assert name.endswith(".ics") or b"\r" not in content
