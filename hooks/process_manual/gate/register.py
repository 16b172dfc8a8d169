"""The register of definitions and their pages: whether each has the other, and says the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from justhtml import Element, Node, Text

from process_manual.diagnostics import Finding, Location
from process_manual.gate import addresses
from process_manual.gate.document import UnreadableError, location, text_of
from process_manual.gate.page import Page, classes, finding, short

REGISTER = "register.json"
PRINTED = "uncontrolled when printed"
_PAGE = re.compile(r"processes/([^/]+)/(?:next/)?index\.html")
_CONTROL = "pm-control--definition"
_EDITION = "pm-edition"
_BUILD = "build the site again; a page and the register come from one manual"


@dataclass(frozen=True, slots=True)
class Shown:
    """What the first lines of a definition's page tell: words, days, and where they link to."""

    place: Location
    words: str
    days: frozenset[str]
    links: frozenset[str]
    names_edition: bool


def is_definition(path: str) -> bool:
    """Tell whether a page is that of a definition, or of its coming version."""
    return _PAGE.fullmatch(path) is not None


def shown(page: Page) -> Shown:
    """Return what a definition's page says of it as a controlled document."""
    top = next((e for e in page.elements if e.name == "dl" and _CONTROL in classes(e)), None)
    inside = list(_inside(top)) if top else []
    elements = [node for node in inside if isinstance(node, Element)]
    days = {element.attrs.get("datetime") or "" for element in elements if element.name == "time"}
    links = {
        addresses.resolve(addresses.read(element.attrs.get("href") or ""), page.path, "/") or ""
        for element in elements
        if element.name == "a"
    }
    text = " ".join(node.data or "" for node in inside if isinstance(node, Text))
    return Shown(
        location(page.path, top) if top else Location(page.path),
        " ".join(text.split()),
        frozenset(days),
        frozenset(links),
        any(_EDITION in classes(e) and "data-edition" in e.attrs for e in elements),
    )


def _inside(top: Element) -> Iterator[Node | Text]:
    """Yield all that stands in an element, in order, without recursion."""
    waiting: list[Node | Text] = [top]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.children or ()))


def faults(top: Path, pages: Mapping[str, Shown], files: frozenset[str]) -> Iterator[Finding]:
    """Yield where the register and the pages do not have each other, or differ.

    A site with neither is no manual, and has nothing to compare.
    """
    if not pages and REGISTER not in files:
        return
    rows = _rows(top) if REGISTER in files else "is missing"
    if isinstance(rows, str):
        yield finding("MAN-001", Location(REGISTER), f"the register {rows}", _BUILD)
        return
    expected = _addresses(rows)
    for path in sorted(pages.keys() - expected.keys()):
        message = f"the register has no row for {short(path)}"
        yield finding("MAN-001", Location(path), message, _BUILD)
    for path, row in expected.items():
        if path in pages:
            yield from _differences(pages[path], row)
        else:
            message = f"`{short(str(row.get('id')))}` has no page: {short(path)} is missing"
            yield finding("MAN-001", Location(REGISTER), message, _BUILD)


def _rows(top: Path) -> Sequence[Mapping[str, Any]] | str:
    """Return the rows of the register, or what is wrong with it."""
    try:
        found = json.loads(text_of(top / REGISTER))["definitions"]
    except UnreadableError as error:
        return f"cannot be read: {error.message}"
    except (ValueError, KeyError, TypeError, RecursionError):
        return "is not the JSON that the build writes"
    if isinstance(found, list) and all(isinstance(row, dict) for row in found):
        return found
    return "is not a list of definitions"


def _addresses(rows: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Return the rows by the page that each must have; a second row of an id is what is coming."""
    found: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        path = f"processes/{row.get('id')}/index.html"
        if path in found:
            path = f"processes/{row.get('id')}/next/index.html"
        found[path] = row
    return found


def _differences(page: Shown, row: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what of its row, and of its edition, a page does not show in its first lines."""
    missing = [
        f"its {name} `{short(str(row[name]))}`"
        for name in ("id", "version", "state")
        if row.get(name) and not _says(page.words, str(row[name]))
    ]
    if (day := row.get("effective_from")) and row.get("state") != "retired":
        missing += (
            [f"the day from which it holds, {short(str(day))}"] if day not in page.days else []
        )
    owner = f"roles/{row.get('owner')}/index.html"
    if row.get("owner") and row.get("state") != "retired" and owner not in page.links:
        missing.append(f"its owner `{short(str(row['owner']))}`")
    if not page.names_edition:
        missing.append("its edition")
    if PRINTED not in page.words.lower():
        missing.append(f"“{PRINTED}”")
    for what in missing:
        message = f"the first lines of the page do not show {what}"
        yield finding("MAN-005", page.place, message, _BUILD)


def _says(words: str, text: str) -> bool:
    """Tell whether words hold a text as a whole: 1.1 does not stand in 11.12."""
    return re.search(rf"(?<![\w.]){re.escape(text)}(?![\w]|\.\d)", words) is not None
