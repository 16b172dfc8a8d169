"""``rebuild``: an edition again from its commit, to see that the same comes out."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from process_manual.bundling.building import Order, Say, build
from process_manual.bundling.checkout import clone, named
from process_manual.bundling.packages import LOCK, differences
from process_manual.bundling.workplace import hand_over, workplace
from process_manual.editing import RefusedError
from process_manual.editions import manifest
from process_manual.editions.entry import Entry, sha256
from process_manual.editions.store import Store, Stored, read_bytes, standing
from process_manual.repository import RepositoryError


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came out: ``files`` were compared, ``faults`` names those that differ."""

    files: int
    faults: tuple[str, ...]


def rebuild(
    root: Path, name: str, store: Store, target: Path, say: Say, tell: Say, anyway: bool = False
) -> Rebuilt:
    """Make an edition again as the new folder ``target``, and compare it with its manifest.

    ``tell`` hears what differs from the machine that made it. Refuses when the commit or the
    edition before is not there, and other packages than the locked ones unless ``anyway``.
    """
    stored = store.edition(name)
    entry = stored.entry
    assert isinstance(entry, Entry)
    expected = _manifest(stored, entry)
    try:
        commit = named(root, entry.commit)
    except RepositoryError:
        raise RefusedError(
            f"commit {entry.commit[:12]} of {name} is not in this clone; fetch it first"
        ) from None
    order = Order(commit, name, entry.as_of, _before(store.entries(), entry))
    with workplace(target) as place:
        say(f"Cloning commit {commit.hash[:12]}")
        source = clone(root, commit, place / "clone")
        _compare_machines(source, entry, tell, anyway)
        made = place / "edition"
        made.mkdir()
        build(order, source, made, say)
        hashes, _ = manifest.measure(made)
        faults = tuple(_faults(expected, hashes))
        hand_over(made, target)
    return Rebuilt(len(expected), faults)


def _manifest(stored: Stored, entry: Entry) -> Mapping[str, str]:
    data = read_bytes(stored.folder / "SHA256SUMS", manifest.LARGEST)
    if sha256(data) != entry.manifest:
        raise RefusedError(f"{stored.folder / 'SHA256SUMS'}: not the file that ENTRY holds")
    return manifest.read_manifest(data)


def _before(entries: tuple[Stored, ...], entry: Entry) -> Path | None:
    """Return the folder of the edition that stood last when this one was made."""
    stand = standing(entries[: entry.sequence - 1])
    if not stand:
        return None
    before = stand[-1]
    if not (before.folder / manifest.DEFINITIONS).is_file():
        raise RefusedError(
            f"the files of {before.entry.name}, the edition before, are gone; pages about changes "
            "cannot be made again without them"
        )
    return before.folder


def _compare_machines(source: Path, entry: Entry, tell: Say, anyway: bool) -> None:
    """Say what is different from where the edition was made; refuse other packages."""
    lock = source / LOCK
    if (sha256(lock.read_bytes()) if lock.is_file() else None) != entry.lock:
        tell(f"{LOCK} of the commit is not the one that ENTRY holds")
    if platform.python_version() != entry.python:
        tell(f"Python is {platform.python_version()}; the edition was made with {entry.python}")
    found = list(differences(source))
    for each in found:
        tell(each)
    if found and not anyway:
        raise RefusedError(
            f"what is installed is not what {LOCK} of {entry.name} says; install that "
            "(`make install` in a clone of its commit), or try --anyway"
        )


def _faults(expected: Mapping[str, str], found: Mapping[str, str]) -> Iterator[str]:
    for path in sorted(expected.keys() | found.keys()):
        if path not in found:
            yield f"{path}: not made again"
        elif path not in expected:
            yield f"{path}: not in the edition"
        elif expected[path] != found[path]:
            yield f"{path}: differs"
