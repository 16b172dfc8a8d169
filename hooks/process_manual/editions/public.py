"""`public`: what a web server serves; made anew for each entry, and replaced whole.

It is outside of what the chain binds, so that an old edition need not change when a new one comes.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from process_manual.editions import manifest, signing
from process_manual.editions.disk import Disk, remove_tree, write_file
from process_manual.editions.entry import sha256
from process_manual.editions.names import EditionError, path_fault, shown
from process_manual.editions.store import (
    EDITIONS,
    PUBLIC,
    PUBLICS,
    STAGING,
    EditionSummary,
    Store,
    Stored,
    read_bytes,
    standing,
    summaries,
)

Pages = Callable[[Sequence[EditionSummary]], Mapping[str, bytes]]
"""Makes the files beside the editions, such as the landing page, from all editions."""
SUMS, SIGNATURE, VERSIONS, LATEST = "SHA256SUMS", "SHA256SUMS.sig", "versions.json", "latest"
_LINK = re.compile(rf"{PUBLICS}/([1-9][0-9]{{0,14}})")


def versions(stored: Iterable[Stored]) -> bytes:
    """Return ``versions.json`` as Material's version selector reads it, newest first."""
    names = [each.entry.name for each in standing(stored)][::-1]
    listed = [
        {"version": name, "title": name, "aliases": [] if place else [LATEST]}
        for place, name in enumerate(names)
    ]
    return (json.dumps(listed, indent=1) + "\n").encode("ascii")


def links(stored: Iterable[Stored]) -> dict[str, str]:
    """Return the links to editions and where they lead; what was withdrawn has none."""
    names = [each.entry.name for each in standing(stored)]
    found = {name: f"../../{EDITIONS}/{name}/site" for name in names}
    return found | ({LATEST: found[names[-1]]} if names else {})


def target(path: Path) -> str:
    """Return where a link leads, sign by sign as it was made; OSError when it is none."""
    return os.readlink(path)  # noqa: PTH115 (a Path would tidy it)


def shown_number(store: Store) -> int | None:
    """Return the sequence number that `public` shows; None when it shows nothing of the store."""
    try:
        match = _LINK.fullmatch(target(store.path / PUBLIC))
    except OSError:
        return None
    return int(match[1]) if match and (store.path / PUBLICS / match[1]).is_dir() else None


def files_of(stored: tuple[Stored, ...], pages: Pages, key: Path | None) -> dict[str, bytes]:
    """Return the files of `public` with their list; EditionError when they cannot stand there."""
    files = {**pages(tuple(summaries(stored))), VERSIONS: versions(stored)}
    for path in files:
        if path_fault(f"site/{path}") or path.split("/")[0] in {*links(stored), SUMS, SIGNATURE}:
            raise EditionError(f"{shown(path)}: cannot stand in `public`; choose another name")
    sums = manifest.lines({path: sha256(data) for path, data in files.items()})
    files[SUMS] = sums
    return files if key is None else {**files, SIGNATURE: signing.sign(sums, key)}


def stage(disk: Disk, store: Store, stored: tuple[Stored, ...], files: Mapping[str, bytes]) -> None:
    """Prepare `public` for a chain of entries in staging/, complete and on the disk."""
    folder, staging = store.path / STAGING / "public", store.path / STAGING
    disk.make_folder(folder)
    for name in sorted(manifest.parents(files)):
        disk.make_folder(folder / name)
    for name, data in files.items():
        write_file(disk, folder / name, [data])
        disk.sync(folder / name)
    for name, site in links(stored).items():
        disk.point(site, folder / name)
    for name in sorted(manifest.parents(files)):
        disk.sync(folder / name)
    disk.sync(folder)
    # As long as this link waits here, `public` is known to be one entry behind, and to be mended.
    if not (staging / "link").is_symlink():
        disk.point(f"{PUBLICS}/{len(stored)}", staging / "link")
    disk.sync(staging)


def show(disk: Disk, store: Store, number: int) -> None:
    """Let `public` show what was prepared, and clear what it showed before."""
    disk.rename(store.path / STAGING / "public", store.path / PUBLICS / str(number))
    disk.sync(store.path / PUBLICS)
    disk.rename(store.path / STAGING / "link", store.path / PUBLIC)
    disk.sync(store.path)
    clear(disk, store)


