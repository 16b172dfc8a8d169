"""A report as Markdown for a comment on GitHub or GitLab, safe whoever wrote what it quotes.

Text from a request must stay text there: no markup, no link, no image, nobody notified, no other
request or issue referred to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from process_manual.writers.outline import (
    Bullet,
    Code,
    Diff,
    Item,
    Outline,
    Part,
    Row,
    Section,
    Strong,
    one_line,
    printable,
)

MOST = 65_536
"""Characters that GitHub takes for a comment; GitLab takes a million."""
_NOTE = 200
"""Characters kept free for the note of what was left out."""
_TABLE = "\n| What | Before | After |\n|---|---|---|\n"
_BREAK = "&#8203;"
"""A space of no width: the hosts look for names in what was rendered, where a backslash is gone."""


def as_markdown(outline: Outline, most: int = MOST) -> str:
    """Return a report as Markdown of at most ``most`` characters.

    Each section may take half of what those before it left; the note at the end says how much is
    left out.
    """
    head = f"## {escape(outline.title)}\n\n" + "".join(map(_bullet, outline.lead))
    parts = [head]
    free = most - len(head) - _NOTE
    left_out = 0
    for number, section in enumerate(outline.sections, 1):
        before, after = _frame(section)
        pieces = list(_pieces(section.items))
        limit = free if number == len(outline.sections) else free // 2
        shown = _fitting(pieces, limit - len(before) - len(after))
        left_out += len(pieces) - shown
        if shown:
            part = before + "".join(pieces[:shown]) + after
            parts.append(part)
            free -= len(part)
    if left_out:
        lines = "1 entry" if left_out == 1 else f"{left_out:,} entries"
        parts.append(
            f"\nThis comment has no room for {lines} more; `process-manual impact` shows all.\n"
        )
    return "".join(parts)


def _fitting(pieces: list[str], limit: int) -> int:
    """Return how many pieces, from the first on, have no more than ``limit`` characters."""
    for number, piece in enumerate(pieces):
        limit -= len(piece)
        if limit < 0:
            return number
    return len(pieces)


def _frame(section: Section) -> tuple[str, str]:
    """Return what stands before and after the items of a section."""
    if section.folded:
        head = f"\n#### {escape(section.title)}\n\n<details><summary>Field by field</summary>\n\n"
        return head, "\n</details>\n"
    return f"\n### {escape(section.title)}\n\n", ""


def _pieces(items: tuple[Item, ...]) -> Iterator[str]:
    """Yield each item as Markdown that may follow the one before it."""
    in_table = False
    for item in items:
        if isinstance(item, Row):
            cells = " | ".join(map(escape, (item.what, item.before, item.after)))
            yield f"{'' if in_table else _TABLE}| {cells} |\n"
        else:
            gap = "\n" if in_table else ""
            yield gap + (_diff(item) if isinstance(item, Diff) else _bullet(item))
        in_table = isinstance(item, Row)


def _bullet(item: Bullet) -> str:
    return f"- {''.join(map(_part, item.parts))}\n"


def _diff(item: Diff) -> str:
    content = "\n".join(map(printable, item.lines))
    fence = "`" * max(3, _longest_run(content) + 1)
    return f"\n{escape(item.title)}\n\n{fence}diff\n{content}\n{fence}\n"


def _part(part: Part) -> str:
    if isinstance(part, Code):
        text = one_line(part.text)
        ticks = "`" * (_longest_run(text) + 1)
        edge = " " if "`" in text[:1] + text[-1:] else ""
        return f"{ticks}{edge}{text}{edge}{ticks}" if text else ""
    return f"**{escape(part.text)}**" if isinstance(part, Strong) else escape(part)


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def escape(text: str) -> str:
    """Return a text as Markdown that shows it letter by letter, on one line.

    What would name a team, an issue, a request, a label or an address gets a break of no width.
    """
    found = re.sub(r"([\\`*_{}\[\]<>#!|~&$@])", r"\\\1", one_line(text))
    found = re.sub(r"^( ?(?=[-+=])| ?\d+(?=[.)]))", r"\1\\", found)
    found = re.sub(r"([@#!~&$%])(?=\w|\\_)", rf"\1{_BREAK}", found)
    found = re.sub(r":(?=//)", f":{_BREAK}", found)
    return re.sub(r"(?i)\b(www|GH)(?=[.-])", rf"\1{_BREAK}", found)
