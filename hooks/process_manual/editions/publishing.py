"""Publishing a bundle: staged, verified and on the disk before one rename makes it an edition."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from process_manual.editions import manifest, public, signing
from process_manual.editions.contents import SUMS, Watch, content_faults
from process_manual.editions.disk import Disk, copy_file, write_file
from process_manual.editions.entry import Entry, Withdrawal
from process_manual.editions.locking import os_errors
from process_manual.editions.names import EditionError, shown
from process_manual.editions.store import (
    STAGING,
    Store,
    Stored,
    definitions_of,
    read_bytes,
    read_stored,
    standing,
)

SIGNATURE = "ENTRY.sig"
_AGAIN = "bundle it again"


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing made; ``already`` when the store had exactly this edition before."""

    stored: Stored
    already: bool = False


def examine(store: Store, bundle: Path, watch: Watch = iter) -> Stored:
    """Return a bundle that may be published into a store next; changes nothing.

    EditionError when it is damaged, made after another entry, or of a name that is taken.
    """
    with os_errors(bundle):
        found = read_stored(bundle)
        entry = found.entry
        if not isinstance(entry, Entry) or entry.published is not None or found.signed:
            raise EditionError(f"{shown(bundle)}: no bundle, but an entry of a store; {_AGAIN}")
        if fault := next(content_faults(bundle, entry, frozenset({"ENTRY"}), watch=watch), None):
            raise EditionError(f"{shown(bundle)}/{fault}; {_AGAIN}")
        definitions_of(bundle, entry)
    newest = store.newest()
    if newest is not None and _same(newest, entry):
        return found
    if (store.editions / entry.name).exists():
        raise EditionError(
            f"{shown(store.editions / entry.name)}: is published already, and an edition never "
            "changes; choose another name"
        )
    before = (newest.entry.sequence, newest.sha256) if newest else (0, None)
    if (entry.sequence - 1, entry.previous) != before:
        made = f"after entry {entry.sequence - 1}" if entry.previous else "as the first edition"
        raise EditionError(
            f"{shown(bundle)}: was made {made}, and the newest of {shown(store.path)} is "
            f"{before[0]}; {_AGAIN}"
        )
    return found


def publish(
    store: Store,
    bundle: Path,
    *,
    pages: public.Pages,
    key: Path | None = None,
    now: datetime.datetime | None = None,
    disk: Disk | None = None,
    watch: Watch = iter,
) -> Published:
    """Store a bundle as the next edition and show it in `public`; the lock is held.

    When it returns, the edition would outlive a loss of power. When it raises EditionError, the
    store is as it was, unless the message says that the edition is stored. Publishing the newest
    edition once more only completes what an interrupted publisher left.
    """
    disk = disk or Disk()
    with os_errors(store.path):
        public.mend(disk, store, pages, key)
    found, newest = examine(store, bundle), store.newest()
    assert isinstance(found.entry, Entry)
    if newest is not None and _same(newest, found.entry):
        return Published(newest, already=True)
    entry = replace(found.entry, published=moment(newest, now))
    with staging(disk, store):
        _stage(disk, store, bundle, entry, key, watch)
        staged = _verified(store.path / STAGING / "edition", entry, key is not None)
        add(disk, store, staged, pages, key)
    return Published(replace(staged, folder=store.editions / entry.name))


def moment(newest: Stored | None, now: datetime.datetime | None) -> datetime.datetime:
    """Return the time of publication; EditionError when it would be before the newest entry's."""
    now = (now or datetime.datetime.now(datetime.UTC)).replace(microsecond=0)
    before = newest.entry.published if newest else None
    if before is not None and now < before:
        raise EditionError(
            f"this machine's clock says {now:%Y-%m-%d %H:%M:%S} UTC, before the newest entry was "
            f"published ({before:%Y-%m-%d %H:%M:%S}); set the clock"
        )
    return now


