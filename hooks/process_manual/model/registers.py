"""The registers that definitions refer to: one YAML file each under ``processes/registers``.

A register file holds one key, its own name, with a list of rows. A row model says what a row is
called and what its fields refer to; a field in ``Registers`` makes it known to the loader, the
rules, the links and the exports.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar

from process_manual.diagnostics import Location
from process_manual.model.base import (
    Field,
    Flag,
    IsoDate,
    Located,
    Model,
    Number,
    OneOrMany,
    Text,
    Texts,
    Whole,
)
from process_manual.model.definition import Direction, Kind
from process_manual.model.references import (
    AreaId,
    PartyId,
    PersonCode,
    RetentionCode,
    RoleId,
    ServiceId,
    SupplierId,
)
from process_manual.model.source import Source


class Row(Located):
    """A row of a register."""

    noun: ClassVar[str]
    """What one row is called, in links and messages."""
    heading: ClassVar[str]
    """What its rows are called together, as a heading."""

    id: Text
    """Identifier, unique in its register."""


class Area(Row):
    """A group of processes."""

    noun: ClassVar[str] = "area"
    heading: ClassVar[str] = "Areas"

    prefix: Text
    """Letters that every definition id of the area starts with."""
    title: Text
    """Name of the area."""
    description: Text | None = None
    """What the area is about, for somebody new."""


class PlanEntry(Row):
    """A process or procedure that the manual will have, written or not."""

    noun: ClassVar[str] = "plan"
    heading: ClassVar[str] = "Plan"

    title: Text
    """Working title."""
    area: AreaId
    """Area id."""
    kind: Kind
    """process or procedure."""
    parent: Text | None = None
    """Process a procedure will belong to."""
    clause: Text | None = None
    """Clause of ISO/IEC 20000-1:2018 it mainly serves."""
    also: Texts = ()
    """Further clauses it serves."""


class Contact(Model):
    """How to reach a role; never a person's name."""

    mailbox: Text | None = None
    """Shared mailbox."""
    telephone: Text | None = None
    """Telephone number of the desk or rota."""
    hours: Text | None = None
    """When somebody answers."""


class Holder(Model):
    """Who holds a role, from a day to a day."""

    called: ClassVar[str] = "holder from {since}"

    person: PersonCode
    """Person code."""
    since: IsoDate = Field(alias="from", title="first day")
    """First day."""
    until: IsoDate | None = Field(None, title="last day")
    """Last day; left out while it goes on."""


class Role(Row):
    """What definitions name instead of people (5.3)."""

    noun: ClassVar[str] = "role"
    heading: ClassVar[str] = "Roles"

    title: Text
    """Name of the role."""
    description: Text | None = None
    """What the role is there for."""
    team: Text | None = None
    """Team it belongs to."""
    single_holder: Flag = True
    """True when only one person may hold it at a time."""
    contact: Contact | None = None
    """How to reach it."""
    host_team: Text | None = None
    """Team on the hosting service that reviews its pull requests."""
    deputies: tuple[RoleId, ...] = ()
    """Roles that stand in for it."""
    holders: tuple[Holder, ...] = ()
    """Who held it, and when."""


class Person(Row):
    """A post code that stands for a person; the name is in the HR system only."""

    noun: ClassVar[str] = "person"
    heading: ClassVar[str] = "People"

    post: Text
    """Post number in the establishment list."""
    until: IsoDate | None = None
    """Last day in the post."""


class Party(Row):
    """Somebody outside the manual: users, members, schools, other authorities."""

    noun: ClassVar[str] = "party"
    heading: ClassVar[str] = "Other parties"

    title: Text
    """Name of the party."""
    description: Text | None = None
    """Who they are and what they want from IT."""


class ServiceStatus(StrEnum):
    """Where a service is in its life."""

    PIPELINE = "pipeline"
    LIVE = "live"
    RETIRED = "retired"


class Criticality(StrEnum):
    """How soon harm is done when the service is lost."""

    CRITICAL = "critical"
    HIGH = "high"
    STANDARD = "standard"


class Service(Row):
    """A service in the catalogue (8.2.4)."""

    noun: ClassVar[str] = "service"
    heading: ClassVar[str] = "Services"

    title: Text
    """Name in the service catalogue."""
    description: Text | None = None
    """What customers get from it."""
    owner: RoleId | None = None
    """Role that owns the service."""
    customers: tuple[PartyId, ...] = ()
    """Parties that use it, as ``party:…``."""
    criticality: Criticality = Criticality.STANDARD
    """How soon harm is done without it."""
    hours: Text | None = None
    """Support hours."""
    status: ServiceStatus = ServiceStatus.LIVE
    """pipeline, live or retired."""
    suppliers: tuple[SupplierId, ...] = ()
    """Suppliers it depends on."""
    depends_on: tuple[ServiceId, ...] = ()
    """Services it depends on."""


