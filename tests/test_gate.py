"""The gate on single pages: hostile ones are found, and every input ends in findings."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from process_manual.gate import inspect
from tests.gate_sites import AFTER, BEFORE, PAGE, codes, filled, site

CASES: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("gate").joinpath("cases.yml").read_text("utf-8")
)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_page(case: dict[str, Any], tmp_path: Path) -> None:
    html = filled(case["html"])
    whole = case.get("whole", False)
    page = html if whole else BEFORE + html + AFTER
    found = [
        finding
        for finding in inspect(site(tmp_path, {PAGE: page}))
        if finding.location.path == PAGE
    ]
    shown = [
        f"{f.location.line - (0 if whole else 2)}:{f.location.column} {f.code} {f.message}"
        for f in found
    ]
    assert len(shown) == len(case["expect"]), shown
    for line, expected in zip(shown, case["expect"], strict=True):
        assert all(part in line for part in _parts(expected)), (line, expected)


def _parts(expected: str) -> list[str]:
    """Take ``1:1 GAT-004 some words`` apart into place, code and words."""
    match = re.fullmatch(r"(\d+:\d+ )?(GAT-\d+) ?(.*)", expected)
    assert match is not None, expected
    return [part for part in match.groups() if part]


HOSTILE_FILES = {
    "not UTF-8": b"<!doctype html>\n<p>\xff",
    "UTF-16": "<script>1</script>".encode("utf-16"),
    "binary": bytes(range(256)) * 40,
    "escape character": BEFORE.encode() + b"\x1b$B<p>",
    "too large": b"<p>" * 4_000_000,
}


@pytest.mark.parametrize("data", HOSTILE_FILES.values(), ids=HOSTILE_FILES)
def test_what_is_no_page_is_a_finding(data: bytes, tmp_path: Path) -> None:
    found = inspect(site(tmp_path, {PAGE: data}))
    assert codes(found) == ["GAT-001"]
    assert found[0].location.path == PAGE


def test_the_place_of_a_bad_byte(tmp_path: Path) -> None:
    (found,) = inspect(site(tmp_path, {PAGE: b"<!doctype html>\n<p>\xc3\xa9\xff"}))
    assert str(found.location) == f"{PAGE}:2:5"


@pytest.mark.parametrize("html", ["<div>", "<b>", "<svg>", "<template>", "<table><td>", "<p><b>"])
def test_deep_nesting_ends(html: str, tmp_path: Path) -> None:
    inspect(site(tmp_path, {PAGE: BEFORE + html * 20_000}))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such timer")
def test_a_page_that_takes_too_long_is_a_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("process_manual.gate.document.SECONDS", 0.5)
    (found,) = inspect(site(tmp_path, {PAGE: BEFORE + "<" * 1_000_000}))
    assert found.code == "GAT-001"
    assert "seconds" in found.message


@pytest.mark.skipif(os.name == "nt", reason="needs links and pipes")
def test_links_pipes_and_strange_names_are_found_and_not_opened(tmp_path: Path) -> None:
    top = site(tmp_path, {"bad\nname.html": "<script>1</script>"})
    (top / "link.html").symlink_to("/etc/passwd")
    (top / "folder").symlink_to("/etc")
    os.mkfifo(top / "pipe.html")
    found = inspect(top)
    assert codes(found) == ["GAT-001"] * 4
    assert "bad\\u000aname.html" in [finding.location.path for finding in found]


def test_thousands_of_broken_links_end_soon(tmp_path: Path) -> None:
    links = "".join(f'<a href="x{number}.html#{number}">x</a>' for number in range(20_000))
    found = inspect(site(tmp_path, {PAGE: BEFORE + links}))
    assert codes(found) == ["GAT-011"] * 20_000


def test_html_by_another_name_is_read(tmp_path: Path) -> None:
    found = inspect(site(tmp_path, {"A.HTM": BEFORE + "<script>1</script>", "b.HTML": "<p>"}))
    assert codes(found) == ["GAT-004", "GAT-009", "GAT-009"]
