"""ENTRY, SHA256SUMS, DEFINITIONS.tsv, names, signatures: one way to write each of them."""

from __future__ import annotations

import base64
import datetime
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from process_manual.editions import manifest, signing
from process_manual.editions.definitions import DefinitionRow, encode, read_definitions
from process_manual.editions.entry import Entry, Withdrawal, read_entry
from process_manual.editions.names import EditionError, name_fault, path_fault
from tests.editions.stores import NOON, new_key
from tests.support import write

HASH = "a" * 64
ENTRY = Entry(
    3, "2026-11", HASH, HASH, HASH, 3, 5, "b" * 40, None, "3.11.7", NOON.date(), NOON
).encode()
WITHDRAWAL = Withdrawal(4, HASH, "2026-11", "A leak — removed", NOON).encode()


@pytest.mark.parametrize(
    "name", ["2026-11", "2026.11", "a", "0", "v1..2", "a" * 64, "console", "com", "lpt10"]
)
def test_names_that_editions_may_have(name: str) -> None:
    assert name_fault(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "-a",
        "a.",
        "A",
        "é",
        "a b",
        "a/b",
        "a\\b",
        "a\n",
        "latest",
        "withdrawal-1",
        "con",
        "nul.txt",
        "com1",
        "lpt9.a",
        "index.html",
        "versions.json",
        "feed.xml",
        "assets",
        "a" * 65,
    ],
)
def test_names_that_editions_may_not_have(name: str) -> None:
    assert name_fault(name)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "x",
        "/etc/passwd",
        "site",
        "site/",
        "site//a",
        "site/./a",
        "site/../a",
        "../site/a",
        "site/a\nb",
        "site/a\\b",
        "site/\x7f",
        "sources/a",
        "ENTRY",
    ],
)
def test_paths_that_files_of_an_edition_may_not_have(path: str) -> None:
    assert path_fault(path)


def test_an_entry_is_read_as_it_was_written() -> None:
    entry = read_entry(ENTRY)
    assert isinstance(entry, Entry)
    assert entry.encode() == ENTRY
    assert entry.published == NOON
    assert read_entry(entry.bundled().encode()) == entry.bundled()
    withdrawal = read_entry(WITHDRAWAL)
    assert isinstance(withdrawal, Withdrawal)
    assert withdrawal.encode() == WITHDRAWAL


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("sequence: 3", "sequence: 03"),
        ("sequence: 3", "sequence: -3"),
        ("sequence: 3", "sequence: ٣"),
        ("sequence: 3", "sequence: " + "9" * 5_000),
        ("sequence: 3", "sequence:  3"),
        ("sequence: 3\n", "sequence: 3\nsequence: 3\n"),
        ("sequence: 3\n", ""),
        ("name: 2026-11", "name: latest"),
        ("manifest: a", "manifest: A"),
        ("lock: none", "lock: None"),
        ("commit: b", "commit: "),
        ("python: 3.11.7", "python: 3"),
        ("as-of: 2026-11-23", "as-of: 2026-11-31"),
        ("as-of: 2026-11-23", "as-of: 20261123"),
        ("12:00:00Z", "12:00:00+00:00"),
        ("12:00:00Z", "25:00:00Z"),
        ("2026-11-23T", "0999-11-23T"),
        ("edition/1", "edition/2"),
        ("\n", "\r\n"),
        ("12:00:00Z\n", "12:00:00Z"),
        ("12:00:00Z\n", "12:00:00Z\n\n"),
        ("12:00:00Z\n", "12:00:00Z\nmore: x\n"),
        ("format", "\ufeffformat"),
        ("name", "Name"),
    ],
)
def test_an_entry_written_in_another_way_is_refused(old: str, new: str) -> None:
    changed = ENTRY.decode().replace(old, new, 1).encode()
    assert changed != ENTRY
    with pytest.raises(EditionError):
        read_entry(changed)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("reason: A leak", "reason:  A leak"),
        ("A leak", "A\tleak"),
        ("A leak", "x" * 501),
        ("withdrawal-4", "withdrawal-5"),
        ("withdraws: 2026-11", "withdraws: ../x"),
        ("published: 2026-11-23T12:00:00Z\n", ""),
    ],
)
def test_a_withdrawal_written_in_another_way_is_refused(old: str, new: str) -> None:
    with pytest.raises(EditionError):
        read_entry(WITHDRAWAL.decode().replace(old, new, 1).encode())


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_with_one_line(data: bytes) -> None:
    for read in (read_entry, manifest.read_manifest, read_definitions):
        for given_bytes in (data, ENTRY[:40] + data, HASH.encode() + b"  site/" + data):
            try:
                read(given_bytes)
            except EditionError as error:
                assert "\n" not in str(error)  # noqa: PT017
    assert signing.armour_fault(data)


