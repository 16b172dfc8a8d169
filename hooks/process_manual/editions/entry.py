"""ENTRY: what one edition, or the withdrawal of one, says of itself; each holds the one before."""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from process_manual.editions.names import WITHDRAWAL, EditionError, decoded, name_fault, shown

EDITION = "process-manual-edition/1"
WITHDRAWN = "process-manual-withdrawal/1"
LARGEST = 16_384
"""Bytes that an ENTRY may have; an ordinary one has about 700."""
_EDITION_KEYS = (
    "format",
    "sequence",
    "name",
    "previous",
    "manifest",
    "definitions",
    "files",
    "bytes",
    "commit",
    "lock",
    "python",
    "as-of",
    "published",
)
_WITHDRAWAL_KEYS = (
    "format",
    "sequence",
    "name",
    "previous",
    "withdraws",
    "reason",
    "published",
)
_NUMBER = re.compile(r"0|[1-9][0-9]{0,14}")
_HASH = re.compile(r"[0-9a-f]{64}")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_PYTHON = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+[0-9a-z+]*")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class Entry:
    """One edition: hashes are SHA-256 in hexadecimal, ``published`` is UTC to the second."""

    sequence: int
    name: str
    previous: str | None
    """Hash of the ENTRY before; None for the first."""
    manifest: str
    definitions: str
    files: int
    size: int
    """Bytes of all files together."""
    commit: str
    lock: str | None
    """Hash of ``source/requirements.lock``; None when the commit has none."""
    python: str
    as_of: datetime.date
    published: datetime.datetime | None = None
    """None in a bundle, which is not published yet."""

    def encode(self) -> bytes:
        """Return the bytes of ENTRY."""
        values: dict[str, object] = {
            "format": EDITION,
            "sequence": self.sequence,
            "name": self.name,
            "previous": self.previous or "none",
            "manifest": self.manifest,
            "definitions": self.definitions,
            "files": self.files,
            "bytes": self.size,
            "commit": self.commit,
            "lock": self.lock or "none",
            "python": self.python,
            "as-of": self.as_of,
        }
        if self.published is not None:
            values["published"] = self.published.strftime(_TIME)
        return _lines(values)

    def bundled(self) -> Entry:
        """Return the entry as it stood in the bundle."""
        return replace(self, published=None)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """That an edition no longer stands: its files may be gone, its hashes stay."""

    sequence: int
    previous: str
    withdraws: str
    """Name of the edition."""
    reason: str
    published: datetime.datetime

    @property
    def name(self) -> str:
        """Name of the withdrawal's own folder."""
        return f"{WITHDRAWAL}{self.sequence}"

    def encode(self) -> bytes:
        """Return the bytes of ENTRY."""
        return _lines(
            {
                "format": WITHDRAWN,
                "sequence": self.sequence,
                "name": self.name,
                "previous": self.previous,
                "withdraws": self.withdraws,
                "reason": self.reason,
                "published": self.published.strftime(_TIME),
            }
        )


def sha256(data: bytes) -> str:
    """Return the SHA-256 of bytes in hexadecimal, as ``sha256sum`` prints it."""
    return hashlib.sha256(data).hexdigest()


def read_entry(data: bytes) -> Entry | Withdrawal:
    """Return what an ENTRY says; EditionError unless it is written in the one way there is."""
    text = decoded(data, LARGEST)
    pairs = [line.split(": ", 1) for line in text.split("\n")[:-1]]
    if not text.endswith("\n") or any(len(pair) != 2 for pair in pairs):
        raise EditionError("not lines of `key: value`")
    keys, values = [pair[0] for pair in pairs], {pair[0]: pair[1] for pair in pairs}
    entry: Entry | Withdrawal
    if values.get("format") == EDITION:
        _expect(keys, _EDITION_KEYS if "published" in values else _EDITION_KEYS[:-1])
        entry = _edition(values)
    elif values.get("format") == WITHDRAWN:
        _expect(keys, _WITHDRAWAL_KEYS)
        entry = _withdrawal(values)
    else:
        raise EditionError(f"the format is neither {EDITION} nor {WITHDRAWN}")
    if entry.encode() != data:
        raise EditionError("not in the canonical form")
    return entry


def _edition(values: Mapping[str, str]) -> Entry:
    published = values.get("published")
    return Entry(
        sequence=_number(values, "sequence"),
        name=_name(values, "name"),
        previous=_hash_or_none(values, "previous"),
        manifest=_matching(values, "manifest", _HASH),
        definitions=_matching(values, "definitions", _HASH),
        files=_number(values, "files"),
        size=_number(values, "bytes"),
        commit=_matching(values, "commit", _COMMIT),
        lock=_hash_or_none(values, "lock"),
        python=_matching(values, "python", _PYTHON),
        as_of=_date(values, "as-of"),
        published=None if published is None else _time(values),
    )


def _withdrawal(values: Mapping[str, str]) -> Withdrawal:
    if fault := reason_fault(values["reason"]):
        raise EditionError(f"`reason` {fault}")
    return Withdrawal(
        sequence=_number(values, "sequence"),
        previous=_matching(values, "previous", _HASH),
        withdraws=_name(values, "withdraws"),
        reason=values["reason"],
        published=_time(values),
    )


def reason_fault(reason: str) -> str | None:
    """Return what is wrong with the reason of a withdrawal; None for a good one."""
    if not reason.strip() or reason != reason.strip() or not reason.isprintable():
        return "is not one line of text"
    return "is longer than 500 characters" if len(reason) > 500 else None


def _expect(keys: Sequence[str], expected: Sequence[str]) -> None:
    if tuple(keys) != tuple(expected):
        raise EditionError(f"its keys are not {', '.join(expected)}, in this order")


def _matching(values: Mapping[str, str], key: str, pattern: re.Pattern[str]) -> str:
    if not pattern.fullmatch(values[key]):
        raise EditionError(f"`{key}` cannot be `{shown(values[key])}`")
    return values[key]


def _hash_or_none(values: Mapping[str, str], key: str) -> str | None:
    return None if values[key] == "none" else _matching(values, key, _HASH)


def _number(values: Mapping[str, str], key: str) -> int:
    return int(_matching(values, key, _NUMBER))


def _name(values: Mapping[str, str], key: str) -> str:
    if fault := name_fault(values[key]):
        raise EditionError(f"`{key}` cannot be `{shown(values[key])}`: {fault}")
    return values[key]


def _date(values: Mapping[str, str], key: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(_matching(values, key, _DATE))
    except ValueError:
        raise EditionError(f"`{key}` is no date of the calendar: {values[key]}") from None


def _time(values: Mapping[str, str]) -> datetime.datetime:
    try:
        return datetime.datetime.strptime(values["published"], _TIME).replace(tzinfo=datetime.UTC)
    except ValueError:
        raise EditionError(f"`published` cannot be `{shown(values['published'])}`") from None


def _lines(values: Mapping[str, object]) -> bytes:
    return "".join(f"{key}: {value}\n" for key, value in values.items()).encode("utf-8")
