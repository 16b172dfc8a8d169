"""Findings as SARIF 2.1.0 (OASIS), for code scanning and for editors."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from process_manual import __version__
from process_manual.checking import Report
from process_manual.diagnostics import Finding, one_line
from process_manual.model.manual import Manual
from process_manual.rules import REGISTRY, Rule
from process_manual.rules.documentation import document
from process_manual.rules.documentation import explain as explained
from process_manual.views.fingerprints import fingerprints
from process_manual.writers.wording import is_folded, rule_page

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def log(report: Report, shown: Sequence[Finding]) -> str:
    """Return the findings as a SARIF log with one run, and every rule with its documentation."""
    codes = sorted(REGISTRY)
    marks = fingerprints(report.manual, shown)
    run = {
        "tool": {
            "driver": {
                "name": "process-manual",
                "version": __version__,
                "rules": [_rule(report.manual, REGISTRY[code]) for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(finding, mark, codes) for finding, mark in zip(shown, marks, strict=True)
        ],
    }
    whole = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _rule(manual: Manual, rule: Rule) -> dict[str, Any]:
    doc = document(rule)
    about = {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": doc.summary},
        "fullDescription": {"text": f"{doc.summary} Why: {doc.why}"},
        "help": {"text": explained(rule)},
        "defaultConfiguration": {"level": str(rule.severity)},
    }
    page = rule_page(manual, rule.code)
    return {**about, "helpUri": page} if page else about


def _result(finding: Finding, mark: str, codes: Sequence[str]) -> dict[str, Any]:
    place = finding.location
    return {
        "ruleId": finding.code,
        **({"ruleIndex": codes.index(finding.code)} if finding.code in REGISTRY else {}),
        "level": "note" if is_folded(finding) else str(finding.severity),
        "message": {"text": _message(finding)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {
                        "uri": quote(one_line(place.path)),
                        "uriBaseId": "%SRCROOT%",
                    },
                    "region": {"startLine": place.line, "startColumn": place.column},
                }
            }
        ],
        # GitHub compares by the second name alone, and would compute it from the text of the line.
        "partialFingerprints": {"processManual/v1": mark, "primaryLocationLineHash": mark},
    }


def _message(finding: Finding) -> str:
    """Return the fault and the cure; what would make a link (3.11.6) is escaped."""
    text = " – ".join(one_line(part) for part in (finding.message, finding.hint) if part)
    return re.sub(r"[\[\]\\]", r"\\\g<0>", text) if "](" in text else text
