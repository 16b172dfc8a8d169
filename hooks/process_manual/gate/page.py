"""What is wrong on one page, and where its links lead. Families of small generators."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
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
    """A page as the checks see it."""

    path: str
    elements: Sequence[Element]
    served_at: str = "/"


@dataclass(frozen=True, slots=True)
class Reference:
    """An address on a page that must lead to something on the same site."""

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


def findings(page: Page) -> Iterator[Finding]:
    """Yield all that is wrong on the page itself; where links lead is asked later."""
    for check in CHECKS:
        for fault in check(page):
            yield finding(fault.code, location(page.path, fault.element), fault.message, fault.hint)


def finding(code: str, place: Location, message: str, hint: str) -> Finding:
    """Return a finding of the gate; each of them is an error."""
    return Finding(place, code, Severity.ERROR, message, hint)


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
    for element, _, address in _addresses(page):
        if not address.is_elsewhere:
            yield Reference(location(page.path, element), address, page.path)
    for element in page.elements:
        if _is_config(element) and (settings := _settings(element)):
            worker = addresses.read(str(settings.get("search", "")))
            yield Reference(location(page.path, element), worker, page.path)


def unlisted_elements(page: Page) -> Iterator[Fault]:
    """GAT-002: a page is made of listed elements."""
    for element in page.elements:
        listed = {"html": policy.HTML, "svg": policy.SVG}.get(element.namespace or "", frozenset())
        if element.name not in listed:
            message = f"the element <{short(element.name)}> is not allowed"
            yield Fault(element, "GAT-002", message, "find the text it comes from, and take it out")


def not_in_text(page: Page) -> Iterator[Fault]:
    """GAT-002 for text: what belongs to the theme, or to the head of a page, has no place there."""
    for element in page.elements:
        if element.name in policy.NOT_IN_TEXT:
            message = f"the element <{short(element.name)}> is not allowed in a text"
            yield Fault(element, "GAT-002", message, "find the text it comes from, and take it out")


def scripts(page: Page) -> Iterator[Fault]:
    """GAT-003 and GAT-004: only the theme's scripts and ours run."""
    for element in page.elements:
        if element.name != "script" or _is_config(element):
            continue
        source = element.attrs["src"] or "" if "src" in element.attrs else None
        if source is not None:
            if not _is_listed_script(page, source):
                message = f"the script `{short(source)}` is not one of the theme's or ours"
                yield Fault(element, "GAT-003", message, "take it out; a site has no other scripts")
        elif policy.script_hash(content(element)) not in policy.hashes(page.served_at):
            message = f"the inline script `{short(content(element))}` is not listed"
            hint = (
                "take it out; if the theme brought it, read it and put it into gate/scripts.toml "
                "(for 404.html of a site below a path, say --served-at)"
            )
            yield Fault(element, "GAT-004", message, hint)


def attributes(page: Page) -> Iterator[Fault]:
    """GAT-005 and GAT-006: no attribute runs a script or paints over the page."""
    for element in page.elements:
        for name in element.attrs:
            lower = name.lower()
            if lower.startswith("on"):
                message = f"`{short(name)}` on <{short(element.name)}> would run a script"
                yield Fault(element, "GAT-005", message, "take the attribute out")
            elif lower in ("style", "srcdoc"):
                message = f"`{lower}` on <{short(element.name)}> is not allowed"
                yield Fault(element, "GAT-006", message, "use a class of the stylesheet instead")


def schemes_and_hosts(page: Page) -> Iterator[Fault]:
    """GAT-007 and GAT-008: links lead to listed schemes, and nothing is loaded from elsewhere."""
    for element, name, address in _addresses(page):
        if not address.is_elsewhere:
            continue
        shown = f"`{name}` of <{short(element.name)}>"
        if address.scheme and address.scheme not in policy.SCHEMES:
            message = f"{shown} has the scheme `{short(address.scheme)}:`"
            yield Fault(element, "GAT-007", message, "use http, https, mailto, tel, or a path")
        elif not _navigates(element, name):
            message = f"{shown} loads from another host: {short(address.text)}"
            yield Fault(element, "GAT-008", message, "put the file on the site itself")
        elif not address.scheme:
            message = f"{shown} leaves out its scheme: {short(address.text)}"
            yield Fault(element, "GAT-007", message, "write https:// in front")


def drawings(page: Page) -> Iterator[Fault]:
    """GAT-008 too: a drawing names only parts of itself."""
    for element in page.elements:
        if element.namespace != "svg":
            continue
        for name in element.attrs.keys() & policy.PAINTS:
            value = (element.attrs[name] or "").strip()
            if ("(" in value or "\\" in value) and not policy.OWN_PART.fullmatch(value):
                message = f"`{name}` of <{short(element.name)}> could load something"
                yield Fault(element, "GAT-008", message, "name a colour, or a part as `url(#…)`")


