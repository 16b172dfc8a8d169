"""Words that the messages of all rules share: quoted names, and the nearest known name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def quoted(names: Iterable[str], last: str = "and") -> str:
    """Return names as they stand in a message: `a`, `b` and `c`."""
    marked = [f"`{name}`" for name in names]
    if len(marked) < 2:
        return "".join(marked)
    return f"{', '.join(marked[:-1])} {last} {marked[-1]}"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that ``name`` is most like, if one is near enough."""
    by_folded = {each.casefold(): each for each in known}
    near = difflib.get_close_matches(name.casefold(), by_folded, n=1)
    return by_folded[near[0]] if near else None


def did_you_mean(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return the hint that asks for the nearest known name, or ``otherwise`` when none is near."""
    near = nearest(name, known)
    return f"did you mean `{near}`?" if near else otherwise
