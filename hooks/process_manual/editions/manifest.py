"""SHA256SUMS: every file of an edition with its hash, as ``sha256sum -c`` reads it."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from process_manual.editions.names import EditionError, decoded, path_fault, shown

PARTS = ("site", "source")
"""The folders of an edition; all files are in them but DEFINITIONS.tsv."""
DEFINITIONS = "DEFINITIONS.tsv"
LARGEST = 64 * 2**20
"""Bytes that a manifest may have: half a million files."""
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
_CHUNK = 2**20


def encode(hashes: Mapping[str, str]) -> bytes:
    """Return SHA256SUMS for paths and their hashes, sorted by the bytes of the paths.

    A path that the format cannot hold is an EditionError.
    """
    for path in hashes:
        if fault := path_fault(path):
            raise EditionError(f"{shown(path)}: the path {fault}; rename the file")
    return lines(hashes)


def lines(hashes: Mapping[str, str]) -> bytes:
    """Return such lines for any paths."""
    rows = sorted((path.encode("utf-8"), hashed) for path, hashed in hashes.items())
    return b"".join(hashed.encode("ascii") + b"  " + path + b"\n" for path, hashed in rows)


def read_manifest(data: bytes) -> dict[str, str]:
    """Return the hash of every path; EditionError unless it is written in the one way there is."""
    hashes = read_lines(data)
    if encode(hashes) != data:
        raise EditionError("not sorted, or a path twice")
    return hashes


def read_lines(data: bytes) -> dict[str, str]:
    """Return hash by path for lines of ``sha256sum``, whatever the paths are."""
    text = decoded(data, LARGEST)
    hashes = {}
    for number, line in enumerate(text.split("\n")[:-1], 1):
        if (match := _LINE.fullmatch(line)) is None:
            raise EditionError(f"line {number} is not `<SHA-256>  <path>`")
        hashes[match[2]] = match[1]
    if text and not text.endswith("\n"):
        raise EditionError("the last line has no end")
    return hashes


def hash_file(path: Path) -> tuple[str, int]:
    """Return the SHA-256 and the size of a file; OSError when it cannot be read."""
    hashed, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            hashed.update(chunk)
            size += len(chunk)
    return hashed.hexdigest(), size


def walk(folder: Path, inside: str = "") -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield everything below a folder, sorted, with its path; follows no link.

    OSError when a folder cannot be read; one that vanishes meanwhile is as if it were empty.
    """
    try:
        with os.scandir(folder / inside) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except FileNotFoundError:
        if not inside:
            raise
        return
    for entry in found:
        path = f"{inside}/{entry.name}" if inside else entry.name
        yield path, entry
        if entry.is_dir(follow_symlinks=False):
            yield from walk(folder, path)


def parents(paths: Iterable[str]) -> set[str]:
    """Return every folder that is needed to hold files of these paths."""
    folders: set[str] = set()
    for path in paths:
        while (path := path.rpartition("/")[0]) and path not in folders:
            folders.add(path)
    return folders


def measure(folder: Path) -> tuple[dict[str, str], int]:
    """Return the hash of every file that belongs into a manifest, and their bytes together.

    For a bundle that is being made. What is neither folder nor file is an EditionError.
    """
    hashes, total = {}, 0
    for path, entry in walk(folder):
        if path.split("/")[0] not in (*PARTS, DEFINITIONS) or entry.is_dir(follow_symlinks=False):
            continue
        if not entry.is_file(follow_symlinks=False):
            raise EditionError(f"{shown(path)}: neither a folder nor a plain file")
        hashes[path], size = hash_file(folder / path)
        total += size
    return hashes, total
