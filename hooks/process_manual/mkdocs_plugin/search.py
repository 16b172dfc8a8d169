"""Search entries taken from the sections of our pages.

Material's search plugin would parse every finished page back out of its HTML to find what we
already know; that was a third of the time of a build.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from markupsafe import Markup, escape
from mkdocs.config.defaults import MkDocsConfig

from process_manual.pages.page import Page

PLUGIN = "material/search"


def add_entries(config: MkDocsConfig, page: Page) -> bool:
    """Add the entries of ``page`` to Material's index; False when that plugin is not there.

    The theme shows titles and texts of results as HTML, so both are escaped here.
    """
    plugin: Any = config.plugins.get(PLUGIN)
    index = getattr(plugin, "search_index", None)
    if index is None:
        return False
    location = quote(page.address)
    lead = Markup("{} {}").format(page.description, page.lead_html)
    _add(index, location, page.title, lead, page.search_boost)
    if page.search_words:  # readers' own words for it count most
        index.entries[-1]["tags"] = [str(escape(word)) for word in page.search_words]
    for section in page.sections:
        place = f"{location}#{section.anchor}"
        _add(index, place, section.heading, section.html, page.search_boost)
    return True


def without_asterisks(index: str) -> str:
    """Return a search index in which an asterisk of a text is one that only looks like it.

    The theme's search takes one in a text for a wildcard, and then some queries end in an error.
    """
    settings, mark, entries = index.partition('"docs":')
    return settings + mark + entries.replace("*", "\N{ASTERISK OPERATOR}")


def _add(index: Any, location: str, title: str, html: Markup, boost: float) -> None:
    entry: dict[str, Any] = {
        "location": location,
        "title": str(escape(title)),
        "text": str(escape(html.striptags())),
    }
    if boost != 1:
        entry["boost"] = boost
    index.entries.append(entry)
