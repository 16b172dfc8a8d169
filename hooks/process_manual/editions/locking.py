"""One publisher at a time, and the folders of a store."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from process_manual.editions.disk import Disk
from process_manual.editions.names import EditionError, shown
from process_manual.editions.store import EDITIONS, LOCK, PARTS, PUBLICS, STAGING, Store


@contextlib.contextmanager
def locked(
    path: Path,
    *,
    create: bool = False,
    waiting: Callable[[], None] = lambda: None,
    disk: Disk | None = None,
) -> Iterator[Store]:
    """Hold a store against other publishers for as long as the block lasts.

    ``waiting`` is called once when somebody else holds it; then it blocks. The operating system
    gives the lock back when a publisher is killed. ``create`` makes the store where there is none.
    """
    with os_errors(path):
        _make(path, create, disk or Disk())
        handle = os.open(path / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        with os_errors(path / LOCK):
            _acquire(handle, waiting)
        yield Store(path)
    finally:
        os.close(handle)


@contextlib.contextmanager
def os_errors(path: Path, meaning: str = "") -> Iterator[None]:
    """Turn an error of the operating system into one line with its path."""
    try:
        yield
    except OSError as error:
        place = shown(error.filename if isinstance(error.filename, str) else path)
        reason = (error.strerror or str(error)).lower()
        raise EditionError(f"{place}: {reason}{meaning}") from None


def _make(path: Path, create: bool, disk: Disk) -> None:
    if not (path / EDITIONS).is_dir():
        if not create:
            raise EditionError(f"{shown(path)}: no store of editions here")
        if path.is_dir() and any(each.name not in PARTS for each in path.iterdir()):
            raise EditionError(f"{shown(path)}: neither empty nor a store; choose another folder")
    for folder in (path, path / EDITIONS, path / PUBLICS, path / STAGING):
        if not folder.is_dir():
            with contextlib.suppress(FileExistsError):  # another publisher was quicker
                disk.make_folder(folder)
            disk.sync(folder.parent)


def _acquire(handle: int, waiting: Callable[[], None]) -> None:
    try:
        import fcntl
    except ImportError:
        raise EditionError("a store can be written on Linux and macOS only") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        waiting()
        fcntl.flock(handle, fcntl.LOCK_EX)
