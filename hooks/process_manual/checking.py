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


@dataclass(frozen=True, slots=True)
class Report:
    """A manual with everything that is wrong with it, and what waivers hold back."""

    manual: Manual
    findings: tuple[Finding, ...]
    waived: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that fail a check or a build."""
        return errors(self.findings)


def check(root: Path, as_of: datetime.date) -> Report:
    """Check the manual in ``root`` for one as-of date.

    Where a value could not be read, what the rules then miss at the same place is not said again.
    """
    with _uncollected():
        loaded = load(root, as_of)
        checked = run(loaded.manual)
    unreadable = {finding.location for finding in loaded.findings}
    found = [finding for finding in checked.findings if finding.location not in unreadable]
    return Report(loaded.manual, in_order([*loaded.findings, *found]), checked.waived)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Pause the garbage collector: it takes a third of the time to find that all is in use."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
