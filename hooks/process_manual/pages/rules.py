"""The rules: an index, and a page each from the docstring of the check.

What the gate asks of the finished site is listed and explained in the same way.
"""

from __future__ import annotations

from collections import Counter

from process_manual.diagnostics import Finding
from process_manual.gate.codes import KIND, Code, codes
from process_manual.model.manual import Manual
from process_manual.pages import addresses
from process_manual.pages.page import Page
from process_manual.pages.render import make_page
from process_manual.rules import REGISTRY, Rule
from process_manual.rules.documentation import document, kind, parsed


def rule_pages(manual: Manual, findings: tuple[Finding, ...]) -> tuple[Page, ...]:
    """Return the index of rules and the page of each rule."""
    rules = sorted(REGISTRY.values(), key=lambda rule: rule.code)
    index = make_page(
        manual,
        "rules.html",
        addresses.RULES,
        "Rules",
        facts={
            "rules": rules,
            "gate": [(code, parsed(code.documentation)) for code in codes().values()],
            "document": document,
            "severity": kind,
            "found": Counter(finding.code for finding in findings),
        },
        kind="rules",
        search_boost=0.3,
    )
    explained: tuple[Rule | Code, ...] = (*rules, *codes().values())
    return index, *(_page(manual, each, findings) for each in explained)


def _page(manual: Manual, rule: Rule | Code, findings: tuple[Finding, ...]) -> Page:
    return make_page(
        manual,
        "rule.html",
        addresses.rule(rule.code),
        f"{rule.code} {rule.name}",
        facts={
            "rule": rule,
            "doc": parsed(rule.documentation),
            "severity": kind(rule) if isinstance(rule, Rule) else KIND,
            "found": [finding for finding in findings if finding.code == rule.code],
            "by_path": manual.by_path,
        },
        searchable=False,  # staff who look for "broken" do not want a rule; the index is found
        in_menu=False,
        kind="rule",
    )
