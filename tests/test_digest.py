"""The controlled content as bytes: frozen, because every approval holds their digest."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from process_manual.checking import check
from process_manual.model.definition import Definition
from process_manual.model.digest import controlled_bytes, digest, is_digest
from process_manual.model.source import Source
from tests.support import AS_OF, ROOT

_TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
_PLAIN = st.recursive(
    _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=12,
)
_FIELDS = {"id": "X-1", "title": "T", "area": "a", "kind": "process", "status": "draft"}


def _definition(data: dict[str, Any], body: str = "") -> Definition:
    """Return a definition that was written as ``data``, whether or not it has such fields."""
    definition = Definition.model_validate({**_FIELDS, "version": "1.0"})
    definition._source = Source("x.md", data, body=body)
    return definition


def _set_only(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {key: _set_only(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item not in ("", [], {})}
    return [_set_only(item) for item in value] if isinstance(value, list) else value


@given(st.dictionaries(st.sampled_from(["title", "scope", "é", '"']), _PLAIN), _TEXT)
def test_the_bytes_are_sorted_json_of_what_is_set(data: dict[str, Any], body: str) -> None:
    content = {"body": body.strip(), "definition": _set_only(data)}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1) + "\n"
    assert controlled_bytes(_definition(data, body)) == text.encode()


def test_the_history_goes_up_to_the_version_that_is_asked_for() -> None:
    history = [{"version": "1.1"}, {"version": "1.0"}, {"version": "nought"}, {}]
    definition = _definition({"history": history})
    assert controlled_bytes(definition, "1.1") == controlled_bytes(definition, "9.9")
    kept = json.loads(controlled_bytes(definition))["definition"]["history"]
    assert kept == [{"version": "1.0"}, {"version": "nought"}, {}]


def test_a_digest_of_the_first_day_is_what_it_was() -> None:
    """When this fails, the scheme has changed, and every approval that there is has lost its proof.

    Unless the definition itself was edited, of course.
    """
    example = check(ROOT / "hooks/process_manual/rules/example", AS_OF).manual
    expected = "v1:sha256:78608baa618c89b7725e3891ba428f43d7b01ee07e5b2f31b1d2953909d916dc"
    assert digest(example.current["EXA-011"]) == expected


@pytest.mark.parametrize(
    "text",
    ["", "v1:sha256:", "sha256:" + "0" * 64, "v1:sha256:" + "A" * 64, "v1:sha256:" + "0" * 65],
)
def test_what_has_not_the_form_is_no_digest(text: str) -> None:
    assert not is_digest(text)
    assert is_digest("v1:sha256:" + "0" * 64)
