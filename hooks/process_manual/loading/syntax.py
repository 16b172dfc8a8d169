"""What a YAML parser cannot read, in plain words; the commonest slips are looked for by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

NO_SPACE = (
    "a space is missing after the hyphen",
    "write `- ` before each item of a list, such as `- id: A1`",
)
MAX_REREAD = 32 * 1024
MAX_BRACKETS = 50
"""What is longer, or has more brackets open at a time, takes the pure loader seconds to read."""
_GLUED = re.compile(r"( *)-[A-Za-z\"'{\[]")
_GLUED_COLON = re.compile(r" *(?:- +)*(?:[A-Za-z][\w-]*:(?=[\"'\[{])|[a-z_]+:(?=\w))")
_KEY = re.compile(r" *(?:- +)*(?:[\w.-]+|\"[^\"]*\"|'[^']*') *:(?:\s|$)")
_OPEN_TEXT = re.compile(r"(?:^|[:-] +)[|>][-+0-9]*(?: +#.*)?$")
"""How a line ends that begins a text of several lines."""
_PLAIN_TEXT = re.compile(_KEY.pattern + r" *[^\W\d]\w* +\w")
"""A key with a text of several words, without quotes."""
_CLOSING = {"[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class YamlFault:
    """Something in a YAML text that cannot stand, with its place in the file from 1."""

    code: str
    mark: tuple[int, int]
    message: str
    hint: str
    warn: bool = False


_PLAIN_ENGLISH = (
    (
        "mapping values are not allowed",
        "a colon and a space stand inside a value that has no quotes",
        'put the whole value in quotes: "…"',
    ),
    (
        r"\\t|a tab character",
        "a tab stands where YAML allows only spaces",
        "replace the tab by spaces",
    ),
    (
        "could not find expected ':'",
        "this line has no colon after its key, or a quote above it was never closed",
        "write `key: value`, and close every quote",
    ),
    (
        "unexpected end of stream|unexpected document separator",
        "a quote or bracket that was opened is never closed",
        "look for a missing quote or bracket above",
    ),
    (
        "expected ',' or|expected <block end>|did not find expected",
        "the line does not fit the ones above it",
        "check the indentation, and that every bracket and quote is closed",
    ),
    (
        "unknown escape character",
        "a backslash in double quotes starts a code that YAML does not know",
        "use single quotes, or write the backslash twice",
    ),
    (
        "cannot start any token",
        "a value may not start with this character",
        'put the value in quotes: "…"',
    ),
    (
        "expected '<document start>'",
        "the fields end here (`...`), and something else begins",
        "keep one block of fields only",
    ),
    ("undefined alias", "a value may not start with *", 'put the value in quotes: "…"'),
    ("undefined tag handle", "a value may not start with !", 'put the value in quotes: "…"'),
)


def may_be_reread(text: str) -> bool:
    """Tell whether a text is worth a second reading, slow but with better words for its faults."""
    if len(text) > MAX_REREAD:
        return False
    opened = most = 0
    for bracket in re.findall(r"[\[\]{}]", text):
        opened = opened + 1 if bracket in "[{" else max(opened - 1, 0)
        most = max(most, opened)
    return most <= MAX_BRACKETS


def syntax_fault(text: str, error: yaml.YAMLError, first_line: int) -> YamlFault:
    """Return the fault behind the parser's ``error``; ``text`` begins on ``first_line``."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    place = _inside(text, mark) if mark else (0, 0)
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", "") or "")
    (line, column), message, hint = next(_slips(text, error, place, problem, first_line))
    return YamlFault("DOC-001", (line + first_line, column + 1), message, hint)


def _inside(text: str, mark: Any) -> tuple[int, int]:
    """Return a place from 0; libyaml's end of a text is a line below the last one."""
    last = text.count("\n")
    if mark.line <= last:
        return mark.line, mark.column
    return last, len(text) - text.rfind("\n") - 1


_Slip = tuple[tuple[int, int], str, str]
"""Line and column from 0, message and hint."""


