"""What a text consists of: paragraphs, sentences and words of British English."""

from __future__ import annotations

import re
from collections.abc import Iterator

_END = re.compile(
    r"""(?P<mark>[.!?…])["'”’)\]*_]{0,4}\s+(?=["'“‘(\[*_]{0,4}(?:(?P<digit>\d)|[A-ZÀ-Þ£€$]))"""
)
_NEVER = frozenset(
    {"e.g", "i.e", "cf", "vs", "viz", "approx", "incl", "excl", "dept", "ext", "prof"}
    | {"mr", "mrs", "ms", "dr", "st"}
)
_BEFORE_NUMBER = frozenset(
    {"no", "nos", "p", "pp", "para", "paras", "art", "arts", "sec", "fig", "figs", "reg", "regs"}
    | {"vol", "cl", "ch"}
)
"""Abbreviations whose full stop ends no sentence: never, or not before a number."""

_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_MARK = r"[-*+][ \t]+|\d{1,9}[.)][ \t]+|:[ \t]+|#{1,6}[ \t]|!!![^\n]*|[=-]+[ \t]*$"
_ITEM = re.compile(rf"[ \t]*(?:>[> \t]*(?:{_MARK})?|{_MARK})")
"""What begins a quotation, a list item, an explanation, a heading or a box."""


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """Yield the sentences of a paragraph, each with the place where it begins."""
    start = 0
    for match in _END.finditer(text):
        if match["mark"] == "." and _is_short(text, match):
            continue
        yield start, text[start : match.end()].rstrip()
        start = match.end()
    if text[start:].strip():
        yield start, text[start:].rstrip()


def _is_short(text: str, match: re.Match[str]) -> bool:
    """Tell whether the full stop belongs to an abbreviation."""
    word = re.split(r"[\s(\[“‘\"']", text[max(0, match.start() - 12) : match.start()])[-1].lower()
    return word in _NEVER or (match["digit"] is not None and word in _BEFORE_NUMBER)


def count_words(text: str) -> int:
    """Return how many words a text has; a dash between two words is none."""
    return sum(1 for word in text.split() if any(map(str.isalnum, word)))


def paragraphs(text: str, words: int = 0) -> Iterator[tuple[int, str]]:
    """Yield paragraphs and list items of a Markdown text without code, and where each begins.

    Tables are left out: their cells are no sentences. So are paragraphs and lists that cannot have
    more than so many ``words``.
    """
    start = 0
    while start <= len(text):
        gap = _BLANK_LINE.search(text, start)
        end = gap.start() if gap else len(text)
        block = text[start:end]
        if block.count(" ") + block.count("\n") >= words and not _is_table(block):
            for offset, item in _items(block):
                yield start + offset, item
        start = gap.end() - 1 if gap else len(text) + 1


def _items(block: str) -> Iterator[tuple[int, str]]:
    """Cut a block at the lines that begin something of their own."""
    start = offset = 0
    for line in block.split("\n"):
        if mark := _ITEM.match(line):
            yield start, block[start:offset]
            start = offset + mark.end()
        offset += len(line) + 1
    yield start, block[start:]


def _is_table(block: str) -> bool:
    """Tell whether a block has the line of dashes and bars that makes it a table."""
    return "|" in block and any(
        "|" in line and "-" in line and not line.strip(" \t|:-") for line in block.split("\n")
    )
