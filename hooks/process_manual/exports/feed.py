"""What changed since the edition before, as an Atom feed (RFC 4287): one entry for each definition.

Each edition has the news of its own. Who follows the feed of the latest one collects them: an
entry's id is the same however often the edition is built, and another in the next edition.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator
from xml.etree import ElementTree

from process_manual.diagnostics import Finding
from process_manual.model.manual import Manual
from process_manual.pages import addresses
from process_manual.views.since import Kind, News, since

ADDRESS = "changes.xml"
ATOM = "http://www.w3.org/2005/Atom"


def files(manual: Manual, findings: tuple[Finding, ...]) -> Iterator[tuple[str, bytes]]:
    """Yield the feed; it has no entries in the first edition."""
    yield ADDRESS, as_atom(manual)


def as_atom(manual: Manual) -> bytes:
    """Return the feed; it is dated by the as-of date, since no build reads a clock."""
    found = since(manual)
    feed = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": "en-GB"})
    _add(feed, "id", _urn(manual, "changes"))
    _add(feed, "title", f"{manual.policy.title}: what changed")
    _add(feed, "updated", _time(manual.as_of))
    _add(ElementTree.SubElement(feed, "author"), "name", manual.policy.organisation)
    _link(feed, manual, addresses.CHANGED)
    for news in found.news if found else ():
        _entry(feed, manual, news)
    ElementTree.indent(feed, " ")
    data = ElementTree.tostring(feed, "unicode", short_empty_elements=True)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{data}\n'.encode()


def _entry(feed: ElementTree.Element, manual: Manual, news: News) -> None:
    definition = news.definition
    address = _address(news)
    entry = ElementTree.SubElement(feed, "entry")
    day = manual.as_of.isoformat()
    _add(entry, "id", _urn(manual, f"{definition.id} {definition.version} {news.kind.name} {day}"))
    _add(entry, "title", f"{definition.id} {definition.title}: {news.kind.value}")
    _add(entry, "updated", _time(manual.as_of))
    _link(entry, manual, address)
    _add(entry, "summary", _said(news))


def _address(news: News) -> str:
    """Return where to read it; what is gone stands on the page of all changes only."""
    id_ = news.definition.id
    if news.is_gone or news.kind is Kind.CONFIRMED:
        anchor = "confirmed" if news.kind is Kind.CONFIRMED else addresses.change(id_, news.is_next)
        return f"{addresses.CHANGED}#{anchor}"
    page = addresses.coming(id_) if news.is_next else addresses.definition(id_)
    return f"{page}#changed"


def _said(news: News) -> str:
    """Return versions, state and reasons in a few sentences."""
    before, after = news.before, news.after
    if after is None:
        return f"Version {before.version if before else ''} is not in the manual any more."
    came = before is not None and before.version != after.version
    version = f"{before.version} → {after.version}" if before and came else after.version
    parts = [f"Version {version}, {news.now.value if news.now else ''}"]
    if after.effective_from:
        parts.append(f"effective from {after.effective_from.isoformat()}")
    reasons = [f" {entry.summary.strip()}" for entry in news.reasons]
    return ", ".join(parts) + "." + "".join(reasons)


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    """Add an element with a text, in which no character is that XML cannot hold."""
    element = ElementTree.SubElement(parent, name)
    element.text = "".join(sign if sign.isprintable() else " " for sign in text)


def _link(parent: ElementTree.Element, manual: Manual, address: str) -> None:
    """Add a link: whole where house policy says where the manual is, for mail programs."""
    site = manual.policy.url
    href = f"{site.rstrip('/')}/{address}" if site else address
    ElementTree.SubElement(parent, "link", {"rel": "alternate", "href": href})


def _time(day: datetime.date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _urn(manual: Manual, name: str) -> str:
    """Return an id that is this manual's own, and the same in every build (RFC 9562, 5.5)."""
    own = manual.policy.url or f"{manual.policy.organisation}/{manual.policy.title}"
    return uuid.uuid5(uuid.uuid5(uuid.NAMESPACE_URL, own), name).urn