def test_a_manifest_is_what_sha256sum_reads(tmp_path: Path) -> None:
    write(tmp_path, {"site/é b.html": "é", "site/a.html": "a", "source/x": "x", "other": "o"})
    hashes, size = manifest.measure(tmp_path)
    assert size == 4
    data = manifest.encode(hashes)
    assert manifest.read_manifest(data) == hashes
    write(tmp_path, {"SHA256SUMS": data})
    command = ["sha256sum", "--strict", "--check", "SHA256SUMS"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True).returncode == 0


@pytest.mark.parametrize(
    "text",
    [
        f"{HASH}  site/b\n{HASH}  site/a\n",
        f"{HASH}  site/a\n{HASH}  site/a\n",
        f"{HASH} *site/a\n",
        f"{HASH.upper()}  site/a\n",
        f"{HASH}  site/a",
        f"{HASH}  site/a\r\n",
        f"{HASH}  ../a\n",
        "\n",
    ],
)
def test_a_manifest_written_in_another_way_is_refused(text: str) -> None:
    with pytest.raises(EditionError):
        manifest.read_manifest(text.encode())


def test_definitions_are_read_as_they_were_written() -> None:
    day = datetime.date(2026, 11, 23)
    one = DefinitionRow(id="A-1", version="1.0", state="in force", approved_on=day, title="Ä & “b”")
    two = DefinitionRow(id="A-1", version="1.1", state="coming", coming=True, effective_from=day)
    data = encode([two, one])
    assert data.count(b"\n") == 3
    assert read_definitions(data) == (one, two)
    assert read_definitions(encode([])) == ()
    for bad in (data.replace(b"yes", b"no"), data + data.split(b"\n")[2] + b"\n", data[:-1]):
        with pytest.raises(EditionError):
            read_definitions(bad)
    with pytest.raises(EditionError, match="`title` holds a tab or a line break"):
        encode([DefinitionRow(id="A-1", version="1", state="draft", title="a\tb")])


def test_the_armour_of_a_signature_has_one_form(tmp_path: Path) -> None:
    armour = signing.sign(ENTRY, new_key(tmp_path))
    assert signing.armour_fault(armour) is None
    lines = armour.decode().split("\n")
    blob = base64.b64decode("".join(lines[1:-2]))
    reserved = blob.index(signing.NAMESPACE.encode()) + len(signing.NAMESPACE)
    changed = {
        "no last line break": armour[:-1],
        "one more": armour + b"\n",
        "Windows": armour.replace(b"\n", b"\r\n"),
        "a space": armour.replace(b"\n", b" \n", 2),
        "one long line": "\n".join([lines[0], "".join(lines[1:-2]), *lines[-2:]]).encode(),
        "reserved field in use": _armoured(blob[:reserved] + b"\0\0\0\1x" + blob[reserved + 4 :]),
        "more at the end": _armoured(blob + b"\0\0\0\0"),
        "cut": _armoured(blob[:-1]),
        "another version": _armoured(blob.replace(b"SSHSIG\0\0\0\1", b"SSHSIG\0\0\0\2")),
    }
    for name, data in changed.items():
        assert signing.armour_fault(data), name


def _armoured(blob: bytes) -> bytes:
    text = base64.b64encode(blob).decode()
    body = [text[place : place + 70] for place in range(0, len(text), 70)]
    ends = ("-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----")
    return "\n".join([ends[0], *body, ends[1], ""]).encode()
