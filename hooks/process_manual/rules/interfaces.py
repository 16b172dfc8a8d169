"""IOF: triggers, inputs and outputs, and whether both sides of an interface say the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from process_manual.diagnostics import Location
from process_manual.model.definition import ANY, PARTY, RECORD, Definition
from process_manual.model.manual import Manual
from process_manual.rules.engine import Fault, rule
from process_manual.rules.subjects import definition_faults, versions
from process_manual.rules.wording import did_you_mean, quoted
from process_manual.views.flow import before, hand_overs, reachable, successors
from process_manual.views.interfaces import is_open_end, same_item


@rule("IOF-001", "trigger-missing")
def trigger_missing(manual: Manual) -> Iterator[Fault]:
    """A definition names at least one trigger.

    Why: staff must know when it starts.

    Bad:
        # EXA-011
        triggers: []

    Good:
        # EXA-011
        triggers: ["A fault has been written down"]
    """
    for definition in manual.living:
        if not definition.triggers:
            hint = "write under `triggers` what makes it start"
            yield Fault(definition.at("triggers"), "nothing says when this starts", hint)


@rule("IOF-002", "input-without-source")
def input_without_source(manual: Manual) -> Iterator[Fault]:
    """Every input says where it comes from: a definition, `party:…` or `any`.

    Why: what nobody gives does not arrive (ISO 9001 4.4.1). A definition that is in the plan but
    not written yet is only a warning.

    Bad:
        # EXA-010
        inputs:
        - {item: "Fault report", from: ["party:users"]}
        - {item: "Known causes", from: [EXA-020]}

    Good:
        # EXA-010
        inputs:
        - {item: "Fault report", from: ["party:user"]}
        - {item: "Known causes", from: [EXA-020]}
    """
    for definition in manual.living:
        for i, input_ in enumerate(definition.inputs):
            if not input_.sources:
                hint = "add `from:` with definition ids, `party:…` or `any`"
                yield Fault(definition.at("inputs", i), f"`{input_.item}` has no source", hint)
            for j, source in enumerate(input_.sources):
                if not _is_end(manual, source, (ANY,)):
                    place = definition.at("inputs", i, "from", j)
                    yield from _end(manual, source, place, (ANY,))


@rule("IOF-003", "output-without-consumer")
def output_without_consumer(manual: Manual) -> Iterator[Fault]:
    """Every output says who takes it: a definition, `party:…`, `any`, or `record`.

    Why: an output that nobody takes is waste, or an interface that nobody wrote down.

    Bad:
        # EXA-010
        outputs:
        - {item: "Restored service"}
        - {item: "Fault figures", to: [EXA-020]}

    Good:
        # EXA-010
        outputs:
        - {item: "Restored service", to: ["party:user"]}
        - {item: "Fault figures", to: [EXA-020]}
    """
    for definition in manual.living:
        for i, output in enumerate(definition.outputs):
            if not output.consumers:
                hint = "add `to:` with definition ids, `party:…`, `any` or `record`"
                message = f"`{output.item}` has no consumer"
                yield Fault(definition.at("outputs", i), message, hint)
            for j, consumer in enumerate(output.consumers):
                if not _is_end(manual, consumer, (ANY, RECORD)):
                    place = definition.at("outputs", i, "to", j)
                    yield from _end(manual, consumer, place, (ANY, RECORD))


def _is_end(manual: Manual, end: str, words: tuple[str, ...]) -> bool:
    """Tell whether an interface may end there, without a word about it."""
    if end.startswith(PARTY):
        return manual.registers.parties.knows(end.removeprefix(PARTY))
    return end in words or manual.knows(end)


def _end(manual: Manual, end: str, location: Location, words: tuple[str, ...]) -> Iterator[Fault]:
    """Tell what is wrong with an end that does not exist, or is not written yet."""
    parties = manual.registers.parties
    if end.startswith(PARTY):
        cure = "add it to registers/parties.yml"
        hint = did_you_mean(end, (PARTY + each for each in parties), cure)
        yield Fault(location, f"there is no party `{end.removeprefix(PARTY)}`", hint)
    elif end == RECORD:
        message = "`record` is where something goes, not where it comes from"
        yield Fault(location, message, "name the definition that keeps the record")
    elif end in parties:
        yield Fault(location, f"there is no definition `{end}`", f"did you mean `{PARTY}{end}`?")
    else:
        yield from definition_faults(manual, end, location, words)


@dataclass(frozen=True, slots=True)
class _Statements:
    """What the living definitions say they give and take: (id, item) to the other ends."""

    given: Mapping[tuple[str, str], frozenset[str]]
    taken: Mapping[tuple[str, str], frozenset[str]]
    family: Mapping[str, tuple[str, ...]]

    def says(self, taken: bool, speaker: str, item: str, other: str) -> bool:
        """Tell whether ``speaker``, or its parent, states the flow with ``other`` or its parent."""
        stated = self.taken if taken else self.given
        ends = {*self.family.get(other, (other,)), ANY}
        return any(
            not ends.isdisjoint(stated.get((each, item), ())) for each in self.family[speaker]
        )

    def related(self, one: str, two: str) -> bool:
        """Tell whether two definitions belong to one process."""
        return self.family.get(one, (one,))[-1] == self.family.get(two, (two,))[-1]


@lru_cache(maxsize=4)
def _statements(manual: Manual) -> _Statements:
    given: dict[tuple[str, str], set[str]] = {}
    taken: dict[tuple[str, str], set[str]] = {}
    family: dict[str, tuple[str, ...]] = {}
    for d in manual.living:
        if d.id in manual.partial:
            continue  # what it leaves unsaid may stand in what could not be read
        family[d.id] = (d.id, d.parent) if d.parent and not d.is_process else (d.id,)
        for output in d.outputs:
            given.setdefault((d.id, same_item(output.item)), set()).update(output.consumers)
        for input_ in d.inputs:
            taken.setdefault((d.id, same_item(input_.item)), set()).update(input_.sources)
    return _Statements(_frozen(given), _frozen(taken), family)


def _frozen(
    found: Mapping[tuple[str, str], set[str]],
) -> Mapping[tuple[str, str], frozenset[str]]:
    return {key: frozenset(value) for key, value in found.items()}


@rule("IOF-004", "interface-one-sided", warning=True)
def interface_one_sided(manual: Manual) -> Iterator[Fault]:
    """Both sides of an interface name it: what one gives, the other takes, in the same words.

    Why: a hand-over that only one side knows of fails. Even published frameworks state nearly half
    of their interfaces on one side only. `any` on either side will do, and what the process says
    holds for its procedures.

    Bad:
        # EXA-010
        outputs:
        - {item: "Restored service", to: ["party:user"]}
        - {item: "Fault figures", to: [EXA-020]}
        - {item: "Mended fault", to: [EXA-020]}
        activities:
        - id: A2
          outputs: ["Restored service", "Fault figures", "Mended fault"]

    Good:
        # EXA-010
        outputs:
        - {item: "Restored service", to: ["party:user"]}
        - {item: "Fault figures", to: [EXA-020]}
        - {item: "Mended fault", to: [EXA-020]}
        activities:
        - id: A2
          outputs: ["Restored service", "Fault figures", "Mended fault"]
        # EXA-020
        inputs:
        - {item: "Fault figures", from: [EXA-010]}
        - {item: "Mended fault", from: [EXA-010]}
    """
    stated = _statements(manual)
    for definition in manual.living:
        for i, output in enumerate(definition.outputs):
            for j, taker in enumerate(output.consumers):
                if taker in stated.family and not stated.related(definition.id, taker):
                    item = same_item(output.item)
                    if not stated.says(True, taker, item, definition.id):
                        place = definition.at("outputs", i, "to", j)
                        message = f"{taker} does not take `{output.item}` from {definition.id}"
                        known = [x.item for d in versions(manual)[taker] for x in d.inputs]
                        yield Fault(place, message, _cure(output.item, known, taker, "inputs"))
        for i, input_ in enumerate(definition.inputs):
            if _unproduced(manual, definition, input_.item, input_.sources):
                continue  # IOF-005 says it all
            for j, giver in enumerate(input_.sources):
                if giver in stated.family and not stated.related(definition.id, giver):
                    item = same_item(input_.item)
                    if not stated.says(False, giver, item, definition.id):
                        place = definition.at("inputs", i, "from", j)
                        message = f"{giver} does not give `{input_.item}` to {definition.id}"
                        known = [x.item for d in versions(manual)[giver] for x in d.outputs]
                        yield Fault(place, message, _cure(input_.item, known, giver, "outputs"))


def _cure(item: str, known: Iterable[str], other: str, key: str) -> str:
    near = did_you_mean(item, (each for each in known if each != item))
    return near or f"add it to the `{key}` of {other}, or take {other} out here"


@rule("IOF-005", "input-never-produced")
def input_never_produced(manual: Manual) -> Iterator[Fault]:
    """At least one of the sources of an input produces it.

    Why: otherwise the process waits for something that never comes. Outside parties and
    definitions that are not written yet get the benefit of the doubt.

    Bad:
        # EXA-020
        inputs:
        - {item: "Fault figures", from: [EXA-010]}
        - {item: "List of changes", from: [EXA-010]}

    Good:
        # EXA-020
        inputs:
        - {item: "Fault figures", from: [EXA-010]}
        - {item: "List of changes", from: [any]}
    """
    for definition in manual.living:
        for i, input_ in enumerate(definition.inputs):
            if _unproduced(manual, definition, input_.item, input_.sources):
                known = [
                    output.item
                    for source in input_.sources
                    for each in versions(manual).get(source, ())
                    for output in each.outputs
                ]
                message = f"{quoted(input_.sources, 'or')} does not produce `{input_.item}`"
                cure = "name the definition that produces it, or add the output there"
                place = definition.at("inputs", i, "item")
                yield Fault(place, message, did_you_mean(input_.item, known, cure))


def _unproduced(
    manual: Manual, definition: Definition, item: str, sources: tuple[str, ...]
) -> bool:
    return bool(sources) and not any(_may_give(manual, definition, item, s) for s in sources)


def _may_give(manual: Manual, definition: Definition, item: str, source: str) -> bool:
    """Tell whether ``source`` may produce an item, for all that can be read."""
    stated, name = _statements(manual), same_item(item)
    if is_open_end(source) or source not in stated.family:
        return True
    if any((each, name) in stated.given for each in stated.family[source]):
        return True
    if any(each not in stated.family for each in stated.family[source]):
        return True  # the parent cannot be read
    # Within one process, what any step makes or what comes into the process can be passed on.
    return stated.related(definition.id, source) and any(
        name in map(same_item, (*(x.item for x in d.inputs), *_made(d)))
        for d in versions(manual)[source]
    )


def _made(definition: Definition) -> Iterator[str]:
    for activity in definition.activities:
        yield from activity.outputs


@rule("IOF-006", "table-and-flow-differ")
def table_and_flow_differ(manual: Manual) -> Iterator[Fault]:
    """An activity makes each output, and what it needs comes in or was made before.

    Why: the table of inputs and outputs and the flow tell one story. A procedure may leave the
    tables out; a table that it has must fit.

    Bad:
        # EXA-010
        activities:
        - id: A1
          inputs: ["Fault report", "Restored service"]

    Good:
        # EXA-010
        activities:
        - id: A1
          inputs: ["Fault report"]
    """
    for definition in manual.living:
        if definition.id in manual.partial:
            continue
        made = {same_item(item) for item in _made(definition)}
        if (definition.is_process or definition.outputs) and definition.activities:
            for i, output in enumerate(definition.outputs):
                if same_item(output.item) not in made:
                    message = f"no activity makes `{output.item}`"
                    near = did_you_mean(output.item, set(_made(definition)))
                    hint = near or "add it to the `outputs` of the activity that makes it"
                    yield Fault(definition.at("outputs", i, "item"), message, hint)
        if definition.is_process or definition.inputs:
            yield from _unfed(manual, definition)


def _unfed(manual: Manual, definition: Definition) -> Iterator[Fault]:
    """Tell which activities need something that is not there yet.

    What is never reached, or where the order is not known, is the affair of ACT-003.
    """
    by_id = {activity.id: activity for activity in definition.activities}
    earlier, reached = before(definition), reachable(list(by_id)[:1], successors(definition))
    if not all(id_ in manual.current or manual.knows(id_) for id_ in hand_overs(definition)):
        earlier = dict.fromkeys(by_id, frozenset(by_id))
    incoming = [input_.item for input_ in definition.inputs]
    for i, activity in enumerate(definition.activities):
        if activity.id not in reached:
            continue
        there = incoming + [x for id_ in earlier[activity.id] for x in by_id[id_].outputs]
        names = set(map(same_item, there))
        for j, item in enumerate(activity.inputs):
            if same_item(item) not in names:
                message = f"`{item}` is no input, and no activity before {activity.id} makes it"
                cure = "add it to `inputs`, or to the `outputs` of an earlier activity"
                place = definition.at("activities", i, "inputs", j)
                yield Fault(place, message, did_you_mean(item, set(there), cure))
