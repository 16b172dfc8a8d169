"""ACT: the steps, their order, and the procedures they call."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from process_manual.model.definition import END, Activity, Definition
from process_manual.model.manual import Manual
from process_manual.rules.engine import Fault, rule
from process_manual.rules.subjects import definition_faults, is_planned
from process_manual.rules.wording import did_you_mean, quoted
from process_manual.views.flow import is_decision, reachable, successors

_STEP = re.compile(r"A[1-9]\d{0,2}", re.ASCII)


@rule("ACT-001", "activities-missing-or-unordered")
def activities_missing_or_unordered(manual: Manual) -> Iterator[Fault]:
    """A definition has activities, and their ids are A1, A2, … in the order of the list.

    Why: without activities there is no process. Staff cite a step by its id, so it must be the one
    they see at that place.

    Bad:
        # EXA-011
        activities: []

    Good:
        # EXA-011
        activities:
        - id: A1
          title: "Count the people who cannot work"
    """
    for definition in manual.living:
        if not definition.activities:
            hint = "write at least one step under `activities`"
            yield Fault(definition.at("activities"), "there are no activities", hint)
        yield from _misnumbered(definition)


def _misnumbered(definition: Definition) -> Iterator[Fault]:
    last, seen = 0, set[str]()
    for i, activity in enumerate(definition.activities):
        number = int(activity.id[1:]) if _STEP.fullmatch(activity.id) else 0
        message = ""
        if activity.id in seen:
            message = f"`{activity.id}` stands here twice"
            hint = "give each activity its own number"
        elif not number:
            message = f"`{activity.id}` is not the id of an activity"
            hint = f"write A{i + 1}: the letter A and a number"
        elif number < last:
            message = f"`{activity.id}` stands after A{last}"
            hint = "number the activities in the order of the list"
        if message:
            yield Fault(definition.at("activities", i, "id"), message, hint)
        seen.add(activity.id)
        last = max(last, number)


@rule("ACT-002", "activity-incomplete")
def activity_incomplete(manual: Manual) -> Iterator[Fault]:
    """Each activity says who does it, and what output or record comes out of it.

    Why: an auditor goes from the step to the record, and staff must know when a step is done.

    Bad:
        # EXA-011
        activities:
        - id: A2
          outputs: []

    Good:
        # EXA-011
        activities:
        - id: A2
          outputs: ["Priority"]
    """
    for definition in manual.living:
        for i, activity in enumerate(definition.activities):
            if not activity.raci:
                hint = "add `raci:` with an accountable (A) and a responsible (R) role"
                place = definition.at("activities", i, "raci")
                yield Fault(place, f"{activity.id} does not say who does it", hint)
            if not activity.outputs:
                hint = "add `outputs:` with what this step makes or records"
                place = definition.at("activities", i, "outputs")
                yield Fault(place, f"{activity.id} does not say what comes out of it", hint)


@rule("ACT-003", "flow-broken")
def flow_broken(manual: Manual) -> Iterator[Fault]:
    """Every branch leads somewhere, every activity is reached, and the work comes to an end.

    Why: the flowchart is drawn from the branches. A step that is never reached is never done; often
    a decision above it does not say what happens otherwise.

    Bad:
        # EXA-020
        activities:
        - id: A1
          next:
          - {when: "the list is empty", to: end}
          - {when: otherwise, to: A3}

    Good:
        # EXA-020
        activities:
        - id: A1
          next:
          - {when: "the list is empty", to: end}
          - {when: otherwise, to: A2}
    """
    for definition in manual.living:
        yield from _bad_targets(manual, definition)
        if _can_be_followed(manual, definition):
            yield from _broken_off(definition)
            yield from _dead_ends(definition)


def _bad_targets(manual: Manual, definition: Definition) -> Iterator[Fault]:
    steps = [activity.id for activity in definition.activities]
    for i, activity in enumerate(definition.activities):
        for j, branch in enumerate(activity.next):
            if branch.to in (END, *steps) or manual.knows(branch.to):
                continue
            place = definition.at("activities", i, "next", j, "to")
            message = f"{activity.id} leads to `{branch.to}`, which does not exist"
            if _STEP.fullmatch(branch.to):
                if definition.id not in manual.partial:  # else it may be the step left out
                    yield Fault(place, message, f"the steps are {quoted(steps)}")
            elif is_planned(manual, branch.to):
                yield from definition_faults(manual, branch.to, place)
            else:
                known = [END, *steps, *manual.current]
                hint = did_you_mean(branch.to, known, f"the steps are {quoted(steps)}")
                yield Fault(place, message, hint)


def _can_be_followed(manual: Manual, definition: Definition) -> bool:
    """Tell whether it is known where the work goes: from steps with ids of their own, all read."""
    ids = [activity.id for activity in definition.activities]
    return (
        bool(ids)
        and len(set(ids)) == len(ids)
        and definition.id not in manual.partial
        and all(fault.warn for fault in _bad_targets(manual, definition))
    )


def _broken_off(definition: Definition) -> Iterator[Fault]:
    """Tell which decisions leave out a way without which the flow does not hold together."""
    following = _following(definition)
    for i, activity in enumerate(definition.activities):
        if activity.id in _undecided(definition):
            lost = following[activity.id]
            effect = "the work never ends" if lost == END else f"{lost} is never reached"
            message = f"{activity.id} does not say what happens otherwise, and so {effect}"
            hint = f"add a branch such as {{when: otherwise, to: {lost}}}"
            yield Fault(definition.at("activities", i, "next"), message, hint)


def _undecided(definition: Definition) -> frozenset[str]:
    """Return the decisions without their other way that keep the work from going on.

    It is taken to go on with the following activity, as everywhere that nothing else is said.
    """
    following, after = _following(definition), successors(definition)
    reached = reachable(list(following)[:1], after)
    return frozenset(
        activity.id
        for activity in definition.activities
        if _lacks_other_way(activity)
        and (following[activity.id] not in reached or _is_endless(activity.id, after))
    )


def _lacks_other_way(activity: Activity) -> bool:
    return len(activity.next) == 1 and is_decision(activity)


def _following(definition: Definition) -> dict[str, str]:
    """Return the activity that stands below each in the list, or the end after the last."""
    ids = [activity.id for activity in definition.activities]
    return dict(zip(ids, [*ids[1:], END], strict=True))


def _is_endless(id_: str, after: Mapping[str, Iterable[str]]) -> bool:
    return reachable([id_], after) <= after.keys()


def _dead_ends(definition: Definition) -> Iterator[Fault]:
    """Tell what is never reached or never ends, where no decision lacks the way there."""
    ids = [activity.id for activity in definition.activities]
    after = {id_: set(targets) for id_, targets in successors(definition).items()}
    for id_ in _undecided(definition):
        after[id_].add(_following(definition)[id_])
    reached = reachable(ids[:1], after)
    told: set[str] = set()
    for i, id_ in enumerate(ids):
        if id_ not in reached | told:
            lost = [each for each in ids if each in reachable([id_], after) - reached - told]
            also = f", nor {quoted(lost[1:], 'or')} after it" if lost[1:] else ""
            message = f"{id_} is never reached from {ids[0]}{also}"
            hint = f"lead a branch to {id_}, or take the activity out"
            yield Fault(definition.at("activities", i, "id"), message, hint)
            told.update(lost)
    endless = [id_ for id_ in ids if id_ in reached and _is_endless(id_, after)]
    if endless:
        message = f"from {endless[0]} the work never comes to an end"
        place = definition.at("activities", ids.index(endless[0]), "next")
        yield Fault(place, message, f"lead one branch of {quoted(endless, 'or')} to `end`")


@rule("ACT-004", "decision-unlabelled", warning=True)
def decision_unlabelled(manual: Manual) -> Iterator[Fault]:
    """A decision has two or more branches, and each says when it is taken.

    Why: with the other way left out, everybody decides for themselves what happens otherwise.

    Bad:
        # EXA-020
        activities:
        - id: A1
          next:
          - {when: "the list has entries", to: A2}

    Good:
        # EXA-020
        activities:
        - id: A1
          next:
          - {when: "the list has entries", to: A2}
          - {when: otherwise, to: end}
    """
    for definition in manual.living:
        for i, activity in enumerate(definition.activities):
            if not is_decision(activity):
                continue
            if _lacks_other_way(activity) and not _is_broken_off(manual, definition, activity):
                message = f"{activity.id} does not say what happens otherwise"
                hint = "add a branch with `when: otherwise`"
                yield Fault(definition.at("activities", i, "next"), message, hint)
            for j, branch in enumerate(activity.next):
                if branch.when is None:
                    message = f"the branch of {activity.id} to `{branch.to}` does not say when"
                    place = definition.at("activities", i, "next", j)
                    yield Fault(place, message, "add `when:`; the last may be `otherwise`")


def _is_broken_off(manual: Manual, definition: Definition, activity: Activity) -> bool:
    """Tell whether ACT-003 says already what the decision lacks."""
    return activity.id in _undecided(definition) and _can_be_followed(manual, definition)


@rule("ACT-005", "procedure-not-callable")
def procedure_not_callable(manual: Manual) -> Iterator[Fault]:
    """A procedure that an activity calls exists, and belongs to this process or is shared.

    Why: staff follow the link in the middle of their work. A procedure of another process is run
    by other people under other rules, unless its owner has marked it `shared`.

    Bad:
        # EXA-020
        activities:
        - id: A1
          procedure: EXA-011

    Good:
        # EXA-020
        activities:
        - id: A1
          procedure: EXA-011
        # EXA-011
        shared: true
    """
    for definition in manual.living:
        for i, activity in enumerate(definition.activities):
            if activity.procedure:
                yield from _call(manual, definition, i, activity)


def _call(manual: Manual, definition: Definition, i: int, activity: Activity) -> Iterator[Fault]:
    id_ = activity.procedure or ""
    place = definition.at("activities", i, "procedure")
    if not manual.knows(id_):
        yield from definition_faults(manual, id_, place)
        return
    called = manual.current.get(id_)
    if called is None or called.is_retired:
        return  # a file that cannot be read; or LIF-008 tells
    if not called.is_process and called.parent not in manual.current:
        return  # IDN-005 tells
    home = definition.id if definition.is_process else definition.parent
    if called.is_process:
        message, hint = f"`{id_}` is a process, not a procedure", "hand over to it with `next`"
        yield Fault(place, message, hint)
    elif called.parent != home and not called.shared:
        message = f"`{id_}` belongs to {called.parent or 'another process'} and is not shared"
        yield Fault(place, message, f"ask its owner to set `shared: true` in {id_}")


@rule("ACT-006", "activity-hard-to-read", warning=True)
def activity_hard_to_read(manual: Manual) -> Iterator[Fault]:
    """The title of an activity starts with a verb, and there are not too many activities.

    Why: a title such as “Check the form” tells what to do. A list longer than the limit in
    `manual.yml` (15) is easier to follow as several procedures.

    Bad:
        # EXA-011
        activities:
        - id: A2
          title: "Priority of the fault"

    Good:
        # EXA-011
        activities:
        - id: A2
          title: "Set the priority of the fault"
    """
    verbs = common_verbs() | {verb.casefold() for verb in manual.policy.verbs}
    limit = manual.policy.limits.activities
    for definition in manual.living:
        for i, activity in enumerate(definition.activities):
            first = activity.title.split()[0].strip(",.:;()“”\"'").casefold()
            if first not in verbs and first.removeprefix("re-") not in verbs:
                message = f"the title of {activity.id} starts with `{activity.title.split()[0]}`"
                hint = "start with a verb that says what to do; manual.yml can add `verbs`"
                place = definition.at("activities", i, "title")
                yield Fault(place, f"{message}, which is not a verb we know", hint)
        if len(definition.activities) > limit:
            message = f"{len(definition.activities)} activities are more than {limit}"
            hint = "move steps that belong together into procedures"
            yield Fault(definition.at("activities"), message, hint)


@cache
def common_verbs() -> frozenset[str]:
    """Return the verbs that step titles may start with in any manual."""
    return frozenset(Path(__file__).with_name("verbs.txt").read_text("utf-8").split())
