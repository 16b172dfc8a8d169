"""A page as the checks see it: its elements, the places it has, and the addresses it names."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from justhtml import Element

from process_manual.diagnostics import Finding, Location, Severity
from process_manual.gate import addresses, policy
from process_manual.gate.addresses import Address
from process_manual.gate.document import content, location

CONFIG = "__config"
"""The id of the script element that holds the theme's settings; it is data and never runs."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page, or HTML that a script puts into one; ``text`` is what it was parsed from."""

    path: str
    text: str
    elements: Sequence[Element]
    served_at: str = "/"


@dataclass(frozen=True, slots=True)
class Reference:
    """An address that must lead to something on the same site."""

    location: Location
    address: Address
    page: str
    """The path that the address starts from; empty for the top of the site."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an element; the page adds where it stands."""

    element: Element
    code: str
    message: str
    hint: str


def finding(code: str, place: Location, message: str, hint: str) -> Finding:
    """Return a finding of the gate; each of them is an error."""
    return Finding(place, code, Severity.ERROR, message, hint)


def short(text: str) -> str:
    """Return text from a page so that it can do no harm on a terminal, and cut."""
    plain = "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in text[:60])
    return plain + ("…" if len(text) > 60 else "")


def anchors(page: Page) -> frozenset[str]:
    """Return what an address may name on the page after ``#``."""
    found = {"", "top"}
    for element in page.elements:
        found.add(element.attrs.get("id") or "")
        if element.name == "a":
            found.add(element.attrs.get("name") or "")
    return frozenset(found)


def references(page: Page) -> Iterator[Reference]:
    """Yield every address on the page that names something on the same site."""
    for element, _, address in named_addresses(page):
        if not address.is_elsewhere:
            yield Reference(location(page.path, element), address, page.path)
    for element in page.elements:
        if is_config(element) and (found := settings(element)):
            worker = addresses.read(str(found.get("search", "")))
            yield Reference(location(page.path, element), worker, page.path)


def named_addresses(page: Page) -> Iterator[tuple[Element, str, Address]]:
    """Yield every address with the element and the attribute that name it."""
    for element in page.elements:
        for name in element.attrs.keys() & policy.ADDRESSES:
            value = element.attrs[name] or ""
            if name in ("srcset", "imagesrcset", "ping", "archive", "attributionsrc"):
                for address in addresses.several(value):
                    yield element, name, address
            else:
                yield element, name, addresses.read(value)


def relations(element: Element) -> frozenset[str]:
    """Return what a ``link`` says it is."""
    return frozenset((element.attrs.get("rel") or "").lower().split())


def classes(element: Element) -> frozenset[str]:
    """Return the classes of an element."""
    return frozenset((element.attrs.get("class") or "").split())


def is_config(element: Element) -> bool:
    """Tell whether an element holds the theme's settings."""
    return (
        element.name == "script"
        and element.namespace == "html"
        and element.attrs.get("id") == CONFIG
        and element.attrs.get("type") == "application/json"
        and "src" not in element.attrs
    )


def settings(element: Element) -> dict[str, object] | None:
    """Return the theme's settings, or None when they cannot be read."""
    try:
        found = json.loads(content(element))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def is_listed_script(page: Page, source: str) -> bool:
    """Tell whether an address on the page leads to a script that a site may have."""
    address = addresses.read(source)
    path = addresses.resolve(address, page.path, page.served_at)
    return not address.is_elsewhere and path is not None and policy.is_script(path)