class SlaMeasure(Model):
    """One promise of a service level agreement."""

    called: ClassVar[str] = "measure {id} “{title}”"

    id: Text
    """M1, M2, …"""
    title: Text
    """What is promised."""
    unit: Text
    """percent, hours, …"""
    direction: Direction
    """Which side of the target is good."""
    target: Number
    """The promised value."""


class Sla(Row):
    """A service level agreement (8.3.3)."""

    noun: ClassVar[str] = "SLA"
    heading: ClassVar[str] = "Service level agreements"

    title: Text
    """Name of the agreement."""
    customer: PartyId | None = None
    """The party it is agreed with, as ``party:…``."""
    services: tuple[ServiceId, ...] = ()
    """Service ids, or ``all``."""
    owner: RoleId | None = None
    """Role that keeps the agreement."""
    valid_from: IsoDate | None = None
    """First day."""
    review_by: IsoDate | None = None
    """Day by which it is reviewed."""
    workload_limit: Text | None = None
    """How much work the targets hold for."""
    measures: tuple[SlaMeasure, ...] = ()
    """What is promised."""


class SupplierKind(StrEnum):
    """External suppliers have a contract, internal ones an operational level agreement."""

    EXTERNAL = "external"
    INTERNAL = "internal"
    CUSTOMER = "customer"


class Supplier(Row):
    """Who delivers parts of services to us (8.3.4)."""

    noun: ClassVar[str] = "supplier"
    heading: ClassVar[str] = "Suppliers"

    title: Text
    """Name, or a description where the name is confidential."""
    kind: SupplierKind = SupplierKind.EXTERNAL
    """external, internal, or a customer that acts as a supplier."""
    provides: Text | None = None
    """What they deliver or operate."""
    manager: RoleId | None = None
    """Role that manages the relationship."""
    agreement: Text | None = None
    """Contract or agreement reference."""
    until: IsoDate | None = None
    """Last day of the contract or agreement."""
    review_by: IsoDate | None = None
    """Day by which it is reviewed."""
    criticality: Criticality = Criticality.STANDARD
    """How soon harm is done without them."""


class Tool(Row):
    """A system that process work is done with."""

    noun: ClassVar[str] = "tool"
    heading: ClassVar[str] = "Tools"

    title: Text
    """Name of the tool, or what it is."""
    description: Text | None = None
    """What it is used for."""
    owner: RoleId | None = None
    """Role that looks after it."""
    supplier: SupplierId | None = None
    """Supplier id."""


class DocumentKind(StrEnum):
    """What a controlled document that is not a definition is."""

    POLICY = "policy"
    PROCEDURE = "procedure"
    PLAN = "plan"
    REGISTER = "register"
    AGREEMENT = "agreement"
    FORM = "form"
    TEMPLATE = "template"
    REPORT = "report"
    EXTERNAL = "external"


class Document(Row):
    """A controlled document that is not a definition (7.5.3, 7.5.4)."""

    noun: ClassVar[str] = "document"
    heading: ClassVar[str] = "Documents"

    title: Text
    """Name of the document."""
    kind: DocumentKind
    """policy, procedure, plan, register, agreement, form, template, report, or external."""
    owner: RoleId | None = None
    """Role that keeps it."""
    location: Text | None = None
    """Where the controlled copy is."""
    version: Text | None = None
    """Version now in force."""
    approved_on: IsoDate | None = None
    """Day it was approved."""
    approved_by: RoleId | None = None
    """Role that approved it."""
    review_by: IsoDate | None = None
    """Day by which it is reviewed."""
    classification: Text | None = None
    """Security classification."""
    retention: RetentionCode | None = None
    """Code in the retention schedule."""
    satisfies: Texts = ()
    """Documented-information items it fulfils, as ``<standard>:<clause>/d<n>``."""


class Training(Row):
    """A course or briefing that roles need (7.2)."""

    noun: ClassVar[str] = "course"
    heading: ClassVar[str] = "Training"

    title: Text
    """Name of the course."""
    provider: Text | None = None
    """Who gives it."""
    refresh_months: Whole | None = None
    """After how many months it is repeated; left out: once."""


