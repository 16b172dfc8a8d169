"""IDN: a definition's id, file, title, area and parent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from process_manual.model.definition import Definition, Kind
from process_manual.model.manual import Manual
from process_manual.rules.engine import Fault, rule
from process_manual.rules.wording import did_you_mean

_SLUG = re.compile(r"(-[a-z0-9]+)*", re.ASCII)


@rule("IDN-001", "id-malformed", always=True)
def id_malformed(manual: Manual) -> Iterator[Fault]:
    """An id has the agreed form and begins with the letters of its area.

    Why: audit reports and colleagues cite ids for years; an id that looks like all others is found
    again (7.5.2).

    Bad:
        # example/EXP-030-change-control.md, a copy of EXA-011
        id: EXP-030
        title: "Change control"

    Good:
        # example/EXA-030-change-control.md, a copy of EXA-011
        id: EXA-030
        title: "Change control"
    """
    template = manual.policy.id_pattern
    for definition in manual.definitions:
        area = manual.registers.areas.get(definition.area)
        if area is None:
            continue  # the area's own fault: IDN-005
        fits = re.fullmatch(template.replace("{prefix}", re.escape(area.prefix)), definition.id)
        if not fits:
            message = f"`{definition.id}` is not an id of the area `{area.id}`"
            form = template.replace("{prefix}", area.prefix).replace(r"\d{3}", "000")
            yield Fault(definition.at("id"), message, f"ids of this area look like {form}")


@rule("IDN-002", "id-used-twice", always=True)
def id_used_twice(manual: Manual) -> Iterator[Fault]:
    """An id belongs to one definition for ever; only its coming version (`.next.md`) shares it.

    Why: an id in an old audit report must still mean the same process. The id of a retired
    definition is not given away again.

    Bad:
        # example/EXA-011-ranking.md, a copy of EXA-011
        title: "Ranking of faults"

    Good:
        # example/EXA-012-ranking.md, a copy of EXA-011
        id: EXA-012
        title: "Ranking of faults"
    """
    first: dict[tuple[str, bool], Definition] = {}
    for definition in manual.definitions:
        known = first.setdefault((definition.id, definition.is_coming), definition)
        if known is not definition:
            message = f"`{definition.id}` is also the id of {known.source.path}"
            hint = "give one of them the next free number of the area"
            yield Fault(definition.at("id"), message, hint)
    for id_, coming in manual.coming.items():
        if id_ in manual.current and manual.current[id_].is_retired:
            message = f"`{id_}` belongs to a retired definition and cannot be used again"
            yield Fault(coming.at("id"), message, "take the next free number of the area")


@rule("IDN-003", "path-disagrees", always=True)
def path_disagrees(manual: Manual) -> Iterator[Fault]:
    """A definition stands in the folder of its area, in a file named after its id.

    Why: otherwise a copied file passes for the original, and nobody finds a definition by its id.

    Bad:
        # example/EXA-099-ranking.md, a copy of EXA-011
        id: EXA-012
        title: "Ranking of faults"

    Good:
        # example/EXA-012-ranking.md, a copy of EXA-011
        id: EXA-012
        title: "Ranking of faults"
    """
    for definition in manual.definitions:
        path = PurePosixPath(definition.source.path)
        if path.parent.name != definition.area:
            message = f"the file is in the folder `{path.parent.name}`, its area is"
            hint = f"move it to {definition.area}/, or correct the area"
            yield Fault(definition.at("area"), f"{message} `{definition.area}`", hint)
        stem = path.name.removesuffix(".md").removesuffix(".next")
        if not (stem.startswith(definition.id) and _SLUG.fullmatch(stem, len(definition.id))):
            message = f"the file `{path.name}` is not named after the id `{definition.id}`"
            hint = f"name it {definition.id}-, the title in small letters with hyphens, and .md"
            yield Fault(definition.at("id"), message, hint)


@rule("IDN-004", "title-used-twice", always=True)
def title_used_twice(manual: Manual) -> Iterator[Fault]:
    """No two definitions have the same title, retired ones left out.

    Why: two definitions with one title are two rival instructions, and a search cannot tell them
    apart.

    Bad:
        # EXA-020
        title: "Fault handling"

    Good:
        # EXA-020
        title: "Search for causes"
    """
    first: dict[str, Definition] = {}
    for definition in manual.living:
        known = first.setdefault(" ".join(definition.title.casefold().split()), definition)
        if known.id != definition.id:
            message = f"{known.id} has the same title, `{definition.title}`"
            yield Fault(definition.at("title"), message, "say in the title what differs")


@rule("IDN-005", "area-or-parent-wrong", always=True)
def area_or_parent_wrong(manual: Manual) -> Iterator[Fault]:
    """The area exists; a procedure has a parent that is a process, and a process has none.

    Why: a procedure takes its owner, its approvers and its clauses from its parent. Without one
    nobody answers for it.

    Bad:
        # EXA-011
        parent: EXA-019

    Good:
        # EXA-011
        parent: EXA-010
    """
    areas = manual.registers.areas
    for definition in manual.definitions:
        if not areas.knows(definition.area):
            hint = did_you_mean(definition.area, areas, "areas are in registers/areas.yml")
            yield Fault(definition.at("area"), f"there is no area `{definition.area}`", hint)
        if definition.kind is Kind.PROCEDURE:
            yield from _parent(manual, definition)
        elif definition.parent is not None:
            hint = "take `parent` out, or make it a procedure"
            yield Fault(definition.at("parent"), "a process has no parent", hint)


def _parent(manual: Manual, definition: Definition) -> Iterator[Fault]:
    place, id_ = definition.at("parent"), definition.parent
    if id_ is None:
        hint = "add `parent:` with the id of the process it belongs to"
        yield Fault(place, "a procedure needs a parent", hint)
    elif not manual.knows(id_):
        planned = id_ in manual.registers.plan
        message = f"the parent `{id_}` is {'not written yet' if planned else 'not a definition'}"
        cure = "write the process first, if only as a draft" if planned else ""
        processes = (d.id for d in manual.current.values() if d.is_process)
        hint = cure or did_you_mean(id_, processes, "name a process that exists")
        yield Fault(place, message, hint)
    elif id_ in manual.current and not manual.current[id_].is_process:
        # This also rules out cycles: a process has no parent.
        message = f"the parent `{id_}` is itself a procedure"
        upper = manual.current[id_].parent
        hint = f"name its process, `{upper}`" if upper else "name a process"
        yield Fault(place, message, hint)
