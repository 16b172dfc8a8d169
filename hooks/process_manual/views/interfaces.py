"""Who gives what to whom: every input and output of the living definitions as flows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from process_manual.model.definition import ANY, PARTY, RECORD, Definition
from process_manual.model.manual import Manual
from process_manual.views.lifecycle import presented


@dataclass(frozen=True, order=True, slots=True)
class Flow:
    """An item that goes from one end to another; ends are ids, ``party:…``, any or record.

    ``given`` tells that the giver states it, ``taken`` that the taker does; a flow between two
    definitions that only one of them states is one-sided.
    """

    giver: str
    item: str
    taker: str
    given: bool
    taken: bool

    @property
    def one_sided(self) -> bool:
        """True when both ends could state the flow and only one does."""
        return not (self.given and self.taken)


def same_item(item: str) -> str:
    """Return an item's name in the form in which two sides are compared."""
    return " ".join(item.casefold().split())


@lru_cache(maxsize=4)
def flows(manual: Manual) -> tuple[Flow, ...]:
    """Return every flow of the definitions that readers see, retired ones left out."""
    living = [d for d in presented(manual).values() if not d.is_retired]
    given = {
        (d.id, same_item(output.item), taker): output.item
        for d in living
        for output in d.outputs
        for taker in output.consumers
    }
    taken = {
        (giver, same_item(input_.item), d.id): input_.item
        for d in living
        for input_ in d.inputs
        for giver in input_.sources
    }
    both = {**taken, **given}
    return tuple(
        sorted(
            Flow(giver, name, taker, *_stated(manual, (giver, item, taker), given, taken))
            for (giver, item, taker), name in both.items()
        )
    )


def _stated(
    manual: Manual,
    flow: tuple[str, str, str],
    given: Mapping[tuple[str, str, str], str],
    taken: Mapping[tuple[str, str, str], str],
) -> tuple[bool, bool]:
    """Tell which sides state a flow; a side that cannot (outside, planned, any) counts as said.

    What a process states holds for its procedures; within one process nothing need be stated.
    """
    giver, item, taker = flow
    givers, takers = _family(manual, giver), _family(manual, taker)
    if givers[-1] == takers[-1]:
        return True, True
    says_given = not _speaks(manual, giver) or any(
        (one, item, two) in given for one in givers for two in (*takers, ANY)
    )
    says_taken = not _speaks(manual, taker) or any(
        (one, item, two) in taken for one in (*givers, ANY) for two in takers
    )
    return says_given, says_taken


def _family(manual: Manual, end: str) -> tuple[str, ...]:
    """Return an end with the process it belongs to, when it is a procedure."""
    definition = presented(manual).get(end)
    if definition is None or definition.is_process or definition.parent is None:
        return (end,)
    return end, definition.parent


def _speaks(manual: Manual, end: str) -> bool:
    """Tell whether an end is a definition whose own statement can be read."""
    return end in presented(manual) and not presented(manual)[end].is_retired


def is_open_end(end: str) -> bool:
    """Tell whether an end is outside the manual by intention: any, record or a party."""
    return end in (ANY, RECORD) or end.startswith(PARTY)


def neighbours(manual: Manual, definition: Definition) -> tuple[Flow, ...]:
    """Return the flows to and from one definition."""
    return tuple(f for f in flows(manual) if definition.id in (f.giver, f.taker))


def expected(manual: Manual, id_: str) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return what other definitions take from ``id_``, and give to it: items with their ids.

    It need not be written yet: this is what others count on.
    """
    taken: dict[str, list[str]] = {}
    given: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    for definition in manual.living:
        ends = [(taken, each.item, each.sources) for each in definition.inputs]
        ends += [(given, each.item, each.consumers) for each in definition.outputs]
        for items, item, others in ends:
            ids = items.setdefault(names.setdefault(same_item(item), item), [])
            if id_ in others and definition.id not in ids:
                ids.append(definition.id)
    taken, given = ({item: ids for item, ids in each.items() if ids} for each in (taken, given))
    return taken, given
