"""What has to stand at the beginning of every page: its encoding, and the security policy."""

from __future__ import annotations

from collections.abc import Iterator

from justhtml import Element

from process_manual.gate import csp, policy
from process_manual.gate.loads import is_policy
from process_manual.gate.page import Fault, Page

ENCODING_WITHIN = 1024
"""Bytes in which a browser looks for the encoding; behind them it guesses (HTML, 13.2.3.2)."""


def encoding(page: Page) -> Iterator[Fault]:
    """GAT-009: a page says where browsers look for it that it is UTF-8."""
    for element in page.elements:
        if (
            element.name == "meta"
            and (element.attrs.get("charset") or "").strip().lower() == "utf-8"
            and _bytes_before(page, element) < ENCODING_WITHIN - len('<meta charset="utf-8">')
        ):
            return
    if page.elements:
        message = "the page does not say that it is UTF-8"
        hint = 'put <meta charset="utf-8"> at the beginning of its head'
        yield Fault(page.elements[0], "GAT-009", message, hint)


def security_policy(page: Page) -> Iterator[Fault]:
    """GAT-009: a page bears the security policy, before all that it holds back."""
    hint = "build the site again (for a site below a path, say --served-at)"
    policies = [each for each in page.elements if is_policy(each)]
    for element in policies:
        if element.attrs.get("content") != csp.meta(page.served_at):
            yield Fault(element, "GAT-009", "the security policy is not that of the manual", hint)
    first = next((each for each in page.elements if is_policy(each) or _loads(each)), None)
    if not policies and page.elements:
        yield Fault(page.elements[0], "GAT-009", "the page bears no security policy", hint)
    elif policies and (first is not policies[0] or not _is_in_head(policies[0])):
        message = "the security policy stands behind what it should hold back"
        yield Fault(policies[0], "GAT-009", message, hint)


def _bytes_before(page: Page, element: Element) -> int:
    offset = element.origin_offset
    return ENCODING_WITHIN if offset is None else len(page.text[:offset].encode("utf-8"))


def _loads(element: Element) -> bool:
    return element.name == "script" or bool(element.attrs.keys() & policy.ADDRESSES)


def _is_in_head(element: Element) -> bool:
    return element.parent is not None and element.parent.name == "head"
