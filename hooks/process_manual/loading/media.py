"""Images and downloads under ``docs/``: only listed types, and each what its name says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from process_manual.diagnostics import Finding, Location, Severity
from process_manual.loading.drawing import svg_faults

MAX_SIZE = 10 * 1024 * 1024
MAX_DRAWING = 2 * 1024 * 1024
"""A drawing is read whole, which takes half a second at this size."""
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


def check_media(root: Path, path: Path) -> Iterator[Finding]:
    """Tell why a file that is not a page may not be published."""
    where = path.relative_to(root).as_posix()
    suffix = path.suffix.lower()
    if suffix not in SIGNATURES:
        known = ", ".join(sorted(SIGNATURES))
        yield _finding(where, f"files of the type `{suffix}` are not published", f"known: {known}")
        return
    most = MAX_DRAWING if suffix == ".svg" else MAX_SIZE
    if path.stat().st_size > most:
        megabytes = most // 1024 // 1024
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
        for fault in svg_faults(content):
            hint = "export it from the drawing program as a plain SVG in UTF-8, or as PNG"
            yield _finding(where, fault.message, hint, (fault.line, fault.column))


def _finding(where: str, message: str, hint: str, mark: tuple[int, int] = (1, 1)) -> Finding:
    return Finding(Location(where, *mark), "SAF-002", Severity.ERROR, message, hint)
