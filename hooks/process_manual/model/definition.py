"""A process or procedure definition: the front matter of one Markdown file, and its body.

The schema is frozen: digests of approved definitions depend on it. A later field is optional.
Clause numbers in the docstrings are those of ISO/IEC 20000-1:2018.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from process_manual.model.base import (
    Field,
    Flag,
    IsoDate,
    Located,
    Model,
    Number,
    OneOrMany,
    Period,
    Text,
    Texts,
    Version,
    Whole,
)
from process_manual.model.references import (
    PARTY as PARTY,
)
from process_manual.model.references import (
    DocumentId,
    End,
    Matrix,
    Need,
    ObjectiveId,
    PersonCode,
    RetentionCode,
    RoleId,
    ServiceId,
    SlaId,
    SlaMeasureId,
    SupplierId,
    SupplierOrParty,
    ToolId,
    ToolOrPlace,
)

END = "end"
ANY = "any"
RECORD = "record"
ALL = "all"


class Kind(StrEnum):
    """A process has an owner of its own; a procedure inherits from its parent process."""

    PROCESS = "process"
    PROCEDURE = "procedure"


class Status(StrEnum):
    """The state somebody gave the document; whether it is in force is computed, never typed."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    RETIRED = "retired"


class ChangeType(StrEnum):
    """How far a change reaches; decides who may approve it."""

    MAJOR = "major"
    MINOR = "minor"
    EDITORIAL = "editorial"


class RaciModel(StrEnum):
    """Which letters the responsibility matrix uses; RASCI adds S for Support."""

    RACI = "RACI"
    RASCI = "RASCI"


class Direction(StrEnum):
    """Which side of the target is good."""

    HIGHER = "higher"
    LOWER = "lower"
    BAND = "band"


class Frequency(StrEnum):
    """How often a KPI is measured."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    ANNUAL = "annual"


class Rating(StrEnum):
    """How much a risk matters before its control."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Consultee(StrEnum):
    """A function that must look at a definition before it is approved."""

    INFORMATION_GOVERNANCE = "information-governance"
    SECURITY = "security"
    FINANCE = "finance"