def orders_to_the_browser(page: Page) -> Iterator[Fault]:
    """GAT-009: ``meta`` and ``link`` only describe the page, and every page says it is UTF-8."""
    has_charset = False
    for element in page.elements:
        if element.name == "meta":
            order = element.attrs.get("http-equiv")
            charset = element.attrs.get("charset")
            has_charset |= (charset or "").strip().lower() == "utf-8"
            if order is not None and order.strip().lower() != "content-security-policy":
                message = f"<meta http-equiv={short(order)}> gives the browser an order"
                yield Fault(element, "GAT-009", message, "take it out")
            elif charset is not None and charset.strip().lower() != "utf-8":
                message = f"the page says it is written in {short(charset)}"
                yield Fault(element, "GAT-009", message, "take it out; all pages are UTF-8")
        elif element.name == "link" and (unknown := _relations(element) - _KNOWN_RELATIONS):
            message = f"<link rel={short(' '.join(sorted(unknown)))}> is not allowed"
            yield Fault(element, "GAT-009", message, "take it out")
    if page.elements and not has_charset:
        message = "the page does not say that it is UTF-8"
        yield Fault(page.elements[0], "GAT-009", message, 'put <meta charset="utf-8"> in its head')


def forms(page: Page) -> Iterator[Fault]:
    """GAT-010: the only forms are the theme's search and choice of colours, each once."""
    seen: set[str] = set()
    for element in page.elements:
        if element.name == "form":
            kind = (_classes(element) & policy.FORMS.keys()) - seen
            seen |= kind
            if not kind or element.attrs.keys() - policy.FORM_ATTRIBUTES:
                message = "this form is not one of the theme's"
                yield Fault(element, "GAT-010", message, "take it out; pages ask readers nothing")
        elif (element.name == "input" and not _is_theme_input(element)) or (
            element.name == "button" and element.attrs.get("type") not in ("button", "reset")
        ):
            message = f"this <{element.name}> could send what a reader types"
            yield Fault(element, "GAT-010", message, "take it out; pages ask readers nothing")


def ids(page: Page) -> Iterator[Fault]:
    """GAT-013: an id stands once on a page."""
    seen: set[str] = set()
    for element in page.elements:
        name = element.attrs.get("id")
        if name and name in seen:
            message = f"the id `{short(name)}` is on the page already"
            yield Fault(element, "GAT-013", message, "rename one of the two headings or rows")
        seen.add(name or "")


def settings(page: Page) -> Iterator[Fault]:
    """GAT-014: the theme's settings start its own search, at the top of this site."""
    for element in page.elements:
        if not _is_config(element):
            continue
        found = _settings(element)
        own = policy.bases(page.served_at)[min(page.path.count("/"), policy.DEPTH)]
        if found is None or found.get("base") not in (own, page.served_at):
            message = "the theme's settings are not those of this page"
        elif not _is_listed_script(page, str(found.get("search", ""))):
            message = f"the search would run `{short(str(found.get('search', '')))}`"
        else:
            continue
        hint = "find what wrote it (for a site below a path, say --served-at)"
        yield Fault(element, "GAT-014", message, hint)


CHECKS: tuple[Callable[[Page], Iterator[Fault]], ...] = (
    unlisted_elements,
    scripts,
    attributes,
    schemes_and_hosts,
    drawings,
    orders_to_the_browser,
    forms,
    ids,
    settings,
)

TEXT_CHECKS = (unlisted_elements, not_in_text, attributes, schemes_and_hosts, drawings)
"""What holds for HTML that a script puts into a page, such as results of the search."""

_KNOWN_RELATIONS = policy.LINKS_ONLY | policy.LOADS


def short(text: str) -> str:
    """Return text from a page so that it can do no harm on a terminal, and cut."""
    plain = "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in text[:60])
    return plain + ("…" if len(text) > 60 else "")


def _addresses(page: Page) -> Iterator[tuple[Element, str, Address]]:
    for element in page.elements:
        for name in element.attrs.keys() & policy.ADDRESSES:
            value = element.attrs[name] or ""
            if name in ("srcset", "imagesrcset", "ping", "archive", "attributionsrc"):
                for address in addresses.several(value):
                    yield element, name, address
            else:
                yield element, name, addresses.read(value)


def _navigates(element: Element, name: str) -> bool:
    if element.namespace == "html" and (element.name, name) in policy.NAVIGATES:
        return True
    relations = _relations(element)
    return element.name == "link" and bool(relations) and relations <= policy.LINKS_ONLY


def _relations(element: Element) -> frozenset[str]:
    return frozenset((element.attrs.get("rel") or "").lower().split())


def _classes(element: Element) -> frozenset[str]:
    return frozenset((element.attrs.get("class") or "").split())


def _is_theme_input(element: Element) -> bool:
    kind = (element.attrs.get("type") or "text").lower()
    return kind in policy.INPUTS or (kind == "text" and policy.SEARCH_FIELD in _classes(element))


def _is_listed_script(page: Page, source: str) -> bool:
    address = addresses.read(source)
    path = addresses.resolve(address, page.path, page.served_at)
    return not address.is_elsewhere and path is not None and policy.is_script(path)


def _is_config(element: Element) -> bool:
    return (
        element.name == "script"
        and element.namespace == "html"
        and element.attrs.get("id") == CONFIG
        and element.attrs.get("type") == "application/json"
        and "src" not in element.attrs
    )


def _settings(element: Element) -> dict[str, object] | None:
    try:
        found = json.loads(content(element))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
