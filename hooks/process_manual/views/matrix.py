"""The responsibility matrix of a definition: which role has which part in which step."""

from __future__ import annotations

from dataclasses import dataclass

from process_manual.model.definition import Activity, Definition

LETTERS = {
    "R": "Responsible",
    "A": "Accountable",
    "S": "Support",
    "C": "Consulted",
    "I": "Informed",
}
"""The letters, in the order in which people ask for them."""
MEANINGS = {
    "R": "does the work",
    "A": "answers for the result and decides in doubt",
    "S": "helps those who do the work",
    "C": "is asked before it is done",
    "I": "is told afterwards",
}
WHO = {
    "R": "who is responsible",
    "A": "who is accountable",
    "S": "who supports",
    "C": "who is consulted",
    "I": "who is informed",
}


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A step, and for each role of the matrix its letters (mostly none or one)."""

    activity: Activity
    cells: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Roles (and ``party:…``) as columns, in the order in which they first take part."""

    roles: tuple[str, ...]
    rows: tuple[MatrixRow, ...]
    letters: tuple[str, ...]


def letters_of(activity: Activity, role: str) -> tuple[str, ...]:
    """Return the letters that a role has in a step."""
    return tuple(letter for letter, roles in activity.raci.items() if role in roles)


def matrix(definition: Definition) -> Matrix:
    """Return the matrix of a definition."""
    roles = dict.fromkeys(
        role
        for activity in definition.activities
        for letter in (*LETTERS, *activity.raci)
        for role in activity.raci.get(letter, ())
    )
    rows = tuple(
        MatrixRow(activity, tuple(letters_of(activity, role) for role in roles))
        for activity in definition.activities
    )
    used = {letter for activity in definition.activities for letter in activity.raci}
    return Matrix(tuple(roles), rows, tuple(letter for letter in LETTERS if letter in used))
