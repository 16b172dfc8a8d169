"""What lies in the folder of one edition or bundle, against what its ENTRY says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from process_manual.editions import manifest
from process_manual.editions.entry import Entry, sha256
from process_manual.editions.manifest import DEFINITIONS
from process_manual.editions.names import EditionError, path_fault, shown
from process_manual.editions.store import read_bytes

SUMS = "SHA256SUMS"
Watch = Callable[[Sequence[str]], Iterable[str]]
"""Hands paths on while it shows how far the work is."""


def content_faults(
    folder: Path, entry: Entry, own: frozenset[str], *, removed: bool = False, watch: Watch = iter
) -> Iterator[str]:
    """Yield each fault as `path: what`, where the path is inside the folder.

    ``own`` are the names beside the manifest's files; with ``removed`` files may be missing. Any
    OSError is for the caller.
    """
    try:
        data = read_bytes(folder / SUMS, manifest.LARGEST)
    except EditionError as error:
        yield f"{SUMS}: {str(error).rpartition(': ')[2]}"
        return
    if sha256(data) != entry.manifest:
        yield f"{SUMS}: not the list that ENTRY holds"
    try:
        hashes = manifest.read_manifest(data)
    except EditionError as error:
        yield f"{SUMS}: {error}"
        return
    yield from _entry_faults(entry, hashes)
    yield from _file_faults(folder, entry, hashes, own | {SUMS}, removed, watch)


def _entry_faults(entry: Entry, hashes: Mapping[str, str]) -> Iterator[str]:
    if len(hashes) != entry.files:
        yield f"ENTRY: says {entry.files} files, and {SUMS} has {len(hashes)}"
    if hashes.get(DEFINITIONS) != entry.definitions:
        yield f"ENTRY: does not hold the hash of {DEFINITIONS} that {SUMS} has"
    if hashes.get("source/requirements.lock") != entry.lock:
        yield f"ENTRY: does not hold the hash of source/requirements.lock that {SUMS} has"


def _file_faults(
    folder: Path,
    entry: Entry,
    hashes: Mapping[str, str],
    own: frozenset[str],
    removed: bool,
    watch: Watch,
) -> Iterator[str]:
    folders, files, total, same = manifest.parents(hashes), [], 0, True
    for path, found in manifest.walk(folder):
        if found.is_dir(follow_symlinks=False):
            if path not in folders:
                yield f"{shown(path)}: a folder that does not belong here"
        elif not found.is_file(follow_symlinks=False):
            yield f"{shown(path)}: not a plain file"
        elif path in hashes:
            files.append(path)
        elif path not in own:
            yield f"{shown(path)}: {path_fault(path) or 'not in ' + SUMS}"
    present = set()
    for path in watch(files):
        try:
            hashed, size = manifest.hash_file(folder / path)
        except FileNotFoundError:  # a withdrawn edition, whose files are being removed
            continue
        present.add(path)
        total += size
        if hashed != hashes[path]:
            same = False
            yield f"{path}: changed"
    missing = sorted(hashes.keys() - present)
    if not removed:
        yield from (f"{path}: missing" for path in missing)
    if same and not missing and total != entry.size:
        yield f"ENTRY: says {entry.size} bytes, and the files have {total}"
