"""The search index: the theme shows its titles and texts as HTML, and links to its places."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from process_manual.diagnostics import Finding, Location
from process_manual.gate import addresses, policy
from process_manual.gate.checks import text_faults
from process_manual.gate.document import UnreadableError, elements
from process_manual.gate.page import Page, Reference, finding, short

INDEX = "search/search_index.json"
PREFIX = b"var __index = "
"""How the index begins as a script, which a page in a folder must use."""
_LANGUAGE = re.compile(r"[a-z]{2}")

Entry = dict[str, object]


def read(top: Path, files: frozenset[str]) -> Iterator[Finding | Reference]:
    """Yield what is wrong in the index of the site below ``top``, and the places that it names.

    A site without an index has no search.
    """
    data = (top / INDEX).read_bytes() if INDEX in files else b""
    if policy.INDEX_SCRIPT in files and (top / policy.INDEX_SCRIPT).read_bytes() != PREFIX + data:
        yield _finding(policy.INDEX_SCRIPT, "the script differs from the search index")
    if not data:
        return
    entries = _entries(data)
    if entries is None:
        yield _finding(INDEX, "this is not a search index")
    for entry in entries or ():
        place = str(entry.get("location", ""))
        yield from _shown_as_html(place, entry)
        address = addresses.read(place)
        if address.is_elsewhere:
            yield _finding(INDEX, f"`{short(place)}` is no page of the site")
        else:
            yield Reference(Location(INDEX), address, "")


def _entries(data: bytes) -> list[Entry] | None:
    """Return the entries of an index that has the form that the theme writes, or None."""
    try:
        index = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(index, dict) or index.keys() - policy.INDEX_KEYS:
        return None
    entries, config = index.get("docs"), index.get("config", {})
    if not (isinstance(entries, list) and all(map(_is_entry, entries)) and _is_config(config)):
        return None
    return entries


def _is_config(config: object) -> bool:
    """Tell whether the settings of the search name no files but those of languages."""
    languages = config.get("lang", []) if isinstance(config, dict) else None
    return isinstance(languages, list) and all(
        isinstance(each, str) and _LANGUAGE.fullmatch(each) for each in languages
    )


def _is_entry(entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and not entry.keys() - policy.ENTRY_KEYS
        and all(isinstance(entry.get(key, ""), str) for key in ("location", "text", "title"))
        and isinstance(tags := entry.get("tags", []), list)
        and all(isinstance(tag, str) for tag in tags)
    )


def _shown_as_html(place: str, entry: Entry) -> Iterator[Finding]:
    tags = entry.get("tags", [])
    assert isinstance(tags, list)
    for text in (entry.get("title", ""), entry.get("text", ""), *tags):
        if not isinstance(text, str) or "<" not in text:
            continue
        try:
            page = Page(INDEX, text, elements(text))
        except UnreadableError as error:
            yield _finding(INDEX, f"{error.message} (entry `{short(place)}`)")
            continue
        for fault in text_faults(page):
            message = f"{fault.message} (entry `{short(place)}`)"
            yield finding(fault.code, Location(INDEX), message, fault.hint)


def _finding(path: str, message: str) -> Finding:
    return finding("GAT-014", Location(path), message, "build the site again")
