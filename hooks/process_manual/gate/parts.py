"""What a page is made of: elements, attributes, forms, ids."""

from __future__ import annotations

from collections.abc import Iterator

from justhtml import Element

from process_manual.gate import policy
from process_manual.gate.page import Fault, Page, classes, short

_SOURCE = "find the text it comes from, and take it out"
_PAINTS = ("style", "srcdoc")


def unlisted_elements(page: Page) -> Iterator[Fault]:
    """GAT-002: a page is made of listed elements."""
    for element in page.elements:
        if not _is_listed(element):
            message = f"the element <{short(element.name)}> is not allowed"
            yield Fault(element, "GAT-002", message, _SOURCE)


def not_in_text(page: Page) -> Iterator[Fault]:
    """GAT-002 for text: what belongs to the theme, or to the head of a page, has no place there."""
    for element in page.elements:
        if element.name in policy.NOT_IN_TEXT:
            message = f"the element <{short(element.name)}> is not allowed in a text"
            yield Fault(element, "GAT-002", message, _SOURCE)


def unlisted_attributes(page: Page) -> Iterator[Fault]:
    """GAT-002 for attributes: browsers learn new ones that load or run something."""
    for element in page.elements:
        if not _is_listed(element) or element.name == "form":  # told by others
            continue
        if element.namespace == "svg":
            listed = policy.SVG_ATTRIBUTES
        else:
            listed = policy.ATTRIBUTES[""] | policy.ATTRIBUTES.get(element.name, frozenset())
        for name in element.attrs.keys() - listed:
            if not name.lower().startswith(("aria-", "data-", "on")) and name not in _PAINTS:
                message = f"the attribute `{short(name)}` of <{element.name}> is not allowed"
                yield Fault(element, "GAT-002", message, "take it out")


def attributes(page: Page) -> Iterator[Fault]:
    """GAT-005 and GAT-006: no attribute runs a script or paints over the page."""
    for element in page.elements:
        for name in element.attrs:
            lower = name.lower()
            if lower.startswith("on"):
                message = f"`{short(name)}` on <{short(element.name)}> would run a script"
                yield Fault(element, "GAT-005", message, "take the attribute out")
            elif lower in _PAINTS:
                message = f"`{lower}` on <{short(element.name)}> is not allowed"
                yield Fault(element, "GAT-006", message, "use a class of the stylesheet instead")


def forms(page: Page) -> Iterator[Fault]:
    """GAT-010: the only forms are the theme's search and choice of colours, each once."""
    seen: set[str] = set()
    for element in page.elements:
        if element.name == "form":
            kind = (classes(element) & policy.FORMS.keys()) - seen
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


def _is_listed(element: Element) -> bool:
    listed = {"html": policy.HTML, "svg": policy.SVG}.get(element.namespace or "", frozenset())
    return element.name in listed


def _is_theme_input(element: Element) -> bool:
    kind = (element.attrs.get("type") or "text").lower()
    return kind in policy.INPUTS or (kind == "text" and policy.SEARCH_FIELD in classes(element))
