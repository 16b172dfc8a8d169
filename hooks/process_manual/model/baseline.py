"""The baseline: findings that were known when the rules were adopted, and may wait."""

from __future__ import annotations

from process_manual.model.base import IsoDate, Located, Model, Text


class Known(Model):
    """A known finding, by what it says and not by its line; the same twice stands here twice."""

    rule: Text
    """Code of the rule."""
    where: Text
    """Definition id, with .next for its coming version; else the path of the file."""
    message: Text
    """What is wrong, in the words of the check."""


class Baseline(Located):
    """Known findings, which are held back until somebody mends them; the list only shrinks."""

    as_of: IsoDate
    """Day for which the findings were listed."""
    known: tuple[Known, ...] = ()
    """Findings that may wait."""
