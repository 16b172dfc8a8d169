"""All pages of a manual, and the menu that leads to them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from process_manual.diagnostics import Finding, Location, Severity
from process_manual.model.manual import Manual
from process_manual.pages.areas import area_pages
from process_manual.pages.changed import changed_page
from process_manual.pages.definition import definition_pages
from process_manual.pages.home import home_page
from process_manual.pages.menu import menu
from process_manual.pages.page import Page, Site
from process_manual.pages.registers import register_pages
from process_manual.pages.roles import role_pages
from process_manual.pages.rules import rule_pages
from process_manual.pages.standards import standard_pages


def build_site(
    manual: Manual,
    findings: Iterable[Finding] = (),
    waived: Iterable[Finding] = (),
    known: Iterable[Finding] = (),
) -> Site:
    """Return the whole site of ``manual``, with what the checks found on it."""
    by_address: dict[str, Page] = {}
    told, held_back, waiting = (_impersonal(manual, each) for each in (findings, waived, known))
    for page in _pages(manual, told, held_back, waiting):
        key = page.address.casefold()  # which is one file on Windows
        first = by_address.setdefault(key, page)
        if first is not page:
            by_address[key] = replace(first, findings=(*first.findings, _double(first, page)))
    return Site(tuple(by_address.values()), menu(manual, tuple(by_address.values())))


def _double(first: Page, second: Page) -> Finding:
    """Return what is wrong with two pages at one address; ids are told apart by letters only."""
    names = [f"{page.title} ({page.source_path}:{page.source_line})" for page in (first, second)]
    message = f"two pages have the address {first.address}: {' and '.join(names)}"
    place = Location(second.source_path or first.source_path or "", second.source_line)
    hint = "give one of the two another id; capitals and signs do not count in an address"
    return Finding(place, "IDN-002", Severity.ERROR, message, hint)


def _pages(
    manual: Manual,
    findings: tuple[Finding, ...],
    waived: tuple[Finding, ...],
    known: tuple[Finding, ...],
) -> Iterator[Page]:
    yield home_page(manual)
    yield from definition_pages(manual, by_path(findings))
    yield from area_pages(manual)
    yield from role_pages(manual, by_path(findings))
    yield from register_pages(manual, waived, known)
    yield from standard_pages(manual)
    yield from rule_pages(manual, findings)
    yield changed_page(manual)


def _impersonal(manual: Manual, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings that name posts where the checks named person codes."""
    people = manual.registers.people
    codes = re.compile("|".join(rf"\b{re.escape(code)}\b" for code in people) or "(?!)")

    def told(text: str) -> str:
        return codes.sub(lambda found: people[found[0]].post, text)

    return tuple(replace(f, message=told(f.message), hint=told(f.hint)) for f in findings)


def by_path(findings: tuple[Finding, ...]) -> Mapping[str, tuple[Finding, ...]]:
    """Return the findings of each file."""
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.location.path, []).append(finding)
    return {path: tuple(each) for path, each in found.items()}
