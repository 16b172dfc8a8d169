"""Values as YAML in the house style: codes, words and dates plain, texts in double quotes."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping

from process_manual.model.source import Plain

WIDTH = 110
"""Longest line of front matter; a longer text is folded."""

_PLAIN = re.compile(r"[A-Za-z]\w*(?:-\w+)*|\d{4}-\d\d(?:-\d\d)?|0|[1-9]\d{0,8}", re.ASCII)
_GUESSED = re.compile(r"y|n|yes|no|on|off|true|false|null", re.IGNORECASE)
"""Words that other programs take for something else."""
_SPECIAL = re.compile(r"['\x00-\x1f\x7f-\x9f\u2028\u2029]")


def scalar(text: str, style: str = "") -> str:
    """Return a text on one line; ``style`` is the quote it had, which it keeps if it can."""
    if style not in ("'", '"') and _PLAIN.fullmatch(text) and not _GUESSED.fullmatch(text):
        return text
    if style == "'" and not _SPECIAL.search(text):
        return f"'{text}'"
    # Other control characters stay as they are: the loader refuses them when the text is read.
    for sign, written in (("\\", r"\\"), ('"', r"\""), ("\n", r"\n"), ("\t", r"\t")):
        text = text.replace(sign, written)
    return f'"{text}"'


def flow(value: Plain) -> str:
    """Return a value on one line, with brackets."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar(value)


def field_lines(key: str, value: Plain, indent: int, hyphen: int = 0) -> Iterator[str]:
    """Yield the lines of a key with its value in block style, from column ``indent`` on.

    ``hyphen`` is how far the items of a list stand in from their key.
    """
    margin = " " * indent
    line = f"{margin}{key}: {flow(value)}"
    if isinstance(value, Mapping):
        yield f"{margin}{key}:"
        for inner, each in value.items():
            yield from field_lines(inner, each, indent + 2, hyphen)
    elif isinstance(value, list) and any(isinstance(each, Mapping) for each in value):
        yield f"{margin}{key}:"
        for each in value:
            yield from item_lines(each, indent + hyphen, 1, hyphen)
    elif isinstance(value, str) and len(line) > WIDTH and value == " ".join(value.split()):
        yield f"{margin}{key}: >-"
        inside = margin + "  "
        yield from textwrap.wrap(
            value,
            WIDTH,
            initial_indent=inside,
            subsequent_indent=inside,
            break_long_words=False,
            break_on_hyphens=False,
        )
    else:
        yield line


def item_lines(value: Mapping[str, Plain], indent: int, gap: int, hyphen: int) -> Iterator[str]:
    """Yield the lines of a list's item in block style: a hyphen at ``indent``, ``gap`` spaces."""
    inside = indent + 1 + gap
    lines = [line for key in value for line in field_lines(key, value[key], inside, hyphen)]
    yield f"{' ' * indent}-{' ' * gap}{lines[0][inside:]}"
    yield from lines[1:]
