"""The menu of the manual as MkDocs' ``nav``, joined with the hand-written one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from markupsafe import escape
from mkdocs.structure.files import Files

from process_manual.pages.page import Menu


def index_addresses(menu: Iterable[Menu]) -> frozenset[str]:
    """Return the pages that stand for a whole section of the menu."""
    found: set[str] = set()
    for entry in menu:
        if entry.children:
            if entry.address:
                found.add(entry.address)
            found |= index_addresses(entry.children)
    return frozenset(found)


def navigation(
    written: Sequence[Any] | None,
    menu: Iterable[Menu],
    sources: Mapping[str, str],
    files: Files,
) -> list[Any]:
    """Return MkDocs' ``nav``: home, the manual's menu, then the other hand-written pages.

    ``written`` is the ``nav`` of mkdocs.yml (its first entry is the home page), ``sources`` the
    pretended source of each address.
    """
    manual = [_entry(entry, sources) for entry in menu]
    if written:
        return [written[0], *manual, *written[1:]]
    others = sorted(
        file.src_uri
        for file in files.documentation_pages()
        if file.src_uri not in sources.values() and file.inclusion.is_in_nav()
    )
    return [{"Home": sources["index.html"]}, *manual, *others]


def _entry(entry: Menu, sources: Mapping[str, str]) -> dict[str, Any]:
    """Return an entry of the menu; the theme writes the titles of sections out as they are."""
    title = str(escape(entry.title))
    own = sources[entry.address] if entry.address else None
    if not entry.children:
        return {title: own}
    children: list[Any] = [_entry(child, sources) for child in entry.children]
    return {title: [own, *children] if own else children}
