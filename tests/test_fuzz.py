"""Anything at all as input: findings with places, no exception, and never for long."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from process_manual.checking import check
from process_manual.loading.yamlreader import read_yaml
from process_manual.pages.links import Links
from process_manual.pages.narrative import convert
from tests.projects import example_files
from tests.support import AS_OF, write

SPLICES = [
    "[",
    "{",
    "&a",
    "*a",
    "!!python/object:os.system",
    "<<: *a",
    "---\n",
    "...\n",
    "\t",
    "- - - -",
    "? ",
    ": ",
    "|\n",
    ">-\n",
    "'",
    '"',
    "\\",
    "%YAML 1.1\n",
    "~",
    "null",
    "\u202e",
    "\u200b",
    "\x00",
    "\x07",
    "\ufeff",
    "é",
    "𝒳",
    "2027-13-31",
    "9" * 400,
    "a" * 5_000,
    "{{ env }}",
    "<b>",
    "\r\n",
    "\r",
    "\u2028",
    "#",
    "@",
    "`",
    "[[[[[[[[[[",
    "{a: {a: {a: {a: {a: {a: {a: {a: x}}}}}}}}",
]


def _mutations(texts: list[str], number: int, seed: int) -> Iterator[str]:
    """Yield texts with a few random changes each: spliced, cut, doubled, swapped."""
    chance = random.Random(seed)
    for _ in range(number):
        text = chance.choice(texts)
        for _ in range(chance.randint(1, 4)):
            at, to = sorted(chance.randrange(len(text) + 1) for _ in range(2))
            kind = chance.randrange(5)
            if kind == 0:
                text = text[:at] + chance.choice(SPLICES) + text[at:]
            elif kind == 1:
                text = text[:at] + text[min(to, at + 40) :]
            elif kind == 2:
                text = text[:to] + text[at:to][:200] + text[to:]
            elif kind == 3:
                text = text[:at] + chr(chance.randrange(1, 0x300)) + text[at + 1 :]
            else:
                line = chance.choice(text.split("\n"))
                text = text.replace(line, chance.choice(SPLICES) + line, 1)
        yield text


def _fuzz(root: Path, number: int, seed: int) -> None:
    files = {name: content.decode() for name, content in example_files().items()}
    write(root, files)
    names = sorted(files)
    chance = random.Random(seed)
    for _ in range(number):
        name = chance.choice(names)
        (changed,) = _mutations([files[name]], 1, chance.randrange(1 << 30))
        path = root / name
        path.write_bytes(changed.encode("utf-8", "surrogatepass"))
        start = time.process_time()
        report = check(root, AS_OF)
        assert time.process_time() - start < 1, (name, changed)
        for finding in report.findings:
            assert finding.location.path
            assert finding.location.line >= 1
            assert finding.location.column >= 1
            assert finding.message
        path.write_text(files[name], "utf-8")


def test_changed_files_give_findings_and_no_exception(tmp_path: Path) -> None:
    _fuzz(tmp_path, 300, seed=1)


@pytest.mark.long
def test_twenty_thousand_changed_files(tmp_path: Path) -> None:
    _fuzz(tmp_path, 6_000, seed=2)
    texts = [content.decode() for content in example_files().values()]
    for text in _mutations(texts, 14_000, seed=3):
        start = time.process_time()
        for fault in read_yaml(text).faults:
            assert fault.mark >= (1, 1)
        assert time.process_time() - start < 1, text


BOMBS = {
    "deep brackets": "[" * 60_000,
    "deep braces": "{a: " * 20_000,
    "deep dashes": "- " * 30_000,
    "deep keys": "? " * 30_000,
    "aliases": "a: &a [x]\n" + "".join(f"b{n}: [*a, *a, *a]\n" for n in range(2_000)),
    "billion laughs": "a0: &a0 x\n"
    + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)),
    "one long line": "purpose: " + "x" * 60_000,
    "one long key": "k" * 60_000 + ": x",
    "many keys": "".join(f"k{n}: x\n" for n in range(6_000)),
    "many items": "triggers: [" + "x, " * 20_000 + "]",
    "quotes": '"' * 60_000,
    "folded": "purpose: >\n" + " a\n" * 15_000,
    "comments": "#" * 60_000,
    "colons": "a: " + ": " * 20_000,
    "tags": "a: " + "!a " * 20_000,
    "escapes": 'a: "' + "\\u0041" * 9_000 + '"',
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_a_finding_within_a_second(name: str, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = dict(example_files())
    files["processes/example/EXA-090-bomb.md"] = f"---\n{BOMBS[name]}\n---\n"
    write(tmp_path, files)
    start = time.process_time()
    report = check(tmp_path, AS_OF)
    assert time.process_time() - start < 1
    assert report.errors


Generator = Callable[[int], str]
GENERATORS: dict[str, Generator] = {
    **{
        f"{unit!r} repeated": (lambda n, unit=unit: (unit * n)[:n])  # type: ignore[misc]
        for unit in (
            "[",
            "]",
            "(",
            "![",
            "[a](",
            "[a]: b\n",
            "<",
            ">",
            "<a",
            "<!--",
            "*",
            "_",
            "**a_",
            "*a ",
            "`",
            "`a",
            "`` ` ",
            "~~~\n",
            "```\n",
            "> ",
            ">\n",
            "- ",
            "- a\n",
            "1. a\n",
            "# ",
            "#" * 7,
            "|",
            "|a",
            "|-",
            "|a|\n|-|\n",
            "---\n",
            "===\n",
            "a\n===\n",
            "\\",
            "\\[",
            "&",
            "&amp;",
            "&#x41;",
            "!!! note\n",
            "    a\n",
            "\ta\n",
            "a\n:   b\n",
            "<http://a>",
            "<a@b>",
            "http://a ",
            "RES-014 ",
            "RES-",
            "A1-",
            "[RES-014](",
            "](",
            ")(",
            "[](",
            "[[]",
            "a ",
            "\n",
            " ",
            "  \n",
            "* * *\n",
            "* a\n\n",
            "+ \n",
            "{",
            "{: a}",
            "[^1]",
            "*[a]: b\n",
            "=" * 3,
            "é",
            "𝒳",
            "\x1a",
        )
    },
    "nested quotes": lambda n: "\n".join(">" * k + " a" for k in range(1, int(n**0.5))),
    "nested lists": lambda n: "\n".join(" " * (4 * k) + "- a" for k in range(int((n / 2) ** 0.5))),
    "nested emphasis": lambda n: "*a **b " * (n // 14) + "** *" * (n // 14),
    "nested links": lambda n: "[" * (n // 4) + "a" + "](b)" * (n // 8),
    "wide table": lambda n: "|a" * (n // 4) + "\n" + "|-" * (n // 4),
    "long table": lambda n: "|a|b|\n|-|-|\n" + "|c|d|\n" * (n // 6),
    "references": lambda n: "".join(f"[a{k}]: b\n" for k in range(n // 12)) + "[a1] " * (n // 12),
    "quotes and lists": lambda n: "".join(("> - " * (k % 30)) + "a\n" for k in range(n // 60)),
}


def _converts(root: Path, kilobytes: int) -> None:
    write(root, example_files())
    manual = check(root, AS_OF).manual
    definition = manual.current["EXA-011"]
    links = Links(manual, "processes/EXA-011/index.html")
    slow = {}
    for name, make in GENERATORS.items():
        source = definition.source
        changed = type(definition).read(
            type(source)(source.path, source.data, body=make(kilobytes * 1024)), source.data
        )
        start = time.process_time()
        convert(changed, links)
        if (took := time.process_time() - start) > 1.1:
            slow[name] = round(took, 2)
    assert not slow


def test_hostile_markdown_ends_or_is_refused_in_time(tmp_path: Path) -> None:
    _converts(tmp_path, 8)


@pytest.mark.long
@pytest.mark.parametrize("kilobytes", [32, 64])
def test_more_hostile_markdown_ends_or_is_refused_in_time(kilobytes: int, tmp_path: Path) -> None:
    _converts(tmp_path, kilobytes)


def test_a_text_that_was_stopped_does_not_spoil_the_next(tmp_path: Path) -> None:
    manual = check(write(tmp_path, example_files()), AS_OF).manual
    definition = manual.current["EXA-010"]
    links = Links(manual, "processes/EXA-010/index.html")
    before = convert(definition, links)
    source = type(definition.source)("x.md", definition.source.data, body="> - [" * 12_000)
    assert convert(type(definition).read(source, source.data), links).fault
    assert convert(definition, links) == before
