"""Withdrawing an edition: an entry of its own says so; then files may go, and hashes stay."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

from process_manual.editions import public
from process_manual.editions.disk import Disk, remove_tree
from process_manual.editions.entry import Withdrawal, reason_fault
from process_manual.editions.locking import os_errors
from process_manual.editions.manifest import DEFINITIONS, PARTS
from process_manual.editions.names import EditionError, shown
from process_manual.editions.publishing import add, moment, staging, write_entry
from process_manual.editions.store import STAGING, Store, Stored, read_stored


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What withdrawing made: the tombstone, and whether it was there before."""

    stored: Stored
    already: bool = False


def examine(store: Store, name: str, reason: str) -> Stored | None:
    """Return the tombstone that an edition has already; EditionError when it cannot have one."""
    store.edition(name)
    if fault := reason_fault(reason):
        raise EditionError(f"the reason {fault}")
    for each in store.entries():
        if isinstance(each.entry, Withdrawal) and each.entry.withdraws == name:
            return each
    return None


def withdraw(
    store: Store,
    name: str,
    reason: str,
    *,
    pages: public.Pages,
    key: Path | None = None,
    remove_files: bool = False,
    now: datetime.datetime | None = None,
    disk: Disk | None = None,
) -> Withdrawn:
    """Append the tombstone of an edition, take it out of `public`, and remove its files if asked.

    The lock is held. When the tombstone is there already, only what is left to do is done. ENTRY,
    its signature and SHA256SUMS always stay. EditionError as for publishing.
    """
    disk = disk or Disk()
    with os_errors(store.path):
        public.mend(disk, store, pages, key)
    found = examine(store, name, reason)
    done = Withdrawn(found, already=True) if found else None
    if done is None:
        done = Withdrawn(_append(store, name, reason, pages, key, now, disk))
    if remove_files:
        meaning = "; the edition is withdrawn, run the command again to remove the other files"
        with os_errors(store.path, meaning):
            _remove(disk, store.editions / name)
    return done


def _append(
    store: Store,
    name: str,
    reason: str,
    pages: public.Pages,
    key: Path | None,
    now: datetime.datetime | None,
    disk: Disk,
) -> Stored:
    newest = store.newest()
    assert newest is not None
    entry = Withdrawal(newest.entry.sequence + 1, newest.sha256, name, reason, moment(newest, now))
    folder = store.path / STAGING / "edition"
    with staging(disk, store):
        disk.make_folder(folder)
        write_entry(disk, folder, entry, key)
        staged = read_stored(folder)
        if staged.entry != entry:
            raise EditionError(f"{shown(folder)}/ENTRY: changed; run the command again")
        add(disk, store, staged, pages, key)
    return read_stored(store.editions / entry.name)


def _remove(disk: Disk, folder: Path) -> None:
    for name in (*PARTS, DEFINITIONS):
        if (folder / name).exists():
            remove_tree(disk, folder / name)
    disk.sync(folder)
