"""What publishing does to a disk, each call of the operating system a method of one small object.

Tests put another object in its place: one that dies before or after any call, fails as a full disk
does, or writes down what a loss of power would leave.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

_CHUNK = 2**20


class Disk:
    """The operating system; every method is one call and may raise OSError."""

    def make_folder(self, path: Path) -> None:
        """Make a folder that must not be there."""
        path.mkdir()

    def create(self, path: Path) -> int:
        """Open a new file for writing; nobody may write to it again once it is closed.

        Files of a store are linked between editions, so writing to one would change the others.
        """
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444)

    def write(self, handle: int, data: bytes) -> int:
        """Write to an open file and return how many bytes went in."""
        return os.write(handle, data)

    def close(self, handle: int) -> None:
        """Close a file."""
        os.close(handle)

    def link(self, existing: Path, path: Path) -> None:
        """Give a file a second name."""
        os.link(existing, path, follow_symlinks=False)

    def point(self, target: str, path: Path) -> None:
        """Make a symbolic link."""
        path.symlink_to(target)

    def rename(self, old: Path, new: Path) -> None:
        """Move a file, folder or link in one step; replaces a file or link."""
        old.rename(new)

    def remove(self, path: Path) -> None:
        """Remove a file or link."""
        path.unlink()

    def remove_folder(self, path: Path) -> None:
        """Remove an empty folder."""
        path.rmdir()

    def sync(self, path: Path) -> None:
        """Return when a file's content, or the names in a folder, would outlive a power cut."""
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_file(disk: Disk, path: Path, chunks: Iterable[bytes]) -> None:
    """Write a new file."""
    handle = disk.create(path)
    try:
        for chunk in chunks:
            rest = memoryview(chunk)
            while rest:
                rest = rest[disk.write(handle, bytes(rest)) :]
    finally:
        disk.close(handle)


def copy_file(disk: Disk, source: Path, path: Path) -> None:
    """Copy the content of a file into a new one."""
    with source.open("rb") as file:
        write_file(disk, path, iter(lambda: file.read(_CHUNK), b""))


def remove_tree(disk: Disk, path: Path) -> None:
    """Remove a file or link, or a folder with all that is in it; follows no link."""
    if path.is_symlink() or not path.is_dir():
        disk.remove(path)
        return
    for each in sorted(path.iterdir()):
        remove_tree(disk, each)
    disk.remove_folder(path)
