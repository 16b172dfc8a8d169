"""What a finding is, wherever its line or its file has moved: for hosts and for the baseline."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from process_manual.diagnostics import Finding, one_line
from process_manual.model.manual import Manual


class Identity(NamedTuple):
    """What makes a finding the same finding as yesterday's."""

    rule: str
    where: str
    """Definition id, with ``.next`` for its coming version; else the path of the file."""
    message: str


def identity(manual: Manual, finding: Finding) -> Identity:
    """Return what a finding is, without its line, and without its file where that has an id."""
    definition = manual.by_path.get(finding.location.path)
    where = finding.location.path
    if definition is not None:
        where = f"{definition.id}.next" if definition.is_coming else definition.id
    return Identity(finding.code, one_line(where), one_line(finding.message))


def fingerprints(manual: Manual, findings: Iterable[Finding]) -> tuple[str, ...]:
    """Return a short text for each finding that is its own, and the same in the next run.

    The first 32 digits of a SHA-256 over the identity, and over how many equal ones came before.
    """
    seen: Counter[Identity] = Counter()
    found: list[str] = []
    for finding in findings:
        each = identity(manual, finding)
        content = json.dumps([*each, seen[each]]).encode()
        found.append(hashlib.sha256(content).hexdigest()[:32])
        seen[each] += 1
    return tuple(found)
