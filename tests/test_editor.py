"""What is set up for an editor: schemas, which is for which file, and the task that checks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from click.testing import CliRunner
from jsonschema import Draft7Validator

from process_manual.cli import main
from process_manual.diagnostics import Finding, Location, Severity
from process_manual.exports import schema
from process_manual.model.registers import ROW_TYPES
from process_manual.writers import text
from tests.support import ROOT


def _fields(whole: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every field of a schema with the name of its model."""
    for name, part in ((whole["title"], whole), *whole.get("$defs", {}).items()):
        for field, of_field in part.get("properties", {}).items():
            if part is not whole or name not in ROW_TYPES:
                yield f"{name}.{field}", of_field


@pytest.mark.parametrize("name", schema.for_editors())
def test_every_field_says_what_it_means_and_shows_an_example_that_holds(name: str) -> None:
    whole = json.loads(schema.for_editors()[name])
    Draft7Validator.check_schema(whole)
    for field, of_field in _fields(whole):
        of_type = whole.get("$defs", {}).get(of_field.get("$ref", "").rpartition("/")[2], {})
        assert of_field.get("description") or of_type.get("description"), field
        (example,) = of_field["examples"]
        Draft7Validator({**of_field, "$defs": whole.get("$defs", {})}).validate(example)


@pytest.mark.parametrize("path", sorted((ROOT / "processes").rglob("*.md")), ids=lambda p: p.stem)
def test_the_schema_that_editors_have_accepts_what_ships(path: Path) -> None:
    whole = json.loads((ROOT / ".vscode/schema/definition.json").read_text("utf-8"))
    fields = yaml.load(path.read_text("utf-8").split("---\n")[1], _CoreLoader)
    assert not [error.message for error in Draft7Validator(whole).iter_errors(fields)]


class _CoreLoader(yaml.SafeLoader):
    """Reads as editors do, by YAML 1.2: a date is a text, and so are ``on`` and ``no``."""


_CoreLoader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in rules if not tag.endswith((":timestamp", ":bool"))]
    for letter, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_CoreLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), ["t", "f"])


def test_editors_have_the_schemas_of_today_and_know_which_is_for_which_file() -> None:
    folder = ROOT / ".vscode/schema"
    held = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert held == dict(schema.for_editors()), "run `make schema`"
    settings = json.loads((ROOT / ".vscode/settings.json").read_text("utf-8"))
    assert {Path(each).name for each in settings["yaml.schemas"]} == set(held) - {"definition.json"}
    for each, files in settings["yaml.schemas"].items():
        assert (ROOT / each).is_file()
        assert list(ROOT.glob(files)) or files == "processes/baseline.yml", files
    assert "./.vscode/schema/definition.json" in (ROOT / ".remarkrc.mjs").read_text("utf-8")


def test_the_editor_s_task_reads_what_check_prints() -> None:
    tasks = json.loads((ROOT / ".vscode/tasks.json").read_text("utf-8"))
    pattern = re.compile(tasks["tasks"][0]["problemMatcher"]["pattern"]["regexp"])
    finding = Finding(Location("processes/a.md", 3, 5), "RAC-001", Severity.ERROR, "two roles")
    line = click.unstyle(next(iter(text.lines([finding]))))
    found = pattern.fullmatch(line)
    assert found
    assert found.groups() == ("processes/a.md", "3", "5", "error", "RAC-001", "two roles")


def test_schemas_are_written_for_a_manual_elsewhere(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["schema", str(tmp_path / "new"), "--dry-run"])
    assert (done.exit_code, (tmp_path / "new").exists()) == (0, False)
    done = CliRunner().invoke(main, ["schema", str(tmp_path / "new")])
    assert done.exit_code == 0
    assert {p.name: p.read_bytes() for p in (tmp_path / "new").iterdir()} == schema.for_editors()
    (tmp_path / "file").write_text("x")
    refused = CliRunner().invoke(main, ["schema", str(tmp_path / "file/new")])
    assert refused.exit_code == 2
    assert "cannot make" in refused.output
