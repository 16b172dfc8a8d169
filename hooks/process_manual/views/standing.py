"""Whether a definition's approval still speaks of what stands in its file."""

from __future__ import annotations

from dataclasses import dataclass

from process_manual.model.definition import Approval, Definition
from process_manual.model.digest import digest


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


def standing(definition: Definition) -> Standing:
    """Return the approval of the version that ``definition`` holds."""
    approvals = [a for a in definition.approvals if a.version == definition.version]
    latest = max(approvals, key=lambda approval: approval.date, default=None)
    return Standing(latest, digest(definition))
