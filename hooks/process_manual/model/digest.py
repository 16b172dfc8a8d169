"""The controlled content of a definition as exact bytes, and the digest that approvals hold.

The bytes are published beside each page as ``controlled.json``, so that ``sha256sum`` alone
proves that what was approved is what is in force. Frozen: a change here breaks every approval.
"""

from __future__ import annotations

import hashlib
import re
from json.encoder import encode_basestring as encode
from typing import Any

from process_manual.model.base import version_key
from process_manual.model.definition import Definition

SCHEME = "v1"
UNCONTROLLED = frozenset({"status", "retired", "approvals", "reviews"})
"""Fields that say what happened to the content afterwards, not what it is."""
_NOTHING = frozenset({'""', "[]", "{}"})


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
    body, written = encode(definition.body.strip()), _json(fields, "\n ")
    return f'{{\n "body": {body},\n "definition": {written}\n}}\n'.encode()


def digest(definition: Definition, version: str | None = None) -> str:
    """Return the digest of the controlled content, tagged with scheme and algorithm."""
    return digest_of(controlled_bytes(definition, version))


def digest_of(content: bytes) -> str:
    """Return the digest of controlled content that is at hand as bytes."""
    return f"{SCHEME}:sha256:{hashlib.sha256(content).hexdigest()}"


def is_digest(text: str) -> bool:
    """Tell whether a text has the form of a digest."""
    return re.fullmatch(rf"{SCHEME}:sha256:[0-9a-f]{{64}}", text) is not None


def _is_later(entry: Any, upto: tuple[int, int]) -> bool:
    """Tell whether a history entry is of a version after ``upto``; a broken one is none."""
    try:
        return version_key(entry["version"]) > upto
    except (KeyError, TypeError, ValueError):
        return False


def _json(value: Any, line: str) -> str:
    """Return a mapping or list as JSON with sorted keys, without keys that hold nothing.

    ``line`` is what a new line begins with. The same as ``json.dumps`` with an indent of 1, which
    takes more than twice as long: every check of the manual needs the digest of every definition.
    """
    inner = line + " "
    if type(value) is dict:
        pairs = []
        for key in sorted(value):
            text = encode(item) if type(item := value[key]) is str else _json(item, inner)
            if text not in _NOTHING:
                pairs.append(f"{encode(key)}: {text}")
        return f"{{{inner}{f',{inner}'.join(pairs)}{line}}}" if pairs else "{}"
    items = [encode(item) if type(item) is str else _json(item, inner) for item in value]
    return f"[{inner}{f',{inner}'.join(items)}{line}]" if items else "[]"
