"""The whole check of a manual: read all files, run all rules, put the findings in order."""

from __future__ import annotations

import datetime
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from process_manual.diagnostics import Finding, errors, in_order
from process_manual.loading import Overlay, edition_before, load
from process_manual.model.manual import Manual
from process_manual.rules import run
from process_manual.rules.baseline import hold_back
from process_manual.rules.clauses import is_coverage_open


@dataclass(frozen=True, slots=True)
class Report:
    """A manual with everything that is wrong with it, and what is held back.

    ``waived`` is held back by waivers, ``known`` by the baseline.
    """

    manual: Manual
    findings: tuple[Finding, ...]
    waived: tuple[Finding, ...]
    known: tuple[Finding, ...] = ()
    unread: int = 0
    """How many definitions could not be read at all."""
    complete: bool = True
    """False when something could not be read, so that rules may have missed what is wrong."""
    compared: str = ""
    """Which edition the manual was compared with, or why with none, in words."""

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that fail a check or a build."""
        return errors(self.findings)

    @property
    def is_coverage_open(self) -> bool:
        """True when gaps in the coverage of standards go unsaid, for what could not be read."""
        return is_coverage_open(self.manual)


def check(
    root: Path,
    as_of: datetime.date,
    docs: Path | None = None,
    overlay: Overlay = MappingProxyType({}),
) -> Report:
    """Check the manual in ``root``, and the hand-written pages in ``docs``, for one as-of date.

    It is compared with the published edition before it, if there is one.
    What ``overlay`` holds is checked instead of the files on disk: a change before it is made.
    What the rules miss where something could not be read follows from that, and is not said.
    """
    with uncollected():
        loaded = load(root, as_of, docs, overlay)
        compared = edition_before(root, loaded.manual.policy.editions.store, as_of)
        manual = replace(loaded.manual, before=compared.before)
        checked = run(manual)
    found = [finding for finding in checked.findings if finding.location not in loaded.tainted]
    complete = not errors(loaded.findings)
    held = hold_back(manual, found, complete)
    findings = in_order([*loaded.findings, *held.findings])
    return Report(
        manual, findings, checked.waived, held.known, loaded.unread, complete, compared.told
    )


@contextmanager
def uncollected() -> Iterator[None]:
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
