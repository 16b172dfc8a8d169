"""The audit pack: one edition as one zip file, which opens by a double click and proves itself."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from process_manual.editions import manifest
from process_manual.editions.contents import SUMS, Watch
from process_manual.editions.entry import Entry, sha256
from process_manual.editions.names import EditionError, shown
from process_manual.editions.store import EDITIONS, Store, Stored, read_bytes
from process_manual.pages.pack import start_files

SIGNATURE_LARGEST = 65_536
"""Bytes that an ENTRY or its signature may have."""
_LEVEL = 6
"""Named, because the default of another Python could be another."""
_TIME = (1980, 1, 1, 0, 0, 0)
"""The first day that a zip file knows: the edition's own dates stand in ENTRY."""
_MODE = 0o100644 << 16


def folder_of(name: str) -> str:
    """Return the name of the folder that the pack of an edition unpacks into."""
    return f"process-manual-{name}"


def pack(store: Store, name: str, target: BinaryIO, watch: Watch = iter) -> int:
    """Write the pack of an edition to ``target``; return how many files are in it.

    The same store gives the same bytes. EditionError when a file is not what the edition's ENTRY
    says, or the files are gone because it was withdrawn; OSError when ``target`` cannot be written.
    """
    stored, chain = store.edition(name), store.entries()
    entry = stored.entry
    assert isinstance(entry, Entry)
    sums = read_bytes(stored.folder / SUMS, manifest.LARGEST)
    if sha256(sums) != entry.manifest:
        raise EditionError(f"{shown(stored.folder / SUMS)}: not the list that ENTRY holds")
    hashes = manifest.read_manifest(sums)
    own = f"{EDITIONS}/{name}"
    made_of = {f"{own}/{path}": path for path in hashes}
    small = dict(_proof(chain)) | {f"{own}/{SUMS}": sums}
    small |= start_files(stored, chain, frozenset(made_of))
    paths = sorted({*small, *made_of}, key=lambda path: path.encode("utf-8"))
    top = folder_of(name)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as made:
        for path in watch(paths):
            data = small[path] if path in small else _content(stored, made_of[path], hashes)
            _add(made, f"{top}/{path}", data)
    return len(paths)


def _content(stored: Stored, path: str, hashes: Mapping[str, str]) -> bytes:
    """Return a file of the edition; EditionError unless it is what the manifest says."""
    file = stored.folder / path
    data = read_bytes(file, max(file.stat().st_size, 1)) if file.is_file() else None
    if data is None:
        raise EditionError(f"{shown(file)}: missing; an edition that lost files has no pack")
    if sha256(data) != hashes[path]:
        raise EditionError(f"{shown(file)}: not the file that {SUMS} holds; run `verify`")
    return data


def _proof(chain: tuple[Stored, ...]) -> Iterator[tuple[str, bytes]]:
    """Yield each ENTRY of the chain and its signature, where the store has them too."""
    for each in chain:
        for name in ("ENTRY", "ENTRY.sig") if each.signed else ("ENTRY",):
            data = read_bytes(each.folder / name, SIGNATURE_LARGEST)
            yield f"{EDITIONS}/{each.entry.name}/{name}", data


def _add(made: zipfile.ZipFile, name: str, data: bytes) -> None:
    info = zipfile.ZipInfo(name, _TIME)
    info.create_system, info.external_attr = 3, _MODE  # as on Linux, wherever it is made
    info.compress_type = zipfile.ZIP_DEFLATED
    made.writestr(info, data, compresslevel=_LEVEL)
