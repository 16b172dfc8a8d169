"""How a narrative differs from another: which of its sections changed, and in which lines."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from process_manual.views.differences import ChangeKind

CONTEXT = 1
"""Lines shown around a changed one."""
MOST_WORK = 1_000_000
"""Comparing more pairs of lines than this would take long; then no lines are shown."""
_HEADING = re.compile(r"#{1,6}(?=[ \t]|$)")
_CODE = re.compile(r" {0,3}(`{3,}|~{3,})")


@dataclass(frozen=True, slots=True)
class SectionChange:
    """What happened to a section: its heading (empty before the first), and the lines of a diff.

    ``spacing`` tells that the words are the same and only line breaks or spaces differ. No
    ``lines`` although it changed: too much differs to be shown.
    """

    heading: str
    kind: ChangeKind
    lines: tuple[str, ...]
    spacing: bool = False


def text_changes(before: str, after: str) -> tuple[SectionChange, ...]:
    """Return which sections of a Markdown text differ: those of ``after`` in order, then the gone.

    Blank lines around a section do not count.
    """
    if before == after:
        return ()
    old, new = dict(_sections(before)), dict(_sections(after))
    found = []
    for key, text in new.items():
        if key not in old:
            found.append(SectionChange(key[0], ChangeKind.ADDED, _diff("", text)))
        elif text != old[key]:
            spacing = text.split() == old[key].split()
            lines = _diff(old[key], text)
            found.append(SectionChange(key[0], ChangeKind.CHANGED, lines, spacing))
    for key, text in old.items():
        if key not in new:
            found.append(SectionChange(key[0], ChangeKind.REMOVED, _diff(text, "")))
    return tuple(found)


def _sections(text: str) -> Iterator[tuple[tuple[str, int], str]]:
    """Yield each section by its heading, and a number that tells equal headings apart."""
    seen: dict[str, int] = {}
    heading, lines = "", list[str]()
    for line, title in (*_headings(text.split("\n")), ("", "")):
        if title is None:
            lines.append(line)
            continue
        content = "\n".join(lines).strip("\n")
        if heading or content:
            seen[heading] = seen.get(heading, 0) + 1
            yield (heading, seen[heading]), content
        heading, lines = title, []


def _headings(lines: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    """Yield each line, with the title when it is a heading and stands outside code."""
    fence = ""
    for line in lines:
        mark = _CODE.match(line)
        if fence:
            closes = mark and mark[1].startswith(fence) and not line.strip(f" {fence[0]}")
            fence = "" if closes else fence
            yield line, None
        elif mark:
            fence = mark[1]
            yield line, None
        else:
            yield line, _title(line)


def _title(line: str) -> str | None:
    """Return the title in a line, or None for one that is no heading."""
    found = _HEADING.match(line)
    return (line[found.end() :].strip().rstrip("#").rstrip() or "(no title)") if found else None


def _diff(before: str, after: str) -> tuple[str, ...]:
    """Return the lines that differ, with a sign in front, and a line or two around them."""
    one, two = (text.split("\n") if text else [] for text in (before, after))
    start = 0
    while start < min(len(one), len(two)) and one[start] == two[start]:
        start += 1
    end = 0
    while end < min(len(one), len(two)) - start and one[-1 - end] == two[-1 - end]:
        end += 1
    if (len(one) - start - end) * (len(two) - start - end) > MOST_WORK:
        return ()
    first = max(0, start - CONTEXT)
    last = max(0, end - CONTEXT)
    parts = (one[first : len(one) - last], two[first : len(two) - last])
    lines = difflib.unified_diff(*parts, lineterm="", n=CONTEXT)
    return tuple("…" if line.startswith("@@") else line for line in lines)[3:]
