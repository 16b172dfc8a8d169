"""The controlled content of each definition, exactly the bytes that its digest is made of."""

from __future__ import annotations

from collections.abc import Iterator

from process_manual.diagnostics import Finding
from process_manual.model.digest import controlled_bytes
from process_manual.model.manual import Manual
from process_manual.pages import addresses
from process_manual.views.document_register import document_register


def files(manual: Manual, findings: tuple[Finding, ...]) -> Iterator[tuple[str, bytes]]:
    """Yield ``controlled.json`` beside the page of each definition and coming version."""
    for entry in document_register(manual):
        id_ = entry.definition.id
        page = addresses.coming(id_) if entry.next else addresses.definition(id_)
        yield addresses.beside(page, "controlled.json"), controlled_bytes(entry.definition)
