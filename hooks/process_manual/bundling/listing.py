"""The definitions of a manual as the rows of DEFINITIONS.tsv.

Runs as a program in the clone (``python -m process_manual.bundling.listing FOLDER FILE``), so that
an edition that is made again is listed by the code of its own commit.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from process_manual.asof import as_of_date
from process_manual.editions.definitions import DefinitionRow, encode
from process_manual.editions.names import EditionError
from process_manual.loading import load
from process_manual.model.definition import Definition
from process_manual.model.manual import Manual
from process_manual.pages import addresses
from process_manual.pages.control import post
from process_manual.views.lifecycle import presented, state, upcoming
from process_manual.views.standing import standing


def rows(manual: Manual) -> Iterator[DefinitionRow]:
    """Yield a row for each definition: drafts, retired ones and coming versions too."""
    for definition in manual.definitions:
        stands = standing(manual, definition)
        approval = stands.approval
        yield DefinitionRow(
            id=definition.id,
            version=definition.version,
            state=state(manual, definition).value,
            effective_from=definition.effective_from,
            retired_on=definition.retired.on if definition.retired else None,
            digest=stands.digest,
            approved_on=approval.date if approval else None,
            approved_as=approval.role if approval else "",
            approved_by=post(manual, approval.by) if approval else "",
            coming=definition.is_coming,
            address=_address(manual, definition),
            title=definition.title,
        )


def _address(manual: Manual, definition: Definition) -> str:
    """Return the address of the page that shows this version; empty when none does any more."""
    if presented(manual).get(definition.id) is definition:
        return addresses.definition(definition.id)
    if upcoming(manual, definition.id) is definition:
        return addresses.coming(definition.id)
    return ""


def main(root: Path, target: Path) -> None:
    """Write the file for the manual in ``root``; raises EditionError and OSError."""
    manual = load(root, as_of_date(root)).manual
    target.write_bytes(encode(rows(manual)))


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), Path(sys.argv[2]))
    except (EditionError, OSError) as error:
        sys.exit(str(error))
