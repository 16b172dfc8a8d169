"""One file of a site, read safely and parsed: its elements in order, each with its place."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from pathlib import Path

from justhtml import Document, DocumentFragment, Element, JustHTML, Node

from process_manual.diagnostics import Location
from process_manual.limits import TooLongError, time_limit

MAX_BYTES = 4 * 1024 * 1024
SECONDS = 10.0
"""CPU time for one page; an ordinary one takes a hundredth of a second."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


class UnreadableError(Exception):
    """The file cannot be read as a page: what is wrong, and where."""

    def __init__(self, message: str, hint: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.message, self.hint, self.line, self.column = message, hint, line, column


def text_of(path: Path) -> str:
    """Return the text of a page; nothing but a plain file is opened."""
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableError("this is not a plain file", "put the file itself here")
        if status.st_size > MAX_BYTES:
            size = f"{MAX_BYTES // 1024 // 1024} MB"
            raise UnreadableError(f"the page is larger than {size}", "find out what made it grow")
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"cannot be read: {error.strerror}", "look at its rights") from None
    return _decoded(data)


def _decoded(data: bytes) -> str:
    hint = "build the site again; no page of the manual has such bytes"
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line, column = _place(data[: error.start].decode("utf-8"))
        raise UnreadableError("this is not UTF-8", hint, line, column) from None
    if control := _CONTROL.search(text):
        code = f"U+{ord(control[0]):04X}"
        line, column = _place(text[: control.start()])
        raise UnreadableError(f"there is a control character ({code})", hint, line, column)
    return text


def _place(before: str) -> tuple[int, int]:
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def elements(text: str) -> list[Element]:
    """Parse a whole page and return its elements in the order of their start tags."""
    try:
        with time_limit(SECONDS):
            parsed = JustHTML(text, sanitize=False, track_node_locations=True)
            return list(_walk(parsed.root))
    except TooLongError:
        message = f"the page takes more than {SECONDS:.0f} seconds to parse"
    except Exception as error:  # whatever hostile input does to the parser is a finding
        message = f"the page cannot be parsed ({type(error).__name__})"
    raise UnreadableError(message, "find out what made it so strange")


def _walk(root: Document | DocumentFragment) -> Iterator[Element]:
    """Walk without recursion, into templates too; hostile pages nest 100,000 deep."""
    waiting: list[Node] = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Element):
            yield node
        waiting.extend(child for child in reversed(node.children or ()) if isinstance(child, Node))
        if content := getattr(node, "template_content", None):
            waiting.append(content)


def location(path: str, element: Element) -> Location:
    """Return where an element starts; what the parser added itself stands at the beginning."""
    return Location(path, *(element.origin_location or (1, 1)))


def content(element: Element) -> str:
    """Return the text directly inside an element, such as a script."""
    return "".join(child.data or "" for child in element.children if child.name == "#text")
