"""What a heading is called in an address: ``#text-when-it-goes-wrong``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

TEXT = "text-"
"""Begins the anchors of a definition's own headings, so that none meets one of a field."""
STEP = "step-"
"""Begins the anchors of a definition's steps."""

_LINK = re.compile(r"!?\[([^\]\n]*)\](?:\([^)\n]*\)|\[[^\]\n]*\])")


def in_definition(headings: Iterable[str]) -> Iterator[str]:
    """Yield the anchors of a definition's headings, in their order, each anchor once."""
    used: dict[str, int] = {}  # with the last number given, so that many alike take no time
    for words in headings:
        base = TEXT + (re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-") or "part")
        anchor, number = base, used.get(base, 1)
        while anchor in used:
            number += 1
            anchor = f"{base}-{number}"
        used[anchor] = 1
        used[base] = number
        yield anchor


def on_page(headings: Iterable[str]) -> Iterator[str]:
    """Yield the anchors of a hand-written page's headings, as Python-Markdown makes them."""
    used: set[str] = set()
    for words in headings:
        ascii_only = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
        base = re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", ascii_only).strip().lower())
        anchor, number = base, 0
        while anchor in used or not anchor:
            number += 1
            anchor = f"{base}_{number}"
        used.add(anchor)
        yield anchor


def without_markup(words: str) -> str:
    """Return the words of a heading as they are read, of the Markdown that they are written in."""
    read = _LINK.sub(r"\1", words).replace("`", "").replace("\\", "")
    return re.sub(r"\*+|(?<!\w)_+|_+(?!\w)", "", read).strip()
