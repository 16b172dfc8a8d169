"""The manual for machines: files beside the pages, the same bytes from the same manual."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from process_manual.diagnostics import Finding
from process_manual.exports import calendars, controlled, coverage, feed, register, schema, whole
from process_manual.model.manual import Manual


def files(manual: Manual, findings: Iterable[Finding] = ()) -> Mapping[str, bytes]:
    """Return every exported file by its address in the site, in the order of the addresses."""
    found: dict[str, bytes] = {}
    for family in (register, coverage, whole, schema, controlled, calendars, feed):
        found.update(family.files(manual, tuple(findings)))
    return dict(sorted(found.items()))


__all__ = ["files"]
