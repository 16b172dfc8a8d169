"""The gate on the register of definitions: MAN-001 and MAN-005, each part of a page by itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from process_manual.gate import inspect
from tests.gate_sites import AFTER, BEFORE, codes, site

ROW: dict[str, Any] = {
    "id": "EXA-010",
    "version": "1.1",
    "state": "in force",
    "effective_from": "2026-04-01",
    "owner": "head-of-it",
}
SHOWN = (
    '<dl class="pm-control pm-control--definition"><div><dt>Version</dt> <dd>1.1, in force since '
    '<time datetime="2026-04-01">1 April 2026</time></dd></div>'
    '<div><dt>Owner</dt> <dd><a href="../../roles/head-of-it/index.html">Head</a></dd></div>'
    "<div><dt>Definition</dt> <dd><strong>EXA-010</strong></dd></div>"
    '<div><dt>Published as</dt> <dd><span class="pm-edition" data-edition></span>; '
    "uncontrolled when printed</dd></div></dl>"
)
PAGE = "processes/EXA-010/index.html"
NEXT = "processes/EXA-010/next/index.html"


def messages(tmp_path: Path, files: dict[str, str], rows: object = (ROW,)) -> list[str]:
    """Return what is wrong with a site of these pages, and this register unless it is None."""
    pages = {name: BEFORE + text + AFTER for name, text in files.items()}
    pages["roles/head-of-it/index.html"] = BEFORE + AFTER
    if rows is not None:
        pages["register.json"] = json.dumps({"definitions": rows})
    found = inspect(site(tmp_path, pages))
    return [f"{each.code} {each.location.path} {each.message}" for each in found]


def test_a_row_and_its_page_that_agree(tmp_path: Path) -> None:
    assert messages(tmp_path, {PAGE: SHOWN}) == []


NOT_SHOWN = {
    "another id": ("EXA-010", "EXA-0101", "its id `EXA-010`"),
    "another version": ("1.1,", "1.10,", "its version `1.1`"),
    "a version of more parts": ("1.1,", "1.1.2,", "its version `1.1`"),
    "another state": ("in force", "draft", "its state `in force`"),
    "another day": ('"2026-04-01"', '"2026-04-02"', "the day from which it holds, 2026-04-01"),
    "another owner": ('href="../../roles/head-of-it/index.html"', 'href="#top"', "its owner"),
    "no edition": (" data-edition", "", "its edition"),
    "nothing about paper": ("uncontrolled when printed", "", "“uncontrolled when printed”"),
}


@pytest.mark.parametrize(("old", "new", "what"), NOT_SHOWN.values(), ids=list(NOT_SHOWN))
def test_each_thing_that_a_page_must_show(tmp_path: Path, old: str, new: str, what: str) -> None:
    assert old in SHOWN
    (found,) = messages(tmp_path, {PAGE: SHOWN.replace(old, new)})
    assert found.startswith(f"MAN-005 {PAGE} the first lines of the page do not show {what}")


def test_what_stands_elsewhere_on_the_page_is_not_in_its_first_lines(tmp_path: Path) -> None:
    text = SHOWN.replace("pm-control--definition", "pm-control--other")
    assert len(messages(tmp_path, {PAGE: text})) == 7


def test_a_page_without_a_row_and_a_row_without_a_page(tmp_path: Path) -> None:
    rows = [{**ROW, "id": "EXA-011"}]
    assert messages(tmp_path, {PAGE: SHOWN}, rows) == [
        f"MAN-001 {PAGE} the register has no row for {PAGE}",
        "MAN-001 register.json `EXA-011` has no page: processes/EXA-011/index.html is missing",
    ]


def test_a_second_row_of_an_id_is_that_of_the_coming_version(tmp_path: Path) -> None:
    coming = {**ROW, "version": "2.0"}
    pages = {PAGE: SHOWN, NEXT: SHOWN.replace("1.1", "2.0").replace("../../r", "../../../r")}
    assert messages(tmp_path / "good", pages, [ROW, coming]) == []
    del pages[NEXT]
    (found,) = messages(tmp_path / "bad", pages, [ROW, coming])
    assert found.endswith(f"{NEXT} is missing")


BROKEN = {
    "missing": (None, "is missing"),
    "no list": ({"a": 1}, "is not a list of definitions"),
    "a list of texts": (["a"], "is not a list of definitions"),
}


@pytest.mark.parametrize(("rows", "what"), BROKEN.values(), ids=list(BROKEN))
def test_a_register_that_is_none(tmp_path: Path, rows: object, what: str) -> None:
    assert messages(tmp_path, {PAGE: SHOWN}, rows) == [f"MAN-001 register.json the register {what}"]


def test_a_register_that_is_no_json(tmp_path: Path) -> None:
    assert codes(inspect(site(tmp_path, {"register.json": "[" * 100_000}))) == ["MAN-001"]