def clear(disk: Disk, store: Store, *, keep: frozenset[str] = frozenset()) -> None:
    """Remove what interrupted publishing left, and what `public` no longer shows."""
    used = shown_number(store)
    for each in sorted((store.path / PUBLICS).iterdir()):
        if each.name != str(used):
            remove_tree(disk, each)
    for each in sorted((store.path / STAGING).iterdir()):
        if each.name not in keep:
            remove_tree(disk, each)


def mend(disk: Disk, store: Store, pages: Pages, key: Path | None) -> None:
    """Make good after a publisher that was interrupted; the lock is held."""
    stored = store.entries()
    if not stored or shown_number(store) == len(stored):
        clear(disk, store)
    else:
        clear(disk, store, keep=frozenset({"link"}))
        link = store.path / STAGING / "link"
        if os.path.lexists(link) and not waits(store, len(stored)):
            remove_tree(disk, link)
        stage(disk, store, stored, files_of(stored, pages, key))
        show(disk, store, len(stored))
    disk.sync(store.editions)


def waits(store: Store, number: int) -> bool:
    """Tell whether an interrupted publisher was about to let `public` show this entry."""
    try:
        return target(store.path / STAGING / "link") == f"{PUBLICS}/{number}"
    except OSError:
        return False


def public_faults(store: Store, stored: tuple[Stored, ...], signers: Path | None) -> Iterator[str]:
    """Yield what is wrong with `public`: its link, its links, and every byte of its files.

    Any OSError is for the caller.
    """
    number = shown_number(store)
    if number is None or number > len(stored):
        yield f"{PUBLIC}: no link to the folder of an entry in {PUBLICS}/"
        return
    if number != len(stored) and not (number == len(stored) - 1 and waits(store, len(stored))):
        yield f"{PUBLIC}: shows entry {number}, and the newest is {len(stored)}"
    folder, inside = store.path / PUBLICS / str(number), f"{PUBLICS}/{number}"
    try:
        sums = read_bytes(folder / SUMS, manifest.LARGEST)
        hashes = manifest.read_lines(sums)
    except EditionError as error:
        yield f"{inside}/{SUMS}: {str(error).rpartition(': ')[2]}"
        return
    if manifest.lines(hashes) != sums:
        yield f"{inside}/{SUMS}: not sorted, or a path twice"
    if hashes.get(VERSIONS) != sha256(versions(stored[:number])):
        yield f"{inside}/{VERSIONS}: not the list of the editions"
    yield from _signature_faults(folder, inside, sums, stored[number - 1], signers)
    yield from _file_faults(folder, inside, hashes, links(stored[:number]))


def _signature_faults(
    folder: Path, inside: str, sums: bytes, newest: Stored, signers: Path | None
) -> Iterator[str]:
    path = folder / SIGNATURE
    if not os.path.lexists(path):
        if newest.signed:
            yield f"{inside}/{SIGNATURE}: missing"
        return
    fault = signing.armour_fault(read_bytes(path, signing.LARGEST))
    at = newest.entry.published
    if fault is None and at is not None:
        fault = signing.signature_fault(sums, path, signers, at)
    if fault:
        yield f"{inside}/{SIGNATURE}: {fault}"


def _file_faults(
    folder: Path, inside: str, hashes: Mapping[str, str], expected: Mapping[str, str]
) -> Iterator[str]:
    folders, missing = manifest.parents(hashes), {*hashes, *expected}
    for path, entry in manifest.walk(folder):
        missing.discard(path)
        place = f"{inside}/{shown(path)}"
        if entry.is_symlink():
            if path not in expected or target(folder / path) != expected[path]:
                yield f"{place}: a link that does not lead to its edition"
        elif entry.is_dir():
            if path not in folders:
                yield f"{place}: a folder that does not belong here"
        elif not entry.is_file() or path not in {*hashes, SUMS, SIGNATURE}:
            yield f"{place}: does not belong here"
        elif path in hashes and manifest.hash_file(folder / path)[0] != hashes[path]:
            yield f"{place}: changed"
    for path in sorted(missing):
        yield f"{inside}/{shown(path)}: missing"
