"""A publisher that is killed, or whose power is cut, at any moment: the store is still sound."""

from __future__ import annotations

import functools
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from process_manual.editions.disk import Disk
from process_manual.editions.names import EditionError
from process_manual.editions.public import shown_number
from process_manual.editions.store import Store
from process_manual.editions.verifying import verify
from tests.editions.disks import (
    Counting,
    Cutting,
    Failing,
    Killed,
    PowerCut,
    in_a_child,
)
from tests.editions.stores import Office, with_editions

MOMENTS = ("before", "in the middle of", "after")
Work = Callable[[Office, Disk], object]


def _first(office: Office, disk: Disk) -> object:
    shutil.rmtree(office.store, ignore_errors=True)
    return office.put(office.bundles["first"], disk=disk)


def _next(office: Office, disk: Disk) -> object:
    return office.put(office.bundles["two"], disk=disk)


def _withdrawn(office: Office, disk: Disk) -> object:
    return office.withdraw("one", remove_files=True, disk=disk)


WORK: dict[str, Work] = {"the first": _first, "the next": _next, "a withdrawal": _withdrawn}


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An edition in the store, and bundles for the first and for the next."""
    office = Office(tmp_path)
    office.bundle("first")
    office.publish("one")
    office.bundle("two", {"site/index.html": "changed\n"})
    return office


def _restore(office: Office, saved: Path) -> None:
    shutil.rmtree(office.store, ignore_errors=True)
    shutil.copytree(saved, office.store, symlinks=True)


def _sound(office: Office, work: Work) -> tuple[str, ...]:
    """Return what `verify` finds; before the first edition there need be no store."""
    if work is _first and not (office.store / "editions").exists():
        return ()
    return office.faults()


@pytest.mark.long
@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("name", WORK)
def test_killed_at_any_call_the_store_verifies_and_the_next_publish_succeeds(
    name: str, moment: str, office: Office
) -> None:
    work, saved = WORK[name], office.folder / "saved"
    shutil.copytree(office.store, saved, symlinks=True)
    counting = Counting()
    work(office, counting)
    killed = 0
    for number, operation in enumerate(counting.done):
        _restore(office, saved)
        status = in_a_child(functools.partial(work, office, Killed(number, moment)))
        if moment == "in the middle of" and operation != "write":
            continue
        assert status == -9, (number, operation)
        killed += 1
        assert _sound(office, work) == (), (number, operation)
        again = functools.partial(office.put, office.bundles["first"]) if work is _first else None
        (again or functools.partial(work, office, Disk()))()
        assert office.faults() == (), (number, operation)
        office.publish("last")
        assert office.faults() == (), (number, operation)
        assert not list((office.store / "staging").iterdir())
        assert len(list((office.store / "publics").iterdir())) == 1
    assert killed >= (3 if moment == "in the middle of" else 40)


@pytest.mark.long
def test_killed_again_while_it_makes_good_the_store_verifies(office: Office) -> None:
    counting = Counting()
    saved = office.folder / "saved"
    shutil.copytree(office.store, saved, symlinks=True)
    _next(office, counting)
    commit = counting.done.index("rename")  # the first of all is the commit point
    for number in (commit, commit + 2, commit + 4):
        _restore(office, saved)
        assert in_a_child(functools.partial(_next, office, Killed(number, "after"))) == -9
        killed = office.folder / "killed"
        shutil.rmtree(killed, ignore_errors=True)
        shutil.copytree(office.store, killed, symlinks=True)
        for second in range(200):
            _restore(office, killed)
            status = in_a_child(functools.partial(_next, office, Killed(second, "after")))
            assert office.faults() == (), (number, second)
            if status == 0:
                break
        else:
            pytest.fail("it never came to its end")


@pytest.mark.parametrize("only_once", [True, False], ids=["once", "from then on"])
@pytest.mark.parametrize("name", WORK)
def test_an_error_at_any_call_is_one_line_and_the_store_verifies(
    name: str, only_once: bool, office: Office
) -> None:
    work, saved = WORK[name], office.folder / "saved"
    shutil.copytree(office.store, saved, symlinks=True)
    counting = Counting()
    work(office, counting)
    refused = 0
    for number, operation in enumerate(counting.done):
        _restore(office, saved)
        error = _refusal(functools.partial(work, office, Failing(number, only_once=only_once)))
        if operation == "link" and only_once:
            assert error is None  # then it is copied
        else:
            assert "no space left on device" in error
            assert "\n" not in error
            stored = _entries(office) > (0 if work is _first else 1)
            assert ("is stored" in error or "is withdrawn" in error) == stored, error
            refused += 1
        assert _sound(office, work) == (), (number, operation)
    assert refused > 20


def _refusal(work: Callable[[], object]) -> str | None:
    try:
        work()
    except EditionError as error:
        return str(error)
    return None


def _entries(office: Office) -> int:
    return len(Store(office.store).entries())


# Loss of power


def _publish_all(office: Office, disk: Disk, acknowledge: Callable[[], None]) -> None:
    """Publish, withdraw and publish again; `acknowledge` is called whenever a command is done."""
    for step in (
        lambda: office.publish("one", disk=disk),
        lambda: office.publish("two", {"site/index.html": "changed\n"}, disk=disk),
        lambda: office.withdraw("one", remove_files=True, disk=disk),
        lambda: office.publish("three", disk=disk),
    ):
        step()
        acknowledge()


def _losses(folder: Path, states: int, *, syncing: bool) -> tuple[int, list[str]]:
    """Return how many cuts were tried, and what they damaged or lost."""
    (folder / "disk").mkdir()
    office, found = Office(folder / "disk", bundle_folder=folder / "bundles"), []
    chance, witnesses, tried = random.Random(20261123), list[str](), 0

    def cut(power: PowerCut) -> None:
        nonlocal tried
        for _ in range(states):
            left = folder / "left"
            power.leave(left, chance)
            tried += 1
            found.extend(_after(Office(left, published=100), witnesses, tried % 20 == 0))
            shutil.rmtree(left)

    def acknowledge() -> None:
        newest = Store(office.store).newest()
        assert newest is not None
        witnesses.append(newest.witness)
        cut(disk)

    disk = Cutting(office.folder, cut, syncing=syncing)
    _publish_all(office, disk, acknowledge)
    return tried, found


def _after(office: Office, witnesses: list[str], publish: bool) -> list[str]:
    """Return what is wrong with a store after the power came back."""
    if not (office.store / "editions").exists():
        return ["lost: everything"] if witnesses else []
    found = [f"damaged: {fault}" for fault in verify(office.store, expect=witnesses).faults]
    if (shown_number(Store(office.store)) or 0) < len(witnesses):
        found.append("lost: what `public` showed")
    if publish and not found:
        office.publish("after")
        found = [f"not mended: {fault}" for fault in office.faults()]
    return found


@pytest.mark.long
def test_power_cut_at_any_moment_damages_nothing_and_loses_nothing_acknowledged(
    tmp_path: Path,
) -> None:
    tried, found = _losses(tmp_path, 10, syncing=True)
    assert found == []
    assert tried >= 2_000


def test_without_fsync_the_same_power_cuts_do_damage_and_lose_editions(tmp_path: Path) -> None:
    """Else the test above would prove nothing."""
    _, found = _losses(tmp_path, 1, syncing=False)
    assert any(fault.startswith("damaged") for fault in found)
    assert any("rolled back" in fault or fault.startswith("lost") for fault in found)


def test_the_real_disk_asks_the_operating_system_for_fsync(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = set()
    real = os.fsync
    monkeypatch.setattr(
        "os.fsync", lambda handle: (synced.add(os.fstat(handle).st_ino), real(handle))[1]
    )
    office = with_editions(tmp_path, ["one"])
    edition = office.store / "editions/one"
    for path in (office.store, edition.parent, edition, *edition.rglob("*")):
        assert path.stat().st_ino in synced, path
