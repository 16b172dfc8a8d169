"""Which clauses of the reference standards correspond to a clause that a definition cites."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from process_manual.model.manual import Manual
from process_manual.model.standards import Clause, Standard


@lru_cache(maxsize=4)
def _rows(manual: Manual) -> Mapping[tuple[str, str], tuple[tuple[Standard, Clause], ...]]:
    found: dict[tuple[str, str], list[tuple[Standard, Clause]]] = {}
    for standard in manual.standards.values():
        if standard.crosswalk is None:
            continue
        clauses = standard.by_number
        for row in standard.crosswalk.rows:
            key = (standard.crosswalk.standard, row.clause)
            found.setdefault(key, []).extend(
                (standard, clauses[to]) for to in row.to if to in clauses
            )
    return {key: tuple(value) for key, value in found.items()}


def counterparts(manual: Manual, standard: str, clause: str) -> tuple[tuple[Standard, Clause], ...]:
    """Return the clauses of other standards that correspond to ``clause`` of ``standard``."""
    return _rows(manual).get((standard, clause), ())
