"""Style sheets: what they load stands on the site itself."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from process_manual.gate import addresses
from process_manual.gate.addresses import Address
from process_manual.gate.page import short

_STRING = r"""(?:"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?)"""
_TOKEN = re.compile(
    rf"""
    /\*.*?(?:\*/|\Z)
    | (?P<url>url\(\s*(?:(?P<quoted>{_STRING})|(?P<bare>(?:[^)\\]|\\.)*))\s*\)?)
    | {_STRING}
    | (?P<loads>@import\b|(?:-[a-z]+-)?(?:image-set|image|src|cross-fade)\()
    | (?P<escape>\\[0-9A-Za-z])
    | @charset\s*(?P<charset>{_STRING})
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
"""What matters in a style sheet, in one pass, so that comments and texts hide nothing."""
_ESCAPE = re.compile(r"\\(?:([0-9A-Fa-f]{1,6})\s?|(\n)|(.))", re.DOTALL)
_PICTURES = re.compile(r"(?:data:image/|data:font/|#)", re.IGNORECASE)
"""What is loaded from nowhere: it stands in the style sheet, or in the page."""


Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class StyleFault:
    """What a style sheet does that it must not, at a line and column from 1."""

    place: Place
    code: str
    message: str
    hint: str


def read(text: str) -> Iterator[StyleFault | tuple[Place, Address]]:
    """Yield what is wrong in a style sheet, and the files of the site that it names."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    starts = [0, *(match.end() for match in re.finditer("\n", plain))]
    for token in _TOKEN.finditer(plain):
        line = bisect_right(starts, token.start())
        place = line, token.start() - starts[line - 1] + 1
        if token["url"] is not None:
            yield from _named(place, token["quoted"] or "", token["bare"] or "")
        elif token["loads"] is not None:
            word = token["loads"].rstrip("(")
            message = f"`{word}` may load something from another host"
            hint = "use a <link> for a style sheet, and `url(…)` for a picture"
            yield StyleFault(place, "GAT-008", message, hint)
        elif token["escape"] is not None:
            message = f"`{token['escape']}…` hides what the style sheet says"
            yield StyleFault(place, "GAT-008", message, "write the letter itself")
        elif token["charset"] is not None and token["charset"][1:-1].lower() != "utf-8":
            message = f"the style sheet says it is written in {short(token['charset'][1:-1])}"
            yield StyleFault(place, "GAT-009", message, "all files are UTF-8")


def _named(place: Place, quoted: str, bare: str) -> Iterator[StyleFault | tuple[Place, Address]]:
    text = _ESCAPE.sub(_character, quoted.strip("\"'") if quoted else bare.strip())
    address = addresses.read(text)
    if _PICTURES.match(text.strip()):
        return
    if address.is_elsewhere:
        message = f"`url()` loads from another host: {short(text)}"
        yield StyleFault(place, "GAT-008", message, "put the file on the site itself")
    else:
        yield place, address


def _character(escape: re.Match[str]) -> str:
    if escape[1]:
        number = int(escape[1], 16)
        return chr(number) if number < 0x110000 else "\ufffd"
    return escape[3] or ""
