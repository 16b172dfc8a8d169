"""All that is asked of a page, and of HTML that a script puts into one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from process_manual.diagnostics import Finding
from process_manual.gate import head, loads, parts
from process_manual.gate.document import location
from process_manual.gate.page import Fault, Page, finding

CHECKS: tuple[Callable[[Page], Iterator[Fault]], ...] = (
    parts.unlisted_elements,
    parts.unlisted_attributes,
    parts.attributes,
    parts.forms,
    parts.ids,
    loads.scripts,
    loads.schemes_and_hosts,
    loads.drawings,
    loads.loaded_by_the_theme,
    loads.described_by_meta,
    loads.related_by_link,
    loads.theme_settings,
    head.encoding,
    head.security_policy,
)

TEXT_CHECKS: tuple[Callable[[Page], Iterator[Fault]], ...] = (
    parts.unlisted_elements,
    parts.not_in_text,
    parts.unlisted_attributes,
    parts.attributes,
    loads.schemes_and_hosts,
    loads.drawings,
    loads.loaded_by_the_theme,
)
"""What holds for HTML that a script puts into a page, such as results of the search."""


def findings(page: Page) -> Iterator[Finding]:
    """Yield all that is wrong on the page itself; where links lead is asked later."""
    for check in CHECKS:
        for fault in check(page):
            yield finding(fault.code, location(page.path, fault.element), fault.message, fault.hint)


def text_faults(page: Page) -> Iterator[Fault]:
    """Yield all that is wrong with HTML that is shown within a page."""
    for check in TEXT_CHECKS:
        yield from check(page)
