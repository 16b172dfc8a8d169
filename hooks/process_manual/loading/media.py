"""Images and downloads under ``docs/``: only listed types, and each what its name says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from process_manual.diagnostics import Finding, Location, Severity

MAX_SIZE = 10 * 1024 * 1024
_ZIP = (b"PK\x03\x04",)
SIGNATURES: dict[str, tuple[bytes, ...]] = {
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".gif": (b"GIF87a", b"GIF89a"),
    ".webp": (b"RIFF",),
    ".pdf": (b"%PDF-",),
    ".docx": _ZIP,
    ".xlsx": _ZIP,
    ".pptx": _ZIP,
    ".odt": _ZIP,
    ".ods": _ZIP,
    ".csv": (),
    ".txt": (),
    ".svg": (),
}
"""Types that may be published, with the bytes that a file of the type begins with."""

_FORBIDDEN_ELEMENTS = frozenset(
    {"script", "foreignobject", "iframe", "embed", "object", "handler", "set", "animate"}
)
_OUTSIDE = re.compile(r"@import|url\(\s*['\"]?(?!#)|expression\s*\(|javascript\s*:", re.IGNORECASE)


def check_media(root: Path, path: Path) -> Iterator[Finding]:
    """Tell why a file that is not a page may not be published."""
    where = path.relative_to(root).as_posix()
    suffix = path.suffix.lower()
    if suffix not in SIGNATURES:
        known = ", ".join(sorted(SIGNATURES))
        yield _finding(where, f"files of the type `{suffix}` are not published", f"known: {known}")
        return
    if path.stat().st_size > MAX_SIZE:
        megabytes = MAX_SIZE // 1024 // 1024
        yield _finding(where, f"the file is larger than {megabytes} MB", "make it smaller")
        return
    content = path.read_bytes()
    signatures = SIGNATURES[suffix]
    if signatures and not content.startswith(signatures):
        hint = "save it in this format, or give it the ending of the format it has"
        yield _finding(where, f"the content is not of the type `{suffix}`", hint)
    elif suffix == ".webp" and content[8:12] != b"WEBP":
        yield _finding(where, "the content is not of the type `.webp`", "save it as WebP")
    elif suffix in (".csv", ".txt") and b"\x00" in content:
        yield _finding(where, "the content is not text", "save it as plain text")
    elif suffix == ".svg":
        for message in svg_faults(content):
            hint = "export it from the drawing program as a plain SVG, or as PNG"
            yield _finding(where, message, hint)


def svg_faults(content: bytes) -> Iterator[str]:
    """Tell what in an SVG could run, or load something from elsewhere."""
    if re.search(rb"<!\s*(DOCTYPE|ENTITY)", content, re.IGNORECASE) or b"<?xml-" in content:
        yield "the SVG has a document type or a style sheet of its own"
        return
    try:
        tree = ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError, LookupError, RecursionError):
        yield "the SVG is not well-formed XML"
        return
    if _local(tree.tag) != "svg":
        yield "the file is not an SVG drawing"
    for element in tree.iter():
        tag = _local(element.tag)
        if tag in _FORBIDDEN_ELEMENTS:
            yield f"the SVG has a `<{tag}>` element"
        if tag == "style" and _OUTSIDE.search(element.text or ""):
            yield "the style of the SVG loads something from elsewhere"
        for key, value in element.attrib.items():
            yield from _attribute_faults(_local(key), value)


def _attribute_faults(name: str, value: str) -> Iterator[str]:
    if name.startswith("on"):
        yield f"the SVG has an event handler (`{name}`)"
    elif name in ("href", "src") and not _stays_inside(value):
        yield "the SVG refers to something outside itself"
    elif _OUTSIDE.search(value):
        yield f"the attribute `{name}` of the SVG loads something from elsewhere"


def _stays_inside(value: str) -> bool:
    inline = re.match(r"\s*data:image/(png|jpeg|gif|webp);base64,", value, re.IGNORECASE)
    return value.lstrip().startswith("#") or inline is not None


def _local(tag: object) -> str:
    return tag.rsplit("}", 1)[-1].lower() if isinstance(tag, str) else ""


def _finding(where: str, message: str, hint: str) -> Finding:
    return Finding(Location(where), "SAF-002", Severity.ERROR, message, hint)
