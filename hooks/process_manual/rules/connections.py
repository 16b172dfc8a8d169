"""IOF: whether a process has connections to others, and none to itself."""

from __future__ import annotations

from collections.abc import Iterator

from process_manual.diagnostics import Location
from process_manual.model.definition import ANY, PARTY, RECORD, Definition
from process_manual.model.manual import Manual
from process_manual.rules.engine import Fault, rule
from process_manual.views.flow import hand_overs


@rule("IOF-007", "process-isolated", warning=True)
def process_isolated(manual: Manual) -> Iterator[Fault]:
    """A process gives something to another process, takes something, or hands work over.

    Why: the standard asks how the processes work together (4.4). What its procedures give and take
    counts, and so does what others say of it; `any` will do.

    Bad:
        # example/EXA-030-equipment-loans.md, a copy of EXA-020
        id: EXA-030
        title: "Equipment loans"
        standards: []
        no_clause_reason: "Serves the library's own rules, not the standard."
        inputs: [{item: "Fault figures", from: ["party:user"]}]
        outputs: [{item: "Known causes", to: ["party:user"]}]

    Good:
        # example/EXA-030-equipment-loans.md, a copy of EXA-020
        id: EXA-030
        title: "Equipment loans"
        standards: []
        no_clause_reason: "Serves the library's own rules, not the standard."
        inputs: [{item: "Fault figures", from: ["party:user"]}]
        outputs: [{item: "Known causes", to: [any]}]
    """
    if manual.broken or manual.partial:
        return  # nobody knows what these give and take
    connected = _connected(manual)
    for definition in manual.living:
        says_something = definition.inputs or definition.outputs  # else DOC-004 speaks
        if definition.is_process and says_something and definition.id not in connected:
            message = "the process gives nothing to another process, and takes nothing from one"
            hint = "name under `from` and `to` the definitions that it works with"
            yield Fault(definition.at("outputs"), message, hint)


def _connected(manual: Manual) -> frozenset[str]:
    """Return the processes that something connects with another process."""
    root = {d.id: (d.parent if d.parent and not d.is_process else d.id) for d in manual.living}
    found: set[str] = set()
    for definition in manual.living:
        here = root[definition.id]
        for end in _ends(definition):
            if end == ANY:
                found.add(here)
            elif end != RECORD and not end.startswith(PARTY) and root.get(end, end) != here:
                found.update((here, root.get(end, end)))
    return frozenset(found)


def _ends(definition: Definition) -> Iterator[str]:
    """Yield whom a definition gives to, takes from, calls, or hands work to."""
    for input_ in definition.inputs:
        yield from input_.sources
    for output in definition.outputs:
        yield from output.consumers
    for activity in definition.activities:
        if activity.procedure:
            yield activity.procedure
    yield from hand_overs(definition)


@rule("IOF-008", "connected-to-itself", warning=True)
def connected_to_itself(manual: Manual) -> Iterator[Fault]:
    """A definition is not its own source or consumer.

    Why: it is nearly always left over from copying; the other side is missing.

    Bad:
        # EXA-010
        outputs:
        - {item: "Restored service", to: ["party:user"]}
        - {item: "Fault figures", to: [EXA-020, EXA-010]}

    Good:
        # EXA-010
        outputs:
        - {item: "Restored service", to: ["party:user"]}
        - {item: "Fault figures", to: [EXA-020]}
    """
    for definition in manual.living:
        for i, input_ in enumerate(definition.inputs):
            for j, source in enumerate(input_.sources):
                if source == definition.id:
                    place = definition.at("inputs", i, "from", j)
                    yield _itself(place, f"{source} names itself as the source of `{input_.item}`")
        for i, output in enumerate(definition.outputs):
            for j, consumer in enumerate(output.consumers):
                if consumer == definition.id:
                    place = definition.at("outputs", i, "to", j)
                    yield _itself(
                        place, f"{consumer} names itself as a consumer of `{output.item}`"
                    )


def _itself(place: Location, message: str) -> Fault:
    hint = "name who is at the other end; what stays inside belongs to the steps"
    return Fault(place, message, hint)
