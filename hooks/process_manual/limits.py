"""How much is borne of hostile input, which can keep a parser or a reader busy for hours."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from types import FrameType

SECONDS = 1.0
"""CPU time that one text may take; an ordinary one takes a few thousandths of it."""
ORDINARY = 0.1
"""CPU time that every text has, however many slow ones there are: many times what it needs."""
ALL_SECONDS = 5.0
"""CPU time that the texts of one build may take together, beyond the ordinary."""
MOST_FAULTS = 1_000
"""Faults of one definition, one row or one YAML text that are told; then its reading stops."""
MOST_IN_REGISTER = 20_000
"""Faults of the rows of one register that are told."""
MOST_ALIKE = 100
"""Characters, tags or addresses in one text that are told; they can stand there by the thousand."""


class TooLongError(Exception):
    """The text was still not converted when its time was up."""


@dataclass(slots=True)
class _Shared:
    """CPU time that is left to all texts together, beyond what an ordinary one takes."""

    left: float

    def spent(self, seconds: float) -> None:
        self.left -= max(0.0, seconds - ORDINARY)


_shared: ContextVar[_Shared | None] = ContextVar("shared", default=None)


@contextmanager
def together(seconds: float = ALL_SECONDS) -> Iterator[None]:
    """Let all limited texts inside share so much CPU time, beyond what an ordinary text takes.

    Otherwise a hundred texts of one second each would keep a build busy for minutes. When the time
    is used up, each text has still as much as an ordinary one needs.
    """
    token = _shared.set(_Shared(seconds))
    try:
        yield
    finally:
        _shared.reset(token)


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

    shared = _shared.get()
    if shared is not None:
        seconds = max(min(seconds, shared.left), ORDINARY)
    start = time.process_time()
    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
        if shared is not None:
            shared.spent(time.process_time() - start)


def _main_thread() -> threading.Thread:
    return threading.main_thread()
