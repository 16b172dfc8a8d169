"""The gate on the search index, whose texts the theme shows as HTML."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from process_manual.gate import inspect
from tests.gate_sites import codes, site

INDEXES = {
    "clean": ([{"location": "guide/other.html#b", "title": "A &lt;b&gt;", "text": "<p>x</p>"}], []),
    "handler": ([{"location": "", "title": "x", "text": "<img src=x onerror=1>"}], ["GAT-005"]),
    "script": ([{"location": "index.html", "title": "<script>1</script>"}], ["GAT-002"]),
    "frame in a tag": ([{"location": "index.html", "tags": ["<iframe>"]}], ["GAT-002"]),
    "nowhere": ([{"location": "guide/x.html"}], ["GAT-011"]),
    "no place": ([{"location": "guide/other.html#c"}], ["GAT-012"]),
    "refresh": ([{"location": "", "text": "<meta http-equiv=refresh content=0>"}], ["GAT-002"]),
    "script for an address": ([{"location": "javascript:alert(1)"}], ["GAT-014"]),
    "other host": ([{"location": "//example.org"}], ["GAT-014"]),
    "no index": (["x"], ["GAT-014"]),
    "text in a list": ([{"location": "", "text": ["<img onerror=1>"]}], ["GAT-014"]),
    "unknown field": ([{"location": "", "html": "<img onerror=1>"}], ["GAT-014"]),
    "diagram": ([{"location": "", "text": "<pre class=mermaid>x</pre>"}], ["GAT-008"]),
}


@pytest.mark.parametrize(("docs", "expected"), INDEXES.values(), ids=INDEXES)
def test_the_search_index(docs: list[Any], expected: list[str], tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"search/search_index.json": json.dumps({"docs": docs})}
    assert codes(inspect(site(tmp_path, files))) == expected


def test_the_search_index_as_a_script_holds_nothing_else(tmp_path: Path) -> None:
    index = json.dumps({"docs": []})
    files: dict[str, str | bytes] = {
        "search/search_index.json": index,
        "search/search_index.js": f"var __index = {index}",
    }
    assert not inspect(site(tmp_path, files))
    files["search/search_index.js"] = f"var __index = {index};alert(1)"
    assert codes(inspect(site(tmp_path, files))) == ["GAT-014"]
    files["search/search_index.json"] = "[" * 100_000
    assert codes(inspect(site(tmp_path, files))) == ["GAT-014", "GAT-014"]


SETTINGS = {
    "way to other files": {"lang": ["../../../guide/evil"]},
    "no list": {"lang": "en"},
    "no settings": [],
}


@pytest.mark.parametrize("case", SETTINGS)
def test_the_settings_of_the_search_name_no_other_files(case: str, tmp_path: Path) -> None:
    index = json.dumps({"config": SETTINGS[case], "docs": []})
    assert codes(inspect(site(tmp_path, {"search/search_index.json": index}))) == ["GAT-014"]


def test_the_index_holds_nothing_else(tmp_path: Path) -> None:
    index = json.dumps({"docs": [], "__proto__": {"x": 1}})
    assert codes(inspect(site(tmp_path, {"search/search_index.json": index}))) == ["GAT-014"]
