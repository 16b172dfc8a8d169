"""Ways to keep a Markdown converter busy; each gives a text of a wanted size."""

from __future__ import annotations

from collections.abc import Callable, Mapping

Generator = Callable[[int], str]

# fmt: off
REPEATED = (
    # Emphasis
    "*", "_", "**", "__", "***", "*a", "*a ", "_a_ ", "**a", "**a_", "*a **b", "a**b", "*_", "*__",
    "a_b_", "~~",
    # Code and what escapes it
    "`", "`a", "``a", "`a``", "` `` ", "`` ` ", "\\`", "\\", "\\\\*", "\\[", "```\n", "~~~\n",
    "~~~\n```\n", "``` {.a #b}\n", "```a\nb\n", "    a\n", "\ta\n",
    # Links, images, references
    "[", "]", "![", "[]", "[[]", "[a", "[a](", "[a](b", "[a](<b", '[a](b "', "[a](b) ", "[a][",
    "[a][]", "[](", "](", ")(", "(", "[(", "![a](", "![a](b) ", "[[a]", "[a]: b\n", "[a]:\n",
    "[a]: <b\n\n", "[^1]", "*[a]: b\n", "[EXA-010](",
    # HTML, addresses, entities
    "<", ">", "<a", "<a ", "<a b=", "<a>", "</a>", "</", "<!--", "<!", "<![", "<?", "<a@b", "<a@b>",
    "<http://a", "<http://a>", "http://", "http://a ", "&", "&#", "&#x", "&amp;", "&#x41;",
    # Quotes, lists, headings, rules
    "> ", ">\n", "> > a\n", "- ", "- a\n", "* a\n", "* a\n\n", "+ \n", "- a\n\n    b\n\n", "\t- a\n",
    "1. ", "1. a\n", "1. a\n\n", "# ", "#", "# a\n", "# a\n\n", "a\n===\n", "a\n---\n", "===\n", "===",
    "---\n", "***\n", "* * *\n",
    # Tables, terms, boxes
    "|", "|-", "|a", "|a|b|\n", "a|b\n-|-\n", "a|b\n-|-\n\n", "|\n|-|\n", "|a|\n|-|\n", "`|",
    ":   a\n", "a\n:   b\n", "a\n:   b\n\n", "!!! a\n", "!!! note\n", '!!! a "b"\n    c\n',
    '!!! note "b"\n    c\n\n', "{", "{: a}",
    # Plain text, ids, blanks, what converters keep aside
    "a ", "a  \n", "a:", "EXA-010 ", "EXA-", "A-", "A1-", "é", "𝒳", "\U0001f600", "\u00a0", "\n",
    " \n", " ", "  \n", "\t", "\x02\x03", "\x02klzzwxh:0\x03", "\x1a",
)
"""Texts that are repeated until the size is reached."""
NESTED = (
    ("[", "]"), ("[", "](a)"), ("![", "](a)"), ("[a](", ")"), ("(", ")"), ("<", ">"),
    ("<a>", "</a>"), ("*", "*"), ("_", "_"), ("**", "**"), ("*a **b ", "** *"), ("`", "`"),
    ("``", "`"), ("> ", ""),
)
"""What is opened many times, and then closed as often."""
# fmt: on


def _repeated(unit: str) -> Generator:
    return lambda size: (unit * (size // len(unit.encode()) + 1))[:size]


def _nested(opening: str, closing: str) -> Generator:
    def made(size: int) -> str:
        count = size // (len(opening) + len(closing))
        return opening * count + "a" + closing * count

    return made


def _steps(line: str, indent: str) -> Generator:
    """Make lines of which each is further in than the one before."""

    def made(size: int) -> str:
        lines: list[str] = []
        length = depth = 0
        while length < size:
            lines.append(indent * depth + line)
            length += len(lines[-1]) + 1
            depth += 1
        return "\n".join(lines)

    return made


def _table(columns: int) -> Generator:
    def made(size: int) -> str:
        row = "|a" * columns + "|\n"
        return row + "|-" * columns + "|\n" + row * max(1, size // len(row))

    return made


def _references(size: int) -> str:
    count = size // 24
    return "".join(f"[r{i}]: http://a.b\n" for i in range(count)) + "[r1] " * (count // 3)


def _headings(size: int) -> str:
    return "".join(f"# a{i}\n\n" for i in range(size // 9))


GENERATORS: Mapping[str, Generator] = {
    **{f"repeated {unit!r}": _repeated(unit) for unit in REPEATED},
    **{f"nested {opening!r} {closing!r}": _nested(opening, closing) for opening, closing in NESTED},
    "quotes in quotes": _steps("a", "> "),
    "quotes in quotes without blanks": _steps("a", ">"),
    "lists in lists": _steps("- a", "    "),
    "lists in lists, two blanks": _steps("- a", "  "),
    "numbers in numbers": _steps("1. a\n", "    "),
    "lists in quotes": _steps("- a", "> - "),
    "admonitions in admonitions": _steps("!!! note\n", "    "),
    "terms in terms": _steps("a\n:   b\n", "    "),
    "code in lists": _steps("- ```\n", "    "),
    "a table of 2 columns": _table(2),
    "a table of 100 columns": _table(100),
    "a table of 5,000 columns": _table(5_000),
    "references": _references,
    "headings": _headings,
    "code fences of growing length": _steps("a", "`"),
    "emphasis of growing length": _steps("a", "*"),
    "headings of growing length": _steps(" a", "#"),
}
"""All of them; a repeated text is cut off at the size, in the middle of a word if need be."""
