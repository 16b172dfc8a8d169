"""The store as it is read: the chain of entries, and what each edition holds."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from process_manual.editions import definitions
from process_manual.editions.definitions import DefinitionRow
from process_manual.editions.entry import LARGEST, Entry, Withdrawal, read_entry, sha256
from process_manual.editions.names import EditionError, shown

EDITIONS = "editions"
PUBLIC = "public"
PUBLICS = "publics"
STAGING = "staging"
LOCK = "lock"
PARTS = frozenset({EDITIONS, PUBLIC, PUBLICS, STAGING, LOCK})
"""All that lies in a store."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One entry as it lies in its folder: an edition or a withdrawal."""

    folder: Path
    entry: Entry | Withdrawal
    sha256: str
    """Hash of ENTRY: what the next entry holds as `previous`, and what a witness keeps."""
    signed: bool

    @property
    def witness(self) -> str:
        """What is kept elsewhere, so that a store that was rolled back is found out."""
        return f"{self.entry.sequence}:{self.sha256}"


@dataclass(frozen=True, slots=True)
class EditionSummary:
    """An edition with what pages about all editions tell of it."""

    entry: Entry
    published: datetime.datetime
    sha256: str
    signed: bool
    definitions: tuple[DefinitionRow, ...]
    """Empty when its files were removed after it was withdrawn."""
    withdrawn: Withdrawal | None = None

    @property
    def name(self) -> str:
        """Name of the edition, which is that of its folder."""
        return self.entry.name


@dataclass(frozen=True, slots=True)
class Store:
    """A folder with editions; reading it changes nothing and takes no lock.

    Each property reads the disk. A store that cannot be read is an EditionError.
    """

    path: Path
    editions: Path = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "editions", self.path / EDITIONS)

    def entries(self) -> tuple[Stored, ...]:
        """Return all entries in the order of the chain; none when there is no store yet."""
        try:
            if not self.editions.is_dir():
                return ()
            with os.scandir(self.editions) as found:
                stored = [read_stored(self.editions / each.name) for each in found]
        except OSError as error:
            raise _unreadable(self.editions, error) from None
        stored.sort(key=lambda each: each.entry.sequence)
        for number, each in enumerate(stored, 1):
            before = stored[number - 2].sha256 if number > 1 else None
            if (each.entry.sequence, each.entry.previous) != (number, before):
                raise EditionError(f"{shown(each.folder)}: the chain is broken here; run `verify`")
        return tuple(stored)

    def newest(self) -> Stored | None:
        """Return the newest entry, be it an edition or a withdrawal; None in an empty store."""
        return (self.entries() or (None,))[-1]

    def edition(self, name: str) -> Stored:
        """Return one edition, withdrawn or not; EditionError when there is none of this name."""
        names = [each.entry.name for each in self.entries() if isinstance(each.entry, Entry)]
        if name not in names:
            known = f"there are {', '.join(names)}" if names else "there is none yet"
            raise EditionError(f"{shown(self.path)}: no edition `{shown(name)}`; {known}")
        return read_stored(self.editions / name)

    def summaries(self) -> tuple[EditionSummary, ...]:
        """Return all editions, withdrawn ones too, oldest first."""
        return tuple(summaries(self.entries()))


def standing(stored: Iterable[Stored]) -> tuple[Stored, ...]:
    """Return the editions of a chain that are not withdrawn, oldest first."""
    every = tuple(stored)
    gone = {each.entry.withdraws for each in every if isinstance(each.entry, Withdrawal)}
    return tuple(e for e in every if isinstance(e.entry, Entry) and e.entry.name not in gone)


def summaries(stored: Sequence[Stored]) -> Iterator[EditionSummary]:
    """Yield the editions among entries of a chain with what is told of them."""
    withdrawn = {e.entry.withdraws: e.entry for e in stored if isinstance(e.entry, Withdrawal)}
    for each in stored:
        if isinstance(each.entry, Entry) and each.entry.published is not None:
            withdrawal = withdrawn.get(each.entry.name)
            gone = withdrawal is not None and not (each.folder / "DEFINITIONS.tsv").exists()
            yield EditionSummary(
                each.entry,
                each.entry.published,
                each.sha256,
                each.signed,
                () if gone else definitions_of(each.folder, each.entry),
                withdrawal,
            )


def read_stored(folder: Path) -> Stored:
    """Return what lies in the folder of one edition or bundle; EditionError with its path."""
    data = read_bytes(folder / "ENTRY", LARGEST)
    try:
        entry = read_entry(data)
    except EditionError as error:
        raise EditionError(f"{shown(folder / 'ENTRY')}: {error}") from None
    return Stored(folder, entry, sha256(data), (folder / "ENTRY.sig").exists())


def definitions_of(folder: Path, entry: Entry) -> tuple[DefinitionRow, ...]:
    """Return the rows of one edition; EditionError when they are not those that ENTRY holds."""
    path = folder / "DEFINITIONS.tsv"
    data = read_bytes(path, definitions.LARGEST)
    if sha256(data) != entry.definitions:
        raise EditionError(f"{shown(path)}: not the file that ENTRY holds; run `verify`")
    try:
        return definitions.read_definitions(data)
    except EditionError as error:
        raise EditionError(f"{shown(path)}: {error}") from None


def read_bytes(path: Path, most: int) -> bytes:
    """Return a plain file's bytes, of which it may have so many; EditionError with its path."""
    try:
        if path.is_symlink() or not path.is_file():
            raise EditionError(f"{shown(path)}: missing, or not a plain file")
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise _unreadable(path, error) from None
    if len(data) > most:
        raise EditionError(f"{shown(path)}: larger than {most:,} bytes")
    return data


def _unreadable(path: Path, error: OSError) -> EditionError:
    return EditionError(f"{shown(path)}: cannot be read: {(error.strerror or 'error').lower()}")
