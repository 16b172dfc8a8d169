"""The forms in which findings are reported to hosts and other programs, by the names of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from process_manual.checking import Report
from process_manual.diagnostics import Finding
from process_manual.writers import github, gitlab, junit, machine, sarif

Writer = Callable[[Report, Sequence[Finding]], str]
"""Makes the text of a report; the findings are those of the report that are to be shown."""

FORMATS: Mapping[str, Writer] = {
    "github": github.commands,
    "gitlab": gitlab.code_quality,
    "junit": junit.suite,
    "sarif": sarif.log,
    "json": machine.document,
}
"""Beside ``text``, which people read on a terminal."""
