"""A calendar for each role, as iCalendar (RFC 5545), which any mail program can subscribe to."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from process_manual.diagnostics import Finding
from process_manual.model.manual import Manual
from process_manual.pages import addresses
from process_manual.views.dues import Due, dues_by_role

LONGEST_LINE = 75
"""Octets after which a content line is folded (RFC 5545, 3.1)."""


def files(manual: Manual, findings: tuple[Finding, ...]) -> Iterator[tuple[str, bytes]]:
    """Yield ``calendar.ics`` beside the page of each role that has dates."""
    for role, dues in dues_by_role(manual).items():
        if role in manual.registers.roles:
            title = f"{manual.policy.title}: {manual.title_of(role)}"
            address = addresses.beside(addresses.role(role), "calendar.ics")
            yield address, as_icalendar(title, dues, manual.as_of)


def as_icalendar(title: str, dues: Iterable[Due], as_of: datetime.date) -> bytes:
    """Return all-day events; an event keeps its UID, so that a later calendar replaces it."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Process Manual//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(title)}",
    ]
    seen: dict[str, int] = {}
    for due in dues:
        name = f"{due.kind.name.lower().replace('_', '-')}.{due.subject}.{due.id}"
        seen[name] = seen.get(name, 0) + 1
        lines += [
            "BEGIN:VEVENT",
            f"UID:{_escaped(name)}.{seen[name]}@process-manual",
            f"DTSTAMP:{_compact(as_of)}T000000Z",
            f"DTSTART;VALUE=DATE:{_compact(due.day)}",
            f"SUMMARY:{_escaped(f'{due.id} {due.kind.value}: {due.title}')}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line)).encode()


def _compact(day: datetime.date) -> str:
    return day.isoformat().replace("-", "")


def _escaped(text: str) -> str:
    """Return a text as a value of type TEXT (RFC 5545, 3.3.11)."""
    text = " ".join(text.split())
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> Iterator[str]:
    """Yield a line in parts of at most 75 octets, the later ones after a blank."""
    part, size = "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > LONGEST_LINE:
            yield part
            part, size = " ", 1
        part, size = part + character, size + octets
    yield part
