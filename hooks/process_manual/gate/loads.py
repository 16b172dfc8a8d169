"""What a page runs and loads, and where its links may lead."""

from __future__ import annotations

import re
from collections.abc import Iterator

from justhtml import Element

from process_manual.gate import addresses, policy
from process_manual.gate.document import content
from process_manual.gate.page import (
    CONFIG,
    Fault,
    Page,
    classes,
    is_config,
    is_listed_script,
    named_addresses,
    relations,
    settings,
    short,
)

_OWN_PART = re.compile(r"url\(#[A-Za-z][\w-]*\)")


def scripts(page: Page) -> Iterator[Fault]:
    """GAT-003 and GAT-004: only the theme's scripts and ours run."""
    for element in page.elements:
        if element.name != "script" or is_config(element):
            continue
        source = element.attrs["src"] or "" if "src" in element.attrs else None
        if source is not None:
            if not is_listed_script(page, source):
                message = f"the script `{short(source)}` is not one of the theme's or ours"
                yield Fault(element, "GAT-003", message, "take it out; a site has no other scripts")
        elif policy.script_hash(content(element)) not in policy.hashes(page.served_at):
            message = f"the inline script `{short(content(element))}` is not listed"
            hint = (
                "take it out; if the theme brought it, read it and put it into gate/scripts.toml "
                "(for 404.html of a site below a path, say --served-at)"
            )
            yield Fault(element, "GAT-004", message, hint)


def schemes_and_hosts(page: Page) -> Iterator[Fault]:
    """GAT-007 and GAT-008: links lead to listed schemes, and nothing is loaded from elsewhere."""
    for element, name, address in named_addresses(page):
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
            if ("(" in value or "\\" in value) and not _OWN_PART.fullmatch(value):
                message = f"`{name}` of <{short(element.name)}> could load something"
                yield Fault(element, "GAT-008", message, "name a colour, or a part as `url(#…)`")


def loaded_by_the_theme(page: Page) -> Iterator[Fault]:
    """GAT-008 too: for some elements the theme's script turns to a host of its own choice."""
    for element in page.elements:
        kinds = classes(element) & policy.THEME_LOADS
        component = element.attrs.get("data-md-component") or ""
        if (
            component in policy.THEME_ASKS
            and addresses.read(element.attrs.get("href") or "").is_elsewhere
        ):
            kinds |= {component}
        for kind in sorted(kinds):
            message = f"for `{kind}` the theme's script loads something from another host"
            yield Fault(element, "GAT-008", message, "take it out, or put a picture in its place")


def described_by_meta(page: Page) -> Iterator[Fault]:
    """GAT-009: ``meta`` only describes the page."""
    for element in page.elements:
        if element.name != "meta":
            continue
        order, name = element.attrs.get("http-equiv"), element.attrs.get("name")
        charset = (element.attrs.get("charset") or "utf-8").strip()
        if order is not None and not is_policy(element):
            message = f"<meta http-equiv={short(order)}> gives the browser an order"
        elif charset.lower() != "utf-8":
            message = f"the page says it is written in {short(charset)}"
        elif name is not None and name.strip().lower() not in policy.META_NAMES:
            message = f"<meta name={short(name)}> is not allowed"
        else:
            continue
        yield Fault(element, "GAT-009", message, "take it out")


def related_by_link(page: Page) -> Iterator[Fault]:
    """GAT-009: ``link`` names what a page may have, and style sheets are style sheets."""
    for element in page.elements:
        if element.name != "link":
            continue
        found, address = relations(element), addresses.read(element.attrs.get("href") or "")
        if unknown := found - policy.LINKS_ONLY - policy.LOADS:
            message = f"<link rel={short(' '.join(sorted(unknown)))}> is not allowed"
            yield Fault(element, "GAT-009", message, "take it out")
        elif "stylesheet" in found and not (
            address.is_elsewhere or address.path.lower().endswith(".css")
        ):
            message = f"`{short(address.text)}` is not called a style sheet (.css)"
            yield Fault(element, "GAT-009", message, "take it out, or call it what it is")


def is_policy(element: Element) -> bool:
    """Tell whether an element is a security policy."""
    order = element.attrs.get("http-equiv") or ""
    return element.name == "meta" and order.strip().lower() == "content-security-policy"


def theme_settings(page: Page) -> Iterator[Fault]:
    """GAT-014: the theme's settings start its own search, at the top of this site."""
    for element in page.elements:
        if element.attrs.get("id") != CONFIG:
            continue
        found = settings(element) if is_config(element) else None
        own = policy.bases(page.served_at)[min(page.path.count("/"), policy.DEPTH)]
        if found is None or found.get("base") not in (own, page.served_at):
            message = "the theme's settings are not those of this page"
        elif not is_listed_script(page, str(found.get("search", ""))):
            message = f"the search would run `{short(str(found.get('search', '')))}`"
        elif unknown := found.keys() - policy.SETTINGS:
            message = f"the theme has no settings `{short(' '.join(sorted(unknown)))}`"
        elif marked := [text for text in _texts(found) if "<" in text]:
            message = f"the theme would show `{short(marked[0])}` as HTML"
        else:
            continue
        hint = "find what wrote it (for a site below a path, say --served-at)"
        yield Fault(element, "GAT-014", message, hint)


def _texts(value: object) -> Iterator[str]:
    """Yield every text in the settings, whatever holds it."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict):
            waiting += [*each, *each.values()]
        elif isinstance(each, list):
            waiting += each


def _navigates(element: Element, name: str) -> bool:
    if element.namespace == "html" and (element.name, name) in policy.NAVIGATES:
        return True
    found = relations(element)
    return element.name == "link" and bool(found) and found <= policy.LINKS_ONLY
