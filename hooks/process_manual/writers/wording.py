"""What every report for a host says of a finding: the fault, the cure, and the rule's page."""

from __future__ import annotations

from collections.abc import Iterable

from process_manual.diagnostics import Finding, Severity, one_line
from process_manual.model.manual import Manual
from process_manual.rules import REGISTRY


def whole(manual: Manual, finding: Finding) -> str:
    """Return the fault, the cure and where the rule is explained, in one line."""
    parts = (finding.message, finding.hint, rule_page(manual, finding.code) or explain(finding))
    return " – ".join(one_line(part) for part in parts if part)


def rule_page(manual: Manual, code: str) -> str | None:
    """Return the address of a rule's page, when house policy says where the manual is."""
    site = manual.policy.url
    if not site or code not in REGISTRY:
        return None
    # Imported here, because the pages and their templates would slow every `check` down.
    from process_manual.pages import addresses

    return f"{site.rstrip('/')}/{addresses.rule(code)}"


def explain(finding: Finding) -> str:
    """Return the command that explains a finding's rule."""
    return f"process-manual explain {finding.code}"


def rule_name(code: str) -> str:
    """Return the name of a rule, or nothing when the code is not one of the rules'."""
    return REGISTRY[code].name if code in REGISTRY else ""


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Return errors, then warnings, then references to what is only planned."""
    return sorted(findings, key=lambda f: (f.severity is not Severity.ERROR, f.planned))


def is_folded(finding: Finding) -> bool:
    """Tell whether a finding only says that something is not written yet, and fails nothing."""
    return finding.planned and finding.severity is not Severity.ERROR
