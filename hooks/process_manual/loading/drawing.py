"""What in an SVG drawing could run something, or load something from elsewhere.

Read as a stream of events, so that a file of nothing but elements takes no more memory than any.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from xml.parsers import expat

from process_manual.limits import MOST_ALIKE

SPACE = "http://www.w3.org/2000/svg"
_FOREIGN = ("http://www.w3.org/1999/xhtml", "http://www.w3.org/1998/Math/MathML")
"""Name spaces whose elements browsers show, too: a form or a page within the drawing."""
_FORBIDDEN = frozenset(
    {"script", "foreignobject", "iframe", "embed", "object", "handler", "listener"}
    | {"set", "animate", "audio", "video", "canvas"}
)
_ADDRESSES = frozenset({"href", "src", "base", "ping", "srcset", "poster", "data", "action"})
_OUTSIDE = re.compile(
    r"@import|url\((?!\s*+['\"]?+\s*+#)|expression\s*+\(|javascript\s*+:"
    r"|(?:image-set|cross-fade|image|src)\s*+\(",
    re.IGNORECASE,
)
_CSS_CODE = re.compile(r"\\(?:([0-9a-f]{1,6})\s?|([^\n]))", re.IGNORECASE)
_INLINE_IMAGE = re.compile(r"\s*data:image/(?:png|jpeg|gif|webp);base64,", re.IGNORECASE)


class Fault(NamedTuple):
    """Something that may not stand in a drawing, with its line and column from 1."""

    line: int
    column: int
    message: str


def svg_faults(content: bytes) -> tuple[Fault, ...]:
    """Tell what in an SVG could run, or load something from elsewhere."""
    reader = _Reader()
    try:
        reader.parser.Parse(content, True)
    except _StopError:
        pass
    except expat.ExpatError as error:
        place = error.lineno, error.offset + 1
        reader.faults.append(Fault(*place, "the SVG is not well-formed XML in UTF-8"))
    return tuple(reader.faults)


class _StopError(Exception):
    """Raised to read no further."""


class _Reader:
    """Notes the faults of a drawing while expat reads it."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._style: list[str] | None = None
        self._style_depth = 0
        self._is_first = True
        # The browser must read the same characters as we do, so there is one encoding.
        self.parser = expat.ParserCreate("UTF-8", " ")
        self.parser.buffer_text = True
        self.parser.XmlDeclHandler = self._declaration
        self.parser.StartDoctypeDeclHandler = self._document_type
        self.parser.ProcessingInstructionHandler = self._instruction
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def _add(self, message: str) -> None:
        place = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
        self.faults.append(Fault(*place, message))
        if len(self.faults) > MOST_ALIKE:
            raise _StopError

    def _declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        if (encoding or "utf-8").lower() not in ("utf-8", "us-ascii", "ascii"):
            self._add(f"the SVG says that its encoding is {encoding}")

    def _document_type(self, *_: object) -> None:
        self._add("the SVG has a document type, which can load or repeat things")
        raise _StopError  # before the entities that it declares

    def _instruction(self, target: str, data: str) -> None:
        self._add(f"the SVG has an instruction to other programs (`<?{target[:40]}`)")

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        space, _, tag = name.rpartition(" ")
        tag = tag.lower()
        if self._is_first and tag != "svg":
            self._add("the file is not an SVG drawing")
        self._is_first = False
        if tag in _FORBIDDEN or space in _FOREIGN:
            self._add(f"the SVG has a `<{tag[:40]}>` element")
        if tag == "style" and self._style is None:
            self._style = []
        self._style_depth += self._style is not None
        for key, value in attributes.items():
            for message in _attribute_faults(key.rpartition(" ")[2].lower(), value):
                self._add(message)

    def _text(self, text: str) -> None:
        if self._style is not None:
            self._style.append(text)

    def _end(self, name: str) -> None:
        if self._style is None:
            return
        self._style_depth -= 1
        if not self._style_depth:
            if _loads("".join(self._style)):
                self._add("the style of the SVG loads something from elsewhere")
            self._style = None


def _attribute_faults(name: str, value: str) -> Iterator[str]:
    if name.startswith("on"):
        yield f"the SVG has an event handler (`{name[:40]}`)"
    elif name in _ADDRESSES and not _stays_inside(value):
        yield "the SVG refers to something outside itself"
    elif _loads(value):
        yield f"the attribute `{name[:40]}` of the SVG loads something from elsewhere"


def _loads(style: str) -> bool:
    """Tell whether a style loads something; its codes are read as browsers read them."""
    if "\\" in style:
        style = _CSS_CODE.sub(_character, style)
    return _OUTSIDE.search(style) is not None


def _character(code: re.Match[str]) -> str:
    number = int(code[1], 16) if code[1] else ord(code[2])
    return chr(number) if number < 0x110000 else "\ufffd"


def _stays_inside(value: str) -> bool:
    return value.lstrip().startswith("#") or _INLINE_IMAGE.match(value) is not None
