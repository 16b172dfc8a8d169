"""DOC: the file itself, its fields, and what must not stand in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from process_manual.model.definition import Definition, Status
from process_manual.model.manual import Manual
from process_manual.rules.engine import Fault, rule
from process_manual.rules.prose import holds_any, search, words
from process_manual.rules.subjects import SETTLED
from process_manual.rules.wording import did_you_mean, quoted

_WORDS = r"\b(?:TBD|TBC|TODO|FIXME|XXX+)\b|\b(?i:lorem ipsum)\b"
_HTML = "a|b|br|code|del|details|div|em|hr|i|img|ins|kbd|li|ol|p|pre|s|small|span|strong|sub|sup"
_ANGLED = rf"<(?!(?:{_HTML}|summary|table|tbody|td|th|thead|tr|u|ul|h[1-6])>)[a-z][a-z _-]*>"
_PLACEHOLDER = re.compile(f"{_WORDS}|{_ANGLED}")
_SIGNS = ("TBD", "TBC", "TODO", "FIXME", "XXX", "orem", "OREM", "<")
"""One of these occurs in every text that has a placeholder."""


@rule("DOC-001", "file-not-readable", always=True)
def file_not_readable(manual: Manual) -> Iterator[Fault]:
    """A definition is a UTF-8 file that begins with one block of valid YAML, each key once.

    Why: most programs keep the last of two equal keys in silence, so that the auditor sees one
    owner and the author wrote another.

    Bad:
        # EXA-010, lines added
        title: "Handling of faults"

    Good:
        # EXA-010
        title: "Handling of faults"
    """
    yield from ()  # found by the loader, which cannot hand such a file on; documented here


@rule("DOC-002", "unknown-key", always=True)
def unknown_key(manual: Manual) -> Iterator[Fault]:
    """Every key is one that the manual knows.

    Why: a slip of the pen in a key would otherwise take the whole field away without a trace, and
    with `aprovals:` the proof of the approval.

    Bad:
        # EXA-010
        synonims: ["breakdown"]

    Good:
        # EXA-010
        synonyms: ["breakdown"]
    """
    yield from ()  # found by the loader, which knows the fields; documented here


@rule("DOC-003", "wrong-type", always=True)
def wrong_type(manual: Manual) -> Iterator[Fault]:
    """Dates are year-month-day, lists are lists, and a version is two numbers in quotes.

    Why: a date that every reader understands in another way proves nothing. Without quotes other
    programs read version 1.10 as 1.1.

    Bad:
        # EXA-011
        effective_from: 1 April 2026

    Good:
        # EXA-011
        effective_from: 2026-04-01
    """
    yield from ()  # found by the loader, which makes the values; documented here


@rule("DOC-004", "field-missing", always=True)
def field_missing(manual: Manual) -> Iterator[Fault]:
    """A definition in review or approved has every field that its kind must have.

    Why: a reader has to know what the process is for, what it covers, what goes in and what comes
    out (ISO 9001 4.4.1). A draft needs only what identifies it.

    Bad:
        # EXA-010
        purpose:

    Good:
        # EXA-010
        purpose: "Get people working again after a fault."
    """
    for definition in manual.definitions:
        for key in _owed(definition):
            value = definition.scope and definition.scope.includes
            if not (value if key == "scope" else getattr(definition, key)):
                about = "`scope` does not say what it includes" if definition.scope else ""
                yield Fault(
                    definition.at(key),
                    about if about and key == "scope" else f"`{key}` is missing",
                    f"write it, or set the status of {definition.id} back to draft",
                )


def _owed(definition: Definition) -> Iterator[str]:
    """Yield the fields that must not be empty and have no rule of their own."""
    if definition.status in SETTLED:
        yield from ("purpose", "classification")
        if definition.is_process:
            yield from ("scope", "inputs", "outputs")
        if definition.status is Status.APPROVED:
            yield "effective_from"


@rule("DOC-005", "placeholder", always=True)
def placeholder(manual: Manual) -> Iterator[Fault]:
    """A definition in review or approved has no blanks that somebody meant to fill in later.

    Why: an approved document with a blank in it is a finding by itself, and staff cannot act on
    it. Text between backticks is left alone, because commands may look like that.

    Bad:
        # EXA-010
        triggers: ["A user reports a fault", "TBD"]

    Good:
        # EXA-010
        triggers: ["A user reports a fault", "The monitoring reports a fault"]
    """
    for definition in manual.definitions:
        text = words(manual)[definition.source.path]
        if definition.status not in SETTLED or not holds_any(text, _SIGNS):
            continue
        if _PLACEHOLDER.search(text):
            for location, match in search(definition.source, _PLACEHOLDER, code=False):
                yield Fault(
                    location,
                    f"`{match[0]}` is a blank that somebody meant to fill in",
                    "write what belongs here, or take the sentence out",
                )


@rule("DOC-007", "classification-too-high", always=True)
def classification_too_high(manual: Manual) -> Iterator[Fault]:
    """No definition is classified above the ceiling that `manual.yml` sets.

    Why: all staff read the manual, so nothing may stand in it that only some may read.

    Bad:
        # EXA-010
        classification: official-sensitive

    Good:
        # EXA-010
        classification: official
    """
    known, ceiling = manual.policy.classifications, manual.policy.classification_ceiling
    if ceiling not in known:
        yield Fault(
            manual.policy.at("classification_ceiling"),
            f"the ceiling `{ceiling}` is not among the classifications",
            f"choose {quoted(known, 'or')}",
        )
        return
    for definition in manual.definitions:
        mark = definition.classification
        if mark is not None and mark not in known:
            hint = did_you_mean(mark, known, f"choose {quoted(known, 'or')}")
            message = f"`{mark}` is not a classification that manual.yml knows"
            yield Fault(definition.at("classification"), message, hint)
        elif mark is not None and known.index(mark) > known.index(ceiling):
            message = f"`{mark}` is above the ceiling of this manual, `{ceiling}`"
            hint = "take out what only some may read, and keep it where they read it"
            yield Fault(definition.at("classification"), message, hint)
