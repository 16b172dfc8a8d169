"""Publishing: what becomes of a bundle, what is stored once, what is refused."""

from __future__ import annotations

import datetime
import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from process_manual.editions.disk import Disk
from process_manual.editions.locking import locked
from process_manual.editions.names import EditionError
from process_manual.editions.store import Store
from tests.editions.stores import (
    FILES,
    NOON,
    Office,
    contents,
    new_key,
    seal,
    signers_of,
    with_editions,
)
from tests.support import write


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return with_editions(tmp_path, ["one", "two"])


def test_a_bundle_becomes_the_next_edition(office: Office) -> None:
    first, second = Store(office.store).entries()
    assert second.entry.previous == first.sha256
    assert second.entry.published == NOON + datetime.timedelta(hours=2)
    bundle, stored = contents(office.bundles["two"]), contents(second.folder)
    assert bundle.pop("ENTRY") != stored.pop("ENTRY")
    assert bundle == stored
    assert office.faults() == ()


def test_public_shows_every_edition_and_the_newest_once_more(office: Office) -> None:
    public = office.store / "public"
    assert (public / "one/new.html").read_text() == "one\n"
    assert (public / "latest/new.html").read_text() == "two\n"
    assert json.loads((public / "versions.json").read_bytes()) == [
        {"version": "two", "title": "two", "aliases": ["latest"]},
        {"version": "one", "title": "one", "aliases": []},
    ]
    assert [path.name for path in (office.store / "publics").iterdir()] == ["2"]


def test_a_store_that_was_moved_is_the_same(office: Office) -> None:
    office.store.rename(office.folder / "elsewhere")
    assert not office.store.exists()
    (office.folder / "elsewhere").rename(office.store)
    assert (office.store / "public/latest/index.html").exists()
    assert office.faults() == ()


def test_unchanged_and_moved_files_are_stored_once_and_nobody_can_write_to_them(
    office: Office,
) -> None:
    office.publish("three", {"site/moved.html": "two\n", "site/index.html": "changed\n"})
    editions = office.store / "editions"
    same = "site/processes/RES-014/index.html"
    assert (editions / "three" / same).samefile(editions / "one" / same)
    assert (editions / "three/site/moved.html").samefile(editions / "two/site/new.html")
    assert not (editions / "three/site/index.html").samefile(editions / "two/site/index.html")
    for path in editions.rglob("*"):
        assert path.is_dir() or not path.stat().st_mode & 0o222, path


def test_three_edited_files_add_at_most_a_tenth_of_the_bytes(tmp_path: Path) -> None:
    files = {f"site/{number}.html": f"{number} " * 2_000 for number in range(100)}
    office = Office(tmp_path)
    office.publish("one", files)
    first = _bytes_stored(office.store)
    office.publish("two", files | {f"site/{number}.html": "new " * 2_000 for number in range(3)})
    assert _bytes_stored(office.store) - first <= first / 10


def _bytes_stored(folder: Path) -> int:
    found = [path.lstat() for path in folder.rglob("*") if not path.is_dir()]
    return sum({each.st_ino: each.st_size for each in found if stat.S_ISREG(each.st_mode)}.values())


@pytest.mark.parametrize("why", ["no links here", "damaged", "writable"])
def test_a_file_that_cannot_be_linked_to_is_copied(why: str, office: Office) -> None:
    class NoLinks(Disk):
        def link(self, existing: Path, path: Path) -> None:
            raise OSError(1, "Operation not permitted")

    old = office.store / "editions/two/site/index.html"
    if why != "no links here":
        old.chmod(0o644)
    if why == "damaged":
        old.write_text("damaged\n")
    office.publish("three", disk=NoLinks() if why == "no links here" else None)
    new = office.store / "editions/three/site/index.html"
    assert not new.samefile(old)
    assert new.read_text() == FILES["site/index.html"]
    assert not new.stat().st_mode & 0o222
    found = ["editions/one/site/index.html: changed", "editions/two/site/index.html: changed"]
    assert list(office.faults()) == (found if why == "damaged" else [])


def test_the_newest_edition_may_be_published_once_more_and_is_the_same(office: Office) -> None:
    before = contents(office.store)
    done = office.put(office.bundles["two"])
    assert done.already
    assert done.stored.entry.name == "two"
    assert contents(office.store) == before


