"""Whether a definition's approval still speaks of what stands in its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from process_manual.model.definition import Approval, Definition
from process_manual.model.digest import controlled_bytes, digest_of
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
def _contents(manual: Manual) -> Mapping[int, tuple[bytes, str]]:
    """Return content and digest of every definition, by identity: the same id may stand twice."""
    contents = ((definition, controlled_bytes(definition)) for definition in manual.definitions)
    return {id(definition): (content, digest_of(content)) for definition, content in contents}


def content_of(manual: Manual, definition: Definition) -> bytes:
    """Return the controlled content of a definition of the manual, as published."""
    return _contents(manual)[id(definition)][0]


def digest_in(manual: Manual, definition: Definition) -> str:
    """Return the digest of a definition of the manual."""
    return _contents(manual)[id(definition)][1]


def standing(manual: Manual, definition: Definition) -> Standing:
    """Return the approval of the version that ``definition`` holds."""
    approvals = [a for a in definition.approvals if a.version == definition.version]
    latest = max(approvals, key=lambda approval: approval.date, default=None)
    return Standing(latest, digest_in(manual, definition))
