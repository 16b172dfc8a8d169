"""Hand-written pages under ``docs/``: Markdown without raw HTML, titles that stay text.

Anybody who can open a pull request writes them, and the theme writes titles and metadata out as
they are. The rules find what is not allowed; this holds where a rule did not.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element

from markdown import Extension, Markdown
from markdown.extensions.fenced_code import FencedBlockPreprocessor
from markdown.treeprocessors import Treeprocessor
from markupsafe import escape
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import BuildError
from mkdocs.structure.pages import Page

from process_manual.diagnostics import Finding, Location, Severity
from process_manual.limits import TooLongError, time_limit
from process_manual.model.manual import Manual
from process_manual.model.source import Source
from process_manual.rules.safety import PAGE_FIELDS, address_fault

_ADDRESSES = ("href", "src")
_RESERVED = re.compile(r"^_+")
_RUNNING = re.compile(r"on.*|srcset|srcdoc|ping|background|poster|data|(form)?action", re.I)
"""Attributes that run or load something; extensions such as attr_list let a text set any."""


class RefusedAddressError(BuildError):
    """A page has an address, or an attribute, that is not allowed."""

    def __init__(self, url: str, message: str, hint: str) -> None:
        super().__init__(f"{message} (`{url}`)")
        self.url, self.reason, self.hint = url, message, hint


class PlainMarkdown(Extension):
    """Turns raw HTML into text, and refuses addresses that are not allowed.

    The theme finds its own parts by ids that begin with ``__``: no heading may have such a one.
    """

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Markdown's name
        """Take out what reads HTML, and look at the finished tree."""
        md.preprocessors.deregister("html_block", strict=False)
        md.inlinePatterns.deregister("html", strict=False)
        if "fenced_code_block" in md.preprocessors:
            fences = md.preprocessors["fenced_code_block"]
            if isinstance(fences, FencedBlockPreprocessor):
                settings = fences.config  # type: ignore[attr-defined]  # the stubs lack it
                md.preprocessors.register(_Fences(md, settings), "fenced_code_block", 25)
        md.treeprocessors.register(_Addresses(md), "process-manual-addresses", -100)


class _Fences(FencedBlockPreprocessor):
    """Reads fenced code with a language, and leaves out what else may stand in braces.

    The theme takes its own settings from whatever has the id ``__config``, and for the class
    ``mermaid`` it loads a program from another host.
    """

    def handle_attrs(
        self, attrs: Iterable[tuple[str, str]]
    ) -> tuple[str, list[str], dict[str, Any]]:
        """Keep the first class, which is the language, and how the code is to be shown."""
        known = {"hl_lines", *self.bool_options}
        _, classes, settings = super().handle_attrs(attrs)
        return "", classes[:1], {key: each for key, each in settings.items() if key in known}


class _Addresses(Treeprocessor):
    """Stops the build at what would run something; it must never be silently gone."""

    def run(self, root: Element) -> None:
        """Look at every attribute and address, and free the theme's own ids."""
        for element in root.iter():
            for key in element.attrib:
                if _RUNNING.fullmatch(key):
                    raise RefusedAddressError(key, "this attribute is not allowed", "take it out")
            for key in _ADDRESSES:
                url = element.get(key)
                if url and (fault := address_fault(url, is_image=element.tag == "img")):
                    raise RefusedAddressError(url, *fault)
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


def settle_title(page: Page) -> None:
    """Fix title and edit address of a rendered page, wherever MkDocs took them from.

    It may come from a heading or the name of the file, and the theme writes it out as it is;
    only where ``meta`` has one does it not undo the escaping for the window's title.
    """
    if page.edit_url:
        page.edit_url = quote(page.edit_url, safe=":/?&=#%")
    title = str(escape(html.unescape(page.title or "")))
    page.title = title
    if not page.is_homepage:
        page.meta["title"] = title


def findings(config: MkDocsConfig, manual: Manual) -> Iterator[Finding]:
    """Convert each hand-written page for a try, before MkDocs empties the site folder."""
    extensions: list[Any] = config.markdown_extensions
    for page in manual.pages:
        converter = Markdown(extensions=extensions, extension_configs=config.mdx_configs)
        try:
            with time_limit():
                converter.convert(page.body)
        except TooLongError:
            yield _finding(page.in_body(1), "the text takes too long to convert", "shorten it")
        except RecursionError:
            yield _finding(page.in_body(1), "the text is nested too deep", "make it flatter")
        except RefusedAddressError as refused:
            yield _finding(_place(page, refused.url), refused.reason, refused.hint)


def _place(page: Source, url: str) -> Location:
    line = page.body.count("\n", 0, max(page.body.find(url), 0)) + 1
    return page.in_body(line)


def _finding(place: Location, message: str, hint: str) -> Finding:
    return Finding(place, "SAF-003", Severity.ERROR, message, hint)
