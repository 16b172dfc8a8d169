"""Findings for GitLab: a Code Quality report, which merge requests show beside the change.

Form: docs.gitlab.com/ci/testing/code_quality. The host compares reports by their fingerprints, so
that what moves with its line is neither new nor mended.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from process_manual.checking import Report
from process_manual.diagnostics import Finding, Severity, one_line
from process_manual.views.fingerprints import fingerprints
from process_manual.writers.wording import is_folded, whole


def code_quality(report: Report, shown: Sequence[Finding]) -> str:
    """Return the findings as a Code Quality report in JSON."""
    marks = fingerprints(report.manual, shown)
    entries = [
        {
            "description": whole(report.manual, finding),
            "check_name": finding.code,
            "fingerprint": mark,
            "severity": _severity(finding),
            "location": {
                "path": one_line(finding.location.path),
                "lines": {"begin": finding.location.line},
            },
        }
        for finding, mark in zip(shown, marks, strict=True)
    ]
    return json.dumps(entries, ensure_ascii=False, indent=1) + "\n"


def _severity(finding: Finding) -> str:
    """Return one of the host's words: info, minor, major, critical, blocker."""
    if finding.severity is Severity.ERROR:
        return "major"
    return "info" if is_folded(finding) else "minor"
