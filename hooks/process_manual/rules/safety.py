"""SAF: what a file may be called and may hold, since every reader's browser shows it.

One policy for definitions and hand-written pages, in force at three places: here as findings,
in the conversion of Markdown (raw HTML is text there), and in the gate over the finished site.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urlsplit

from process_manual.model.manual import Manual
from process_manual.model.source import Plain, Source
from process_manual.rules.engine import Fault, few, rule
from process_manual.rules.markdown import links, unescaped
from process_manual.rules.prose import in_body, plain

SCHEMES = frozenset({"http", "https", "mailto", "tel"})
"""Where a link may lead, beside other pages of the manual."""
PAGE_FIELDS = frozenset({"title", "description", "hide", "search"})
"""What a hand-written page may set; the theme writes some of its other fields out as HTML."""

HIDEABLE = frozenset({"navigation", "toc", "path", "footer", "feedback", "tags"})
"""Parts of a page that the theme can leave out."""

_TAG = re.compile(
    r"<(?![A-Za-z][A-Za-z0-9+.-]*://[^<>]*>|[^\s<>!@]+@[^\s<>@]+>)"  # no address in brackets
    r"(/?[A-Za-z][\w:-]*|!--|!|\?)[^<>]*>?"
)
_BLANK = "\\x00-\\x20\\x7f-\\x9f\\u200b-\\u200f\\u2060\\ufeff"
_BLANKS = re.compile(f"[{_BLANK}]+")
_LEADS_OUT = re.compile(
    rf"[{_BLANK}]*+(?:[A-Za-z][A-Za-z0-9+.{_BLANK}-]*+[:&\\]|[\\/][\\/&]|[&\\])"
)
"""A quick sign that an address has a scheme or a host, in however odd a way."""
_WEB = re.compile(r"https?://[^\s/]\S*")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)


@rule("SAF-001", "file-not-plain", always=True)
def file_not_plain(manual: Manual) -> Iterator[Fault]:
    """Everything below `processes/` and `docs/` is a plain file with a plain name.

    Why: a link could publish any file of the machine that builds the manual, a pipe would hang
    the build, and two names that differ only by capitals are one file on Windows.

    Bad:
        # ../docs/con.md, new file
        A page about the console.

    Good:
        # ../docs/console.md, new file
        A page about the console.
    """
    return iter(())  # told while the folders are read: what is refused never becomes a manual


@rule("SAF-002", "download-not-safe", always=True)
def download_not_safe(manual: Manual) -> Iterator[Fault]:
    """Images and downloads below `docs/` are of a listed type, and what their name says.

    Why: MkDocs copies every file as it is. A drawing can hold a program, and a page of HTML or
    JavaScript would run in every reader's browser.

    Bad:
        # ../docs/tool.js, new file
        alert(1)

    Good:
        # ../docs/list.csv, new file
        item,number
    """
    return iter(())  # told while the folder is read


@rule("SAF-003", "raw-html", always=True)
def raw_html(manual: Manual) -> Iterator[Fault]:
    """No HTML stands in a definition's text or in a hand-written page; Markdown is enough.

    Why: HTML can run programs in a reader's browser. It would be shown as plain text, which is
    not what its author meant.

    Bad:
        # EXA-010, text added
        Ring <b onclick="x()">the desk</b>.

    Good:
        # EXA-010, text added
        Ring **the desk**; a log line looks like `<b>late</b>`.
    """
    for source in _sources(manual):
        if "<" in source.body:
            yield from few(_tags(manual, source))


def _tags(manual: Manual, source: Source) -> Iterator[Fault]:
    hint = "write it in Markdown, or put it between backticks to show it as it is"
    for match in _TAG.finditer(plain(manual)[source.path]):
        message = f"HTML (`{' '.join(match[0].split())[:40]}`) is not allowed here"
        yield Fault(in_body(source, match.start()), message, hint)


@rule("SAF-004", "address-not-allowed", always=True)
def address_not_allowed(manual: Manual) -> Iterator[Fault]:
    """Links lead to pages, http, https, mailto or tel; images are files of the manual.

    Why: other kinds of address run programs, and an image from another host fails on an intranet
    and tells that host who reads what.

    Bad:
        # EXA-010, text added
        See [the list](javascript:alert(1)).

    Good:
        # EXA-010, text added
        See [the list](https://intranet.example.org/list).
    """
    for source in _sources(manual):
        yield from few(_address_faults(manual, source))


def _address_faults(manual: Manual, source: Source) -> Iterator[Fault]:
    for start, url, is_image in links(plain(manual)[source.path]):
        if not _LEADS_OUT.match(url):
            continue
        fault = address_fault(url, is_image=is_image)
        if fault := fault or address_fault(unescaped(url), is_image=is_image):
            yield Fault(in_body(source, start), *fault)


@rule("SAF-005", "image-in-definition", always=True)
def image_in_definition(manual: Manual) -> Iterator[Fault]:
    """A definition holds no image; pages under `docs/` may.

    Why: what was approved is text, and its digest covers text only. An image could be exchanged
    after the approval without a trace.

    Bad:
        # EXA-010, text added
        ![Plan of the desk](desk.png)

    Good:
        # EXA-010, text added
        [Plan of the desk](https://intranet.example.org/desk)
    """
    for definition in manual.definitions:
        if "![" in definition.body:
            yield from few(_pictures(manual, definition.source))


def _pictures(manual: Manual, source: Source) -> Iterator[Fault]:
    hint = "say it in words or in a table, or link to a page under docs/ that has it"
    for match in re.finditer(r"!\[", plain(manual)[source.path]):
        yield Fault(in_body(source, match.start()), "a definition cannot hold an image", hint)


@rule("SAF-006", "page-field-not-allowed", always=True)
def page_field_not_allowed(manual: Manual) -> Iterator[Fault]:
    """A hand-written page sets only title, description, hide and search, each as it must be.

    Why: the theme writes other fields into the page as they are, or runs the template they name;
    and it breaks at a list where it expects a text.

    Bad:
        # ../docs/page.md, new file
        ---
        title: Page
        template: other.html
        ---
        The text of the page.

    Good:
        # ../docs/page.md, new file
        ---
        title: Page
        ---
        The text of the page.
    """
    for page in manual.pages:
        for key, value in page.data.items():
            if key not in PAGE_FIELDS:
                allowed = ", ".join(sorted(PAGE_FIELDS))
                yield Fault(
                    page.at_key(key), f"`{key[:60]}` is not allowed here", f"known: {allowed}"
                )
            elif fault := _field_fault(key, value):
                yield Fault(page.at(key), *fault)


def _field_fault(key: str, value: Plain) -> tuple[str, str] | None:
    """Return message and hint when a page's field has a value that the theme cannot take."""
    if key in ("title", "description"):
        return (
            None if isinstance(value, str) else (f"`{key}` must be a text", f'write `{key}: "…"`')
        )
    if key == "hide":
        if isinstance(value, list) and all(word in HIDEABLE for word in map(str, value)):
            return None
        words = ", ".join(sorted(HIDEABLE))
        return "`hide` must be a list of parts of the page", f"write `hide: [toc]`; known: {words}"
    if isinstance(value, Mapping) and value.keys() <= {"exclude", "boost"}:
        boost = value.get("boost", "1")
        if value.get("exclude", "true") in ("true", "false") and boost_of(boost):
            return None
    return "`search` cannot be this", "write `search: {exclude: true}` or `search: {boost: 2}`"


def boost_of(value: Plain) -> float | None:
    """Return how much more a page counts in the search, from 0.1 to 100, or None."""
    if isinstance(value, (str, int, float)) and re.fullmatch(r"\d{1,3}(\.\d{1,2})?", str(value)):
        return float(value) if 0.1 <= float(value) <= 100 else None
    return None


def is_web_address(text: str | None) -> bool:
    """Tell whether a text is a whole http or https address, which may be the target of a link."""
    return text is not None and _WEB.fullmatch(text) is not None


def _sources(manual: Manual) -> Iterable[Source]:
    yield from (definition.source for definition in manual.definitions)
    yield from manual.pages


def address_fault(url: str, *, is_image: bool) -> tuple[str, str] | None:
    """Return message and hint when an address may not stand; browsers ignore blanks in it."""
    plain = _BLANKS.sub("", html.unescape(url)).replace("\\", "/")
    scheme = _SCHEME.match(plain)
    if not (_is_readable(url) and _is_readable(html.unescape(url))):
        return "the address cannot be read", "write the name of the host in plain letters"
    if is_image and (scheme or plain.startswith("//")):
        return "the image would be loaded from elsewhere", "put the file under docs/ and name it"
    if plain.startswith("//"):
        return "the address leaves out its scheme", "write https:// in front"
    if scheme and scheme[1].lower() not in SCHEMES:
        hint = "use http, https, mailto or tel, or the path of a page"
        return f"links with `{scheme[1]}:` are not allowed", hint
    return None


def _is_readable(url: str) -> bool:
    """Tell whether programs can take an address apart; a title may still hang on it."""
    try:
        urlsplit(re.split(r"[\s\"']", url.strip(), maxsplit=1)[0])
    except ValueError:
        return False
    return True
