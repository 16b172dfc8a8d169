"""The files of a site that are no pages: listed scripts, style sheets, drawings, data."""

from __future__ import annotations

import gzip
import re
import stat
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from process_manual.diagnostics import Finding, Location
from process_manual.gate import drawing, edition, policy, stylesheet
from process_manual.gate.document import UnreadableError, text_of
from process_manual.gate.page import Reference, finding, short

_LOOKS_LIKE_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?[\t\n\x0c\r ]*<(?:!doctype html|html|head|script|iframe|h1|div|font|table"
    rb"|a|style|title|b|body|br|p|svg|math|meta|link|img)[ \t\n\x0c\r>/]|[\t\n\x0c\r ]*<!--",
    re.IGNORECASE,
)
"""What makes a browser that was told no type guess HTML (WHATWG, MIME Sniffing, 7.1), and more."""


def below(top: Path) -> tuple[list[str], list[Finding]]:
    """Return the plain files, and findings for what else there is; follow no link."""
    plain: list[str] = []
    found: list[Finding] = []
    waiting = [top]
    while waiting:
        path = waiting.pop()
        name = path.relative_to(top).as_posix()
        try:
            if path.is_dir() and (path == top or not path.is_symlink()):
                waiting.extend(path.iterdir())
                continue
            is_plain = stat.S_ISREG(path.lstat().st_mode)
        except OSError as error:
            found.append(_unreadable(name, f"cannot be read: {error.strerror}"))
            continue
        if not name.isprintable():
            found.append(_unreadable(name, "the name has characters that nobody can see"))
        elif is_plain:
            plain.append(name)
        else:
            found.append(_unreadable(name, "this is a link or a device, no plain file"))
    return plain, found


def _unreadable(name: str, message: str) -> Finding:
    return finding("GAT-001", Location(short(name)), message, "put the file itself here")


def read(top: Path, path: str) -> Iterator[Finding | Reference]:
    """Yield what is wrong with a file that is no page, and what it names on the site."""
    kind = PurePosixPath(path).suffix.lower()
    try:
        if kind in policy.ACTIVE:
            yield from _script(top, path)
        elif kind in policy.STYLES:
            yield from _style(path, text_of(top / path))
        elif kind in policy.DRAWINGS:
            yield from drawing.read(path, text_of(top / path))
        elif path == policy.SITE_MAP:
            yield from drawing.read(path, text_of(top / path), drawing.SITE_MAP)
        elif path == policy.FEED:
            yield from drawing.read(path, text_of(top / path), drawing.ATOM)
        elif path == f"{policy.SITE_MAP}.gz":
            yield from _packed(top, path)
        elif kind not in policy.DATA:
            message = f"a site has no files of the kind `{short(kind or path)}`"
            yield finding("GAT-015", Location(path), message, "take it out")
        elif _LOOKS_LIKE_HTML.match(_beginning(top / path)):
            message = f"this begins like a page, not like a file of the kind `{kind}`"
            hint = "take it out; a browser might show it as a page"
            yield finding("GAT-015", Location(path), message, hint)
    except UnreadableError as error:
        where = Location(path, error.line, error.column)
        yield finding("GAT-001", where, error.message, error.hint)
    except OSError as error:
        yield _unreadable(path, f"cannot be read: {error.strerror}")


def _script(top: Path, path: str) -> Iterator[Finding]:
    if not policy.is_script(path):
        message = "this file would run in a browser, and is not one of the theme's or ours"
        hint = (
            "take it out, because the security policy trusts every script on the site; if a new "
            "version of the theme brought it, read it and put it into gate/theme.toml"
        )
        yield finding("GAT-003", Location(path), message, hint)
        return
    if path == edition.SCRIPT:
        yield from _of_edition(path, text_of(top / path))
        return
    expected = policy.script_files().get(path)  # none for the search index, which is data
    if expected and policy.file_hash((top / path).read_bytes()) != expected:
        message = "this script is not what the theme, or the manual, calls by this name"
        hint = "find out what changed it, and build the site again"
        yield finding("GAT-003", Location(path), message, hint)


def _of_edition(path: str, text: str) -> Iterator[Finding]:
    """Compare a file that is different in every edition with what the build writes there."""
    if not edition.is_as_made(path, text):
        message = "this is not what the build writes here, whatever the edition's name"
        hint = "find out what changed it, and build the site again"
        yield finding("GAT-003", Location(path), message, hint)


def _style(path: str, text: str) -> Iterator[Finding | Reference]:
    if path == edition.STYLE:
        yield from _of_edition(path, text)
    for each in stylesheet.read(text):
        if isinstance(each, stylesheet.StyleFault):
            yield finding(each.code, Location(path, *each.place), each.message, each.hint)
        else:
            yield Reference(Location(path, *each[0]), each[1], path)


def _packed(top: Path, path: str) -> Iterator[Finding]:
    """Compare the packed site map with the plain one, and unpack no more than that."""
    plain = top / policy.SITE_MAP
    expected = plain.read_bytes() if plain.is_file() else b""
    try:
        with gzip.open(top / path) as packed:
            is_same = packed.read(len(expected) + 1) == expected
    except (OSError, EOFError, zlib.error):
        is_same = False
    if not is_same:
        message = f"this differs from {policy.SITE_MAP}"
        yield finding("GAT-014", Location(path), message, "build the site again")


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(512)
