"""The words of a file: the texts of its fields and the narrative, searched for a pattern.

Markdown is read here only as far as the rules need: code, headings, and addresses of links.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from process_manual.diagnostics import Location
from process_manual.model.manual import Manual
from process_manual.model.source import KeyPath, Plain, Source
from process_manual.rules.markdown import without_code
from process_manual.views.anchors import without_markup

_HEADING = re.compile(
    r"^(?:#{1,6}(?P<marked>[^\n]*)|(?P<underlined>[^\s|#>-][^\n|]*)\n(?:=+|-+))[ \t]*$",
    re.MULTILINE,
)
_CAPITALS = re.compile(r"[A-Z][A-Z0-9]+(?:-[A-Z0-9]+)*")


@lru_cache(maxsize=4)
def words(manual: Manual) -> Mapping[str, str]:
    """Return all text of each definition by path, to ask quickly whether a search is worth it."""
    return {
        source.path: "\n".join(_strings([source.data, source.body]))
        for source in (definition.source for definition in manual.definitions)
    }


@lru_cache(maxsize=4)
def plain(manual: Manual) -> Mapping[str, str]:
    """Return each narrative and hand-written page by path, with blanks in place of code."""
    sources = [*(definition.source for definition in manual.definitions), *manual.pages]
    return {source.path: without_code(source.body) for source in sources}


@lru_cache(maxsize=4)
def capitals(manual: Manual) -> Mapping[str, frozenset[str]]:
    """Return the words in capitals of each definition and page by path, an id being one word.

    A quick look at what may stand there; what is more exactly around a word, a search tells.
    """
    texts = {**words(manual), **{page.path: page.body for page in manual.pages}}
    return {path: frozenset(_CAPITALS.findall(text)) for path, text in texts.items()}


def search(
    source: Source,
    pattern: re.Pattern[str],
    *,
    code: bool = True,
    leave: frozenset[str] = frozenset(),
) -> Iterator[tuple[Location, re.Match[str]]]:
    """Find ``pattern`` in the fields and the narrative, with the place of each match.

    A match in a field stands where the field's value begins. Unless ``code``, what is written
    between backticks is not looked at. What stands below one of the keys in ``leave`` is left out.
    """
    for path, text in _values(source.data, ()):
        if leave.isdisjoint(path):
            for match in pattern.finditer(text if code else without_code(text)):
                yield source.at(*path), match
    for match in pattern.finditer(source.body if code else without_code(source.body)):
        yield in_body(source, match.start()), match


def holds_any(text: str, parts: Iterable[str]) -> bool:
    """Tell whether one of ``parts`` occurs in ``text``: many times faster than any pattern."""
    return any(part in text for part in parts)


def in_body(source: Source, offset: int) -> Location:
    """Return the place of a character of the narrative."""
    starts = _line_starts(source)
    line = bisect_right(starts, offset)
    return source.in_body(line, offset - starts[line - 1] + 1)


@lru_cache(maxsize=2)
def _line_starts(source: Source) -> list[int]:
    """Return where each line of the narrative begins: many findings ask, one file at a time."""
    return [0, *(match.end() for match in re.finditer("\n", source.body))]


def _strings(data: Plain) -> list[str]:
    """Return all strings in ``data``, in no certain order; a loop, because it is hot."""
    found: list[str] = []
    todo = [data]
    while todo:
        value = todo.pop()
        if type(value) is str:
            found.append(value)
        else:
            todo.extend(value.values() if type(value) is dict else value)
    return found


def _values(value: Plain, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(value, str):
        yield path, value
    else:
        pairs = value.items() if isinstance(value, Mapping) else enumerate(value)
        for key, each in pairs:
            yield from _values(each, (*path, key))


def headings(manual: Manual, source: Source) -> Iterator[tuple[int, str]]:
    """Yield the headings of a narrative or page: where each begins, and its words as they read."""
    for match in _HEADING.finditer(plain(manual)[source.path]):
        start, end = match.span("marked" if match["underlined"] is None else "underlined")
        written = source.body[start:end].strip()  # with the code in it
        if match["underlined"] is None:
            written = written.rstrip("#")
        yield match.start(), without_markup(written)
