"""The rules at their borders: each case in ``tests/rules`` is a change and what it must give.

``expect`` lists one text a finding: its code, then words that stand in
``path:line:column severity message | hint``; ``waived`` what a waiver holds back.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from process_manual.checking import check
from process_manual.diagnostics import Finding
from process_manual.loading import load
from process_manual.rules import REGISTRY, run
from tests.patches import patched
from tests.support import AS_OF, write

FOLDER = Path(__file__).parent / "rules"
CASES = [
    pytest.param(case, id=f"{path.stem}: {case['name']}")
    for path in sorted(FOLDER.glob("*.yml"))
    for case in yaml.safe_load(path.read_text("utf-8"))
]


def _line(finding: Finding) -> str:
    place, severity = finding.location, finding.severity
    return f"{finding.code} {place} {severity} {finding.message} | {finding.hint}"


def _is(expected: str, finding: Finding) -> bool:
    code, *parts = expected.split(" ... ")
    return finding.code == code and all(part in _line(finding) for part in parts)


def _compare(expected: Sequence[str], findings: Sequence[Finding]) -> None:
    shown = "\n".join(map(_line, findings))
    left = list(findings)
    for each in expected:
        found = next((finding for finding in left if _is(each, finding)), None)
        assert found, f"missing: {each}\n{shown}"
        left.remove(found)
    assert not left, f"not expected:\n{shown}"


@pytest.mark.parametrize("case", CASES)
def test_a_change_to_the_example_gives_these_findings(case: dict[str, Any], tmp_path: Path) -> None:
    as_of = case.get("as_of", AS_OF)
    assert isinstance(as_of, datetime.date)
    report = check(patched(tmp_path, case["patch"]), as_of)
    _compare(case["expect"], report.findings)
    _compare(case.get("waived", ()), report.waived)


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.yml")))
def test_cases_are_named_after_a_rule(name: str) -> None:
    assert name in REGISTRY


def test_a_manual_of_almost_nothing_has_almost_no_findings(tmp_path: Path) -> None:
    write(tmp_path, {"processes/manual.yml": "title: M\norganisation: O\n"})
    assert run(load(tmp_path, AS_OF).manual).findings == ()
