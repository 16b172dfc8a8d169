"""How much is borne of hostile input, which can keep a parser or a reader busy for hours."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SECONDS = 1.0
"""CPU time that one text may take; an ordinary one takes a few thousandths of it."""
MOST_FAULTS = 1_000
"""Faults of one definition, one row or one YAML text that are told; then its reading stops."""
MOST_IN_REGISTER = 20_000
"""Faults of the rows of one register that are told."""
MOST_ALIKE = 100
"""Characters, tags or addresses in one text that are told; they can stand there by the thousand."""


class TooLongError(Exception):
    """The text was still not converted when its time was up."""


@contextmanager
def time_limit(seconds: float = SECONDS) -> Iterator[None]:
    """Raise TooLongError when what stands inside takes more CPU time than ``seconds``.

    Does nothing where no such timer is to be had: on Windows, and outside the main thread.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not _main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise TooLongError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _main_thread() -> threading.Thread:
    return threading.main_thread()