class Retention(Row):
    """One line of the retention schedule (7.5.3)."""

    noun: ClassVar[str] = "retention"
    heading: ClassVar[str] = "Retention"

    title: Text
    """What the line covers."""
    period: Text
    """How long, such as "3 years"."""
    trigger: Text
    """Event the period counts from."""
    disposal: Text
    """What happens then, and how."""
    basis: Text | None = None
    """Law or decision behind it."""


class Objective(Row):
    """A service management objective (6.2)."""

    noun: ClassVar[str] = "objective"
    heading: ClassVar[str] = "Objectives"

    title: Text
    """What is to be achieved."""
    owner: RoleId | None = None
    """Role that answers for it."""
    measure: Text | None = None
    """How one sees that it is achieved."""
    until: IsoDate | None = None
    """Day by which."""


class Term(Row):
    """A word of the department, for the glossary; the id is the word's address."""

    noun: ClassVar[str] = "term"
    heading: ClassVar[str] = "Glossary"

    term: Text
    """The word or abbreviation."""
    definition: Text
    """What it means here."""
    abbreviation_of: Text | None = None
    """The long form, for an abbreviation."""
    see: Texts = ()
    """Definitions that tell more."""


class Waiver(Row):
    """A dated, approved exception to a rule: the only way to silence one."""

    noun: ClassVar[str] = "waiver"
    heading: ClassVar[str] = "Waivers"

    rule: Text | None = None
    """Code of the rule."""
    applies_to: OneOrMany = ()
    """Definition ids, or register names, it holds for."""
    reason: Text | None = None
    """Why the exception is acceptable."""
    approved_by: RoleId | None = None
    """Role that approved it."""
    approved_on: IsoDate | None = None
    """Day of the approval."""
    until: IsoDate | None = None
    """Last day; afterwards the finding is back."""


R = TypeVar("R", bound=Row)


@dataclass(frozen=True, eq=False)
class Register(Mapping[str, R], Generic[R]):
    """The rows of one register by id, in the order of the file.

    ``broken`` holds the ids of rows that could not be read; ``unreadable`` tells that the whole
    file could not, so that nobody is blamed for referring to what may well stand in it. ``partial``
    holds the ids of rows that could be read in part, so that nobody misses what they left out.
    """

    rows: Mapping[str, R] = field(default_factory=dict)
    source: Source = field(default_factory=lambda: Source(""))
    broken: frozenset[str] = frozenset()
    unreadable: bool = False
    partial: frozenset[str] = frozenset()

    def __getitem__(self, key: str) -> R:
        return self.rows[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def knows(self, id_: str) -> bool:
        """Tell whether a reference to ``id_`` may stand, as far as can be read."""
        return self.unreadable or id_ in self.rows or id_ in self.broken

    def knows_all_of(self, id_: str) -> bool:
        """Tell whether the row ``id_`` is there and could be read in full."""
        return id_ in self.rows and id_ not in self.partial

    @property
    def is_whole(self) -> bool:
        """True when every row could be read in full."""
        return not (self.unreadable or self.broken or self.partial)

    def at(self) -> Location:
        """Return the place of the register as a whole."""
        return self.source.at()


@dataclass(frozen=True, eq=False)
class Registers:
    """All registers of a manual; each field is one file of the same name."""

    areas: Register[Area] = field(default_factory=Register)
    plan: Register[PlanEntry] = field(default_factory=Register)
    roles: Register[Role] = field(default_factory=Register)
    people: Register[Person] = field(default_factory=Register)
    parties: Register[Party] = field(default_factory=Register)
    services: Register[Service] = field(default_factory=Register)
    slas: Register[Sla] = field(default_factory=Register)
    suppliers: Register[Supplier] = field(default_factory=Register)
    tools: Register[Tool] = field(default_factory=Register)
    documents: Register[Document] = field(default_factory=Register)
    training: Register[Training] = field(default_factory=Register)
    retention: Register[Retention] = field(default_factory=Register)
    objectives: Register[Objective] = field(default_factory=Register)
    glossary: Register[Term] = field(default_factory=Register)
    waivers: Register[Waiver] = field(default_factory=Register)

    def __getitem__(self, name: str) -> Register[Any]:
        """Return a register by its name."""
        register: Register[Any] = getattr(self, name)
        return register


def _row_types() -> Mapping[str, type[Row]]:
    hints = typing.get_type_hints(Registers)
    return {name: typing.get_args(hints[name])[0] for name in Registers.__dataclass_fields__}


ROW_TYPES = _row_types()
"""Row type of each register, by the name of its field and file."""

REQUIRED = ("areas", "roles")
"""Registers without which no definition can be checked."""
