"""Manuals in which hostile texts stand in every field, and a door that lets them through."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import BaseModel
from yaml import BaseLoader

from process_manual.loading.characters import HIDDEN
from process_manual.model.definition import Definition
from process_manual.model.policy import Policy
from process_manual.model.registers import ROW_TYPES
from process_manual.model.standards import Standard
from tests.projects import example_files

Schema = Mapping[str, Any]

UNCHECKED = """
import contextlib, dataclasses, runpy, sys
from process_manual.checking import Report
from process_manual.loading import files
from process_manual.mkdocs_plugin import handwritten, plugin
from process_manual.pages import narrative
from process_manual.pages.page import Site

def some(*how, real=plugin.check):
    report = real(*how)
    found = report.findings
    return dataclasses.replace(report, findings=found[:: max(1, len(found) // 400)])

plugin.check = some
Report.errors = property(lambda self: ())
Site.findings = property(lambda self: ())
handwritten.findings = lambda config, manual: iter(())
files._hidden = lambda name, text: ()
narrative.time_limit = contextlib.nullcontext
files.MAX_FRONT_MATTER = files.MAX_DEFINITION = files.MAX_REGISTER = 1 << 26
sys.argv = ["mkdocs", "build", "-q"]
runpy.run_module("mkdocs", run_name="__main__")
"""
"""Builds although the checks have errors and texts cannot be published: for tests only.

Pages show some of the findings; all of them would be many times as long as the manual.
"""


def filled(model: type[BaseModel], payloads: Sequence[str]) -> dict[str, Any]:
    """Return data for ``model`` in which every text field, at any depth, holds payloads.

    A text holds all payloads, one after the other; a list has one item for each.
    """
    schema = _schema(model)
    found: dict[str, Any] = _fill(schema, schema.get("$defs", {}), payloads)
    return found


@cache
def _schema(model: type[BaseModel]) -> Schema:
    return model.model_json_schema()


def _fill(schema: Schema, models: Mapping[str, Schema], payloads: Sequence[str]) -> Any:
    if "$ref" in schema:
        return _fill(models[schema["$ref"].rsplit("/", 1)[-1]], models, payloads)
    if "anyOf" in schema:
        choices = [each for each in schema["anyOf"] if each.get("type") != "null"]
        return _fill(choices[-1], models, payloads)
    if "enum" in schema:
        return schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    kind = schema.get("type")
    if kind == "array":
        if "prefixItems" in schema:
            return [_fill(each, models, payloads[:1]) for each in schema["prefixItems"]]
        return [_fill(schema["items"], models, [payload]) for payload in payloads]
    if kind == "object" and "properties" in schema:
        fields = enumerate(schema["properties"].items())  # another payload comes first in each
        return {name: _fill(each, models, _from(i, payloads)) for i, (name, each) in fields}
    if kind == "object":
        value = schema.get("additionalProperties", {})
        return {letter: _fill(value, models, payloads) for letter in "RA"}
    return _scalar(schema, kind, payloads)


def _from(start: int, payloads: Sequence[str]) -> Sequence[str]:
    """Return the payloads in turn, from one of them on."""
    start %= len(payloads)
    return (*payloads[start:], *payloads[:start])


def _scalar(schema: Schema, kind: object, payloads: Sequence[str]) -> str:
    if schema.get("format") == "date":
        return "2026-06-01"
    if "pattern" in schema:
        return "1.0"
    if kind == ["string", "integer"]:
        return "2026-04"
    return {"boolean": "true", "integer": "12", "number": "95"}.get(
        str(kind), " ".join(payload.strip() or "x" for payload in payloads)
    )


def texts(data: Any) -> Iterable[str]:
    """Yield every text in ``data``."""
    if isinstance(data, str):
        yield data
    else:
        for each in data.values() if isinstance(data, Mapping) else data:
            yield from texts(each)


def yaml(data: Any) -> str:
    """Return ``data`` as YAML whose texts may hold any character: as a code, if it is refused."""
    return HIDDEN.sub(lambda sign: f"\\U{ord(sign[0]):08x}", json.dumps(data, ensure_ascii=False))


def in_markdown(payload: str) -> tuple[str, ...]:
    """Return a payload at the places that Markdown has for a text."""
    line = " ".join(payload.split("\n"))
    cell = line.replace("|", "\\|")
    return (
        f"{payload}\n",
        f"Before {line} after\n",
        f"## {line}\n",
        f"[text]({line})\n",
        f"[text](<{line}>)\n",
        f'[text](https://intranet.example.org "{line}")\n',
        f"[{line}](https://intranet.example.org)\n",
        f"| {cell} | b |\n| --- | --- |\n| {cell} | [{cell}]({cell}) |\n",
        f"- {line}\n\n    1. *{line}* and `{line}`\n",
        f"> {line}\n",
        f'!!! note "{line}"\n    {line}\n',
        f"Term {line}\n:   {line}\n",
        f"```{line}\n{line}\n```\n",
    )


def body(payloads: Iterable[str]) -> str:
    """Return a narrative that holds every payload at every place."""
    return "\n".join(part for payload in payloads for part in in_markdown(payload))


DEFINITION = "processes/example/EXA-{:03}-hostile.md"


def definition(number: int, payloads: Sequence[str], text: str = "", **fields: Any) -> str:
    """Return a definition with the payloads in every field; its narrative is ``text``, or they."""
    data = filled(Definition, payloads)
    data |= {"id": f"EXA-{number:03}", "area": "example", "kind": "process", "parent": None}
    data |= {"status": ("draft", "approved", "in_review")[number % 3], "retired": None}
    data |= fields
    if data["status"] == "retired":
        data["retired"] = filled(Definition, payloads)["retired"]
    data = {key: value for key, value in data.items() if value is not None}
    return f"---\n{yaml(data)}\n---\n{text or body(payloads)}"


def register(name: str, payloads: Sequence[str], more: Sequence[Any] = ()) -> str:
    """Return a register in which each row holds a payload in every text field, and some more rows.

    Rows that have a page of their own get plain ids; their pages would otherwise overwrite each
    other, since an address is made of the id.
    """
    rows = []
    for i, payload in enumerate(payloads):
        row = filled(ROW_TYPES[name], [payload])
        if name in ("areas", "roles", "plan"):
            row["id"] = f"{name}-{i}"
            row |= {"area": "example"} if name == "plan" and i > 2 else {}
        if name == "waivers":
            row |= {"rule": "SAF-003", "until": "2027-01-01"}
        rows.append(row)
    if name == "areas":
        more = [{**filled(ROW_TYPES[name], payloads), "id": "example", "prefix": "EXA"}]
    rows += more
    return f"{name}:\n" + "".join(f"- {yaml(row)}\n" for row in rows)


def linked(texts: Iterable[str]) -> dict[str, Any]:
    """Return the files of the example manual as data, with hostile texts for its own.

    Its ids stay, so that links are made, which show the texts at places where no id leads nowhere.
    """
    turns = itertools.cycle(texts)

    def hostile(data: Any) -> Any:
        if isinstance(data, str):
            return next(turns) if " " in data else data
        if isinstance(data, list):
            return [hostile(each) for each in data]
        return {key: hostile(each) for key, each in data.items()}

    files = {name: content.decode() for name, content in example_files().items()}
    return {
        name: hostile(base_loaded(text.split("---\n")[1] if name.endswith(".md") else text))
        for name, text in files.items()
    }


def base_loaded(text: str) -> Any:
    """Return YAML as data in which every scalar is a text."""
    return BaseLoader(text).get_data()


def manual_files(payloads: Sequence[str], a_page: int = 40) -> dict[str, str | bytes]:
    """Return a whole manual full of payloads, ``a_page`` of them in each definition."""
    parts = [payloads[i : i + a_page] for i in range(0, len(payloads), a_page)]
    files: dict[str, str | bytes] = {
        DEFINITION.format(100 + i): definition(100 + i, part) for i, part in enumerate(parts)
    }
    first = parts[0][:8]
    files[DEFINITION.format(990)] = definition(990, first, status="retired")
    files[DEFINITION.format(991)] = definition(991, first, id="<img src=x onerror=alert(1)>")
    files[DEFINITION.format(992)] = definition(992, first, status="approved")
    files[DEFINITION.format(992)[:-3] + ".next.md"] = definition(992, first, status="approved")
    example = linked(" ".join(part) for part in parts)
    for name, data in example.items():
        if name.endswith(".md"):
            files[name] = f"---\n{yaml(data)}\n---\n{body(first)}"
        elif "/standards/" in name:
            files[name] = yaml(data)
    for name in ROW_TYPES:
        some = [" ".join(part) for part in parts] if name in ("roles", "areas") else payloads
        rows = example.get(f"processes/registers/{name}.yml", {}).get(name, [])
        files[f"processes/registers/{name}.yml"] = register(name, some, rows)
    standard = filled(Standard, first)
    standard["standard"]["id"] = "hostile"
    files["processes/standards/hostile.yml"] = yaml(standard)
    policy = filled(Policy, first) | {"id_pattern": "{prefix}-\\d{3}"}
    policy["standards"][0] |= {"id": "hostile", "status": "claimed"}
    policy["standards"][1] |= {"id": "example-standard", "status": "claimed"}
    files["processes/manual.yml"] = yaml(policy)
    return files
