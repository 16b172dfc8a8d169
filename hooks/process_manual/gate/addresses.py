"""Addresses in a page, read as browsers read them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import dirname
from urllib.parse import unquote

_EDGES = "".join(map(chr, range(0x21)))
_DROPPED = str.maketrans("", "", "\t\n\r")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")


@dataclass(frozen=True, slots=True)
class Address:
    """An address taken apart; ``path`` and ``anchor`` are decoded, and empty for other sites."""

    text: str
    scheme: str = ""
    is_elsewhere: bool = False
    path: str = ""
    anchor: str = ""


def read(text: str) -> Address:
    """Take an address apart as a browser does: it drops blanks and takes ``\\`` for ``/``."""
    plain = text.strip(_EDGES).translate(_DROPPED)
    if scheme := _SCHEME.match(plain):
        return Address(text, scheme[1].lower(), is_elsewhere=True)
    body, _, anchor = plain.partition("#")
    path = body.partition("?")[0].replace("\\", "/")
    if path.startswith("//"):
        return Address(text, is_elsewhere=True)
    return Address(text, path=unquote(path), anchor=unquote(anchor))


def several(text: str) -> Iterator[Address]:
    """Read the addresses of a ``srcset`` or of another list."""
    for part in text.split(","):
        if words := part.split():
            yield read(words[0])


def resolve(address: Address, page: str, served_at: str) -> str | None:
    """Return the path below the top of the site, or None when it leads outside.

    A path that ends in ``/`` is a folder.
    """
    path = address.path
    if not path:
        return page
    if path.startswith("/"):
        if not f"{path}/".startswith(served_at):
            return None
        path = path[len(served_at) :]
    elif folder := dirname(page):
        path = f"{folder}/{path}"
    return _without_dots(path)


def _without_dots(path: str) -> str | None:
    found: list[str] = []
    parts = path.split("/")
    for part in parts:
        if part == "..":
            if not found:
                return None
            found.pop()
        elif part not in ("", "."):
            found.append(part)
    is_folder = parts[-1] in ("", ".", "..")
    return "/".join(found) + ("/" if is_folder and found else "")
