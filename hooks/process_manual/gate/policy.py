"""What a page of the manual may hold, written down once.

The gate checks every page against it, and the Content-Security-Policy is made from it, so that the
two cannot disagree. Whatever is not listed is refused.
"""

from __future__ import annotations

import base64
import hashlib
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SCHEMES = frozenset({"http", "https", "mailto", "tel"})
"""Where a link may lead, beside other pages of the site."""

SCRIPTS = (
    r"assets/javascripts/(?:bundle|workers/search)\.[0-9a-f]{8}\.min\.js",
    r"assets/javascripts/lunr/(?:min/)?[\w.]+\.js",  # languages, which the search asks for
    r"assets/process-manual/[\w-]+\.js",
    r"search/search_index\.js",
    r"pagefind/[\w-]+\.js",
)
"""The script files that a site may have: the theme's and ours."""

ACTIVE = _words(".cjs .hta .htc .js .mht .mhtml .mjs .shtml .swf .wasm .xht .xhtml .xsl .xslt")
"""Kinds of file that run in a browser; a site has them only at the addresses listed here."""

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
OWN_PART = re.compile(r"url\(#[A-Za-z][\w-]*\)")

LINKS_ONLY = frozenset({"alternate", "canonical", "edit", "license", "next", "prev"})
LOADS = frozenset({"icon", "stylesheet"})
"""What a ``link`` element may be: told to the reader's browser only, or loaded by it."""

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
    for name, text in _texts().items():
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
    """Return a script's hash: ``sha256-…`` in Base64."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


def is_script(path: str) -> bool:
    """Tell whether a site may have a script at this path."""
    return any(re.fullmatch(pattern, path, re.ASCII) for pattern in SCRIPTS)


@cache
def _texts() -> dict[str, str]:
    file = resources.files("process_manual.gate") / "scripts.toml"
    found: dict[str, str] = tomllib.loads(file.read_text(encoding="utf-8"))
    return found
