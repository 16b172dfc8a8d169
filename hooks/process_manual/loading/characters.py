"""Characters that nobody sees, or that turn the order of others round."""

from __future__ import annotations

import re

HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters, but for tab and line ends
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "\ud800-\udfff]"  # halves of a pair, which no file can hold but a code in YAML can
)
"""Control, zero-width, direction, filler and tag characters: what is read is not what is seen."""
CURE = "delete it and type the text again; it often comes from copying out of another program"


def code_point(character: str) -> str:
    """Return a character's number as it is looked up in tables: ``U+202E``."""
    return f"U+{ord(character):04X}"
