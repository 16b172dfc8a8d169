"""The files beside the editions in `public`."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from process_manual.editions.store import EditionSummary


def public_files(rows: Sequence[EditionSummary]) -> dict[str, bytes]:
    """Return the landing page: all editions, newest first, with what to keep of each."""
    lines = []
    for row in reversed(rows):
        name = escape(row.name)
        link = f"{name} (withdrawn)" if row.withdrawn else f'<a href="{name}/index.html">{name}</a>'
        cells = (link, f"{row.published:%Y-%m-%d}", row.entry.sequence, row.sha256)
        lines.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>\n")
    head = '<!doctype html>\n<html lang="en-GB"><meta charset="utf-8"><title>Editions</title>\n'
    table = "<table><tr><th>Edition<th>Published<th>Entry<th>SHA-256 of ENTRY</tr>\n"
    page = f"{head}<h1>Editions</h1>\n{table}{''.join(lines)}</table>\n"
    return {"index.html": page.encode("utf-8")}
