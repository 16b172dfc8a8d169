"""A folder to work in beside the one that is to be made, which then takes its name in one step."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

from process_manual.editing import RefusedError

try:
    import fcntl
except ImportError:  # Windows: what a killed program left is then removed by hand
    fcntl = None  # type: ignore[assignment]

ENDING = ".making"


@contextmanager
def workplace(target: Path) -> Iterator[Path]:
    """Yield an empty folder beside ``target``, and remove it whatever happens.

    What was left of this by a program that was killed is removed first. Refuses when ``target`` is
    there already, or when its folder cannot be written.
    """
    if os.path.lexists(target):
        raise RefusedError(f"{target} is there already; remove it, or choose another folder")
    prefix = f".{target.name}."
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_stale(target.parent, prefix)
        folder = Path(tempfile.mkdtemp(prefix=prefix, suffix=ENDING, dir=target.parent.resolve()))
    except OSError as error:
        raise RefusedError(f"cannot write into {target.parent}: {_reason(error)}") from None
    lock = _locked(folder)
    try:
        with _ended_by_signal():
            yield folder
    except OSError as error:
        raise RefusedError(f"{error.filename or folder}: {_reason(error)}") from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def hand_over(made: Path, target: Path) -> None:
    """Give the folder ``made`` the name ``target``; refuses when somebody else was faster."""
    if os.path.lexists(target):
        raise RefusedError(f"{target} was made by somebody else meanwhile")
    made.rename(target)


def _remove_stale(parent: Path, prefix: str) -> None:
    """Remove folders of programs that have ended: nobody holds the lock on them any more."""
    for path in parent.glob(f"{prefix}*{ENDING}"):
        lock = _locked(path)
        if lock is not None:
            shutil.rmtree(path, ignore_errors=True)
            os.close(lock)


def _locked(folder: Path) -> int | None:
    """Return the open folder when nobody else holds the lock on it; it ends with the program."""
    if fcntl is None:
        return None
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle


@contextmanager
def _ended_by_signal() -> Iterator[None]:
    """Let a polite request to end (SIGTERM) clean up as Ctrl+C does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _end(number: int, frame: FrameType | None) -> NoReturn:
    with suppress(ValueError):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise SystemExit(128 + number)


def _reason(error: OSError) -> str:
    return (error.strerror or "unknown reason").lower()
