"""What in a text of HTML could run, or lead elsewhere: read by a parser that made none of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from justhtml import Element, JustHTML

HARMLESS = frozenset(
    (
        *("html", "head", "body", "main", "section", "article", "nav", "div", "span", "p", "br"),
        *("hr", "h1", "h2", "h3", "h4", "h5", "h6", "strong", "em", "b", "i", "code", "pre", "kbd"),
        *("ul", "ol", "li", "dl", "dt", "dd", "blockquote", "a", "table", "caption", "colgroup"),
        *("col", "thead", "tbody", "tr", "th", "td", "time", "abbr", "small", "sup", "sub", "mark"),
        *("details", "summary", "img", "figure", "figcaption", "button"),
    )
)
"""Elements that a page's content may have."""
_SCHEME = re.compile(r"[\x00-\x20]*([a-z][a-z0-9+.-]*):|[\x00-\x20]*[\\/]{2}", re.IGNORECASE)
_IGNORED = re.compile(r"[\t\n\r]")
"""What browsers leave out of an address, wherever it stands."""
_ALIGNED = re.compile(r"text-align: (left|right|center);")
_KNOWN = frozenset({"http", "https", "mailto", "tel"})
_ADDRESSES = frozenset(
    (
        *("href", "src", "action", "formaction", "data", "poster", "background", "srcset"),
        *("xlink:href", "ping", "cite", "srcdoc"),
    )
)


def dangers(html: str, *, images: bool = False) -> list[str]:
    """Name everything in a piece of HTML that is no plain content."""
    return list(_dangers(html, images))


def _dangers(html: str, images: bool) -> Iterator[str]:
    for element in _elements(JustHTML(html, sanitize=False, fragment=True).root):
        name = str(element.name).lower()
        if name not in HARMLESS or (name == "img" and not images):
            yield f"<{name}>"
        for key, value in element.attrs.items():
            styled = key == "style" and not _ALIGNED.fullmatch(value or "")
            if key.startswith("on") or styled or key in ("srcdoc", "is", "autofocus"):
                yield f"<{name} {key}>"
            found = _SCHEME.match(_IGNORED.sub("", value or "")) if key in _ADDRESSES else None
            if found and (name == "img" or (found[1] or "").lower() not in _KNOWN):
                yield f"<{name} {key}={value}>"
            if key in ("id", "name") and str(value).startswith("__"):
                yield f"<{name} {key}={value}>"


def _elements(node: object) -> Iterator[Element]:
    todo = [node]
    while todo:
        each = todo.pop()
        if isinstance(each, Element):
            yield each
        todo.extend(getattr(each, "children", None) or ())
