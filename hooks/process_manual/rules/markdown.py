"""What the converter takes for code and for addresses, in a time that grows with the text only.

Rules look for markup outside code. So this takes for code only what Python-Markdown 3.11 does, and
in doubt rather less: a finding too many is mended, one too few is markup that nobody saw.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Generator, Iterator

_FENCE = re.compile(r"^(~{3,}|`{3,})([^\n]*)$", re.MULTILINE)
_OPENING = re.compile(r"[ \t]*(?:\{[\w. -]*\}|\.?[\w#.+-]*[ \t]*)")
_UNCLEAR = re.compile(r"[ \t]*(?:\{|.*hl_lines)")
"""What may or may not open a fence, and may do so over several lines."""
_BLANK = re.compile(r"\n(?:[ \t]*\n)+")
_TERM = re.compile(r"^[ \t>]*:[ \t]", re.MULTILINE)
_LINE = re.compile(
    r"(?P<reference>[ \t>]*\*?\[[^\[\]\n]*\]:)"
    r"|(?P<apart>[ \t>]*(?:[#=_]|!!!|\?\?\?))"
    r"|(?P<starts>[ \t>]*(?:[-*+]|\d+[.)])|[ \t]*>)"
)
"""Lines that stand in a block of their own, or begin one, or may do so."""
LONGEST = 300
"""Characters of an address or of the name of a reference that are looked at."""
_INDENT = re.compile(r"[ \t]*")
_TICKS = re.compile(r"(?<!\\)(\\*)(`+)")
_BRACKET = re.compile(r"\\.|\n[ \t]*\n|!?\[|\]", re.DOTALL)
_INLINE = re.compile(r"\]\((?=\s*+<?\s*+(?P<url>[^)<> ]{0,300}))")
_REFERENCE = re.compile(r"\[(?P<id>[^\[\]]*)\]:(?=[\s<>]*+(?P<url>[^\s<>]{1,300}))")
_AUTOLINK = re.compile(r"<(?P<url>[A-Za-z][A-Za-z0-9+.-]*:[^<>\s]*)>")
_REFERRED = re.compile(r"\s?\[([^\[\]]+)\]")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()>#+.!-])")


def without_code(text: str) -> str:
    """Blank out code, so that all other characters keep their places."""
    if "`" not in text and "~~~" not in text:
        return text
    parts: list[str] = []
    done = 0
    for start, end in _code(text):
        parts += text[done:start], re.sub(r"[^\n]", " ", text[start:end])
        done = end
    return "".join(parts) + text[done:]


def links(text: str) -> Iterator[tuple[int, str, bool]]:
    """Yield the addresses in a text without code: where, the address, and whether of an image.

    In the brackets behind a link they go up to the first blank; line ends and tabs may stand in
    them, because browsers leave these out.
    """
    if "]" not in text and "<" not in text:
        return
    images, ids = _images(text)
    for match in _INLINE.finditer(text):
        yield match.start("url"), match["url"].strip(), match.start() in images
    for match in _REFERENCE.finditer(text):
        yield match.start("url"), match["url"], _plain_id(match["id"]) in ids
    for match in _AUTOLINK.finditer(text):
        yield match.start("url"), match["url"], False


def _images(text: str) -> tuple[set[int], set[str]]:
    """Return where the brackets of images close, and the ids of references they are taken from."""
    ends: set[int] = set()
    ids: set[str] = set()
    opened: list[tuple[int, bool]] = []
    for match in _BRACKET.finditer(text) if "![" in text else ():
        sign = match[0]
        if sign[0] == "\n":
            opened.clear()
        elif sign[-1] == "[" and sign[0] != "\\":
            opened.append((match.end(), sign[0] == "!"))
        elif sign == "]" and opened:
            start, is_image = opened.pop()
            if is_image:
                ends.add(match.start())
                referred = _REFERRED.match(text, match.end())
                ids.add(_plain_id(text[start : min(match.start(), start + LONGEST)]))
                ids.add(_plain_id(referred[1] if referred else ""))
    return ends, ids


def unescaped(url: str) -> str:
    """Return an address as the converter writes it, without the backslashes that it takes out."""
    return _ESCAPED.sub(r"\1", url)


def _plain_id(text: str) -> str:
    return " ".join(text[:LONGEST].lower().split())


def _code(text: str) -> Iterator[tuple[int, int]]:
    """Yield where code stands: fenced blocks, and spans in the lines between them."""
    done = 0
    last = len(text)
    has_terms = _TERM.search(text) is not None
    for start, end in _fenced(text):
        if end < 0:
            last = start
            break
        yield from _spans(text, done, start, has_terms)
        yield start, end
        done = end
    yield from _spans(text, done, last, has_terms)


def _fenced(text: str) -> Iterator[tuple[int, int]]:
    """Yield the fenced blocks; an end of -1 says that nothing after its start is certain."""
    fences = list(_FENCE.finditer(text))
    closing: dict[str, list[int]] = {}
    for number, fence in enumerate(fences):
        if not fence[2].strip(" \t"):
            closing.setdefault(fence[1], []).append(number)
    end = -1
    for number, fence in enumerate(fences):
        if number <= end:
            continue
        ends = closing.get(fence[1], [])
        after = bisect_right(ends, number)
        if after == len(ends):
            continue
        if _OPENING.fullmatch(fence[2]):
            end = ends[after]
            yield fence.start(), fences[end].end()
        elif _UNCLEAR.match(fence[2]):
            yield fence.start(), -1
            return


def _spans(text: str, start: int, end: int, has_terms: bool) -> Iterator[tuple[int, int]]:
    """Yield the code spans of some lines, paragraph by paragraph."""
    while start < end:
        blank = _BLANK.search(text, start, end)
        stop = blank.end() if blank else end
        if text.find("`", start, stop) >= 0:
            by_line = has_terms or text.find("|", start, stop) >= 0
            yield from _spans_of_paragraph(text, start, stop, by_line)
        start = stop


def _spans_of_paragraph(
    text: str, start: int, end: int, by_line: bool
) -> Iterator[tuple[int, int]]:
    """Yield the code spans of lines without a blank one between them.

    Where a block of Markdown ends is told by much more than what is looked at here. So lines are
    parted wherever they might be (``by_line``: everywhere, as in a table). A backtick that is left
    over in one part might pair with one in the next, so after it nothing more is taken for code.
    """
    line = part = start
    was_apart = False
    depth = 0
    while line < end:
        after = text.find("\n", line, end) + 1 or end
        kind = _LINE.match(text, line, after)
        name = kind.lastgroup if kind else ""
        deep = len(_INDENT.match(text, line, after)[0].expandtabs(4)) // 4  # type: ignore[index]
        if by_line or kind or was_apart or deep != depth:
            if (yield from _pairs(text, part, line)):
                return
            part = line
        if name == "reference":
            return
        was_apart = name == "apart"
        line, depth = after, deep
    yield from _pairs(text, part, end)


def _pairs(text: str, start: int, end: int) -> Generator[tuple[int, int], None, bool]:
    """Yield the code spans of one part, in which a run of backticks pairs with the next equal one.

    Stops at a run that has none, and returns whether there was one. In a row of a table a
    backslash means something else.
    """
    is_row = text.find("|", start, end) >= 0
    runs = list(_TICKS.finditer(text, start, end))
    places: dict[str, list[int]] = {}
    for number, run in enumerate(runs):
        places.setdefault(run[2], []).append(number)
    closing = -1
    for number, run in enumerate(runs):
        if number <= closing:
            continue
        is_escaped = len(run[1]) % 2
        ticks = run[2][is_escaped:]
        equal = places.get(ticks, [])
        after = bisect_right(equal, number)
        if (ticks and after == len(equal)) or (is_escaped and is_row):
            return True
        if ticks:
            closing = equal[after]
            yield run.start(2) + is_escaped, runs[closing].end()
    return False
