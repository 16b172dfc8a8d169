"""Hand-written pages under ``docs/``: Markdown without raw HTML, titles that stay text.

Anybody who can open a pull request writes them, and the theme writes titles and metadata out as
they are. The rules find what is not allowed; this holds where a rule did not.
"""

from __future__ import annotations

import html
import logging
import re
from xml.etree.ElementTree import Element

from markdown import Extension, Markdown
from markdown.treeprocessors import Treeprocessor
from markupsafe import escape
from mkdocs.exceptions import Abort
from mkdocs.structure.pages import Page

from process_manual.rules.safety import PAGE_FIELDS, address_fault

log = logging.getLogger("mkdocs.plugins.process_manual")

_ADDRESSES = ("href", "src")
_RESERVED = re.compile(r"^_+")


class PlainMarkdown(Extension):
    """Turns raw HTML into text, and refuses addresses that are not allowed.

    The theme finds its own parts by ids that begin with ``__``: no heading may have such a one.
    """

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Markdown's name
        """Take out what reads HTML, and look at the finished tree."""
        md.preprocessors.deregister("html_block", strict=False)
        md.inlinePatterns.deregister("html", strict=False)
        md.treeprocessors.register(_Addresses(md), "process-manual-addresses", -100)


class _Addresses(Treeprocessor):
    """Stops the build at an address that would run something; it must never be silently gone."""

    def run(self, root: Element) -> None:
        """Look at every address, and free the theme's own ids."""
        for element in root.iter():
            for key in _ADDRESSES:
                url = element.get(key)
                if url and (fault := address_fault(url, is_image=element.tag == "img")):
                    log.error("%s (`%s`)", fault[0], url)
                    raise Abort("A hand-written page has an address that is not allowed.")
            if (anchor := element.get("id")) and anchor.startswith("_"):
                element.set("id", _RESERVED.sub("page-", anchor))


def tame(page: Page) -> None:
    """Keep the metadata that pages may set, as text: the theme writes it out unescaped."""
    for key in list(page.meta):
        if key not in PAGE_FIELDS:
            del page.meta[key]
    for key in ("title", "description"):
        if key in page.meta:
            page.meta[key] = str(escape(html.unescape(str(page.meta[key]))))
