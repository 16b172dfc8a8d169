"""Whether a store is what was published: the whole chain, every byte, every signature."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from process_manual.editions import public, signing
from process_manual.editions.contents import Watch, content_faults
from process_manual.editions.entry import Entry, Withdrawal
from process_manual.editions.names import EditionError, shown
from process_manual.editions.publishing import SIGNATURE
from process_manual.editions.store import (
    EDITIONS,
    LOCK,
    PARTS,
    PUBLIC,
    PUBLICS,
    STAGING,
    Store,
    Stored,
    read_bytes,
    read_stored,
)

_WITNESS = re.compile(r"([1-9][0-9]{0,14}):([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Report:
    """What was found: each fault and each note is one line."""

    faults: tuple[str, ...]
    notes: tuple[str, ...]
    entries: tuple[Stored, ...]
    """The entries that could be read, in the order of their sequence numbers."""


def verify(
    path: Path,
    *,
    signers: Path | None = None,
    expect: Sequence[str] = (),
    watch: Watch = iter,
) -> Report:
    """Read everything that a store holds and return all that is wrong with it.

    ``signers`` is an allowed-signers file: then each entry must be signed by a key that it allows
    at the time of publication. ``expect`` are witnesses, ``SEQUENCE:SHA-256 of ENTRY``, that were
    kept elsewhere. What an interrupted publisher leaves is a note and no fault. When somebody
    publishes meanwhile, it begins again.
    """
    store = Store(path)
    while True:
        before = _moment(store)
        report = _verify(store, signers, expect, watch)
        if not report.faults or _moment(store) == before:
            return report


def _moment(store: Store) -> tuple[frozenset[str], int | None]:
    """Return what changes when somebody publishes or withdraws."""
    try:
        names = frozenset(each.name for each in store.editions.iterdir())
    except OSError:
        names = frozenset()
    return names, public.shown_number(store)


def _verify(store: Store, signers: Path | None, expect: Sequence[str], watch: Watch) -> Report:
    if not store.editions.is_dir():
        return Report((f"{shown(store.path)}: no store of editions here",), (), ())
    stored, faults = _read(store)
    faults += _chain_faults(stored)
    readable = not faults
    for each in stored:
        faults += _guarded(f"{EDITIONS}/{each.folder.name}", _entry_faults(each, stored, watch))
        faults += _guarded(f"{EDITIONS}/{each.folder.name}", _signature_faults(each, signers))
    if readable:
        faults += _guarded(PUBLIC, _public_faults(store, tuple(stored), signers))
    faults += _witness_faults(stored, expect)
    notes = tuple(_notes(store, stored, signers is None, not expect))
    return Report(tuple(dict.fromkeys(faults)), notes, tuple(stored))


def _read(store: Store) -> tuple[list[Stored], list[str]]:
    """Return the entries that can be read, by sequence number, and why others cannot."""
    stored, faults = [], []
    try:
        names = sorted(each.name for each in store.editions.iterdir())
        others = sorted({each.name for each in store.path.iterdir()} - PARTS)
        faults += [f"{shown(name)}: does not belong here" for name in others]
        if (store.path / LOCK).exists() and (store.path / LOCK).stat().st_size:
            faults.append(f"{LOCK}: not empty")
    except OSError as error:
        return [], [_told(EDITIONS, error)]
    for name in names:
        place, folder = f"{EDITIONS}/{shown(name)}", store.editions / name
        if folder.is_symlink() or not folder.is_dir():
            faults.append(f"{place}: no folder, and does not belong here")
            continue
        try:
            stored.append(read_stored(folder))
        except EditionError as error:
            faults.append(f"{place}/ENTRY: {str(error).rpartition('ENTRY: ')[2]}")
    return sorted(stored, key=lambda each: (each.entry.sequence, each.folder.name)), faults


def _chain_faults(stored: Sequence[Stored]) -> list[str]:
    """Return where numbers, hashes, times and withdrawals do not follow each other."""
    faults: list[str] = []
    before: Stored | None = None
    standing: set[str] = set()
    for each in stored:
        entry, place = each.entry, f"{EDITIONS}/{shown(each.folder.name)}/ENTRY"
        last = before.entry.sequence if before else 0
        if entry.name != each.folder.name:
            faults.append(f"{place}: is that of `{entry.name}`")
        if entry.sequence != last + 1:
            faults.append(f"{place}: sequence {entry.sequence} comes after {last}")
        elif entry.previous != (before.sha256 if before else None):
            faults.append(f"{place}: does not hold the hash of the entry before")
        time, earlier = entry.published, before.entry.published if before else None
        if time is None:
            faults.append(f"{place}: has no time of publication")
        elif earlier is not None and time < earlier:
            faults.append(f"{place}: published before the entry before it")
        if isinstance(entry, Entry):
            standing.add(entry.name)
        elif entry.withdraws not in standing:
            faults.append(f"{place}: withdraws `{entry.withdraws}`, which does not stand")
        else:
            standing.remove(entry.withdraws)
        before = each
    return faults


def _entry_faults(each: Stored, stored: Sequence[Stored], watch: Watch) -> Iterator[str]:
    """Yield what is wrong with the files of one entry, with paths inside its folder."""
    own = frozenset({"ENTRY", SIGNATURE})
    if isinstance(each.entry, Entry):
        gone = any(
            isinstance(other.entry, Withdrawal) and other.entry.withdraws == each.entry.name
            for other in stored
        )
        yield from content_faults(each.folder, each.entry, own, removed=gone, watch=watch)
    else:
        for name in sorted({found.name for found in each.folder.iterdir()} - own):
            yield f"{shown(name)}: does not belong here"


def _signature_faults(each: Stored, signers: Path | None) -> Iterator[str]:
    path = each.folder / SIGNATURE
    if not os.path.lexists(path):
        if signers is not None:
            yield f"{SIGNATURE}: missing; the entry is not signed"
        return
    try:
        fault = signing.armour_fault(read_bytes(path, signing.LARGEST))
    except EditionError:
        fault = f"not a plain file of at most {signing.LARGEST:,} bytes"
    if fault is None and each.entry.published is not None:
        message = each.entry.encode()
        fault = signing.signature_fault(message, path, signers, each.entry.published)
    if fault:
        yield f"{SIGNATURE}: {fault}"


def _public_faults(store: Store, stored: tuple[Stored, ...], signers: Path | None) -> Iterator[str]:
    missing = not os.path.lexists(store.path / PUBLIC)
    if missing and (_is_copy(store) or (len(stored) <= 1 and _unfinished(store, stored))):
        return
    yield from public.public_faults(store, stored, signers)


def _is_copy(store: Store) -> bool:
    """Tell whether only the editions were copied, to be kept elsewhere."""
    return not any(os.path.lexists(store.path / name) for name in (PUBLIC, PUBLICS))


def _unfinished(store: Store, stored: Sequence[Stored]) -> bool:
    return not stored or public.waits(store, len(stored))


def _witness_faults(stored: Sequence[Stored], expect: Sequence[str]) -> list[str]:
    faults = []
    for witness in expect:
        match = _WITNESS.fullmatch(witness)
        if match is None:
            raise EditionError(f"`{shown(witness)}` is no witness; write SEQUENCE:SHA-256 of ENTRY")
        found = [each.sha256 for each in stored if each.entry.sequence == int(match[1])]
        if not found:
            faults.append(f"{EDITIONS}: entry {match[1]} is missing; the store was rolled back")
        elif match[2] not in found:
            faults.append(f"{EDITIONS}: entry {match[1]} is not the one that the witness saw")
    return faults


def _notes(
    store: Store, stored: Sequence[Stored], no_signers: bool, no_witness: bool
) -> Iterator[str]:
    if no_witness:
        yield "rollback not checked: give --expect SEQUENCE:SHA-256 from a tag, mail or report"
    if no_signers:
        unsigned = sum(not each.signed for each in stored)
        told = f"; {unsigned} of {len(stored)} entries have no signature" if unsigned else ""
        yield f"who signed was not checked: give --signers FILE{told}"
    if stored and _is_copy(store):
        yield f"{PUBLIC}: not here; this is a copy of the editions alone"
    elif stored and public.waits(store, len(stored)):
        yield f"{PUBLIC}: does not show the newest entry yet; the next `publish` completes it"
    elif _left(store):
        yield f"{STAGING}: holds what an interrupted command left; the next `publish` clears it"


def _left(store: Store) -> bool:
    used = str(public.shown_number(store))
    try:
        left = [*(store.path / STAGING).iterdir(), *(store.path / PUBLICS).iterdir()]
    except OSError:
        return False
    return any(each.name != used for each in left)


def _guarded(place: str, faults: Iterator[str]) -> list[str]:
    """Return faults with their place before them; what cannot be read is one of them."""
    found = []
    inside = "" if place == PUBLIC else f"{shown(place)}/"
    try:
        for fault in faults:
            found.append(inside + fault)
    except OSError as error:
        found.append(_told(place, error))
    except EditionError as error:  # no ssh-keygen
        found.append(str(error))
    return found


def _told(place: str, error: OSError) -> str:
    name = error.filename if isinstance(error.filename, str) else place
    return f"{shown(name)}: cannot be read: {(error.strerror or 'error').lower()}"
