"""A page of the manual as MkDocs knows pages: nothing is read from disk or converted twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from posixpath import relpath
from typing import Any
from urllib.parse import urljoin

from markupsafe import Markup, escape
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.structure.toc import get_toc

from process_manual.mkdocs_plugin import search
from process_manual.pages.page import Page, Section


class ManualPage(MkDocsPage):
    """Shows a ``Page``. MkDocs keeps it, because ``file.page`` is already set."""

    def __init__(self, file: File, config: MkDocsConfig, page: Page, edit_url: str | None) -> None:
        # The theme writes titles out as they are, so they must be escaped here.
        super().__init__(str(escape(page.title)), file, config)
        self.edit_url = edit_url
        self._page = page

    def read_source(self, config: MkDocsConfig) -> None:
        """Set the metadata that theme and search look at."""
        self.markdown = ""
        boost = {"boost": self._page.search_boost}
        self.meta = {
            "title": self.title,
            "search": boost if self._page.searchable else {"exclude": True},
        }
        if self._page.description:
            self.meta["description"] = str(escape(self._page.description))

    def leave_to_search(self, config: MkDocsConfig) -> None:
        """Add the page to the search index, and tell the search plugin not to parse it again."""
        if self._page.searchable and search.add_entries(config, self._page):
            self.meta["search"] = {"exclude": True}

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """Set content and table of contents from the page's sections."""
        self.content = content(self._page)
        self.toc = get_toc(list(_tokens(self._page.sections)))


def content(page: Page) -> str:
    """Return a page as HTML: title, lead, then every section under its heading."""
    parts = [Markup("<h1>{}</h1>\n").format(page.title), page.lead_html]
    parts += [_section(section) for section in page.sections]
    return str(Markup("").join(parts))


def sections_html(sections: Sequence[Section]) -> str:
    """Return sections alone as HTML, to follow a hand-written text."""
    return str(Markup("").join(_section(section) for section in sections))


def _section(section: Section) -> Markup:
    heading = Markup(
        '<h{level} id="{anchor}">{heading}'
        '<a class="headerlink" href="#{anchor}" title="Link to this section"'
        ' aria-label="Link to this section">¶</a></h{level}>\n{html}\n'
    )
    return heading.format(
        level=section.level, anchor=section.anchor, heading=section.heading, html=section.html
    )


def _tokens(sections: Sequence[Section]) -> Iterator[Any]:
    """Yield table-of-contents entries; a section nests under the one of a higher level."""
    index = 0
    while index < len(sections):
        section = sections[index]
        end = index + 1
        while end < len(sections) and sections[end].level > section.level:
            end += 1
        yield {
            "level": section.level,
            "id": section.anchor,
            "name": str(escape(section.heading)),
            "children": list(_tokens(sections[index + 1 : end])),
        }
        index = end


def edit_url(config: MkDocsConfig, root_to_docs: str, source_path: str | None) -> str | None:
    """Return where a file under ``processes/`` is edited.

    ``edit_uri`` leads to the docs folder; ``root_to_docs`` is that folder as seen from the root.
    """
    base = config.edit_uri
    if not source_path or not base or not base.startswith(("https://", "http://")):
        return None
    return urljoin(base if base.endswith("/") else base + "/", relpath(source_path, root_to_docs))
