"""A rule's documentation, read from the docstring of its check.

The first line is the rule in a sentence; then follow ``Why:``, ``Bad:`` and ``Good:``. The two
examples are changes to the small manual in ``rules/example``: below a comment that names a file
stand the keys that change in it. Items of a list that have an id are merged by it, any other
list is replaced, and a key without a value is taken out. Behind the name of the file may stand
what else is done with it: ``lines added``, ``text added``, ``new file``, ``a copy of …``; and
that the change is one ``in the last edition`` (or ``in a later edition``), with which the manual is
compared. Without changes to it, an edition is the example; ``ENTRY`` is what it says of itself.
"""

from __future__ import annotations

import inspect
import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

from process_manual.rules.engine import Rule

EXAMPLE = Path(__file__).with_name("example")
"""The manual that the examples are changes to."""

_SECTION = re.compile(r"^(Why|Bad|Good):[ \n]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class RuleDoc:
    """What a reader is told about a rule; each part is plain text, the examples are YAML."""

    summary: str
    why: str
    bad: str
    good: str


def document(rule: Rule) -> RuleDoc:
    """Return the documentation of ``rule``."""
    return parsed(rule.documentation)


def parsed(documentation: str) -> RuleDoc:
    """Take a documentation apart; a part that was not written is empty."""
    summary, *parts = _SECTION.split(inspect.cleandoc(documentation))
    texts = dict(zip(parts[::2], parts[1::2], strict=True))
    return RuleDoc(
        summary=" ".join(summary.split()),
        why=" ".join(texts.get("Why", "").split()),
        bad=textwrap.dedent(texts.get("Bad", "")).strip("\n"),
        good=textwrap.dedent(texts.get("Good", "")).strip("\n"),
    )


def kind(rule: Rule) -> str:
    """Return in words how bad a finding of ``rule`` is, and for whom."""
    if rule.reminder:
        return "a reminder that depends on the date; fails nothing"
    if rule.calendar:
        return "a warning that depends on the date; fails only `check --due`"
    if rule.severity == "warning":
        return "a warning"
    return "an error, for drafts too" if rule.always else "an error; a warning for drafts"


def explain(rule: Rule) -> str:
    """Return the documentation of ``rule`` as plain text for a terminal."""
    return in_full(f"{rule.code} {rule.name}: {kind(rule)}", document(rule))


def in_full(heading: str, doc: RuleDoc) -> str:
    """Return a documentation as plain text for a terminal, below a line that names it."""
    parts = [
        heading,
        textwrap.fill(doc.summary, 88),
        textwrap.fill(f"Why: {doc.why}", 88),
        "Bad:\n\n" + textwrap.indent(doc.bad, "    "),
        "Good:\n\n" + textwrap.indent(doc.good, "    "),
    ]
    return "\n\n".join(parts) + "\n"
