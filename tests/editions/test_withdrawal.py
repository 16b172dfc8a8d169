"""Withdrawing an edition: what goes, what stays, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from process_manual.editions.names import EditionError
from process_manual.editions.store import Store
from tests.editions.stores import (
    Office,
    contents,
    with_editions,
)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return with_editions(tmp_path, ["one", "two"])


def test_what_was_withdrawn_leaves_public_and_stays_in_the_chain(office: Office) -> None:
    office.withdraw("two", "held a password")
    public = office.store / "public"
    assert sorted(path.name for path in public.iterdir() if path.is_dir()) == [
        "assets",
        "latest",
        "one",
    ]
    assert (public / "latest").readlink() == (public / "one").readlink()
    assert (office.store / "editions/two/site/index.html").exists()
    assert office.faults() == ()
    office.publish("three")
    assert office.faults() == ()
    newest = Store(office.store).newest()
    assert newest is not None
    assert newest.entry.sequence == 4


def test_files_go_when_asked_and_hashes_stay(office: Office) -> None:
    office.withdraw("two", remove_files=True)
    left = sorted(path.name for path in (office.store / "editions/two").iterdir())
    assert left == ["ENTRY", "SHA256SUMS"]
    assert (office.store / "editions/one/site/index.html").exists()
    assert office.faults() == ()
    assert [row.definitions for row in Store(office.store).summaries()][1] == ()
    office.publish("three")
    assert office.faults() == ()


def test_files_may_go_later_and_only_one_tombstone_stands(office: Office) -> None:
    office.withdraw("one")
    done = office.withdraw("one", remove_files=True)
    assert done.already
    assert len(Store(office.store).entries()) == 3
    assert not (office.store / "editions/one/site").exists()
    assert office.faults() == ()


def test_all_editions_may_be_withdrawn(office: Office) -> None:
    office.withdraw("one", remove_files=True)
    office.withdraw("two", remove_files=True)
    assert not (office.store / "public/latest").exists()
    assert (office.store / "public/versions.json").read_bytes() == b"[]\n"
    assert office.faults() == ()
    office.publish("three")
    assert office.faults() == ()


@pytest.mark.parametrize(
    ("name", "reason", "message"),
    [
        ("four", "why", "no edition `four`; there are one, two"),
        ("withdrawal-3", "why", "no edition `withdrawal-3`"),
        ("../one", "why", "no edition"),
        ("one", "two\nlines", "not one line"),
        ("one", " ", "not one line"),
        ("one", "x" * 501, "longer than 500"),
    ],
)
def test_what_cannot_be_withdrawn(name: str, reason: str, message: str, office: Office) -> None:
    before = contents(office.store)
    with pytest.raises(EditionError, match=message):
        office.withdraw(name, reason)
    assert contents(office.store) == before
