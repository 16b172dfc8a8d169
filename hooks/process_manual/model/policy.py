"""House policy: what ``processes/manual.yml`` decides for the whole manual."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import AfterValidator

from process_manual.model.base import Field, Located, Model, Text, Texts, Whole
from process_manual.model.definition import ChangeType
from process_manual.model.references import AreaId, Ref, RoleId


class Claim(StrEnum):
    """What the organisation says of a standard: claimed (gaps are errors), in preparation
    (gaps warn), or reference (shown through the crosswalk only)."""

    CLAIMED = "claimed"
    IN_PREPARATION = "in_preparation"
    REFERENCE = "reference"


class StandardUse(Model):
    """A standard the manual works to."""

    called: ClassVar[str] = "{id}"

    id: Text
    """Id of a file under ``processes/standards``."""
    status: Claim
    """claimed, in_preparation or reference."""
    gaps: Mapping[str, Text] = Field(default_factory=dict)
    """Justified gaps: clause number to the reason why nothing covers it."""


class ReviewLimit(Model):
    """A shorter review interval for definitions that cite certain clauses."""

    called: ClassVar[str] = "limit for {standard} {clauses}"

    standard: Text
    """Standard id."""
    clauses: Texts
    """Clause numbers; sub-clauses are meant too."""
    max_interval_months: Whole
    """Longest interval allowed."""


class ReviewRules(Model):
    """How long a definition may go without review (7.5.2)."""

    max_interval_months: Whole = 24
    """Longest interval allowed."""
    limits: tuple[ReviewLimit, ...] = ()
    """Shorter intervals for certain clauses."""


class ApproverKind(StrEnum):
    """Whose approval counts: a role of the process itself."""

    OWNER = "owner"
    MANAGER = "manager"


Approver = Annotated[Text, Ref("roles", words=("owner", "manager"))]


class AreaApproval(Model):
    """Other approvers for one area."""

    called: ClassVar[str] = "{type} changes in {area}"

    area: AreaId
    """Area id."""
    type: ChangeType
    """Type of change."""
    roles: tuple[Approver, ...]
    """owner, manager or role ids."""


class ApprovalRules(Model):
    """Who may approve which type of change (5.3)."""

    major: tuple[Approver, ...] = ("owner",)
    """owner, manager or role ids."""
    minor: tuple[Approver, ...] = ("owner",)
    """owner, manager or role ids."""
    editorial: tuple[Approver, ...] = ("owner", "manager")
    """owner, manager or role ids."""
    areas: tuple[AreaApproval, ...] = ()
    """Exceptions by area."""


class Limits(Model):
    """Numbers that some rules warn at."""

    owned_definitions: Whole = 12
    """More processes than this for one owner is nominal ownership."""
    consulted: Whole = 4
    """More consulted roles than this slow a step down."""
    activities: Whole = 15
    """More steps than this should be split into procedures."""
    kpis: Whole = 8
    """More KPIs than this nobody manages."""
    purpose_sentences: Whole = 3
    """More sentences than this are no purpose but a description."""
    purpose_words: Whole = 60
    """More words than this nobody reads to find out whether the page is the right one."""
    sentence_words: Whole = 35
    """A sentence with more words than this has to be read twice."""
    written_percent: Whole = 100
    """While less of the plan than this is written, the check says how much."""
    review_notice_days: Whole = 60
    """So many days before a review falls due, its owner is told."""
    in_review_days: Whole = 60
    """A version that is in review for longer is stuck."""
    not_effective_days: Whole = 90
    """An approved version that has not come into effect after so many days is stuck."""


class HouseSections(Model):
    """Headings that the text of a definition has, in this order; others may stand between them.

    A heading may go on after a colon: "When it goes wrong: the tools are down".
    """

    process: Texts = ()
    """Headings in the text of a process."""
    procedure: Texts = ()
    """Headings in the text of a procedure."""


class Editions(Model):
    """Where the published editions are."""

    store: Text | None = None
    """Folder that holds the editions, relative to the one that holds ``processes/``."""
    url: Text | None = None
    """Address under which readers find them."""


def _id_pattern(value: str) -> str:
    part = r"\{prefix\}|\\d|\[(?:[A-Z]-[A-Z]|[a-z]-[a-z]|\d-\d)\]|[A-Za-z0-9_-]"
    if len(value) <= 60 and re.fullmatch(rf"(?:(?:{part})(?:\{{\d{{1,2}}\}})?)+", value):
        return value
    raise ValueError(
        r"is not the form of an id; write {prefix}, \d, [A-Z], letters, hyphens and counts such "
        r"as {3}: {prefix}-\d{3}"
    )


IdPattern = Annotated[Text, AfterValidator(_id_pattern)]
"""A small part of regular expressions: whole ones can be made to search for ever."""


class CodeOwners(Model):
    """Who reviews changes on the hosting service, beside the owners of the definitions."""

    machinery: RoleId | None = None
    """Role whose team reviews what decides what runs: code, configuration, lock file, pipelines."""


def _web_address(value: str) -> str:
    if re.fullmatch(r"https?://[A-Za-z0-9._~%:@/\[\]-]+", value):
        return value
    raise ValueError(
        "is not the address of a site; write it with https://, such as https://manual.example.org/"
    )


WebAddress = Annotated[Text, AfterValidator(_web_address)]


class Policy(Located):
    """House policy of the manual."""

    title: Text
    """Name of the manual."""
    organisation: Text
    """Whose manual it is."""
    description: Text | None = None
    """What the manual is for, in a sentence."""
    url: WebAddress | None = None
    """Address at which readers open the manual, for links from reports of findings."""
    id_pattern: IdPattern = r"{prefix}-\d{3}"
    """Form of a definition id: ``{prefix}`` stands for the area's prefix, ``\\d`` for a digit,
    ``[A-Z]`` for a letter, ``{3}`` for three of what stands before it."""
    classifications: Texts = ("official",)
    """Known classifications, lowest first."""
    classification_ceiling: Text = "official"
    """Highest classification that a page of this manual may have."""
    review: ReviewRules = ReviewRules()
    """Review intervals."""
    approval: ApprovalRules = ApprovalRules()
    """Who may approve what."""
    standards: tuple[StandardUse, ...] = ()
    """Standards the manual works to."""
    limits: Limits = Limits()
    """Numbers that some rules warn at."""
    sections: HouseSections = HouseSections()
    """Headings that the text of each definition has."""
    verbs: Texts = ()
    """Verbs that step titles may start with, beside the common ones."""
    editions: Editions = Editions()
    """Where the published editions are."""
    support: RoleId | None = None
    """Role that answers questions about the manual itself."""
    codeowners: CodeOwners = CodeOwners()
    """Who reviews changes of what is no definition; ``support`` where it does not say."""
