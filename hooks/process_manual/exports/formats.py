"""JSON and CSV as bytes that do not depend on the machine: UTF-8, LF, fixed order."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

RISKY = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take the text of a cell for a formula."""


def as_json(value: Any, indent: int | None = 1) -> bytes:
    """Return a value as JSON, keys in the order given; no ``indent`` is faster for much data."""
    return (json.dumps(value, ensure_ascii=False, indent=indent) + "\n").encode("utf-8")


def as_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a table as CSV; nothing in it is a formula to a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([cell(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8")


def cell(value: object) -> str:
    """Return a value as the text of a cell."""
    text = "" if value is None else str(value)
    return "'" + text if text.startswith(RISKY) else text