class ReviewOutcome(StrEnum):
    """What a periodic review decided; a review without change is still a record (7.5.2)."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    RETIRE = "retire"


class Scope(Model):
    """What the definition covers, and what it leaves to others."""

    includes: Texts = Field((), title="covered")
    """What is covered, one line each."""
    excludes: Texts = Field((), title="not covered")
    """What is not covered, each with the definition that covers it."""


class Roles(Model):
    """The roles of a process, by their ids in the role register (5.3)."""

    owner: RoleId | None = None
    """Role that is accountable for the process as a whole."""
    manager: RoleId | None = None
    """Role that runs the process from day to day."""
    practitioners: tuple[RoleId, ...] = ()
    """Roles that carry out or contribute to activities."""


class Input(Model):
    """Something the process takes from others."""

    called: ClassVar[str] = "input “{item}”"

    item: Text
    """Name of what is taken; the giver uses the same name."""
    sources: tuple[End, ...] = Field((), alias="from", title="given by")
    """Who gives it: definition ids, ``party:…`` or ``any``."""


class Output(Model):
    """Something the process gives to others."""

    called: ClassVar[str] = "output “{item}”"

    item: Text
    """Name of what is given; the taker uses the same name."""
    consumers: tuple[End, ...] = Field((), alias="to", title="given to")
    """Who takes it: definition ids, ``party:…``, ``any`` or ``record``."""


class Branch(Model):
    """Where the work goes after an activity."""

    when: Text | None = None
    """Condition of a decision; ``otherwise`` for the last branch."""
    to: Text
    """Activity id, ``end``, or the id of the definition that takes over."""


class OperatedBy(Model):
    """Work that another party carries out for us, and how we keep control of it (8.2.3)."""

    called: ClassVar[str] = "operation by {party}"

    party: SupplierOrParty | None = None
    """A supplier id or ``party:…``."""
    control: Text | None = Field(default=None, title="how we control it")
    """How we control it: the report, review or check, and how often."""


class Activity(Model):
    """One step: who does what, with what, and what comes out."""

    called: ClassVar[str] = "step {id} “{title}”"

    id: Text
    """A1, A2, … in the order of the list."""
    title: Text
    """What is done; starts with a verb."""
    detail: Text | None = Field(None, title="how it is done")
    """How it is done, in a few plain sentences."""
    raci: Matrix = Field(default_factory=dict, title="matrix")
    """Role ids by letter: R responsible, A accountable, S support, C consulted, I informed."""
    uses: tuple[ToolId, ...] = Field((), title="tools")
    """Tools, by their ids in the tool register."""
    procedure: Text | None = None
    """Procedure that says how this step is done."""
    inputs: Texts = ()
    """Items this step needs."""
    outputs: Texts = ()
    """Items or records this step makes."""
    next: tuple[Branch, ...] = Field((), title="where the work goes")
    """Where the work goes; left out: the following activity, or the end after the last."""
    control: Flag = Field(False, title="control step")
    """True for a step that an auditor should see evidence of."""
    operated_by: OperatedBy | None = None
    """Set when another party carries out the step."""


class KpiTarget(Model):
    """A target from a period on; each period is judged by the target of its time."""

    called: ClassVar[str] = "target from {since}"

    since: Period = Field(alias="from", title="from")
    """First period it holds for."""
    target: Number | None = None
    """Green at or beyond this value (directions higher and lower)."""
    amber: Number | None = None
    """Amber from here to the target; red beyond (directions higher and lower)."""
    lower: Number | None = None
    """Lower end of the green band (direction band)."""
    upper: Number | None = None
    """Upper end of the green band (direction band)."""
    amber_lower: Number | None = None
    """Lower end of the amber band (direction band)."""
    amber_upper: Number | None = None
    """Upper end of the amber band (direction band)."""


class Kpi(Model):
    """A key performance indicator of a process (8.1, 9.1)."""

    called: ClassVar[str] = "{id} “{title}”"

    id: Text
    """KPI-<definition id>-<number>."""
    title: Text
    """What is measured."""
    formula: Text | None = None
    """How the value is calculated, and over which period."""
    unit: Text | None = None
    """percent, hours, days, count, score_1_7, pounds, …"""
    direction: Direction | None = None
    """Which side of the target is good."""
    targets: tuple[KpiTarget, ...] = ()
    """Dated targets, oldest first."""
    frequency: Frequency | None = Field(None, title="how often")
    """How often it is measured."""
    source: Text | None = Field(None, title="where the figures come from")
    """Where the figures come from: tool, report, day."""
    collector: RoleId | None = Field(None, title="collected by")
    """Role that collects the value."""
    objective: ObjectiveId | None = None
    """Objective it serves, by its id in the objective register."""
    sla: SlaMeasureId | None = Field(None, title="SLA measure")
    """SLA measure with the same meaning, as ``<SLA id>/<measure id>``."""
    on_breach: Text | None = Field(None, title="when it is missed")
    """What is done when the target is missed."""


class Record(Model):
    """Evidence that the process leaves (7.5.3, 7.5.4)."""

    called: ClassVar[str] = "record “{title}”"

    title: Text
    """Name of the record."""
    where: ToolOrPlace | None = Field(None, title="kept in")
    """Tool id, or the place where it is kept."""
    kept_by: RoleId | None = None
    """Role that keeps it."""
    retention: RetentionCode | None = Field(None, title="kept for")
    """Code in the retention schedule."""
    classification: Text | None = None
    """Security classification of the record itself."""
    personal_data: Flag = False
    """True when the record holds personal data."""
    ropa: Text | None = Field(None, title="entry in the record of processing")
    """Entry in the council's record of processing activities (UK GDPR, article 30)."""
    satisfies: Texts = Field((), title="evidence for")
    """Documented-information items it fulfils, as ``<standard>:<clause>/d<n>``."""


