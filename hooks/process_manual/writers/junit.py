"""Findings as a JUnit report, which most build servers show: a test case for each file.

A definition, register or page fails with all its errors; its warnings stand in ``system-out``.
Elements and attributes: those of the Jenkins xUnit plugin's junit-10.xsd.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping, Sequence

from process_manual.checking import Report
from process_manual.diagnostics import Finding, Severity, errors, one_line
from process_manual.model.manual import Manual
from process_manual.model.registers import ROW_TYPES
from process_manual.writers import text
from process_manual.writers.wording import whole


def suite(report: Report, shown: Sequence[Finding]) -> str:
    """Return a test suite; files that are not shown although something is found are left out."""
    by_path: dict[str, list[Finding]] = {}
    for finding in shown:
        by_path.setdefault(finding.location.path, []).append(finding)
    hidden = {finding.location.path for finding in report.findings} - set(by_path)
    titles = {**dict.fromkeys(by_path, ""), **_titles(report.manual)}
    cases = [
        _case(report.manual, path, titles[path], by_path.get(path, ()))
        for path in sorted(titles)
        if path not in hidden
    ]
    failures = sum(case.find("failure") is not None for case in cases)
    counts = {"tests": str(len(cases)), "failures": str(failures), "errors": "0"}
    root = ET.Element("testsuites", {"name": "process-manual", **counts})
    found = ET.SubElement(root, "testsuite", {"name": "process-manual", **counts, "skipped": "0"})
    found.extend(cases)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _titles(manual: Manual) -> Mapping[str, str]:
    """Return what stands in each file that was read, by its path."""
    found = {manual.policy.source.path: "House policy"}
    for name in ROW_TYPES:
        found[manual.registers[name].source.path] = f"Register: {name}"
    for standard in manual.standards.values():
        found[standard.source.path] = f"Standard: {standard.id}"
    for page in manual.pages:
        found[page.path] = "Page"
    for definition in manual.definitions:
        coming = ", coming version" if definition.is_coming else ""
        found[definition.source.path] = f"{definition.id} {definition.title}{coming}"
    found.pop("", None)  # what has no file
    return found


def _case(manual: Manual, path: str, title: str, findings: Sequence[Finding]) -> ET.Element:
    names = {"classname": one_line(path), "name": one_line(title or path)}
    case = ET.Element("testcase", names)
    wrong = errors(findings)
    if wrong:
        about = {"message": text.count(len(wrong), "error"), "type": wrong[0].code}
        ET.SubElement(case, "failure", about).text = _lines(manual, wrong)
    if rest := [finding for finding in findings if finding.severity is not Severity.ERROR]:
        ET.SubElement(case, "system-out").text = _lines(manual, rest)
    return case


def _lines(manual: Manual, findings: Iterable[Finding]) -> str:
    return "\n".join(
        one_line(f"{each.location}: {each.severity} {each.code}: {whole(manual, each)}")
        for each in findings
    )
