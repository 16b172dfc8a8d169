"""The published edition that a manual is compared with: which one it is, and what stands in it."""

from __future__ import annotations

import datetime
import os
from dataclasses import dataclass
from pathlib import Path

from process_manual import repository
from process_manual.diagnostics import errors
from process_manual.editions.entry import Entry
from process_manual.editions.names import EditionError, shown
from process_manual.editions.store import Store, Stored, read_stored, standing
from process_manual.loading.load import PROCESSES, Loaded, load
from process_manual.model.manual import Before, LaterEdition

ENVIRONMENT = "PROCESS_MANUAL_PREVIOUS"
"""Names the folder of the edition before; empty for the first one. `bundle` sets it for the build,
so that an edition depends on nothing but its commit and the edition before it."""
SOURCE = "source"
TAG = "edition/"
"""How the tag of an edition begins; its name follows."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What a manual is compared with, if anything; ``told`` says so in words, with the reason."""

    before: Before | None
    told: str


def edition_before(root: Path, store: str | None, as_of: datetime.date) -> Compared:
    """Return the edition before the manual in ``root``, with what stands in it.

    That is the one that ``PROCESS_MANUAL_PREVIOUS`` names; without the variable, the newest one in
    the ``store`` of house policy that has not a later date than the manual and was not withdrawn.
    """
    try:
        if (folder := os.environ.get(ENVIRONMENT)) is not None:
            return _given(folder)
        if store is None:
            return _none("manual.yml names no store")
        editions = standing(Store(root / store).entries())
        earlier = [each for each in editions if _entry(each).as_of <= as_of]
        if not earlier:
            when = f" up to {as_of}" if editions else ""
            return _none(f"there is none{when} in {store}")
        newest = _entry(editions[-1])
        later = LaterEdition(newest.name, newest.as_of) if newest.as_of > as_of else None
        return _compared(earlier[-1], root, later)
    except EditionError as error:
        return _none(str(error))


def load_edition(folder: Path, entry: Entry) -> Loaded:
    """Load the manual that an edition was made from, for its own date.

    EditionError when the sources are not there, such as after a withdrawal.
    """
    source = folder / SOURCE
    if not (source / PROCESSES).is_dir():
        gone = "there is no such folder; the edition was withdrawn, or is damaged (run `verify`)"
        raise EditionError(f"{shown(source / PROCESSES)}: {gone}")
    docs = source / "docs"
    return load(source, entry.as_of, docs if docs.is_dir() else None)


def _none(reason: str) -> Compared:
    return Compared(None, f"not compared with an edition: {shown(reason)}")


def _given(folder: str) -> Compared:
    if not folder:
        return _none("this is the first")
    return _compared(read_stored(Path(folder)), None, None)


def _entry(stored: Stored) -> Entry:
    assert isinstance(stored.entry, Entry)  # only editions stand
    return stored.entry


def _compared(stored: Stored, root: Path | None, later: LaterEdition | None) -> Compared:
    """Read what stands in an edition; git is asked about it in ``root``."""
    if not isinstance(entry := stored.entry, Entry):
        raise EditionError(f"{shown(stored.folder)}: a withdrawal, not an edition")
    loaded = load_edition(stored.folder, entry)
    before = Before(
        entry.name,
        loaded.manual,
        entry.commit,
        later,
        repository.comes_from(root, entry.commit) if root else None,
        repository.tagged(root, f"{TAG}{entry.name}") if root else None,
    )
    unread = {finding.location.path for finding in errors(loaded.findings)}
    but = f", but for what is wrong in {len(unread)} of its files" if unread else ""
    return Compared(before, f"compared with edition {entry.name}{but}")