class Risk(Model):
    """What can go wrong with the process itself, and what holds it back (6.1)."""

    called: ClassVar[str] = "risk “{title}”"

    title: Text
    """What can go wrong."""
    control: Text | None = Field(None, title="held back by")
    """Activity, KPI or record of this definition that holds it back."""
    rating: Rating | None = None
    """How much it matters before the control."""


class Citation(Model):
    """A clause of a standard that the definition fulfils."""

    called: ClassVar[str] = "clause {clause} of {standard}"

    standard: Text
    """Id of a standard under ``processes/standards``."""
    clause: Text
    """Clause number, in quotes."""
    lead: Flag = Field(False, title="answers first")
    """True for the definition that answers first for the clause."""
    note: Text | None = None
    """Which part of the clause, when it is not the whole."""


class Competence(Model):
    """What a role must know or have done before it works in the process (7.2)."""

    called: ClassVar[str] = "needs of {role}"

    role: RoleId
    """Role id."""
    needs: tuple[Need, ...] = ()
    """Training ids (TR-…), definition ids, or experience in words."""


class ProcessException(Model):
    """A dated, approved departure from the definition itself."""

    called: ClassVar[str] = "exception “{text}”"

    text: Text
    """What is done differently, where and for whom."""
    approved_by: RoleId | None = None
    """Role that approved it."""
    until: IsoDate | None = None
    """Last day it holds."""


class ReviewPolicy(Model):
    """How often the definition is reviewed."""

    interval_months: Whole = Field(title="interval in months")
    """Longest time between two reviews."""


class Review(Model):
    """A review that took place; the next one is computed from the last."""

    called: ClassVar[str] = "review of {date}"

    date: IsoDate
    """Day of the review."""
    by: PersonCode
    """Person code of the reviewer."""
    role: RoleId
    """Role in which the person reviewed."""
    outcome: ReviewOutcome
    """What was decided."""
    note: Text | None = None
    """What was found."""
    digest: Text | None = None
    """Digest of the content that was reviewed."""


class Consultation(Model):
    """That a consultee function looked at the version before it was approved."""

    called: ClassVar[str] = "consultation of {consultee}"

    consultee: Consultee
    """The function."""
    date: IsoDate
    """Day of the answer."""
    by: PersonCode
    """Person code."""
    evidence: Text | None = None
    """Where the answer is kept."""


class Approval(Model):
    """That somebody entitled approved exactly this content (7.5.2)."""

    called: ClassVar[str] = "approval of version {version} by {role}"

    version: Version
    """Version that was approved."""
    date: IsoDate
    """Day of the approval."""
    by: PersonCode
    """Person code of the approver."""
    role: RoleId
    """Role in which the person approved."""
    evidence: Text | None = None
    """Link to the decision."""
    digest: Text | None = None
    """Digest of the controlled content that was approved."""
    consulted: tuple[Consultation, ...] = Field((), title="consulted functions")
    """Consultee functions that looked at it."""


class HistoryEntry(Model):
    """One version and why it was made."""

    called: ClassVar[str] = "history of version {version}"

    version: Version
    """Version that the change made."""
    date: IsoDate
    """Day it was written."""
    by: PersonCode
    """Person code of the author."""
    type: ChangeType = Field(title="type of change")
    """How far the change reaches."""
    summary: Text
    """What changed and why, for the reader."""
    change: Text | None = None
    """Request for change or issue behind it."""


class Retirement(Model):
    """Why a definition left the manual, and what took its place."""

    on: IsoDate = Field(title="from")
    """First day it no longer holds."""
    reason: Text
    """Why it was retired."""
    replaced_by: OneOrMany = ()
    """Definition ids that took over, or ``none``."""


