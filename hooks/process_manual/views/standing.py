"""Whether a definition's approval still speaks of what stands in its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from process_manual.model.definition import Approval, Definition
from process_manual.model.digest import digest
from process_manual.model.manual import Manual


@dataclass(frozen=True, slots=True)
class Standing:
    """The approval of the present version, if any, and the digest of the present content."""

    approval: Approval | None
    digest: str

    @property
    def changed_since(self) -> bool:
        """True when the content is another than the approval's digest says."""
        approved = self.approval.digest if self.approval else None
        return approved is not None and approved != self.digest


@lru_cache(maxsize=4)
def _digests(manual: Manual) -> Mapping[int, str]:
    """Return the digest of every definition, by identity: the same id may stand twice."""
    return {id(definition): digest(definition) for definition in manual.definitions}


def digest_in(manual: Manual, definition: Definition) -> str:
    """Return the digest of a definition of the manual."""
    return _digests(manual)[id(definition)]


def approval_in_hand(definition: Definition) -> Approval | None:
    """Return the approval of the version that ``definition`` holds; of several, the latest."""
    approvals = [a for a in definition.approvals if a.version == definition.version]
    return max(approvals, key=lambda approval: approval.date, default=None)


def standing(manual: Manual, definition: Definition) -> Standing:
    """Return how the content of ``definition`` stands to its approval."""
    return Standing(approval_in_hand(definition), digest_in(manual, definition))