def _slips(
    text: str, error: yaml.YAMLError, place: tuple[int, int], problem: str, first_line: int
) -> Iterator[_Slip]:
    """Yield what may be the matter, the most telling first."""
    opened = getattr(error, "context_mark", None)
    context = str(getattr(error, "context", None))
    yield from _glued_hyphen(text, place[0])
    # What was taken for a key began where the parser's context is; reading stopped further down.
    suspect = opened.line if opened and "simple key" in context else place[0]
    for line in _suspects(text, suspect, "mapping values" in problem):
        yield from _glued_colon(text, line)
        yield from _outdented(text, line)
    if opened and "quoted scalar" in context and "end of" in problem:
        hint = "add the closing quote after the text"
        yield (opened.line, opened.column), "this quote is never closed", hint
    yield from _swallowed(text, place, first_line)
    if opened and "flow" in context:
        yield from _bracket(text, opened, place, problem, first_line)
    for pattern, message, hint in _PLAIN_ENGLISH:
        if re.search(pattern, problem):
            yield place, message, hint
    yield place, f"this is not readable YAML ({problem})", "look at the line and above it"


def _glued_hyphen(text: str, line: int) -> Iterator[_Slip]:
    """Find a hyphen without a space where reading stopped, or in the line above."""
    lines = text.split("\n")
    for number in (line, line - 1):
        if 0 <= number < len(lines) and (match := _GLUED.match(lines[number])):
            yield (number, len(match[1])), *NO_SPACE


def _suspects(text: str, line: int, goes_on: bool) -> Iterator[int]:
    """Yield a line, and if it ``goes_on`` from lines above it, these: they have no key."""
    yield line
    while goes_on and line > 0 and not _KEY.match(_line(text, line - 1)):
        line -= 1
        yield line


def _glued_colon(text: str, line: int) -> Iterator[_Slip]:
    """Find a key whose value stands right behind the colon."""
    if match := _GLUED_COLON.match(_line(text, line)):
        hint = "write `key: value`, with a space between them"
        yield (line, match.end() - 1), "a space is missing after the colon", hint


def _outdented(text: str, line: int) -> Iterator[_Slip]:
    """Find a line of a text that stands too far left, and so was taken for a key."""
    here = _line(text, line)
    margin = len(here) - len(here.lstrip(" "))
    if not re.match(r"\w|[(“‘]", here[margin:]) or _KEY.match(here):
        return
    above = next((each for n in range(line - 1, -1, -1) if (each := _line(text, n)).strip()), "")
    inside = len(above) - len(above.lstrip(" "))
    is_text = not _KEY.match(above) and not above.lstrip().startswith(("-", "#"))
    begins_text = _OPEN_TEXT.search(above) or _PLAIN_TEXT.match(above)
    if not (begins_text or (is_text and inside > margin)):
        return
    hint = "it belongs to the text above: indent it as the lines round it"
    if margin == 0:
        yield (line, 0), "this line has lost its indentation", hint
    else:
        yield (line, margin), "this line stands too far left", hint


def _line(text: str, number: int) -> str:
    lines = text.split("\n")
    return lines[number] if 0 <= number < len(lines) else ""


def _swallowed(text: str, place: tuple[int, int], first_line: int) -> Iterator[_Slip]:
    """Find a quote that began on an earlier line and ended just where reading stopped."""
    if not may_be_reread(text):
        return
    for token in _tokens(text):
        start, end = token.start_mark, token.end_mark
        is_quoted = isinstance(token, yaml.ScalarToken) and token.style in ("'", '"')
        if is_quoted and start.line < end.line == place[0] and end.column <= place[1]:
            message = "the quote that is opened here is closed too late"
            hint = f"it goes on to line {end.line + first_line}; close it where the text ends"
            yield (start.line, start.column), message, hint


def _tokens(text: str) -> Iterator[Any]:
    try:
        yield from yaml.scan(text, yaml.SafeLoader)
    except yaml.YAMLError:
        return


def _bracket(
    text: str, opened: Any, place: tuple[int, int], problem: str, first_line: int
) -> Iterator[_Slip]:
    """Find a bracket that the wrong one closes, or none."""
    sign = "".join(text.split("\n")[opened.line : opened.line + 1])[opened.column :][:1]
    if sign not in _CLOSING:
        return
    if match := re.search(r"but got '([]}])'", problem):
        yield place, f"`{sign}` is closed by `{match[1]}`", f"write `{_CLOSING[sign]}`"
    elif opened.line < place[0]:
        message = f"a `{sign}` that was opened above is not closed above this line"
        cure = f"write `{_CLOSING[sign]}` after the last item, a comma between items"
        yield place, message, f"it is the one on line {opened.line + first_line}; {cure}"
