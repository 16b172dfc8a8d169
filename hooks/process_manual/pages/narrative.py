"""The narrative of a definition: Markdown without raw HTML, cleaned, cut at its headings.

Ids that stand in the text become links. Everything else reaches the reader as it was approved.
"""

from __future__ import annotations

import html
import posixpath
import re
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser
from itertools import count
from xml.etree.ElementTree import Element

import nh3
from markdown import Extension, Markdown
from markdown.extensions.tables import TableExtension
from markdown.treeprocessors import Treeprocessor
from markupsafe import Markup, escape

from process_manual.diagnostics import Finding, Severity
from process_manual.limits import TooLongError, time_limit
from process_manual.model.definition import Definition
from process_manual.pages.links import ID, Links
from process_manual.pages.page import Section
from process_manual.views import anchors

HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>", re.DOTALL)
_OTHER_HOST = re.compile(r"[\x00-\x20]*[\\/][\x00-\x20]*[\\/]")
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
AS_WRITTEN = frozenset({"a", "code", "pre", *HEADINGS})
"""Elements in which an id stays an id."""

ADMONITIONS = {
    *("admonition", "note", "abstract", "info", "tip", "success", "question", "warning"),
    *("failure", "danger", "bug", "example", "quote", "important", "caution", "attention"),
    *("hint", "error"),
}
EXTENSIONS = ("sane_lists", "def_list", "admonition", "fenced_code")
TAGS = {
    *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "strong", "em", "code", "pre"),
    *("ul", "ol", "li", "dl", "dt", "dd", "blockquote", "div", "a"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {
    "a": {"href", "title"},
    "ol": {"start"},
    "th": {"align"},
    "td": {"align"},
}
CLASSES = {"div": ADMONITIONS, "p": {"admonition-title"}}


class _Linker(Treeprocessor):
    """Links ids and other definitions' files; headings inside other blocks lose their rank."""

    links: Links
    definition: Definition

    def run(self, root: Element) -> None:
        """Change the tree in place, as Markdown expects."""
        for child in root:
            if child.tag not in HEADINGS:
                self._visit(child)

    def _visit(self, element: Element) -> None:
        if element.tag in HEADINGS:
            element.tag = "strong"
        if element.tag == "a":
            self._lead(element)
        if element.tag in AS_WRITTEN:
            return
        for child in list(element):
            self._visit(child)
        self._link_text(element)

    def _lead(self, anchor: Element) -> None:
        """Let a link to a definition's id or file, or to a hand-written page, lead to it."""
        href = anchor.get("href", "")
        folder = posixpath.dirname(self.definition.source.path)
        path = posixpath.normpath(posixpath.join(folder, href))
        written = self.links.manual.by_path.get(path)
        if target := self.links.href("definition", written.id if written else href):
            anchor.set("href", target)
        elif page := self.links.to_file(path.partition("#")[0]):
            anchor.set("href", page + href[href.find("#") :] if "#" in href else page)

    def _link_text(self, element: Element) -> None:
        """Cut the text of an element, and the text after each child, at the ids in it."""
        added: list[Element] = []
        element.text, first = self._cut(element.text)
        added += first
        for child in list(element):
            added.append(child)
            child.tail, after = self._cut(child.tail)
            added += after
        element[:] = added

    def _cut(self, text: str | None) -> tuple[str | None, list[Element]]:
        if not text or "-" not in text:
            return text, []
        made: list[Element] = []
        start, before = 0, text
        for match in ID.finditer(text):
            href = self.links.href("any", match[0])
            if href is None:
                continue
            self._say(text[start : match.start()], made)
            before = text[: match.start()] if not made else before
            anchor = Element("a", {"href": href, "title": self.links.title("any", match[0])})
            anchor.text = match[0]
            made.append(anchor)
            start = match.end()
        self._say(text[start:], made)
        return before, made

    @staticmethod
    def _say(text: str, made: list[Element]) -> None:
        if made:
            made[-1].tail = text


@lru_cache(maxsize=1)
def _markdown() -> tuple[Markdown, _Linker]:
    """Return the one converter, in which raw HTML is text."""
    extensions: list[str | Extension] = [TableExtension(use_align_attribute=True), *EXTENSIONS]
    converter = Markdown(extensions=extensions, output_format="html")
    converter.preprocessors.deregister("html_block")
    converter.inlinePatterns.deregister("html")
    linker = _Linker(converter)
    converter.treeprocessors.register(linker, "process-manual-links", 15)  # after "inline"
    return converter, linker


@dataclass(frozen=True, slots=True)
class Narrative:
    """A narrative as clean HTML, and why it cannot be published, if so."""

    html: Markup
    fault: str = ""


def convert(definition: Definition, links: Links) -> Narrative:
    """Return the whole narrative as clean HTML.

    Cleaning must change nothing: the published text is the approved text, so what the cleaner
    would take out is a fault, never silently gone.
    """
    if not definition.body.strip():
        return Narrative(Markup())
    converter, linker = _markdown()
    linker.links, linker.definition = links, definition
    try:
        with time_limit():
            made = converter.reset().convert(definition.body)
    except (TooLongError, RecursionError) as error:
        _markdown.cache_clear()  # a converter that was stopped half-way spoils the next text
        slow = isinstance(error, TooLongError)
        reason = "takes too long to convert" if slow else "is nested too deep"
        return Narrative(Markup(), f"the text {reason}")
    clean = nh3.clean(
        made,
        tags=TAGS,
        attributes=ATTRIBUTES,
        allowed_classes=CLASSES,
        link_rel=None,
        url_schemes={"http", "https", "mailto", "tel"},
        attribute_filter=_without_other_host,
    )
    if clean != made and not _says_the_same(clean, made):
        return Narrative(Markup(clean), "something in the text is not allowed on a page")
    return Narrative(Markup(clean))


def _without_other_host(element: str, key: str, value: str) -> str | None:
    """Drop what names a host without a scheme: nh3 takes it for an address of the site."""
    return None if key in ("href", "src") and _OTHER_HOST.match(value) else value


def findings(definition: Definition, narrative: Narrative) -> tuple[Finding, ...]:
    """Return what keeps a narrative from being published."""
    if not narrative.fault:
        return ()
    place = definition.source.in_body(1)
    hint = "write it in plain Markdown: paragraphs, lists, tables, and links to http or https"
    return (Finding(place, "SAF-003", Severity.ERROR, narrative.fault, hint),)


class _Tree(HTMLParser):
    """Collects what an HTML text says, without how it is written."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, ...]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element with its attributes in a fixed order."""
        self.found.append((tag, *sorted(f"{key}={value}" for key, value in attrs)))

    def handle_data(self, data: str) -> None:
        """Note a text, joined to the one before it."""
        if self.found and self.found[-1][0] == "":
            data = self.found.pop()[1] + data
        self.found.append(("", data))


def _says_the_same(clean: str, made: str) -> bool:
    try:
        return _tree(clean) == _tree(made)
    except AssertionError:  # Python's parser raises it for ``<![``
        return False


def _tree(text: str) -> list[tuple[str, ...]]:
    parser = _Tree()
    parser.feed(text)
    parser.close()
    return parser.found


def sections(narrative: Narrative) -> tuple[Section, ...]:
    """Return the narrative cut at its own headings; what comes before them is "In practice"."""
    before, *rest = HEADING.split(narrative.html)
    found = [_section("In practice", "text", before, 2)] if before.strip() else []
    ranks, texts = rest[::3], rest[2::3]
    words = [html.unescape(re.sub(r"<[^>]*>", "", each)).strip() for each in rest[1::3]]
    names = anchors.in_definition(words)
    for rank, heading, anchor, text in zip(ranks, words, names, texts, strict=True):
        found.append(_section(heading, anchor, text, max(2, int(rank))))
    return tuple(found)


def _section(words: str, anchor: str, text: str, rank: int) -> Section:
    """Return a section whose tables scroll on a narrow screen, each under a name of its own."""
    numbers = count(1)

    def framed(_: re.Match[str]) -> str:
        number = next(numbers)
        return _FRAME.format(escape(words if number == 1 else f"{words}, table {number}"))

    text = re.sub("<table>", framed, text).replace("</table>", "</table></div>")
    return Section(words, anchor, Markup(text), rank)


_FRAME = '<div class="pm-table" tabindex="0" role="region" aria-label="{}"><table class="pm-grid">'