REFUSED: dict[str, tuple[Callable[[Office], Path], str]] = {
    "another edition of that name": (
        lambda office: office.bundle("one", {"site/x.html": "x"}),
        "is published already",
    ),
    "made before the newest": (
        lambda office: office.bundle("three", sequence=2, previous="f" * 64),
        r"was made after entry 1, and the newest of .* is 2; bundle it again",
    ),
    "made after one of another store": (
        lambda office: office.bundle("three", previous="f" * 64),
        "bundle it again",
    ),
    "made as the first": (
        lambda office: office.bundle("three", sequence=1, previous=None),
        "made as the first edition",
    ),
    "an edition, not a bundle": (
        lambda office: office.store / "editions/two",
        "an entry of a store",
    ),
    "changed since": (
        lambda office: write(office.bundle("three"), {"site/index.html": "x"}),
        "site/index.html: changed; bundle it again",
    ),
    "a file too many": (
        lambda office: write(office.bundle("three"), {"site/more.html": "x"}),
        "site/more.html: not in SHA256SUMS",
    ),
    "no entry": (lambda office: office.folder / "nothing", "ENTRY: missing"),
    "definitions that are none": (
        lambda office: _with_definitions(office, b"id\n"),
        r"DEFINITIONS\.tsv: its columns are not",
    ),
    "a link": (lambda office: _with_link(office), r"site/link\.html: not a plain file"),
}


def _with_definitions(office: Office, data: bytes) -> Path:
    from process_manual.editions.entry import sha256

    folder = office.bundle("three")
    sums = (folder / "SHA256SUMS").read_text()
    old = (folder / "DEFINITIONS.tsv").read_bytes()
    write(folder, {"DEFINITIONS.tsv": data, "SHA256SUMS": sums.replace(sha256(old), sha256(data))})
    entry = (folder / "ENTRY").read_text().replace(sha256(old), sha256(data))
    entry = entry.replace(sha256(sums.encode()), sha256((folder / "SHA256SUMS").read_bytes()))
    size = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
    size -= sum((folder / name).stat().st_size for name in ("ENTRY", "SHA256SUMS"))
    lines = [f"bytes: {size}" if x.startswith("bytes:") else x for x in entry.splitlines()]
    return write(folder, {"ENTRY": "\n".join(lines) + "\n"})


def _with_link(office: Office) -> Path:
    folder = office.bundle("three")
    (folder / "site/link.html").symlink_to("index.html")
    return folder


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_refused_changes_nothing(why: str, office: Office) -> None:
    bundle, message = REFUSED[why][0](office), REFUSED[why][1]
    before = contents(office.store)
    with pytest.raises(EditionError, match=message) as caught:
        office.put(bundle)
    assert "\n" not in str(caught.value)
    assert contents(office.store) == before


def test_a_clock_that_goes_wrong_is_refused(office: Office) -> None:
    with pytest.raises(EditionError, match="set the clock"):
        office.publish("three", now=NOON)
    assert office.faults() == ()


def test_pages_that_would_hide_an_edition_are_refused(office: Office) -> None:
    for name in ("latest", "one/index.html", "three/x", "../x", "SHA256SUMS"):
        with pytest.raises(EditionError, match="cannot stand in `public`"):
            office.publish("three", pages=lambda rows, name=name: {name: b""})
    assert office.faults() == ()


def test_a_folder_that_is_no_store_is_left_alone(office: Office) -> None:
    bundle = seal(office.folder / "first", FILES)
    write(office.folder, {"home/letter.txt": "Dear"})
    office = Office(office.folder / "home")
    write(office.store, {"letter.txt": "Dear"})
    with pytest.raises(EditionError, match="neither empty nor a store"):
        office.put(bundle)
    with (
        pytest.raises(EditionError, match="no store of editions here"),
        locked(office.folder / "typo"),
    ):
        pass
    assert not (office.folder / "typo").exists()


def test_an_edition_is_signed_by_the_key_that_was_given(tmp_path: Path) -> None:
    key = new_key(tmp_path)
    office = with_editions(tmp_path, ["one", "two"], key)
    assert office.faults(signers=signers_of(key)) == ()
    assert "who signed" not in office.notes(signers=signers_of(key))


def test_a_key_that_cannot_sign_stores_nothing(office: Office) -> None:
    bundle, before = office.bundle("three"), contents(office.store)
    write(office.folder, {"no-key": "not a key"})
    for name in ("no-key", "missing"):
        with pytest.raises(EditionError, match=r"cannot sign|no such key"):
            office.put(bundle, key=office.folder / name)
    assert contents(office.store) == before


def test_without_ssh_keygen_nothing_is_signed_and_one_line_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = with_editions(tmp_path, ["one"], new_key(tmp_path))
    bundle = office.bundle("two")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EditionError, match=r"^ssh-keygen is not installed, or not on the path$"):
        office.put(bundle)
    assert office.faults() == ("ssh-keygen is not installed, or not on the path",)
    monkeypatch.undo()
    assert office.faults() == ()
