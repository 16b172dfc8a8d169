"""Hand-written pages under ``docs/``: Markdown without raw HTML, titles that stay text.

Anybody who can open a pull request writes them, and the theme writes titles and metadata out as
they are. The rules find what is not allowed; this holds where a rule did not.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element

from markdown import Extension, Markdown
from markdown.extensions.fenced_code import FencedBlockPreprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markupsafe import escape
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import BuildError
from mkdocs.structure.pages import Page

from process_manual.diagnostics import Finding, Location, Severity
from process_manual.limits import TooLongError, time_limit
from process_manual.model.manual import Manual
from process_manual.model.source import Source
from process_manual.rules.safety import HIDEABLE, address_fault, boost_of

_ADDRESSES = ("href", "src")
_RESERVED = re.compile(r"^_+")
_RUNS = re.compile(r"on|srcdoc$|style$", re.IGNORECASE)
_ALIGNED = re.compile(r"text-align: (left|right|center);")
_FENCE = re.compile(r"[ \t>]*(?:~{3,}|`{3,})[^{]*(\{.*[#=:].*\})")


class RefusedTextError(BuildError):
    """A page has something that is not allowed: ``text`` is what to look for in it."""

    def __init__(self, text: str, message: str, hint: str) -> None:
        super().__init__(f"{message} (`{text}`)")
        self.text, self.reason, self.hint = text, message, hint


class PlainMarkdown(Extension):
    """Turns raw HTML into text, and refuses addresses and attributes that are not allowed.

    The theme finds its own parts by ids that begin with ``__``: no heading may have such a one.
    """

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Markdown's name
        """Take out what reads HTML, and look at the finished tree."""
        md.preprocessors.deregister("html_block", strict=False)
        md.inlinePatterns.deregister("html", strict=False)
        if "fenced_code_block" in md.preprocessors:
            fences = md.preprocessors["fenced_code_block"]
            if isinstance(fences, FencedBlockPreprocessor):
                config = fences.config  # type: ignore[attr-defined]  # the stubs lack it
                md.preprocessors.register(_Languages(md, config), "fenced_code_block", 25)
        md.preprocessors.register(_FencesWithFields(md), "process-manual-fields", 100)
        aside = _Aside(md)
        md.preprocessors.register(aside, "process-manual-aside", 22)
        md.preprocessors.register(_Back(aside), "process-manual-back", 20)
        md.treeprocessors.register(_Addresses(md), "process-manual-addresses", -100)


class _FencesWithFields(Preprocessor):
    """Refuses ids and other attributes of code: they never get into the tree."""

    def run(self, lines: list[str]) -> list[str]:
        for line in lines:
            if found := _FENCE.match(line):
                hint = "write the language only, such as ```yaml"
                raise RefusedTextError(found[1], "code may not have attributes", hint)
        return lines


class _Languages(FencedBlockPreprocessor):
    """Reads fenced code with a language, and leaves out what else may stand in braces.

    The theme takes its own settings from whatever has the id ``__config``, and for the class
    ``mermaid`` it loads a program from another host. Holds where ``_Fences`` overlooks something.
    """

    def handle_attrs(
        self, attrs: Iterable[tuple[str, str]]
    ) -> tuple[str, list[str], dict[str, Any]]:
        """Keep the first class, which is the language, and what marks lines."""
        _, classes, settings = super().handle_attrs(attrs)
        return "", classes[:1], settings


class _Aside(Preprocessor):
    """Shows MkDocs an empty text when it looks for HTML in it (priority 21), and stumbles."""

    def run(self, lines: list[str]) -> list[str]:
        self.lines = lines
        return []


class _Back(Preprocessor):
    """Puts the text back."""

    def __init__(self, aside: _Aside) -> None:
        super().__init__()
        self._aside = aside

    def run(self, lines: list[str]) -> list[str]:
        return self._aside.lines


class _Addresses(Treeprocessor):
    """Stops the build at what would run something; it must never be silently gone."""

    def run(self, root: Element) -> None:
        """Look at every address and attribute, and free the theme's own ids."""
        for element in root.iter():
            for key in _ADDRESSES:
                url = element.get(key)
                if url and (fault := address_fault(url, is_image=element.tag == "img")):
                    raise RefusedTextError(url, *fault)
            for key, value in element.attrib.items():
                if _RUNS.match(key) and not _ALIGNED.fullmatch(value or ""):
                    hint = "take it out; the manual's own styles are enough"
                    raise RefusedTextError(key, f"the attribute `{key}` is not allowed", hint)
            if (anchor := element.get("id")) and anchor.startswith("_"):
                element.set("id", _RESERVED.sub("page-", anchor))


def tame(page: Page) -> None:
    """Keep the metadata that pages may set, as text: the theme writes it out unescaped."""
    page.meta = dict(_fields(page.meta))


def _fields(data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield those fields that the theme can take."""
    for key in ("title", "description"):
        if key in data and not isinstance(value := data[key], (list, dict)):
            yield key, str(escape(html.unescape(str(value))))
    if isinstance(hidden := data.get("hide"), list):
        yield "hide", [word for word in hidden if word in HIDEABLE]
    if isinstance(search := data.get("search"), Mapping):
        if search.get("exclude") in ("true", True):
            yield "search", {"exclude": True}
        elif boost := boost_of(search.get("boost")):
            yield "search", {"boost": boost}


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
        except RefusedTextError as refused:
            yield _finding(_place(page, refused.text), refused.reason, refused.hint)


def _place(page: Source, url: str) -> Location:
    line = page.body.count("\n", 0, max(page.body.find(url), 0)) + 1
    return page.in_body(line)


def _finding(place: Location, message: str, hint: str) -> Finding:
    return Finding(place, "SAF-003", Severity.ERROR, message, hint)
