"""Drawings (SVG), site map and feed: XML that a browser would run like a page.

Read by expat, which knows namespaces: ``<x:script xmlns:x="…/svg">`` is a script.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from process_manual.diagnostics import Finding, Location
from process_manual.gate import addresses, policy, stylesheet
from process_manual.gate.page import Reference, finding, short

SVG = "http://www.w3.org/2000/svg"
XHTML = "http://www.w3.org/1999/xhtml"
SITE_MAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
ATOM = "http://www.w3.org/2005/Atom"
_PLAIN = frozenset({SITE_MAP, ATOM})
"""Namespaces of files that hold their own elements and no others."""
_ROOTS = frozenset({(SVG, "svg"), (SITE_MAP, "urlset"), (ATOM, "feed")})
_ALIVE = frozenset({XHTML, "http://www.w3.org/1998/Math/MathML"})
"""Namespaces that a browser knows; what stands in any other is data to it."""
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp)[;,]", re.IGNORECASE)
_TAKE_OUT = "export it as a plain SVG, or as PNG"


class _StopError(Exception):
    """Nothing more of the file is read."""


@dataclass(slots=True)
class Drawing:
    """What was found so far in one file."""

    path: str
    namespace: str
    findings: list[Finding] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    _parser: expat.XMLParserType = field(default_factory=lambda: expat.ParserCreate("utf-8", " "))
    _open: list[str] = field(default_factory=list)
    _style: list[str] = field(default_factory=list)

    def read(self, text: str) -> None:
        """Read the file; what is no XML ends with a finding."""
        parser = self._parser
        parser.XmlDeclHandler = self._declared
        parser.StartDoctypeDeclHandler = self._doctype
        parser.ProcessingInstructionHandler = self._instructed
        parser.StartElementHandler = self._begun
        parser.EndElementHandler = self._ended
        parser.CharacterDataHandler = self._written
        try:
            parser.Parse(text.encode("utf-8"), True)
        except _StopError:
            self._tell("GAT-009", "a document type of its own could define anything")
        except expat.ExpatError as error:
            place = Location(self.path, error.lineno, error.offset + 1)
            message = f"this is no well-formed XML ({expat.ErrorString(error.code)})"
            self.findings.append(finding("GAT-001", place, message, _TAKE_OUT))

    def _place(self) -> Location:
        line, column = self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber
        return Location(self.path, line, column + 1)

    def _tell(self, code: str, message: str, hint: str = _TAKE_OUT) -> None:
        self.findings.append(finding(code, self._place(), message, hint))

    def _declared(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding is not None and encoding.lower() != "utf-8":
            self._tell("GAT-009", f"the file says it is written in {short(encoding)}")

    def _doctype(self, name: str, system: str | None, public: str | None, inner: bool) -> None:
        raise _StopError  # before anything that it defines is read

    def _instructed(self, target: str, data: str) -> None:
        self._tell("GAT-009", f"<?{short(target)}?> gives the browser an order")

    def _begun(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        if not self._open and (space, local) not in _ROOTS:
            self._tell("GAT-015", f"a file that begins with <{short(local)}> is not expected here")
        self._open.append(name)
        if space == SVG and local not in policy.DRAWING:
            self._tell("GAT-002", f"the element <{short(local)}> is not allowed in a drawing")
        elif space in _ALIVE or (self.namespace in _PLAIN and space != self.namespace):
            self._tell("GAT-002", f"the element <{short(local)}> is not allowed here")
        if space == SVG:
            for key, value in attributes.items():
                self._attribute(local, key.rpartition(" ")[2], value)
        elif space == ATOM and "href" in attributes:
            self._address("a", "href", attributes["href"])

    def _attribute(self, element: str, name: str, value: str) -> None:
        if name.lower().startswith("on"):
            self._tell("GAT-005", f"`{short(name)}` on <{short(element)}> would run a script")
        elif name in ("href", "src"):
            self._address(element, name, value)
        elif name == "style" or name in policy.PAINTS:
            self._styled(value)

    def _address(self, element: str, name: str, value: str) -> None:
        address = addresses.read(value)
        if value.strip().startswith("#") or (element == "image" and _PICTURE.match(value.strip())):
            return
        if not address.is_elsewhere:
            self.references.append(Reference(self._place(), address, self.path))
        elif address.scheme and address.scheme not in policy.SCHEMES:
            self._tell("GAT-007", f"`{name}` has the scheme `{short(address.scheme)}:`")
        elif element != "a":
            self._tell("GAT-008", f"`{name}` loads from another host: {short(value)}")

    def _written(self, text: str) -> None:
        if self._open and self._open[-1] == f"{SVG} style":
            self._style.append(text)

    def _ended(self, name: str) -> None:
        self._open.pop()
        if name == f"{SVG} style":
            self._styled("".join(self._style))
            self._style.clear()

    def _styled(self, text: str) -> None:
        for each in stylesheet.read(text):
            if isinstance(each, stylesheet.StyleFault):
                self._tell(each.code, each.message, each.hint)
            else:
                self.references.append(Reference(self._place(), each[1], self.path))


def read(path: str, text: str, namespace: str = SVG) -> Iterator[Finding | Reference]:
    """Yield what is wrong in a drawing, site map or feed, and what it names on the site."""
    found = Drawing(path, namespace)
    found.read(text)
    yield from found.findings
    yield from found.references