@contextlib.contextmanager
def staging(disk: Disk, store: Store) -> Iterator[None]:
    """Clear what was staged when something fails, and tell it in one line."""
    try:
        with os_errors(store.path):
            yield
    except EditionError:
        with contextlib.suppress(OSError, EditionError):
            if (public.shown_number(store) or 0) == len(store.entries()):
                public.clear(disk, store)
        raise


def add(disk: Disk, store: Store, staged: Stored, pages: public.Pages, key: Path | None) -> None:
    """Make what is staged the next entry of the chain, and let `public` show it."""
    chain = (*store.entries(), staged)
    target = store.editions / staged.entry.name
    public.stage(disk, store, chain, public.files_of(chain, pages, key))
    _sync(disk, staged.folder)
    if target.exists() or target.is_symlink():
        raise EditionError(f"{shown(target)}: is there already")
    disk.rename(staged.folder, target)  # the commit point
    rest = "; the entry is stored, run the command again to complete `public`"
    with os_errors(store.path, rest):
        disk.sync(store.editions)
        public.show(disk, store, len(chain))


def write_entry(disk: Disk, folder: Path, entry: Entry | Withdrawal, key: Path | None) -> None:
    """Write ENTRY, and its signature when there is a key."""
    data = entry.encode()
    signature = signing.sign(data, key) if key is not None else None
    write_file(disk, folder / "ENTRY", [data])
    if signature is not None:
        write_file(disk, folder / SIGNATURE, [signature])


def _stage(
    disk: Disk, store: Store, bundle: Path, entry: Entry, key: Path | None, watch: Watch
) -> None:
    folder = store.path / STAGING / "edition"
    sums = read_bytes(bundle / SUMS, manifest.LARGEST)
    hashes = manifest.read_manifest(sums)
    disk.make_folder(folder)
    for name in sorted(manifest.parents(hashes)):
        disk.make_folder(folder / name)
    twins = _twins(store)
    for path in watch(list(hashes)):
        twin = twins.get(hashes[path])
        if twin is None or not _linked(disk, twin, folder / path, hashes[path]):
            copy_file(disk, bundle / path, folder / path)
    write_file(disk, folder / SUMS, [sums])
    write_entry(disk, folder, entry, key)


def _twins(store: Store) -> Mapping[str, Path]:
    """Return the files of the newest edition by their hashes; none when it cannot be read."""
    editions = standing(store.entries())
    if not editions:
        return {}
    folder = editions[-1].folder
    try:
        hashes = manifest.read_manifest(read_bytes(folder / SUMS, manifest.LARGEST))
    except EditionError:
        return {}
    return {hashed: folder / path for path, hashed in hashes.items()}


def _linked(disk: Disk, twin: Path, path: Path, hashed: str) -> bool:
    """Link to a file that is stored already, if it is sound; False when it must be copied."""
    try:
        if twin.is_symlink() or not twin.is_file() or manifest.hash_file(twin)[0] != hashed:
            return False
        if twin.stat().st_mode & 0o222:
            return False  # somebody made it writable; what is linked could change
        disk.link(twin, path)
    except OSError:  # a file system without links, or with too many of one file
        return False
    return True


def _verified(folder: Path, entry: Entry, signed: bool) -> Stored:
    """Return what was staged, read again; EditionError when it is not what it should be."""
    staged = read_stored(folder)
    own = frozenset({"ENTRY", SIGNATURE} if signed else {"ENTRY"})
    fault = next(content_faults(folder, entry, own), None)
    if staged.entry != entry or fault:
        raise EditionError(f"{shown(folder)}/{fault or 'ENTRY: changed'}; publish it again")
    return staged


def _sync(disk: Disk, folder: Path) -> None:
    """Return when a folder with all that is in it is on the disk.

    Files with a second name are those of the edition before, which are there already.
    """
    for path, found in manifest.walk(folder):
        if found.is_dir() or found.stat().st_nlink == 1:
            disk.sync(folder / path)
    disk.sync(folder)


def _same(stored: Stored, entry: Entry) -> bool:
    return isinstance(stored.entry, Entry) and stored.entry.bundled() == entry
