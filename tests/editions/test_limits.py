"""Many publishers at once, a full disk, a disk that nobody may write to."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from process_manual.editions import publishing
from process_manual.editions.locking import locked
from process_manual.editions.names import EditionError
from process_manual.editions.store import Store
from tests.editions.stores import FILES, Office, new_key, pages, seal, with_editions

PUBLISHERS, EACH = 8, 5


def _publish_many(folder: Path, number: int) -> None:
    """Bundle and publish five times, as `publish NAME` does: the lock is held all the while."""
    for each in range(EACH):
        name = f"edition-{number}-{each}"
        with locked(folder / "store", create=True) as store:
            newest = store.newest()
            after = {
                "sequence": newest.entry.sequence + 1 if newest else 1,
                "previous": newest.sha256 if newest else None,
            }
            bundle = seal(folder / name, {**FILES, "site/new.html": name}, name=name, **after)
            publishing.publish(store, bundle, pages=pages)


def test_eight_publishers_at_once_make_one_chain(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    started = [
        context.Process(target=_publish_many, args=(tmp_path, number))
        for number in range(PUBLISHERS)
    ]
    for process in started:
        process.start()
    for process in started:
        process.join()
    assert [process.exitcode for process in started] == [0] * PUBLISHERS
    office = Office(tmp_path)
    assert len(Store(office.store).entries()) == PUBLISHERS * EACH
    assert office.faults() == ()


def test_verifying_while_others_publish_finds_no_fault(tmp_path: Path) -> None:
    office = with_editions(tmp_path, ["one"])
    process = multiprocessing.get_context("fork").Process(
        target=_publish_and_withdraw, args=[office]
    )
    process.start()
    times = 0
    while process.is_alive():
        assert office.faults() == ()
        times += 1
    process.join()
    assert process.exitcode == 0
    assert times > 5
    assert len(Store(office.store).entries()) == 21


def _publish_and_withdraw(office: Office) -> None:
    for number in range(10):
        office.publish(f"edition-{number}")
        office.withdraw(f"edition-{number}", remove_files=True)


def test_who_waits_is_told_once_and_then_goes_on(tmp_path: Path) -> None:
    office, told = with_editions(tmp_path, ["one"]), []
    program = (
        "import sys\nfrom pathlib import Path\n"
        "from process_manual.editions.locking import locked\n"
        f"with locked(Path({str(office.store)!r})):\n"
        "    print('held', flush=True)\n    sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"

        def waiting() -> None:
            told.append("waiting")
            other.stdin.close()

        with locked(office.store, waiting=waiting):
            pass
    assert told == ["waiting"]


# A full disk


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 512 KiB. Only root may make one; the tests of this project run as root."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=512k,nr_inodes=4096", "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        pytest.fail(
            f"no small disk can be mounted, so that a full one is not tried: {done.stderr}"
            "Run this test as root, in a container with --cap-add SYS_ADMIN."
        )
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_an_edition_that_is_too_large_for_the_disk_leaves_room_for_another(
    tmp_path: Path, small_disk: Path
) -> None:
    office = Office(small_disk, new_key(tmp_path), bundle_folder=tmp_path)
    office.publish("one")
    with pytest.raises(EditionError, match=r"^[^\n]*: no space left on device$"):
        office.publish("large", {"site/large.html": "x" * 600_000})
    assert office.faults() == ()
    assert not list((office.store / "staging").iterdir())
    office.publish("two")
    assert office.faults() == ()


def test_a_disk_that_fills_up_holds_what_was_published(tmp_path: Path, small_disk: Path) -> None:
    office, acknowledged = Office(small_disk, bundle_folder=tmp_path), []

    def publish_for_ever() -> None:
        for number in itertools.count(1):
            done = office.publish(f"e{number}", {"site/large.html": f"{number}" * 20_000})
            acknowledged.append(done.stored.sha256)

    with pytest.raises(EditionError, match=r"^[^\n]*: no space left on device$"):
        publish_for_ever()
    assert len(acknowledged) > 2
    assert office.faults() == ()
    assert [each.sha256 for each in Store(office.store).entries()] == acknowledged


def test_a_file_that_grows_too_large_refuses_the_edition(tmp_path: Path) -> None:
    """The same without root: the system refuses files beyond a size."""
    office = with_editions(tmp_path, ["one"])
    bundle = office.bundle("two", {"site/large.html": "x" * 100_000})
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, before[1]))
    try:
        with pytest.raises(EditionError, match="file too large"):
            office.put(bundle)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert office.faults() == ()
    assert not office.put(bundle).already


# A disk that nobody may write to


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Office]:
    """A store as root cannot write to it either."""
    office = with_editions(tmp_path, ["one"])
    office.bundle("two")
    store = str(office.store)
    for command in (["--bind", store, store], ["-o", "remount,bind,ro", store]):
        done = subprocess.run(["mount", *command], capture_output=True, text=True)
        if done.returncode:
            pytest.fail(f"a store cannot be made read-only here: {done.stderr}Run this as root.")
    try:
        yield office
    finally:
        subprocess.run(["umount", store], check=True)


def test_a_read_only_store_is_verified_and_read_and_refuses_to_be_written_to(
    read_only: Office,
) -> None:
    assert read_only.faults() == ()
    with pytest.raises(EditionError, match=r"store/lock: read-only file system$"):
        read_only.put(read_only.bundles["two"])
    with pytest.raises(EditionError, match=r"store/lock: read-only file system$"):
        read_only.withdraw("one")


@pytest.mark.parametrize("umask", [0o077, 0o000])
def test_the_umask_decides_who_may_read_and_nobody_may_write(umask: int, tmp_path: Path) -> None:
    before = os.umask(umask)
    try:
        office = with_editions(tmp_path, ["one", "two"])
    finally:
        os.umask(before)
    for path in (office.store / "editions").rglob("*"):
        if path.is_file():
            assert path.stat().st_mode & 0o777 == 0o444 & ~umask
    assert office.faults() == ()
