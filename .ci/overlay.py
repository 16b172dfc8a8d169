"""Lay the content of an untrusted tree over a trusted one.

    python3 .ci/overlay.py HEAD BASE

Afterwards BASE holds its own code, configuration and lock file, and the processes/ and docs/ of
HEAD. Whatever is no regular file or folder, or no kind of file that content is made of, is refused,
and then BASE stays as it was. Only the standard library is used, because nothing is installed yet
when this runs.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

_MEDIA = ".png .jpg .jpeg .gif .webp .svg .pdf .docx .xlsx .pptx .odt .ods .csv .txt"
CONTENT: Mapping[str, tuple[str, ...]] = {
    "processes": (".md", ".yml", ".csv"),
    "docs": (".md", *_MEDIA.split()),
}
"""The folders taken over, and what the names of their files end in: nothing that would run."""
IGNORED = frozenset({".gitkeep", ".DS_Store"})
MOST_BYTES_A_FILE = 16 * 2**20
MOST_BYTES = 512 * 2**20
MOST_FILES = 50_000
MOST_DEPTH = 16

Entry = tuple[str, os.stat_result]


class RefusedError(Exception):
    """The untrusted tree holds something that must not be copied."""


def overlay(head: Path, base: Path) -> int:
    """Replace the content of ``base`` by that of ``head``; return the number of files copied.

    Raises RefusedError with one line for each fault, before anything is changed.
    """
    entries = [entry for folder in CONTENT for entry in _walk(head, folder, 1)]
    files = [(path, status) for path, status in entries if not stat.S_ISDIR(status.st_mode)]
    if faults := [*_faults(head, entries), *_excess(files)]:
        raise RefusedError("\n".join(faults))
    for folder in CONTENT:
        if (base / folder).exists():
            shutil.rmtree(base / folder)  # which refuses to follow a link
    for path, status in entries:
        if stat.S_ISDIR(status.st_mode):
            (base / path).mkdir()
        else:
            _copy(head / path, base / path)
    return len(files)


def _walk(root: Path, path: str, depth: int) -> Iterator[Entry]:
    """Yield everything at and below ``path``, a folder before what it holds; follows no link."""
    try:
        status = os.lstat(root / path)
    except FileNotFoundError:
        raise RefusedError(f"{path}: missing") from None
    yield path, status
    if stat.S_ISDIR(status.st_mode) and depth <= MOST_DEPTH:
        for name in sorted(each.name for each in (root / path).iterdir()):
            yield from _walk(root, f"{path}/{name}", depth + 1)


def _faults(root: Path, entries: list[Entry]) -> Iterator[str]:
    for path, status in entries:
        fault = (
            _name_fault(path.rpartition("/")[2])
            or _kind_fault(root / path, status, path in CONTENT)
            or _type_fault(path, status)
            or (path.count("/") >= MOST_DEPTH and f"more than {MOST_DEPTH} folders deep")
        )
        if fault:
            yield f"{ascii(path)[1:-1]}: {fault}"


def _name_fault(name: str) -> str | None:
    """Tell what no checkout should write and no log should print; the check judges the rest."""
    if not (name.isascii() and name.isprintable()) or "\\" in name:
        return "a name may hold printable ASCII only, and no backslash"
    if name.lower().startswith(".git") and name not in IGNORED:
        return "git's own files have no place here (a submodule?)"
    return None


def _kind_fault(path: Path, status: os.stat_result, must_be_folder: bool) -> str | None:
    if stat.S_ISLNK(status.st_mode):
        return "a symbolic link; put a copy of the file here"
    if stat.S_ISDIR(status.st_mode):
        # git keeps no empty folders: it makes one for a submodule that is not fetched
        return None if any(path.iterdir()) else "an empty folder, as a submodule leaves"
    if must_be_folder:
        return "not a folder"
    if not stat.S_ISREG(status.st_mode):
        return "neither a file nor a folder"
    if status.st_size > MOST_BYTES_A_FILE:
        return f"{status.st_size:,} bytes, more than {MOST_BYTES_A_FILE:,}"
    return None


def _type_fault(path: str, status: os.stat_result) -> str | None:
    """Refuse what a tool might find and run before anybody has read it: Makefile, conftest.py."""
    folder, name = path.partition("/")[0], path.rpartition("/")[2]
    if stat.S_ISDIR(status.st_mode) or name in IGNORED:
        return None
    if name.lower().endswith(CONTENT[folder]):
        return None
    return f"{folder}/ holds no such files, only {' '.join(CONTENT[folder])}"


def _excess(files: list[Entry]) -> Iterator[str]:
    if len(files) > MOST_FILES:
        yield f"{len(files):,} files, more than {MOST_FILES:,}"
    size = sum(status.st_size for _, status in files if stat.S_ISREG(status.st_mode))
    if size > MOST_BYTES:
        yield f"{size:,} bytes in all, more than {MOST_BYTES:,}"


def _copy(source: Path, target: Path) -> None:
    """Write the bytes of a regular file to a new file that nobody may execute."""
    descriptor = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as reader, target.open("xb") as writer:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise RefusedError(f"{source.name}: no longer a regular file")
        shutil.copyfileobj(reader, writer)
    target.chmod(0o644)


def main(arguments: list[str]) -> int:
    """Run the command; return its exit code."""
    if len(arguments) != 2:
        print("use: overlay.py HEAD BASE", file=sys.stderr)
        return 2
    try:
        count = overlay(Path(arguments[0]), Path(arguments[1]))
    except RefusedError as refused:
        print(f"Not taken over:\n{refused}", file=sys.stderr)
        return 1
    print(f"{count:,} files of {' and '.join(CONTENT)} taken over.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
