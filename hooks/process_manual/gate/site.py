"""A whole built site: its files, its pages, and whether what they name is there."""

from __future__ import annotations

import difflib
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from process_manual.diagnostics import Finding, Location, in_order
from process_manual.gate import addresses, policy, search
from process_manual.gate.document import UnreadableError, elements, text_of
from process_manual.gate.page import (
    Page,
    Reference,
    anchors,
    finding,
    findings,
    references,
    short,
)

PAGES = frozenset({".htm", ".html"})
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
    guesses: int = MAX_GUESSES

    @property
    def pages(self) -> list[str]:
        """The paths of all pages, in order."""
        return sorted(path for path in self.files if PurePosixPath(path).suffix.lower() in PAGES)


def inspect(top: Path, served_at: str = "/", watch: Watch = iter) -> tuple[Finding, ...]:
    """Return all that is wrong with the site below ``top``.

    ``served_at`` is the path of its address; only ``404.html`` names it.
    """
    site = Site(served_at)
    files, found = files_below(top)
    site.files = frozenset(files)
    found += _active_files(site)
    for path in watch(site.pages):
        found += _page(top, path, site)
    index = search.read(top, site.files)
    found += index.findings
    site.references += index.references
    for reference in site.references:
        found += _leads_nowhere(reference, site)
    return in_order(found)


def files_below(top: Path) -> tuple[list[str], list[Finding]]:
    """Return the plain files, and findings for what else there is; follow no link."""
    plain: list[str] = []
    found: list[Finding] = []
    waiting = [top]
    while waiting:
        path = waiting.pop()
        name = path.relative_to(top).as_posix()
        try:
            if path.is_dir() and (path == top or not path.is_symlink()):
                waiting.extend(path.iterdir())
                continue
            is_plain = stat.S_ISREG(path.lstat().st_mode)
        except OSError as error:
            found.append(_unreadable(name, f"cannot be read: {error.strerror}"))
            continue
        if not name.isprintable():
            found.append(_unreadable(name, "the name has characters that nobody can see"))
        elif is_plain:
            plain.append(name)
        else:
            found.append(_unreadable(name, "this is a link or a device, no plain file"))
    return plain, found


def _unreadable(name: str, message: str) -> Finding:
    return finding("GAT-001", Location(short(name)), message, "put the file itself here")


def _active_files(site: Site) -> Iterator[Finding]:
    for path in site.files:
        if PurePosixPath(path).suffix.lower() in policy.ACTIVE and not policy.is_script(path):
            message = "this file would run in a browser, and is not one of the theme's or ours"
            hint = "take it out; the security policy trusts every script on the site"
            yield finding("GAT-003", Location(path), message, hint)


def _page(top: Path, path: str, site: Site) -> Iterator[Finding]:
    """Read one page; keep only what other pages ask of it."""
    try:
        page = Page(path, elements(text_of(top / path)), site.served_at)
    except UnreadableError as error:
        place = Location(path, error.line, error.column)
        yield finding("GAT-001", place, error.message, error.hint)
        return
    site.anchors[path] = anchors(page)
    site.references += references(page)
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
