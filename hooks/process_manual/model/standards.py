"""Standards as data: clause numbers and short titles, never the text of a standard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from process_manual.model.base import Flag, Located, Model, Text, Texts


class Basis(StrEnum):
    """Why a documented-information item is expected."""

    EXPLICIT = "explicit"
    LIST = "list-7.5.4"
    IMPLIED = "implied"

    @property
    def required(self) -> bool:
        """True when the standard itself asks for the item."""
        return self is not Basis.IMPLIED


class ItemKind(StrEnum):
    """A document is maintained and versioned; a record is retained as evidence."""

    DOCUMENT = "document"
    RECORD = "record"


class InformationItem(Model):
    """A piece of documented information that an auditor will ask for."""

    called: ClassVar[str] = "item {id}"

    id: Text
    """<clause>/d<number>"""
    item: Text
    """What is expected, in our own words."""
    kind: ItemKind = ItemKind.RECORD
    """document or record."""
    basis: Basis = Basis.IMPLIED
    """Whether the standard asks for it in words."""
    confidence: Text | None = None
    """``medium`` where it should be confirmed against a licensed copy."""


class Clause(Model):
    """A numbered clause, requirement group, practice or objective."""

    called: ClassVar[str] = "clause {id}"

    id: Text
    """Its number or code."""
    title: Text
    """Short title; in parentheses where it is our label."""
    parent: Text | None = None
    """Clause it belongs to."""
    titled: Flag = True
    """False when the standard numbers the paragraph without a heading."""
    coverage: Flag = False
    """True for a clause that at least one definition in force must cite."""
    documented_information: tuple[InformationItem, ...] = ()
    """What documents and records an auditor expects."""


class StandardHeader(Model):
    """Which standard and edition a file holds."""

    id: Text
    """Id that citations use."""
    title: Text
    """Title of the standard."""
    edition: Text
    """Edition."""
    amendments: Texts = ()
    """Amendments that the clause set includes."""
    note: Text | None = None
    """What the reader must know about the clause set (source, licence, trade mark)."""


class Correspondence(Model):
    """Clauses of this standard that correspond to a clause of another (our judgement)."""

    called: ClassVar[str] = "correspondence of {clause}"

    clause: Text
    """Clause of the other standard."""
    to: Texts = ()
    """Clauses of this standard."""


class Crosswalk(Model):
    """How this standard relates to another one that definitions cite."""

    standard: Text
    """The other standard."""
    rows: tuple[Correspondence, ...] = ()
    """Correspondences, by clause of the other standard."""


class Standard(Located):
    """One edition of a standard: the file ``processes/standards/<id>.yml``."""

    standard: StandardHeader
    """Which standard it is."""
    clauses: tuple[Clause, ...]
    """Its clauses, in order."""
    crosswalk: Crosswalk | None = None
    """How it relates to another standard."""

    @property
    def id(self) -> str:
        """Id that citations use."""
        return self.standard.id

    @property
    def title(self) -> str:
        """Title of the standard."""
        return self.standard.title

    @property
    def by_number(self) -> Mapping[str, Clause]:
        """Clauses by number."""
        return {clause.id: clause for clause in self.clauses}

    @property
    def items(self) -> Mapping[str, tuple[Clause, InformationItem]]:
        """Documented-information items by ``<standard>:<item id>``."""
        return {
            f"{self.id}:{item.id}": (clause, item)
            for clause in self.clauses
            for item in clause.documented_information
        }


@dataclass(frozen=True, eq=False)
class Standards(Mapping[str, Standard]):
    """All standards of a manual, by id."""

    by_id: Mapping[str, Standard] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Standard:
        return self.by_id[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.by_id)

    def __len__(self) -> int:
        return len(self.by_id)
