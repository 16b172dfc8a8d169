"""The search index: the theme shows its titles and texts as HTML, and links to its places."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from process_manual.diagnostics import Finding, Location
from process_manual.gate import addresses
from process_manual.gate.document import UnreadableError, elements
from process_manual.gate.page import (
    TEXT_CHECKS,
    Page,
    Reference,
    finding,
    short,
)

INDEX = "search/search_index.json"
SCRIPT = "search/search_index.js"
PREFIX = b"var __index = "
"""How the index begins as a script, which a page in a folder must use."""


@dataclass(slots=True)
class Index:
    """What is wrong in the index, and the places that it names."""

    findings: list[Finding] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)


def read(top: Path, files: frozenset[str]) -> Index:
    """Check the index of the site below ``top``; a site without one has no search."""
    found = Index()
    data = (top / INDEX).read_bytes() if INDEX in files else b""
    if SCRIPT in files and (top / SCRIPT).read_bytes() != PREFIX + data:
        message = "the script differs from the search index"
        found.findings.append(_finding(SCRIPT, message))
    if data:
        entries = _entries(data)
        if entries is None:
            found.findings.append(_finding(INDEX, "this is not a search index"))
        for entry in entries or ():
            place = str(entry.get("location", ""))
            found.findings += _shown_as_html(place, entry)
            address = addresses.read(place)
            if address.is_elsewhere:
                found.findings.append(_finding(INDEX, f"`{short(place)}` is no page of the site"))
            else:
                found.references.append(Reference(Location(INDEX), address, ""))
    return found


def _entries(data: bytes) -> list[dict[str, object]] | None:
    try:
        entries = json.loads(data)["docs"]
    except (ValueError, RecursionError, KeyError, TypeError):
        return None
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        return None
    return entries


def _shown_as_html(place: str, entry: dict[str, object]) -> Iterator[Finding]:
    tags = entry.get("tags")
    texts = [entry.get("title"), entry.get("text"), *(tags if isinstance(tags, list) else ())]
    for text in texts:
        if not isinstance(text, str) or "<" not in text:
            continue
        try:
            page = Page(INDEX, elements(text))
        except UnreadableError as error:
            yield _finding(INDEX, f"{error.message} (entry `{short(place)}`)")
            continue
        for check in TEXT_CHECKS:
            for fault in check(page):
                message = f"{fault.message} (entry `{short(place)}`)"
                yield finding(fault.code, Location(INDEX), message, fault.hint)


def _finding(path: str, message: str) -> Finding:
    return finding("GAT-014", Location(path), message, "build the site again")
