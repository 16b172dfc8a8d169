"""Files on disk: whatever happens while one is written, it is the old one or the new one."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from process_manual.editing.manualfile import RefusedError


def replace_file(path: Path, before: bytes | None, content: bytes) -> None:
    """Write ``content`` to ``path``, which must still hold ``before`` (None: not be there).

    The new file is written beside the old one, brought to the disk, and takes its name in one step
    that the file system does not do by halves. Refuses what cannot be done; nothing is left behind.
    """
    try:
        if (path.read_bytes() if path.exists() else None) != before:
            raise RefusedError(f"{path.name} was changed by somebody else meanwhile; try again")
        if path.parent.is_dir():
            _write(path, content)
        else:
            _write_into_new_folder(path, content)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise RefusedError(f"cannot write {path.name}: {reason}") from None


def _write_into_new_folder(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    try:
        _write(path, content)
    except BaseException:
        path.parent.rmdir()
        raise


def _write(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=path.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(_mode(path))
        beside.replace(path)
    except BaseException:
        beside.unlink()
        raise


def _mode(path: Path) -> int:
    """Return the permissions the file has, or those that any new file gets."""
    if path.exists():
        return stat.S_IMODE(path.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def move_over(source: Path, target: Path, old: Path) -> None:
    """Give ``source`` the name ``target``, and remove ``old`` when that is another file.

    When ``old`` cannot be removed, everything is as it was.
    """
    if old != target and target.exists():
        raise RefusedError(f"{target.name} is there already; remove one of the two")
    try:
        source.replace(target)
        if old != target:
            try:
                old.unlink()
            except OSError:
                target.replace(source)
                raise
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise RefusedError(f"cannot replace {old.name}: {reason}") from None
