"""The order of a definition's activities: where the work goes after each step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from process_manual.model.definition import END, Activity, Branch, Definition


def branches(definition: Definition) -> Mapping[str, tuple[Branch, ...]]:
    """Return where the work goes after each activity; unsaid, to the next in the list."""
    found: dict[str, tuple[Branch, ...]] = {}
    following = [activity.id for activity in definition.activities[1:]] + [END]
    for activity, next_id in zip(definition.activities, following, strict=False):
        found.setdefault(activity.id, activity.next or (Branch(to=next_id),))
    return found


def reachable(start: Iterable[str], edges: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """Return every node that can be reached from ``start``, itself included."""
    seen: set[str] = set()
    todo = list(start)
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            todo.extend(edges.get(node, ()))
    return frozenset(seen)


def successors(definition: Definition) -> Mapping[str, frozenset[str]]:
    """Return the targets (activities, ``end``, definition ids) after each activity."""
    return {id_: frozenset(b.to for b in after) for id_, after in branches(definition).items()}


def before(definition: Definition) -> Mapping[str, frozenset[str]]:
    """Return, for each activity, the activities from which the work can reach it."""
    after = successors(definition)
    ids = {activity.id for activity in definition.activities}
    reach = {id_: reachable(after[id_], after) & ids for id_ in after}
    return {id_: frozenset(other for other in ids if id_ in reach[other]) for id_ in ids}


def hand_overs(definition: Definition) -> frozenset[str]:
    """Return the ids of other definitions that take the work over."""
    ids = {activity.id for activity in definition.activities} | {END}
    return frozenset(
        branch.to
        for activity in definition.activities
        for branch in activity.next
        if branch.to not in ids
    )


def is_decision(activity: Activity) -> bool:
    """Tell whether the work can go more than one way after ``activity``."""
    return len(activity.next) > 1 or any(branch.when for branch in activity.next)
