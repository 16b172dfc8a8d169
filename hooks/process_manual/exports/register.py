"""The register of definitions as JSON and CSV: one row each, the columns an auditor asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from process_manual.diagnostics import Finding
from process_manual.exports.formats import as_csv, as_json
from process_manual.model.manual import Manual
from process_manual.views.document_register import Entry, document_register


def files(manual: Manual, findings: tuple[Finding, ...]) -> Iterator[tuple[str, bytes]]:
    """Yield ``register.json`` and ``register.csv``."""
    rows = [row(entry) for entry in document_register(manual)]
    head = {"title": manual.policy.title, "as_of": manual.as_of.isoformat()}
    yield "register.json", as_json({**head, "definitions": rows})
    yield "register.csv", as_csv(COLUMNS, ([r[c] for c in COLUMNS] for r in rows))


COLUMNS = (
    *("id", "title", "area", "kind", "parent", "status", "state", "version", "effective_from"),
    *("owner", "owner_inherited_from", "manager", "manager_inherited_from"),
    *("next_review", "digest", "path"),
)


def row(entry: Entry) -> dict[str, Any]:
    """Return one entry as plain values, in the order of ``COLUMNS``."""
    definition = entry.definition
    return {
        "id": definition.id,
        "title": definition.title,
        "area": definition.area,
        "kind": definition.kind.value,
        "parent": definition.parent,
        "status": definition.status.value,
        "state": entry.state.value,
        "version": definition.version,
        "effective_from": _iso(definition.effective_from),
        "owner": entry.owner.value,
        "owner_inherited_from": entry.owner.origin,
        "manager": entry.manager.value,
        "manager_inherited_from": entry.manager.origin,
        "next_review": _iso(entry.next_review),
        "digest": entry.digest,
        "path": definition.source.path,
    }


def _iso(day: Any) -> str | None:
    return day.isoformat() if day else None
