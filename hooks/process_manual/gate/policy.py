"""What a page of the manual may hold, written down once.

The gate checks every page against it, and the Content-Security-Policy is made from it, so that the
two cannot disagree. Whatever is not listed is refused.
"""

from __future__ import annotations

import base64
import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources

from process_manual.gate import edition


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SCHEMES = frozenset({"http", "https", "mailto", "tel"})
"""Where a link may lead, beside other pages of the site."""

INDEX_SCRIPT = "search/search_index.js"
"""The one script that is different on every site; it is compared with the search index. (The two
files that tell one edition from another stand in ``edition``.)"""

ACTIVE = _words(".cjs .hta .htc .js .mht .mhtml .mjs .shtml .swf .wasm .xht .xhtml .xsl .xslt")
"""Kinds of file that run in a browser; a site has only the script files listed here."""

PAGES = _words(".htm .html")
STYLES = _words(".css")
DRAWINGS = _words(".svg")
DATA = _words("""
    .csv .docx .gif .ico .ics .jpeg .jpg .json .map .odp .ods .odt .pdf .png .pptx .sha256 .sig .ttf
    .txt .webp .woff .woff2 .xlsx
""")
"""Kinds of file that a site may have beside its pages and scripts."""
SITE_MAP = "sitemap.xml"
FEED = "changes.xml"

HTML = _words("""
    html head title meta link script body
    a abbr address article aside b bdi bdo blockquote br button caption cite code col colgroup data
    dd del details dfn div dl dt em figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr
    i img input ins kbd label li main mark menu nav ol p pre q rp rt ruby s samp search section
    small span strong sub summary sup table tbody td tfoot th thead time tr u ul var wbr
""")
SVG = _words("""
    svg circle clipPath defs desc ellipse g line linearGradient marker path polygon polyline
    radialGradient rect stop text title tspan
""")
"""Elements that pages are made of; which ``script`` elements may stay is asked separately."""

ATTRIBUTES = {
    "": _words("class dir hidden id lang role tabindex title translate"),  # of every element
    "a": _words("download href hreflang name rel target type"),
    "button": _words("disabled type"),
    "data": _words("value"),
    "img": _words("align alt decoding height loading sizes src srcset width"),
    "input": _words("""
        autocapitalize autocomplete autocorrect checked disabled name placeholder required
        spellcheck type
    """),
    "label": _words("for"),
    "link": _words("href hreflang media rel sizes type"),
    "meta": _words("charset content http-equiv name"),
    "ol": _words("reversed start type"),
    "script": _words("async defer src type"),
    "th": _words("abbr align colspan headers rowspan scope"),
    **dict.fromkeys(("blockquote", "q"), _words("cite")),
    **dict.fromkeys(("col", "colgroup"), _words("align span")),
    **dict.fromkeys(("del", "ins"), _words("cite datetime")),
    "details": _words("name open"),
    "li": _words("value"),
    "td": _words("align colspan headers rowspan"),
    "time": _words("datetime"),
}
"""Attributes of the listed elements, beside ``aria-…`` and ``data-…``; other checks ask what they
say."""

SVG_ATTRIBUTES = _words("""
    class id role tabindex lang xml:lang xml:space version xmlns xmlns:xlink viewBox
    preserveAspectRatio x y x1 x2 y1 y2 cx cy r rx ry dx dy fx fy d points width height transform
    rotate offset pathLength textLength lengthAdjust href xlink:href gradientUnits gradientTransform
    spreadMethod clipPathUnits markerUnits markerWidth markerHeight refX refY orient color opacity
    fill fill-opacity fill-rule stroke stroke-dasharray stroke-dashoffset stroke-linecap
    stroke-linejoin stroke-miterlimit stroke-opacity stroke-width stop-color stop-opacity
    clip-path clip-rule mask filter marker marker-start marker-mid marker-end vector-effect
    paint-order shape-rendering text-rendering display visibility overflow font-family font-size
    font-style font-weight text-anchor text-decoration letter-spacing dominant-baseline
    alignment-baseline baseline-shift writing-mode
""")
"""Attributes of drawings within a page."""

DRAWING = SVG | _words("""
    a feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting
    feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR
    feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting
    feSpotLight feTile feTurbulence filter image mask metadata pattern style switch symbol textPath
    use view
""")
"""Elements of a drawing that is a file of its own; none of them runs or moves."""

