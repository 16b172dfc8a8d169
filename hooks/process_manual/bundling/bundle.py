"""``bundle``: from the current commit to a folder that only has to be signed and stored."""

from __future__ import annotations

import datetime
import platform
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from process_manual.bundling.building import Order, Say, build, normalise
from process_manual.bundling.checkout import clone, current
from process_manual.bundling.packages import LOCK, require_locked
from process_manual.bundling.workplace import hand_over, workplace
from process_manual.editing import RefusedError
from process_manual.editions import manifest
from process_manual.editions.entry import Entry, sha256
from process_manual.editions.names import name_fault
from process_manual.editions.store import Store, Stored, standing
from process_manual.gate import inspect

Watch = Callable[[Sequence[str]], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Plan:
    """A bundle that may be made: nothing is written yet."""

    order: Order
    before: Stored | None
    """The newest entry of the store; the bundle is made after it."""

    @property
    def sequence(self) -> int:
        """Number of the edition in the chain."""
        return self.before.entry.sequence + 1 if self.before else 1


def plan(root: Path, name: str, store: Store, as_of: datetime.date | None = None) -> Plan:
    """Look whether the commit in ``root`` can become the edition ``name`` of a store.

    ``as_of`` defaults to the commit's date. Refuses a bad or a used name, and what is not a clean
    clone with the locked packages; EditionError when the store cannot be read.
    """
    if fault := name_fault(name):
        raise RefusedError(f"`{name}` cannot be the name of an edition: {fault}")
    entries = store.entries()
    if any(each.entry.name == name for each in entries):
        raise RefusedError(f"the edition {name} is there already, and none is ever made twice")
    commit = current(root)
    require_locked(root, "run `make install`")
    stand = standing(entries)
    previous = stand[-1].folder if stand else None
    order = Order(commit, name, as_of or commit.date, previous)
    return Plan(order, entries[-1] if entries else None)


def bundle(
    root: Path, planned: Plan, target: Path, served_at: str, say: Say, watch: Watch = iter
) -> Entry:
    """Make the bundle in the new folder ``target``, whole or not at all; return its ENTRY.

    ``served_at`` is the path of the site's address, for the gate. Refuses what MkDocs or the gate
    refuses, with their findings.
    """
    with workplace(target) as place:
        say(f"Cloning commit {planned.order.commit.hash[:12]}")
        source = clone(root, planned.order.commit, place / "clone")
        made = place / "bundle"
        made.mkdir()
        build(planned.order, source, made, say)
        if findings := inspect(made / "site", served_at, watch):
            raise RefusedError("the gate refuses what was built", findings)
        entry = _describe(made, planned)
        normalise(made, planned.order.commit.seconds)
        hand_over(made, target)
    return entry


def _describe(made: Path, planned: Plan) -> Entry:
    """Write SHA256SUMS and ENTRY beside the content."""
    hashes, size = manifest.measure(made)
    sums = manifest.encode(hashes)
    (made / "SHA256SUMS").write_bytes(sums)
    order = planned.order
    entry = Entry(
        sequence=planned.sequence,
        name=order.name,
        previous=planned.before.sha256 if planned.before else None,
        manifest=sha256(sums),
        definitions=hashes[manifest.DEFINITIONS],
        files=len(hashes),
        size=size,
        commit=order.commit.hash,
        lock=hashes.get(f"source/{LOCK}"),
        python=platform.python_version(),
        as_of=order.as_of,
    )
    (made / "ENTRY").write_bytes(entry.encode())
    return entry
