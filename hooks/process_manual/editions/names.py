"""The names of editions and of the files in them, and the one error that all of this raises."""

from __future__ import annotations

import re

LONGEST = 64
WITHDRAWAL = "withdrawal-"
"""How the folders of withdrawals begin; the sequence number follows."""
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*")
# Windows has no such files, with whatever ending: an edition is copied there too.
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
# Beside the editions in `public` lie the link `latest` and the files of the landing page.
_TAKEN = re.compile(r"latest|assets|staging|.*\.(html|json|xml|tsv|sig)")


class EditionError(Exception):
    """Why an edition or a store cannot be read, stored or believed, in one line."""


def name_fault(name: str) -> str | None:
    """Return what is wrong with the name of an edition and how to mend it; None for a good one."""
    if not _NAME.fullmatch(name) or name.endswith("."):
        return "not small letters, digits, dots and hyphens; name it as in 2026-11"
    if len(name) > LONGEST:
        return f"longer than {LONGEST} characters; shorten it"
    if name.startswith(WITHDRAWAL) or _TAKEN.fullmatch(name):
        return "kept for the store itself; choose another name"
    if _DEVICE.fullmatch(name):
        return "no file may be named so on Windows; choose another name"
    return None


def path_fault(path: str) -> str | None:
    """Return what is wrong with the path of a file in an edition; None for a good one.

    ``sha256sum`` writes a path with a line break or a backslash in a notation of its own, so an
    edition has none.
    """
    if not path.isprintable() or "\\" in path:
        return "holds a backslash or a character that cannot be seen"
    if any(part in ("", ".", "..") for part in path.split("/")):
        return "is not a plain path"
    if path != "DEFINITIONS.tsv" and not path.startswith(("site/", "source/")):
        return "is not below site/ or source/"
    return None


def decoded(data: bytes, largest: int) -> str:
    """Return the text in bytes; EditionError when there are more than ``largest``, or no UTF-8."""
    if len(data) > largest:
        raise EditionError(f"larger than {largest:,} bytes")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise EditionError("not UTF-8") from None


def shown(text: object) -> str:
    """Return a text or path so that it stays one line and gives a terminal no orders."""
    encoded = str(text).encode("utf-8", "replace").decode("utf-8")
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in encoded)
