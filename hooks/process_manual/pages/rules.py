"""The rules: an index, and a page each from the docstring of the check."""

from __future__ import annotations

from collections import Counter

from process_manual.diagnostics import Finding
from process_manual.model.manual import Manual
from process_manual.pages import addresses
from process_manual.pages.page import Page
from process_manual.pages.render import make_page
from process_manual.rules import REGISTRY
from process_manual.rules.documentation import document, kind


def rule_pages(manual: Manual, findings: tuple[Finding, ...]) -> tuple[Page, ...]:
    """Return the index of rules and the page of each rule."""
    rules = sorted(REGISTRY.values(), key=lambda rule: rule.code)
    found = Counter(finding.code for finding in findings)
    index = make_page(
        manual,
        "rules.html",
        addresses.RULES,
        "Rules",
        facts={"rules": rules, "document": document, "severity": kind, "found": found},
        kind="rules",
        search_boost=0.3,
    )
    pages = (
        make_page(
            manual,
            "rule.html",
            addresses.rule(rule.code),
            f"{rule.code} {rule.name}",
            facts={
                "rule": rule,
                "doc": document(rule),
                "severity": kind(rule),
                "found": [finding for finding in findings if finding.code == rule.code],
                "by_path": manual.by_path,
            },
            searchable=False,  # staff who look for "broken" do not want a rule; the index is found
            in_menu=False,
            kind="rule",
        )
        for rule in rules
    )
    return index, *pages
