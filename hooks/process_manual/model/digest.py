"""The controlled content of a definition as exact bytes, and the digest that approvals hold.

The bytes are published beside each page as ``controlled.json``, so that ``sha256sum`` alone
proves that what was approved is what is in force. Frozen: a change here breaks every approval.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from process_manual.model.base import version_key
from process_manual.model.definition import Definition
from process_manual.model.source import Plain

SCHEME = "v1"
UNCONTROLLED = frozenset({"status", "retired", "approvals", "reviews"})
"""Fields that say what happened to the content afterwards, not what it is."""


def controlled_bytes(definition: Definition, version: str | None = None) -> bytes:
    """Return the controlled content of ``definition`` as written, for ``version`` of it.

    Sorted JSON of strings in UTF-8: the definition's own fields (never inherited ones), without
    those that are unset or in ``UNCONTROLLED``, history up to ``version`` (default: its own),
    and the body with LF line ends and without blank lines around it.
    """
    upto = version_key(version or definition.version)
    fields = {
        key: value for key, value in definition.source.data.items() if key not in UNCONTROLLED
    }
    if isinstance(history := fields.get("history"), list):
        fields["history"] = [entry for entry in history if not _is_later(entry, upto)]
    content = {"body": definition.body.strip(), "definition": _set_only(fields)}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1)
    return (text + "\n").encode("utf-8")


def digest(definition: Definition, version: str | None = None) -> str:
    """Return the digest of the controlled content, tagged with scheme and algorithm."""
    return digest_of(controlled_bytes(definition, version))


def digest_of(content: bytes) -> str:
    """Return the digest of controlled content that is at hand as bytes."""
    return f"{SCHEME}:sha256:{hashlib.sha256(content).hexdigest()}"


def _is_later(entry: Any, upto: tuple[int, int]) -> bool:
    """Tell whether a history entry is of a version after ``upto``; a broken one is none."""
    try:
        return version_key(entry["version"]) > upto
    except (KeyError, TypeError, ValueError):
        return False


def _set_only(value: Plain) -> Any:
    """Leave out, at every depth, keys that hold nothing."""
    if isinstance(value, Mapping):
        kept = {key: _set_only(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item not in ("", [], {})}
    if isinstance(value, list):
        return [_set_only(item) for item in value]
    return value
