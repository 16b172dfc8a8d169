"""DEFINITIONS.tsv: the definitions of an edition as rows, for answers without reading YAML."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from process_manual.editions.names import EditionError, decoded, shown

LARGEST = 64 * 2**20
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATES = ("effective_from", "retired_on", "approved_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionRow:
    """One definition, or the coming version of one, at the as-of date of its edition.

    Texts are empty when unset.
    """

    id: str
    version: str
    state: str
    """What readers see, such as ``in force``."""
    effective_from: datetime.date | None = None
    retired_on: datetime.date | None = None
    digest: str = ""
    approved_on: datetime.date | None = None
    approved_as: str = ""
    """Role in which it was approved."""
    approved_by: str = ""
    """Post code of who approved it; never a name."""
    coming: bool = False
    """Whether it is the version beside the one in force."""
    address: str = ""
    """Of its page, from the top of the site."""
    title: str = ""

    @property
    def key(self) -> tuple[str, bool]:
        """What rows are sorted by."""
        return self.id, self.coming


COLUMNS = tuple(field.name for field in fields(DefinitionRow))


def encode(rows: Iterable[DefinitionRow]) -> bytes:
    """Return DEFINITIONS.tsv, sorted; EditionError for a text that does not fit into a cell."""
    lines = [COLUMNS, *(_cells(row) for row in sorted(rows, key=lambda row: row.key))]
    return "".join("\t".join(cells) + "\n" for cells in lines).encode("utf-8")


def read_definitions(data: bytes) -> tuple[DefinitionRow, ...]:
    """Return the rows; EditionError unless they are written in the one way there is."""
    lines = decoded(data, LARGEST).split("\n")
    if lines[0].split("\t") != list(COLUMNS) or lines[-1]:
        raise EditionError(f"its columns are not {', '.join(COLUMNS)}")
    rows = tuple(_row(number, line.split("\t")) for number, line in enumerate(lines[1:-1], 2))
    if encode(rows) != data:
        raise EditionError("not sorted by id")
    if len({row.key for row in rows}) < len(rows):
        raise EditionError("a definition stands there twice")
    return rows


def _cells(row: DefinitionRow) -> Sequence[str]:
    cells = []
    for name in COLUMNS:
        value = getattr(row, name)
        cell = ("yes" if value else "") if name == "coming" else str(value or "")
        if any(sign in cell for sign in "\t\n\r"):
            raise EditionError(f"{row.id}: `{name}` holds a tab or a line break")
        cells.append(cell)
    return cells


def _row(number: int, cells: Sequence[str]) -> DefinitionRow:
    values = dict(zip(COLUMNS, cells, strict=False))
    if len(cells) != len(COLUMNS) or not values["id"] or values["coming"] not in ("", "yes"):
        raise EditionError(f"line {number} is not a row of {len(COLUMNS)} cells")
    dates = {name: _date(number, values.pop(name)) for name in _DATES}
    coming = values.pop("coming") == "yes"
    return DefinitionRow(coming=coming, **dates, **values)  # type: ignore[arg-type]


def _date(number: int, cell: str) -> datetime.date | None:
    try:
        if cell and not _DATE.fullmatch(cell):
            raise ValueError
        return datetime.date.fromisoformat(cell) if cell else None
    except ValueError:
        raise EditionError(f"line {number}: `{shown(cell)}` is no date") from None
