"""Each rule's documentation is complete, and its examples do what they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from process_manual.checking import check
from process_manual.rules import REGISTRY, Rule
from process_manual.rules.documentation import EXAMPLE, document, explain
from tests.patches import patched
from tests.support import AS_OF, shown

RULES = pytest.mark.parametrize("rule", REGISTRY.values(), ids=lambda rule: rule.code)


def test_the_manual_of_the_examples_has_no_findings() -> None:
    assert shown(check(EXAMPLE, AS_OF).findings) == []


@RULES
def test_a_rule_is_documented_in_four_parts(rule: Rule) -> None:
    doc = document(rule)
    assert doc.summary.endswith(".")
    assert doc.why.endswith(".")
    assert doc.bad.startswith("# ")
    assert doc.good.startswith("# ")
    for part in (rule.code, rule.name, doc.bad.splitlines()[-1], doc.good.splitlines()[-1]):
        assert part in explain(rule)


@RULES
def test_the_bad_example_trips_this_rule_only(rule: Rule, tmp_path: Path) -> None:
    findings = check(patched(tmp_path, document(rule).bad), AS_OF).findings
    assert {finding.code for finding in findings} == {rule.code}, shown(findings)
    assert all(finding.calendar == rule.calendar for finding in findings)


@RULES
def test_the_good_example_trips_none(rule: Rule, tmp_path: Path) -> None:
    assert shown(check(patched(tmp_path, document(rule).good), AS_OF).findings) == []


@RULES
def test_each_finding_tells_the_cure(rule: Rule, tmp_path: Path) -> None:
    for finding in check(patched(tmp_path, document(rule).bad), AS_OF).findings:
        assert finding.hint
        assert not finding.message.endswith(".")
        assert (tmp_path / finding.location.path).is_file()