class Definition(Located):
    """The front matter of a definition; ``source.body`` holds its narrative.

    The order of the fields is the house order of the keys in a file.
    """

    id: Text
    """Identifier, never reused: area prefix, hyphen, three digits."""
    title: Text
    """Name of the process or procedure."""
    area: Text
    """Area id."""
    kind: Kind
    """process or procedure."""
    parent: Text | None = Field(None, title="parent process")
    """Process a procedure belongs to."""
    synonyms: Texts = Field((), title="also called")
    """Everyday words that readers search for."""
    status: Status
    """draft, in_review, approved or retired."""
    version: Version
    """Version of the content, in quotes."""
    shared: Flag = False
    """True for a procedure that other processes call too."""
    emergency: Flag = False
    """True for what is done in an emergency, by day and by night."""
    effective_from: IsoDate | None = Field(None, title="in force from")
    """First day this version holds."""
    classification: Text | None = None
    """Security classification of the definition."""
    retired: Retirement | None = Field(None, title="retirement")
    """Set when status is retired."""
    purpose: Text | None = None
    """Why it exists, in one to three sentences."""
    scope: Scope | None = None
    """What is covered and what is not."""
    policy: Texts = ()
    """Rules that always hold, one sentence each."""
    roles: Roles = Roles()
    """Owner, manager and practitioners; a procedure inherits owner and manager."""
    raci_model: RaciModel = Field(RaciModel.RACI, title="letters of the matrix")
    """Letters the matrix uses."""
    triggers: Texts = ()
    """Events that start it."""
    inputs: tuple[Input, ...] = ()
    """What it takes from others."""
    activities: tuple[Activity, ...] = Field((), title="steps")
    """The steps, in order."""
    outputs: tuple[Output, ...] = ()
    """What it gives to others."""
    kpis: tuple[Kpi, ...] = Field((), title="KPIs")
    """Key performance indicators."""
    no_kpi_reason: Text | None = Field(None, title="why it has no KPI")
    """Why a process in force has no KPI."""
    records: tuple[Record, ...] = ()
    """Evidence it leaves."""
    risks: tuple[Risk, ...] = ()
    """What can go wrong with it."""
    services: tuple[ServiceId, ...] = ()
    """Service ids it concerns, or ``all``."""
    slas: tuple[SlaId, ...] = Field((), title="SLAs")
    """SLA ids it must keep."""
    suppliers: tuple[SupplierId, ...] = ()
    """Supplier ids that take part."""
    tools: tuple[ToolId, ...] = ()
    """Tool ids it uses."""
    documents: tuple[DocumentId, ...] = ()
    """Policies, plans, forms and templates it uses, by id in the document register."""
    operated_by: tuple[OperatedBy, ...] = ()
    """Other parties that operate it in whole or in part."""
    standards: tuple[Citation, ...] = Field((), title="clauses")
    """Clauses it fulfils."""
    no_clause_reason: Text | None = Field(None, title="why it cites no clause")
    """Why a process cites no clause."""
    competence: tuple[Competence, ...] = ()
    """What each role needs to know."""
    exceptions: tuple[ProcessException, ...] = ()
    """Dated departures."""
    segregation: tuple[tuple[Text, Text], ...] = Field((), title="steps kept apart")
    """Pairs of activities that must not share a responsible role."""
    consultees: tuple[Consultee, ...] = Field((), title="asked before approval")
    """Functions that must look at a new version before it is approved."""
    review: ReviewPolicy | None = None
    """Review interval."""
    reviews: tuple[Review, ...] = ()
    """Reviews that took place."""
    approvals: tuple[Approval, ...] = ()
    """Approvals given."""
    history: tuple[HistoryEntry, ...] = ()
    """Versions, newest first."""

    @property
    def body(self) -> str:
        """The narrative for staff, in Markdown."""
        return self.source.body

    @property
    def is_coming(self) -> bool:
        """True for the coming version, which stands in a file that ends in ``.next.md``."""
        return self.source.path.endswith(".next.md")

    @property
    def is_process(self) -> bool:
        """True for a process, false for a procedure."""
        return self.kind is Kind.PROCESS

    @property
    def is_retired(self) -> bool:
        """True when the definition has left the manual."""
        return self.status is Status.RETIRED
