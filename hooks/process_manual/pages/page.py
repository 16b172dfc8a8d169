"""What a page is: an address, a title and sections. Titles and headings are plain text."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from markupsafe import Markup

from process_manual.diagnostics import Finding


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page with a heading of its own, which search finds and links can point at."""

    heading: str
    anchor: str
    html: Markup
    level: int = 2


@dataclass(frozen=True)
class Page:
    """One page of the site; ``address`` is the path of its file, such as ``roles/x/index.html``.

    ``lead_html`` stands under the title, before the first section. ``source_path`` is the file
    to edit, relative to the manual's root. ``search_words`` are everyday words under which people
    look for the page; a door may rank them above words in the text. ``kind`` names the type of
    page, for tests and CSS.
    """

    address: str
    title: str
    sections: tuple[Section, ...] = ()
    lead_html: Markup = field(default_factory=Markup)
    source_path: str | None = None
    source_line: int = 1
    searchable: bool = True
    search_words: tuple[str, ...] = ()
    search_boost: float = 1.0
    in_menu: bool = True
    description: str = ""
    kind: str = "page"
    findings: tuple[Finding, ...] = ()
    """What keeps the page from being published."""


@dataclass(frozen=True, slots=True)
class Menu:
    """An entry of the site's menu; without an address it is a heading only."""

    title: str
    address: str | None = None
    children: tuple[Menu, ...] = ()


@dataclass(frozen=True)
class Site:
    """All pages, each address once, and the menu that leads to them."""

    pages: tuple[Page, ...]
    menu: tuple[Menu, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What keeps pages from being published."""
        return tuple(finding for page in self.pages for finding in page.findings)

    @cached_property
    def by_address(self) -> dict[str, Page]:
        """Pages by address."""
        return {page.address: page for page in self.pages}