NOT_IN_TEXT = _words("button form input link meta script title")
"""What the theme needs on a page, and no text that a script puts into one."""

NAVIGATES = frozenset({("a", "href"), ("blockquote", "cite"), ("q", "cite")})
"""Addresses that a reader may follow; they may lead to another host. All others load something."""

ADDRESSES = _words("""
    action archive attributionsrc background cite classid codebase data dynsrc formaction href icon
    imagesrcset longdesc lowsrc manifest ping poster profile src srcset usemap xlink:href xml:base
""")
"""Attributes that hold an address."""

PAINTS = _words("""
    clip-path cursor fill filter marker marker-end marker-mid marker-start mask stroke
""")
"""Attributes of a drawing that may name another part of it, and could name a file elsewhere."""

LINKS_ONLY = frozenset({"alternate", "canonical", "edit", "license"})
LOADS = frozenset({"icon", "next", "prev", "stylesheet"})
"""What a ``link`` element may be: told to the reader's browser only, or loaded by it. Firefox
fetches what is ``next`` before anybody asks for it."""

META_NAMES = _words("author color-scheme description generator robots theme-color viewport")
"""What a ``meta`` element may describe; ``referrer`` and others would be orders."""

THEME_LOADS = frozenset({"mermaid"})
"""Classes for which the theme's script fetches a program from a host of its own choice."""
THEME_ASKS = frozenset({"source"})
"""Components (``data-md-component``) for which it asks the host that they link to."""

SETTINGS = _words("annotate base features search tags translations version")
"""What the theme's settings may hold."""
INDEX_KEYS = frozenset({"config", "docs"})
ENTRY_KEYS = frozenset({"boost", "location", "tags", "text", "title"})
"""What the search index and its entries may hold."""

FORMS = {
    "md-search__form": "the theme's search",
    "md-header__option": "the theme's choice of colours",
}
"""Forms by their class; neither is ever sent anywhere."""
FORM_ATTRIBUTES = frozenset({"class", "data-md-component", "name", "role", "aria-label"})
INPUTS = frozenset({"checkbox", "radio"})
SEARCH_FIELD = "md-search__input"

DEPTH = 5
"""Folders between the top of a site and its deepest page."""

_TOP = re.compile(r"/(?:[A-Za-z0-9._~-]+/)*")


def is_top(path: str) -> bool:
    """Tell whether ``path`` is what a site may be served at: ``/`` or ``/manual/``."""
    return bool(_TOP.fullmatch(path))


def bases(served_at: str) -> tuple[str, ...]:
    """Return the ways from a page to the top of the site; only ``404.html`` uses the last."""
    ups = ["/".join([".."] * depth) or "." for depth in range(DEPTH + 1)]
    return (*ups, served_at)


def inline_scripts(served_at: str) -> Iterator[tuple[str, str]]:
    """Yield name and text of every inline script that may stand in a page."""
    for name, text in _listed("scripts.toml").items():
        if "{base}" in text:
            for base in bases(served_at):
                yield f"{name} ({base})", text.replace("{base}", base)
        else:
            yield name, text


@cache
def hashes(served_at: str) -> tuple[str, ...]:
    """Return the SHA-256 of those scripts, as the security policy writes it."""
    return tuple(script_hash(text) for _, text in inline_scripts(served_at))


def script_hash(text: str) -> str:
    """Return the hash of an inline script: ``sha256-…`` in Base64."""
    return file_hash(text.encode("utf-8", "surrogatepass"))


def file_hash(data: bytes) -> str:
    """Return the hash of a script file: ``sha256-…`` in Base64."""
    return f"sha256-{base64.b64encode(hashlib.sha256(data).digest()).decode('ascii')}"


@cache
def script_files() -> Mapping[str, str]:
    """Return the script files that a site may have, by path, with their hashes."""
    own = (resources.files("process_manual") / "assets").iterdir()
    return {
        **_listed("theme.toml"),
        **{
            f"assets/process-manual/{each.name}": file_hash(each.read_bytes())
            for each in own
            if each.name.endswith(".js")
        },
    }


def is_script(path: str) -> bool:
    """Tell whether a site may have a script at this path."""
    return path in (INDEX_SCRIPT, edition.SCRIPT) or path in script_files()


@cache
def _listed(name: str) -> Mapping[str, str]:
    file = resources.files("process_manual.gate") / name
    found: dict[str, str] = tomllib.loads(file.read_text(encoding="utf-8"))
    return found
