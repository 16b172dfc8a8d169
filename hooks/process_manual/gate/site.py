"""A whole built site: its files, its pages, and whether what they name is there."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from process_manual.diagnostics import Finding, Location, in_order
from process_manual.gate import addresses, files, policy, register, search
from process_manual.gate.checks import findings
from process_manual.gate.document import UnreadableError, elements, text_of
from process_manual.gate.page import Page, Reference, anchors, finding, references, short

MAX_GUESSES = 50
"""How often to look for what a broken link may have meant; a hostile page has thousands."""

Watch = Callable[[Sequence[str]], Iterable[str]]
"""Wraps the list of pages while they are read, to show progress."""


@dataclass(slots=True)
class Site:
    """What is on a site: plain files by their path, and the pages that were read."""

    served_at: str
    files: frozenset[str] = frozenset()
    anchors: dict[str, frozenset[str]] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)
    definitions: dict[str, register.Shown] = field(default_factory=dict)
    guesses: int = MAX_GUESSES

    @property
    def pages(self) -> list[str]:
        """The paths of all pages, in order."""
        kinds = policy.PAGES
        return sorted(path for path in self.files if PurePosixPath(path).suffix.lower() in kinds)

    def keep_references(self, found: Iterable[Finding | Reference]) -> Iterator[Finding]:
        """Yield the findings; where the addresses among them lead is asked when all is read."""
        for each in found:
            if isinstance(each, Reference):
                self.references.append(each)
            else:
                yield each


def inspect(top: Path, served_at: str = "/", watch: Watch = iter) -> tuple[Finding, ...]:
    """Return all that is wrong with the site below ``top``.

    ``served_at`` is the path of its address; only ``404.html`` names it.
    """
    plain, found = files.below(top)
    site = Site(served_at, frozenset(plain))
    pages = site.pages
    for path in watch(pages):
        found += _page(top, path, site)
    for path in site.files.difference(pages):
        found += site.keep_references(files.read(top, path))
    found += site.keep_references(search.read(top, site.files))
    found += register.faults(top, site.definitions, site.files)
    for reference in site.references:
        found += _leads_nowhere(reference, site)
    return in_order(found)


def _page(top: Path, path: str, site: Site) -> Iterator[Finding]:
    """Read one page; keep only what other pages ask of it."""
    try:
        text = text_of(top / path)
        page = Page(path, text, elements(text), site.served_at)
    except UnreadableError as error:
        place = Location(path, error.line, error.column)
        yield finding("GAT-001", place, error.message, error.hint)
        return
    site.anchors[path] = anchors(page)
    site.references += references(page)
    if register.is_definition(path):
        site.definitions[path] = register.shown(page)
    yield from findings(page)


def _leads_nowhere(reference: Reference, site: Site) -> Iterator[Finding]:
    address, place = reference.address, reference.location
    target = addresses.resolve(address, reference.page, site.served_at)
    if target is None:
        message = f"`{short(address.text)}` leads out of the site"
        hint = "link to a page of the manual, or write a whole address (or say --served-at)"
        yield finding("GAT-011", place, message, hint)
        return
    path = target if target in site.files else f"{target.rstrip('/')}/index.html".lstrip("/")
    if path not in site.files:
        message = f"`{short(address.text)}` leads to nothing"
        yield finding("GAT-011", place, message, _meant(target, site.files, site))
    elif path in site.anchors and not _is_there(address.anchor, site.anchors[path]):
        message = f"`{short(address.text)}` names a place that {path} does not have"
        yield finding("GAT-012", place, message, _meant(address.anchor, site.anchors[path], site))


def _is_there(anchor: str, known: frozenset[str]) -> bool:
    name = anchor.partition(":~:")[0]  # what follows is text for the browser to mark
    return name in known or name.lower() == "top"


def _meant(name: str, known: Iterable[str], site: Site) -> str:
    site.guesses -= 1
    if name and site.guesses >= 0:
        for near in difflib.get_close_matches(name[:200], known, n=1, cutoff=0.8):
            return f"did you mean `{short(near)}`?"
    return "mend the link, or what it leads to"
