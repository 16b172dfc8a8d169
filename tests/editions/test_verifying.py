"""Verifying: every kind of tampering is found, and nothing else is called a fault."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from process_manual.editions.store import Store
from tests.editions.stores import (
    FILES,
    Office,
    seal,
)
from tests.support import write


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.chmod(0o644)
    path.write_text(text.replace(old, new, 1))


def _swap(one: Path, two: Path) -> None:
    one.rename(one.with_name("aside"))
    two.rename(one)
    one.with_name("aside").rename(two)


def _replace_with_link(path: Path) -> None:
    path.rename(path.with_name("real"))
    path.symlink_to("real")


def _reorder(path: Path) -> None:
    path.chmod(0o644)
    path.write_text("".join(sorted(path.read_text().splitlines(True))[::-1]))


def _rewrite(store: Path, name: str) -> None:
    """Replace an edition by one whose files, list and entry agree, as one without a key could."""
    folder = store / "editions" / name
    entry = Store(store).edition(name).entry
    shutil.rmtree(folder)
    fields = {"sequence": entry.sequence, "previous": entry.previous, "name": name}
    seal(folder, {**FILES, "site/index.html": "forged\n"}, **fields, published=entry.published)


TAMPERINGS: dict[str, tuple[Callable[[Path], object], str]] = {
    "two editions change places": (
        lambda s: _swap(s / "editions/one", s / "editions/two"),
        r"editions/one/ENTRY: is that of `two`",
    ),
    "an edition is dropped": (
        lambda s: shutil.rmtree(s / "editions/two"),
        r"editions/three/ENTRY: sequence 3 comes after 1",
    ),
    "the first edition is dropped": (
        lambda s: shutil.rmtree(s / "editions/one"),
        r"editions/two/ENTRY: sequence 2 comes after 0",
    ),
    "an edition is there twice": (
        lambda s: shutil.copytree(s / "editions/two", s / "editions/two-b"),
        r"editions/two-b/ENTRY: is that of `two`",
    ),
    "an edition is renamed": (
        lambda s: (s / "editions/two").rename(s / "editions/second"),
        r"editions/second/ENTRY: is that of `two`",
    ),
    "an edition is a link": (
        lambda s: _replace_with_link(s / "editions/two"),
        r"editions/two: no folder",
    ),
    "a file is a link to the same": (
        lambda s: _replace_with_link(s / "editions/two/site/index.html"),
        r"editions/two/site/index.html: not a plain file",
    ),
    "a folder is a link to the same": (
        lambda s: _replace_with_link(s / "editions/two/site/processes"),
        r"editions/two/site/processes: not a plain file",
    ),
    "a file is a folder": (
        lambda s: (
            (s / "editions/two/site/index.html").unlink(),
            (s / "editions/two/site/index.html").mkdir(),
        ),
        r"editions/two/site/index.html: a folder that does not belong here",
    ),
    "a pipe": (
        lambda s: os.mkfifo(s / "editions/two/site/pipe"),
        r"editions/two/site/pipe: not a plain file",
    ),
    "a pipe for an entry": (
        lambda s: (
            (s / "editions/two/ENTRY").unlink(),
            os.mkfifo(s / "editions/two/ENTRY"),
        ),
        r"editions/two/ENTRY: missing, or not a plain file",
    ),
    "an empty folder": (
        lambda s: (s / "editions/two/site/empty").mkdir(),
        r"editions/two/site/empty: a folder that does not belong here",
    ),
    "a file more": (
        lambda s: write(s, {"editions/two/site/more.html": "x"}),
        r"editions/two/site/more.html: not in SHA256SUMS",
    ),
    "a hidden file": (
        lambda s: write(s, {"editions/two/.hidden": "x"}),
        r"editions/two/.hidden: is not below site/ or source/",
    ),
    "a name that gives orders to a terminal": (
        lambda s: write(s, {"editions/two/site/\x1b[2J\n.html": "x"}),
        r"editions/two/site/\ufffd\[2J\ufffd.html: holds a backslash or a character",
    ),
    "a name that is no text": (
        lambda s: open(os.fsencode(s) + b"/editions/two/site/\xff", "w").close(),  # noqa: PTH123
        r"editions/two/site/",
    ),
    "a file is missing": (
        lambda s: (s / "editions/two/site/new.html").unlink(),
        r"editions/two/site/new.html: missing",
    ),
    "a file is renamed": (
        lambda s: (s / "editions/two/site/new.html").rename(s / "editions/two/site/newer.html"),
        r"editions/two/site/newer.html: not in SHA256SUMS",
    ),
    "two files change places": (
        lambda s: _swap(s / "editions/two/site/new.html", s / "editions/two/site/index.html"),
        r"editions/two/site/index.html: changed",
    ),
    "the list is sorted another way": (
        lambda s: _reorder(s / "editions/two/SHA256SUMS"),
        r"editions/two/SHA256SUMS: not the list that ENTRY holds",
    ),
    "the list is missing": (
        lambda s: (s / "editions/two/SHA256SUMS").unlink(),
        r"editions/two/SHA256SUMS: missing",
    ),
    "the entry is missing": (
        lambda s: (s / "editions/two/ENTRY").unlink(),
        r"editions/two/ENTRY: missing",
    ),
    "the entry is cut": (
        lambda s: _edit(s / "editions/two/ENTRY", "T14:00:00Z\n", ""),
        r"editions/two/ENTRY: not lines",
    ),
    "the entry has lost its last line": (
        lambda s: _edit(s / "editions/two/ENTRY", "published: 2026-11-23T14:00:00Z\n", ""),
        r"editions/two/ENTRY: has no time of publication",
    ),
    "lines of the entry change places": (
        lambda s: _reorder(s / "editions/two/ENTRY"),
        r"editions/two/ENTRY: its keys are not",
    ),
    "the entry has another day": (
        lambda s: _edit(s / "editions/three/ENTRY", "as-of: 2026-11-23", "as-of: 2026-11-22"),
        r"editions/three/ENTRY.sig: the signature does not hold",
    ),
    "the entry has lines of Windows": (
        lambda s: _edit(s / "editions/three/ENTRY", "\n", "\r\n"),
        r"editions/three/ENTRY: ",
    ),
    "the newest edition is forged and not signed": (
        lambda s: _rewrite(s, "three"),
        r"editions/three/ENTRY.sig: missing",
    ),
    "an older edition is forged": (
        lambda s: _rewrite(s, "two"),
        r"editions/three/ENTRY: does not hold the hash of the entry before",
    ),
    "the signature is missing": (
        lambda s: (s / "editions/two/ENTRY.sig").unlink(),
        r"editions/two/ENTRY.sig: missing",
    ),
    "the signature is that of another entry": (
        lambda s: shutil.copy(s / "editions/one/ENTRY.sig", s / "editions/two/ENTRY.sig"),
        r"editions/two/ENTRY.sig: the signature does not hold",
    ),
    "the signature has a line more": (
        lambda s: _edit(s / "editions/two/ENTRY.sig", "-----END", "\n-----END"),
        r"editions/two/ENTRY.sig: not an armoured signature in its canonical form",
    ),
    "something more in editions": (
        lambda s: write(s, {"editions/notes.txt": "x"}),
        r"editions/notes.txt: no folder",
    ),
    "something more in the store": (
        lambda s: write(s, {"notes.txt": "x"}),
        r"notes.txt: does not belong here",
    ),
    "something in the lock": (
        lambda s: write(s, {"lock": "x"}),
        r"lock: not empty",
    ),
    "all editions are gone": (
        lambda s: shutil.rmtree(s / "editions"),
        r": no store of editions here",
    ),
    "public is missing": (
        lambda s: (s / "public").unlink(),
        r"public: no link to the folder of an entry",
    ),
    "public leads elsewhere": (
        lambda s: ((s / "public").unlink(), (s / "public").symlink_to("/srv")),
        r"public: no link to the folder of an entry",
    ),
    "public shows an older entry": (
        lambda s: (
            (s / "publics/3").rename(s / "publics/2"),
            (s / "public").unlink(),
            (s / "public").symlink_to("publics/2"),
        ),
        r"public: shows entry 2, and the newest is 3",
    ),
    "an edition in public is another": (
        lambda s: (
            (s / "publics/3/one").unlink(),
            (s / "publics/3/one").symlink_to("../../editions/two/site"),
        ),
        r"publics/3/one: a link that does not lead to its edition",
    ),
    "the landing page is changed, and its list": (
        lambda s: _forge_landing_page(s / "publics/3"),
        r"publics/3/SHA256SUMS.sig: the signature does not hold",
    ),
    "a page more in public": (
        lambda s: write(s, {"publics/3/more.html": "x"}),
        r"publics/3/more.html: does not belong here",
    ),
}


def _forge_landing_page(folder: Path) -> None:
    page, sums = folder / "index.html", folder / "SHA256SUMS"
    old = hashlib.sha256(page.read_bytes()).hexdigest()
    _edit(page, "three", "forged")
    _edit(sums, old, hashlib.sha256(page.read_bytes()).hexdigest())


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_tampering_is_found(tampering: str, made: Office, office: Office) -> None:
    assert made.key is not None
    signers = made.folder / "signers"
    assert office.faults(signers=signers) == ()
    TAMPERINGS[tampering][0](office.store)
    faults = office.faults(signers=signers)
    expected = TAMPERINGS[tampering][1]
    assert any(re.search(expected, fault) for fault in faults), faults
    assert all(fault.isprintable() for fault in faults)


def test_a_copy_of_the_editions_alone_is_sound_and_can_become_the_store(
    made: Office, office: Office
) -> None:
    for name in ("public", "lock"):
        (office.store / name).unlink()
    for name in ("publics", "staging"):
        shutil.rmtree(office.store / name)
    assert office.faults(signers=made.folder / "signers") == ()
    assert "public: not here; this is a copy of the editions alone" in office.notes()
    office.publish("four")
    assert office.faults(signers=made.folder / "signers") == ()
    assert "not here" not in office.notes()


def test_each_fault_is_one_line_and_all_are_told(office: Office) -> None:
    for name in ("one", "three"):
        path = office.store / "editions" / name / "site/new.html"
        path.chmod(0o644)
        path.write_text("changed")
    (office.store / "publics/3/index.html").unlink()
    assert office.faults() == (
        "editions/one/site/new.html: changed",
        "editions/three/site/new.html: changed",
        "publics/3/index.html: missing",
    )


def test_files_of_an_edition_that_stands_are_never_allowed_to_be_gone(office: Office) -> None:
    office.withdraw("one", remove_files=True)
    assert office.faults() == ()
    shutil.rmtree(office.store / "editions/two/site")
    assert "editions/two/site/index.html: missing" in office.faults()


def test_what_is_left_of_a_withdrawn_edition_is_still_what_it_was(office: Office) -> None:
    office.withdraw("one")
    shutil.rmtree(office.store / "editions/one/source")
    assert office.faults() == ()
    path = office.store / "editions/one/site/new.html"
    path.chmod(0o644)
    path.write_text("changed")
    assert office.faults() == ("editions/one/site/new.html: changed",)


def test_a_tombstone_withdraws_once_what_stands(office: Office) -> None:
    office.withdraw("one")
    entry = Store(office.store).entries()[-1].entry
    for name in ("one", "four"):
        folder = office.store / "editions/withdrawal-5"
        newest = Store(office.store).entries()[3]
        text = entry.encode().decode().replace("sequence: 4", "sequence: 5")
        text = text.replace("withdrawal-4", "withdrawal-5").replace("ws: one", f"ws: {name}")
        text = text.replace(str(entry.previous), newest.sha256)
        write(folder, {"ENTRY": text})
        told = f"editions/withdrawal-5/ENTRY: withdraws `{name}`, which does not stand"
        assert told in office.faults()
        shutil.rmtree(folder)
