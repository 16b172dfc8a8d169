"""What is wrong, where, how bad, and how to mend it: the one type every check and writer shares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad a finding is. Errors fail a check or a build; warnings never do."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, order=True, slots=True)
class Location:
    """A place in a source file: path relative to the manual's root, line and column from 1."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a rule is broken.

    ``message`` says what is wrong (lower case, no full stop) and names no line, so that it stays
    the same when the line moves; ``hint`` says how to mend it.
    ``calendar`` marks a finding that depends on the as-of date: it fails only ``check --due``.
    ``planned`` marks what says only that something is planned but not written yet, such as a
    reference to it: lists may fold these.
    """

    location: Location
    code: str
    severity: Severity
    message: str
    hint: str = ""
    calendar: bool = False
    planned: bool = False

    @property
    def sort_key(self) -> tuple[Location, str, str]:
        """Findings are shown in the order of their places, then by code and message."""
        return (self.location, self.code, self.message)


def one_line(text: str) -> str:
    """Return a text as one line in which nothing is hidden, for reports that are read by lines.

    Spaces and line ends become single spaces. What shows nothing (control and direction
    characters, halves of a character) becomes U+FFFD: it could order a terminal or a host about.
    """
    joined = " ".join(text.split())
    if joined.isprintable():
        return joined
    return "".join(each if each.isprintable() else "\ufffd" for each in joined)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings sorted by place, each exactly once."""
    return tuple(sorted(dict.fromkeys(findings), key=lambda finding: finding.sort_key))


def errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return those findings that fail a check or a build."""
    return tuple(f for f in findings if f.severity is Severity.ERROR)
