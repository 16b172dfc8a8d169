"""The whole check of a manual: read all files, run all rules, put the findings in order."""

from __future__ import annotations

import datetime
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from process_manual.diagnostics import Finding, errors, in_order
from process_manual.loading import load
from process_manual.model.manual import Manual
from process_manual.rules import run
from process_manual.rules.clauses import is_coverage_open


@dataclass(frozen=True, slots=True)
class Report:
    """A manual with everything that is wrong with it, and what waivers hold back."""

    manual: Manual
    findings: tuple[Finding, ...]
    waived: tuple[Finding, ...]
    unread: int = 0
    """How many definitions could not be read at all."""

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that fail a check or a build."""
        return errors(self.findings)

    @property
    def is_coverage_open(self) -> bool:
        """True when gaps in the coverage of standards go unsaid, for what could not be read."""
        return is_coverage_open(self.manual)


def check(root: Path, as_of: datetime.date, docs: Path | None = None) -> Report:
    """Check the manual in ``root``, and the hand-written pages in ``docs``, for one as-of date.

    What the rules miss where something could not be read follows from that, and is not said.
    """
    with _uncollected():
        loaded = load(root, as_of, docs)
        checked = run(loaded.manual)
    found = [finding for finding in checked.findings if finding.location not in loaded.tainted]
    findings = in_order([*loaded.findings, *found])
    return Report(loaded.manual, findings, checked.waived, loaded.unread)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Pause the garbage collector: it takes a third of the time to find that all is in use.

    Afterwards what is there is left out of its rounds, the long one at the end of the program
    included. Nothing here refers to itself, so it goes as soon as nobody needs it any more.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()
