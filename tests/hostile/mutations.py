"""Broken files made of whole ones, always the same ones for the same seed; and bombs."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping

# fmt: off
VALUES = (
    "~", "{}", "[]", "[[]]", "{a: {b: {c: d}}}", "[" * 10, "{a: " * 9, "''", '""', "|", ">", "|\n",
    ">-\n", "- a", "- - - -", "? a", "*a", "&a a", ": ", "!!binary aGk=", "!ENV HOME",
    "!!python/object/apply:os.getcwd []", "<<: {a: b}", "%YAML 1.2", "---\n", "...\n",
    "1e999", "-0", "0x1F", "1_000", "." * 50, "9" * 400, "a" * 5_000, "NaN", ".inf", "true", "no",
    "2026-02-30", "0000-00-00", "9999-12-31", "2026-W99", "99999.99999", "party:", "party:party:x",
    "EXA-010", '"\\ud800"', '"\\0"', '"\\x1b[2J"', '"\\u202e"', "\u202e", "\u200b", "\ufeff",
    "\U000e0001", "\u2028", "'" * 31, '"' * 31, "\\", "{{ x }}", "${HOME}", "%s%n", "<b>", "@", "`",
    "../../../etc/passwd", "a: b: c",
)
"""What may stand where something else was meant."""
BYTES = (
    b"\x00", b"\x07", b"\r", b"\r\n", b"\t", b"\x0b", b"\x0c", b"\x85", b"\xc2\x85",
    b"\xe2\x80\xa8", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x1a",
    b"\x7f", b"---\n", b"\n---\n", b"...\n", b"#", b": ", b"- ", b"\n\n", b" ", b"'", b'"', b"[",
    b"}", b"|", b"`",
)
# fmt: on
"""Bytes that files should not hold, or not there."""
Mutation = Callable[[random.Random, bytes], bytes]


def _flip(dice: random.Random, data: bytes) -> bytes:
    found = bytearray(data)
    for _ in range(dice.randint(1, 8)):
        found[dice.randrange(len(found))] = dice.randrange(256)
    return bytes(found)


def _insert(dice: random.Random, data: bytes) -> bytes:
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(data) + 1)
        data = data[:at] + dice.choice(BYTES) + data[at:]
    return data


def _swap(dice: random.Random, data: bytes) -> bytes:
    tokens = re.split(rb"(\W+)", data)
    for _ in range(dice.randint(1, 6)):
        i, j = dice.randrange(len(tokens)), dice.randrange(len(tokens))
        tokens[i], tokens[j] = tokens[j], tokens[i]
    return b"".join(tokens)


def _lines(dice: random.Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    at, end = sorted(dice.randrange(len(lines)) for _ in range(2))
    how = dice.randrange(6)
    if how == 0:
        del lines[at : min(end, at + 5)]
    elif how == 1:
        lines[at:at] = lines[at:end] * dice.randint(1, 3)
    elif how == 2:
        part = lines[at:end]
        dice.shuffle(part)
        lines[at:end] = part
    elif how == 3:
        lines[at] = b" " * dice.randint(1, 12) + lines[at]
    elif how == 4:
        lines[at:end] = [line.lstrip() for line in lines[at:end]]
    else:
        lines[at:] = []
    return b"\n".join(lines)


def _value(dice: random.Random, data: bytes) -> bytes:
    places = list(re.finditer(rb"(?<=: )[^\n,}]+", data)) or [re.match(b"", data)]
    for _ in range(dice.randint(1, 3)):
        place = dice.choice(places)
        if place is not None:
            value = dice.choice(VALUES).encode("utf-8", "surrogatepass")
            data = data[: place.start()] + value + data[place.end() :]
    return data


def _nest(dice: random.Random, data: bytes) -> bytes:
    at = dice.choice([match.end() for match in re.finditer(rb": |- |\n", data)] or [0])
    count = dice.choice((9, 30, 300, 3_000))
    opening, closing = dice.choice(
        ((b"[", b"]"), (b"{a: ", b"}"), (b"- ", b""), (b"? ", b""), (b"[{a: ", b"}]"), (b'"', b""))
    )
    return data[:at] + opening * count + b"x" + closing * count + data[at:]


def _huge(dice: random.Random, data: bytes) -> bytes:
    at = dice.choice([match.end() for match in re.finditer(rb": ", data)] or [0])
    unit = dice.choice((b"x", b"EXA-010 ", b"a-", b"1", b"https://", b"and/or ", b"\xe2\x80\x8b"))
    return data[:at] + unit * (dice.choice((1_000, 20_000, 50_000)) // len(unit)) + data[at:]


def _splice(dice: random.Random, data: bytes) -> bytes:
    i, j = dice.randrange(len(data)), dice.randrange(len(data))
    return data[:i] + data[j:]


MUTATIONS: tuple[Mutation, ...] = (
    *(_flip, _insert, _swap, _lines, _value, _value, _nest, _huge, _splice),
)


def mutated(seed: int, sources: Mapping[str, bytes]) -> tuple[str, bytes]:
    """Return the name of a source, and what one to three accidents made of it."""
    dice = random.Random(seed)
    name = dice.choice(sorted(sources))
    data = sources[name]
    for _ in range(dice.randint(1, 3)):
        data = dice.choice(MUTATIONS)(dice, data or b"\n")
    return name, data


LAUGHS = "a0: &a0 [lol]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 12)
)
FRONT_BOMBS: Mapping[str, bytes] = {
    "billion laughs": LAUGHS.encode(),
    "one long line": b"purpose: " + b"x" * 60_000,
    "quotes": b'"' * 60_000,
    "items": b"triggers: [" + b"x, " * 20_000 + b"]",
    "flow lists to the end": b"synonyms: [" + b"x," * 32_000,
    "quadratic alias": b"a: &a " + b"x" * 20_000 + b"\nb: [" + b"*a, " * 8_000 + b"]\n",
    "merge bomb": b"a: &a {x: y}\n" + b"<<: *a\n" * 5_000,
    "an alias to itself": b"a: &a [*a]\n",
    "flow lists": b"[" * 60_000,
    "closed flow lists": b"x: " + b"[" * 30_000 + b"]" * 30_000,
    "flow maps": b"{a: " * 15_000,
    "block lists": b"- " * 30_000 + b"x\n",
    "complex keys": b"? " * 30_000 + b"x\n",
    "indented maps": b"".join(b" " * i + b"a:\n" for i in range(340)),
    "a key of 60 KB": b"a" * 60_000 + b": x\n",
    "many keys": b"".join(b"k%d: v\n" % i for i in range(5_000)),
    "one key 8,000 times": b"id: x\n" * 8_000,
    "a list of empty things": b"activities: [" + b"{}, " * 15_000 + b"]\n",
    "rows without what they need": b"kpis: [" + b"{id: x}, " * 6_000 + b"]\n",
    "a long quoted text": b"title: '" + b"''" * 30_000 + b"'\n",
    "an open quote": b'title: "' + b"x\n" * 30_000,
    "escapes": b'title: "' + b"\\u0041" * 10_000 + b'"\n',
    "an unknown escape": b'title: "' + b"\\q" * 10 + b'"\n',
    "a surrogate": b'title: "\\ud83d\\ude00 \\ud800"\n',
    "NUL": b"title: a\x00b\n",
    "an escaped NUL": b'title: "a\\0b"\n',
    "line ends of all kinds": b"id: a\r\ntitle: b\rarea: c\n\rkind: d\r\r\n\nstatus: e\x0b\x0c\n",
    "other line ends": "title: a\u0085b\u2028c\u2029d\n".encode(),
    "tabs": b"\ttitle:\tx\n\t- y\n",
    "comments": b"# x\n" * 15_000,
    "documents": b"--- a\n" * 9_000,
    "directives": b"%TAG ! tag:x,2000:\n" * 3_000,
    "tags": b"a: " + b"!x " * 20_000 + b"\n",
    "anchors": b"a: " + b"&x " * 20_000 + b"\n",
    "a folded text": b"title: >\n" + b"  x\n\n" * 10_000,
    "a plain text on many lines": b"title: x\n" + b"  x\n" * 14_000,
    "numbers": b"version: " + b"9" * 60_000 + b"\n",
    "a number with a point": b"version: " + b"9" * 30_000 + b"." + b"9" * 30_000 + b"\n",
    "a date": b"effective_from: " + b"2026-" * 10_000 + b"\n",
    "digits of other scripts": "effective_from: ٢٠٢٦-٠١-٠١\nversion: '１.０'\n".encode(),
    "ids": b"synonyms: [" + b"A-" * 30_000 + b"]\n",
    "colons": b"title: a" + b":" * 60_000 + b"\n",
    "hashes": b"title: a" + b" #" * 30_000 + b"\n",
}
"""Front matters of at most 64 KB that are too much for other readers."""
FILE_BOMBS: Mapping[str, bytes] = {
    "one line of 1 MB": b"x" * 1_000_000,
    "1 MB in the front matter": b"---\ntitle: " + b"x" * 1_000_000 + b"\n---\n",
    "fences": b"---\n" * 60_000,
    "nothing": b"",
    "blanks": b" \n" * 100_000,
    "NUL bytes": b"\x00" * 200_000,
    "UTF-16": "---\nid: EXA-010\n---\n".encode("utf-16"),
    "UTF-7": b"---\n+ADw-script+AD4-\n---\n",
    "surrogates": b"---\ntitle: \xed\xa0\x80\xed\xb0\x80\n---\n",
    "overlong": b"---\ntitle: \xc0\xbcscript\xc0\xbe\n---\n",
    "carriage returns": b"---\rid: EXA-010\r---\r" + b"\r" * 100_000,
    "a mark in front": b"\xef\xbb\xbf---\nid: x\n---\n",
}
"""Whole files that are too much, or no text."""


def _filled(head: str, unit: str, tail: str = "", size: int = 1024 * 1024) -> bytes:
    """Repeat ``unit``, with the number of each for ``#``, up to the size of a register."""
    lines, length = [head], len(head) + len(tail)
    while length < size - 20:
        lines.append(unit.replace("#", str(len(lines))))
        length += len(lines[-1])
    return "".join([*lines, tail])[:size].encode()


