"""What is in force: a status alone brings nothing into force."""

from __future__ import annotations

from pathlib import Path

import pytest

from process_manual.checking import check
from process_manual.pages.site import build_site
from process_manual.views.lifecycle import State, presented, state, upcoming
from tests.patches import patched
from tests.support import AS_OF

COMING = """# example/EXA-011-fault-priority.next.md, a copy of EXA-011
version: "1.1"
effective_from: 2026-06-01
approvals: [{version: "1.0", date: 2026-03-20, by: p-1, role: head-of-it, evidence: "https://x"}]
history:
- {version: "1.1", date: 2026-05-10, by: p-3, type: minor, summary: "Second"}
- {version: "1.0", date: 2026-03-10, by: p-3, type: major, summary: "First"}
"""


@pytest.mark.parametrize(
    "approvals", ["", "[{version: '0.9', date: 2026-03-20, by: p-1, role: r}]"]
)
def test_without_an_approval_of_its_version_nothing_is_in_force(
    approvals: str, tmp_path: Path
) -> None:
    report = check(patched(tmp_path, f"# EXA-011\napprovals: {approvals}"), AS_OF)
    assert state(report.manual, report.manual.current["EXA-011"]) is State.IN_REVIEW
    site = build_site(report.manual, report.findings, report.waived)
    (page,) = (each for each in site.pages if each.address == "processes/EXA-011/index.html")
    assert "not approved yet" in page.lead_html


def test_a_version_nobody_approved_takes_no_place(tmp_path: Path) -> None:
    manual = check(patched(tmp_path, COMING), AS_OF).manual
    assert state(manual, manual.current["EXA-011"]) is State.IN_FORCE
    assert state(manual, manual.coming["EXA-011"]) is State.IN_REVIEW
    assert presented(manual)["EXA-011"] is manual.current["EXA-011"]
    assert upcoming(manual, "EXA-011") is manual.coming["EXA-011"]
