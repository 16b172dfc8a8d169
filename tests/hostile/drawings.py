"""SVG drawings: what programs export, and what would run or load something."""

from __future__ import annotations

from collections.abc import Mapping

_SPACES = (
    'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    ' xmlns:h="http://www.w3.org/1999/xhtml"'
)
_UTF16 = '<?xml version="1.0" encoding="utf-16"?>'
_SHEET = '<?xml-stylesheet href="//evil.example/x.css" type="text/css"?>'


def _svg(inside: str, attributes: str = "") -> bytes:
    return f"<svg {_SPACES} {attributes}>{inside}</svg>".encode()


SAFE: Mapping[str, bytes] = {
    "shapes": _svg('<rect width="9" height="9" fill="#fff"/><path d="M0 0L9 9"/>'),
    "a declaration": b'<?xml version="1.0" encoding="UTF-8"?>' + _svg("<g/>"),
    "a gradient": _svg('<linearGradient id="a"/><rect fill="url(#a)"/>'),
    "a gradient in quotes": _svg('<linearGradient id="a"/><rect fill="url(\'#a\')"/>'),
    "a gradient with blanks": _svg('<linearGradient id="a"/><rect fill="url( #a )"/>'),
    "a style sheet": _svg("<style>.a{fill:url(#b);stroke:red}</style>"),
    "a reference": _svg('<g id="a"/><use href="#a"/><use xlink:href="#a"/>'),
    "an image inside": _svg('<image href="data:image/png;base64,iVBORw0KGgo="/>'),
    "texts": _svg("<title>Desk &amp; lift</title><desc>x</desc><text>a &lt; b</text>"),
}
"""Drawings as Inkscape, Illustrator and draw.io write them."""
UNSAFE: Mapping[str, bytes] = {
    "a script": _svg("<script>alert(1)</script>"),
    "a script from elsewhere": _svg('<script href="//evil.example/x.js"/>'),
    "a script in another name space": _svg("<h:script>alert(1)</h:script>"),
    "a script in capitals": _svg("<h:SCRIPT>alert(1)</h:SCRIPT>"),
    "a handler": _svg("", 'onload="alert(1)"'),
    "a handler on a shape": _svg('<rect onclick="alert(1)"/>'),
    "a handler of an animation": _svg('<animateTransform onbegin="alert(1)"/>'),
    "HTML": _svg("<foreignObject><h:b>x</h:b></foreignObject>"),
    "HTML without a frame": _svg("<h:div>x</h:div>"),
    "a frame": _svg('<h:iframe src="javascript:alert(1)"/>'),
    "a refresh": _svg('<h:meta http-equiv="refresh" content="0;url=//evil.example/"/>'),
    "a form": _svg('<h:form action="//evil.example/"><h:button>x</h:button></h:form>'),
    "a video": _svg('<h:video poster="//evil.example/x.png"/>'),
    "a set of images": _svg('<h:img srcset="//evil.example/x.png 1x"/>'),
    "an object": _svg('<h:object data="//evil.example/x"/>'),
    "a link that runs": _svg('<a href="javascript:alert(1)"><rect width="9" height="9"/></a>'),
    "a link that runs, encoded": _svg('<a xlink:href="&#106;avascript:alert(1)"/>'),
    "a link elsewhere": _svg('<a href="https://evil.example/"/>'),
    "a ping": _svg('<a href="#x" ping="//evil.example/"><text>x</text></a>'),
    "an address that is animated": _svg(
        '<a><animate attributeName="href" to="javascript:alert(1)"/></a>'
    ),
    "an address that is set": _svg('<a><set attributeName="href" to="javascript:alert(1)"/></a>'),
    "an image from elsewhere": _svg('<image href="//evil.example/x.png"/>'),
    "an image that is a drawing": _svg('<image href="data:image/svg+xml,x"/>'),
    "a filter image": _svg('<filter><feImage href="https://evil.example/x.png"/></filter>'),
    "another drawing": _svg('<use href="other.svg#a"/>'),
    "a data drawing": _svg('<use href="data:image/svg+xml;base64,PHN2Zy8+#a"/>'),
    "another base": _svg('<g xml:base="//evil.example/"><use href="#a"/></g>'),
    "an import": _svg('<style>@import "//evil.example/x.css";</style>'),
    "an import in CDATA": _svg('<style><![CDATA[@import "//evil.example/x.css";]]></style>'),
    "an import after a comment": _svg('<style>a{}<!-- -->@import "//evil.example/x.css";</style>'),
    "an import after an element": _svg('<style><g/>@import "//evil.example/x.css";</style>'),
    "an import, encoded": _svg('<style>@\\69mport "//evil.example/x.css";</style>'),
    "an address in a style": _svg('<rect style="fill:url(//evil.example/x)"/>'),
    "an encoded address in a style": _svg('<rect style="filter:u\\72l(//evil.example/x)"/>'),
    "a set of images in a style": _svg("<rect style=\"mask:image-set('//evil.example/x' 1x)\"/>"),
    "a font": _svg("<style>@font-face{font-family:x;src:url(//evil.example/x)}</style>"),
    "a style sheet of its own": _SHEET.encode() + _svg("<rect/>"),
    "a style sheet in UTF-16": (_UTF16 + _SHEET + _svg("<rect/>").decode()).encode("utf-16"),
    "a document type": b'<!DOCTYPE svg SYSTEM "file:///etc/passwd">' + _svg("<rect/>"),
    "an entity": b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + _svg("&a;"),
    "laughs in UTF-16": (
        _UTF16 + '<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + _svg("&b;").decode()
    ).encode("utf-16"),
    "another encoding": b'<?xml version="1.0" encoding="utf-7"?>' + _svg("+ADw-script+AD4-"),
    "EBCDIC": ('<?xml version="1.0" encoding="cp037"?>' + _svg("<g/>").decode()).encode("cp037"),
    "no drawing": b"<html><body>x</body></html>",
    "no XML": b"<svg><rect></svg>",
    "nothing": b"",
    "a page in a comment": b"<!--" + _svg("") + b"--><html><script>alert(1)</script></html>",
}
"""Drawings that must not be published."""
