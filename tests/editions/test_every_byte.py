"""Every byte of a store counts: whatever is changed, `verify` finds it."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable
from pathlib import Path

import pytest

from process_manual.editions import signing
from process_manual.editions.store import Store
from tests.editions.stores import new_key, signers_of, with_editions


def _files(store: Path) -> list[Path]:
    return [path for path in sorted(store.rglob("*")) if path.is_file() and path.name != "lock"]


def _unseen(
    store: Path, faults: Callable[[], tuple[str, ...]], changes: Callable[[bytes], list[bytes]]
) -> tuple[int, list[str]]:
    """Return how many changes were made, and those that were not found."""
    tried, unseen = 0, []
    seen: set[int] = set()
    for path in _files(store):
        if path.stat().st_ino in seen:  # the same bytes under another name
            continue
        seen.add(path.stat().st_ino)
        before = path.read_bytes()
        path.chmod(0o644)
        for number, after in enumerate(changes(before)):
            path.write_bytes(after)
            tried += 1
            if not faults():
                unseen.append(f"{path.relative_to(store)} #{number}")
        path.write_bytes(before)
    return tried, unseen


def _flipped(data: bytes) -> list[bytes]:
    flips = [(place, bit) for place in range(len(data)) for bit in (0x01, 0x80)]
    return [data[:p] + bytes([data[p] ^ bit]) + data[p + 1 :] for p, bit in flips]


def _moved(data: bytes) -> list[bytes]:
    places = range(0, len(data), 7)
    deleted = [data[:place] + data[place + 1 :] for place in places]
    doubled = [data[: place + 1] + data[place:] for place in places]
    return [*deleted, *doubled, data + b"\0", data + b"\n", data + b" ", b"", data + data]


@pytest.mark.long
@pytest.mark.parametrize("signed", [True, False], ids=["signed", "by the chain alone"])
@pytest.mark.parametrize("changes", [_flipped, _moved])
def test_every_byte_counts(
    signed: bool,
    changes: Callable[[bytes], list[bytes]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """ssh-keygen is asked once for each text and signature; it answers the same each time.

    Without signatures nothing binds the newest entry: a witness does.
    """
    key = new_key(tmp_path) if signed else None
    office = with_editions(tmp_path, ["one", "two"], key)
    office.withdraw("one")
    office.publish("three")
    signers = signers_of(key) if key else None
    witness = [] if key else [Store(office.store).entries()[-1].witness]
    real, answers = signing.signature_fault, {}

    def once(message: bytes, path: Path, allowed: Path | None, at: datetime.datetime) -> str | None:
        asked = (message, path.read_bytes(), allowed, at)
        if asked not in answers:
            answers[asked] = real(message, path, allowed, at)
        return answers[asked]

    monkeypatch.setattr(signing, "signature_fault", once)
    ask = functools.partial(office.faults, signers=signers, expect=witness)
    assert ask() == ()
    tried, unseen = _unseen(office.store, ask, changes)
    assert unseen == []
    assert tried > 1_000
    assert ask() == ()
    if key:
        assert len(answers) > 1_000 or changes is _moved
