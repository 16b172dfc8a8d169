"""Findings for GitHub: annotations of the changed files, and a table for the job's summary.

Form and escapes: docs.github.com, "Workflow commands for GitHub Actions". The host shows the first
ten errors and the first ten warnings of a step, so errors come first, and the table has them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from process_manual.checking import Report
from process_manual.diagnostics import Finding, one_line
from process_manual.model.manual import Manual
from process_manual.writers import text
from process_manual.writers.wording import is_folded, rule_name, rule_page, whole, worst_first

MOST_SUMMARY = 1024 * 1024
"""Bytes that the host takes as the summary of one step."""
_CLOSING_ROOM = 200
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_HEAD = "| | Where | What is wrong | How to mend it | Rule |\n|---|---|---|---|---|\n"


def commands(report: Report, shown: Sequence[Finding]) -> str:
    """Return a workflow command for each finding; what is only planned is one notice."""
    folded = [each for each in shown if is_folded(each)]
    told = [each for each in worst_first(shown) if not is_folded(each)]
    lines = [_annotation(report.manual, each) for each in told]
    if folded:
        lines.append(f"::notice::{_data(text.planned(folded))}")
    return "".join(f"{line}\n" for line in lines)


def _annotation(manual: Manual, finding: Finding) -> str:
    place = finding.location
    properties = {
        "file": place.path,
        "line": str(place.line),
        "col": str(place.column),
        "title": f"{finding.code} {rule_name(finding.code)}",
    }
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{finding.severity} {written}::{_data(whole(manual, finding))}"


def _data(value: str) -> str:
    return one_line(value).replace("%", "%25")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")


def summary(report: Report, shown: Sequence[Finding], room: int = MOST_SUMMARY) -> str:
    """Return all findings as a table in Markdown of at most ``room`` bytes; the rest is counted."""
    head = f"### {_plain(text.closing(report, shown))}\n\n"
    left = room - len(head.encode()) - len(_HEAD.encode()) - _CLOSING_ROOM
    if left < 0:
        return ""
    rows: list[str] = []
    for row in _rows(report.manual, worst_first(shown)):
        left -= len(row.encode())
        if left < 0:
            break
        rows.append(row)
    more = len(shown) - len(rows)
    closing = f"\n{more:,} more are not listed here; the log or `process-manual check` has them.\n"
    return head + (_HEAD if rows else "") + "".join(rows) + (closing if more else "")


def _rows(manual: Manual, findings: Sequence[Finding]) -> Iterator[str]:
    for each in findings:
        page = rule_page(manual, each.code)
        code = _plain(each.code)
        cells = (
            str(each.severity),
            _plain(str(each.location)),
            _plain(each.message),
            _plain(each.hint),
            f"[{code}]({page})" if page else code,
        )
        yield f"| {' | '.join(cells)} |\n"


def _plain(value: str) -> str:
    """Return a text that Markdown shows as it is: every sign that could mean something escaped."""
    return _PUNCTUATION.sub(r"\\\1", one_line(value))
