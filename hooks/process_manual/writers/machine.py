"""Findings as JSON in a form of our own, documented by its schema (``schema/findings.json``)."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Sequence
from typing import Literal

from process_manual.checking import Report
from process_manual.diagnostics import Finding, Severity, one_line
from process_manual.model.base import Model
from process_manual.model.manual import Manual
from process_manual.views.fingerprints import fingerprints, identity
from process_manual.writers.wording import rule_name, rule_page


class FindingRow(Model):
    """One place where a rule is broken."""

    rule: str
    """Code of the rule."""
    name: str
    """Name of the rule."""
    severity: Severity
    """error or warning."""
    path: str
    """File, relative to the folder that holds processes/."""
    line: int
    """Line, from 1."""
    column: int
    """Column, from 1."""
    where: str
    """Definition id, with .next for its coming version; else the path of the file."""
    message: str
    """What is wrong."""
    cure: str
    """How to mend it."""
    calendar: bool
    """Depends on the as-of date; fails only `check --due`."""
    planned: bool
    """Says only that a definition is planned but not written yet."""
    fingerprint: str
    """Names the finding from one run to the next, wherever its line moves."""
    page: str | None
    """Address of the rule's page, when manual.yml gives the `url` of the manual."""


class FindingsReport(Model):
    """What `process-manual check --format json` writes."""

    version: Literal[1] = 1
    """Version of this form; fields may be added without a new one."""
    as_of: datetime.date
    """Date that calendar questions were answered for."""
    definitions: int
    """How many definitions were read."""
    unread: int
    """How many definitions could not be read at all."""
    compared: str
    """Which published edition the manual was compared with, or why with none."""
    findings: tuple[FindingRow, ...]
    """What was found, in the order of places."""
    waived: tuple[FindingRow, ...]
    """What waivers hold back."""
    known: tuple[FindingRow, ...]
    """What the baseline holds back."""


def document(report: Report, shown: Sequence[Finding]) -> str:
    """Return the findings, and what is held back, as JSON."""
    manual = report.manual
    whole = FindingsReport(
        as_of=manual.as_of,
        definitions=len(manual.definitions),
        unread=report.unread,
        compared=one_line(report.compared),
        findings=tuple(_rows(manual, shown)),
        waived=tuple(_rows(manual, report.waived)),
        known=tuple(_rows(manual, report.known)),
    )
    return json.dumps(whole.model_dump(mode="json"), ensure_ascii=False, indent=1) + "\n"


def _rows(manual: Manual, findings: Sequence[Finding]) -> Iterable[FindingRow]:
    for finding, mark in zip(findings, fingerprints(manual, findings), strict=True):
        yield FindingRow(
            rule=finding.code,
            name=rule_name(finding.code),
            severity=finding.severity,
            path=one_line(finding.location.path),
            line=finding.location.line,
            column=finding.location.column,
            where=identity(manual, finding).where,
            message=one_line(finding.message),
            cure=one_line(finding.hint),
            calendar=finding.calendar,
            planned=finding.planned,
            fingerprint=mark,
            page=rule_page(manual, finding.code),
        )