REGISTER_BOMBS: Mapping[str, bytes] = {
    "rows": _filled("tools:\n", "- {id: a#, title: b}\n"),
    "rows, half as many": _filled("tools:\n", "- {id: a#, title: b}\n", size=600_000),
    "empty rows": _filled("tools:\n", "- {}\n"),
    "faulty rows": _filled("tools:\n", "- {id: a#, titel: b}\n", size=600_000),
    "rows of one id": _filled("tools:\n", "- {id: a, title: b}\n", size=600_000),
    "rows that are words": _filled("tools:\n", "- a\n"),
    "rows that are lists": _filled("tools:\n", "- [[[[[[x]]]]]]\n"),
    "unknown keys": _filled("tools:\n- id: a\n", "  k#: v\n"),
    "unknown keys at the top": _filled("", "k#: v\n"),
    "one row": _filled("tools:\n- {id: a, title: '", "x", "'}\n"),
    "one id": _filled("tools:\n- {id: '", "x", "'}\n"),
    "codes": _filled('tools: "', "\\u0041", '"\n'),
    "invisible characters as codes": _filled("tools:\n", '- "\\u200b"\n'),
    "orders to the reader": _filled("", "%TAG !#! tag:x,2000:\n"),
    "an open list": _filled("tools: [", "x,"),
    "no space after the hyphen": _filled("tools:\n", "-x: y\n"),
    "numbers without quotes": _filled("tools:\n", "- version: 1.10\n", size=600_000),
    "curly quotes": _filled("tools:\n", "- “a”\n", size=600_000),
    "tabs": _filled("tools:\n", "\t- a\n"),
}
"""Registers of up to 1 MB, which is as large as they may be."""
