"""The gate on what is no page: scripts, style sheets, drawings, the site map, data."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from process_manual.gate import inspect
from tests.gate_sites import CLEAN, OWN, WORKER, codes, site

CASES: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("gate").joinpath("files.yml").read_text("utf-8")
)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_file(case: dict[str, Any], tmp_path: Path) -> None:
    found = [
        f"{each.location.line}:{each.location.column} {each.code} {each.message}"
        for each in inspect(site(tmp_path, {case["path"]: case["text"]}))
        if each.location.path == case["path"]
    ]
    assert len(found) == len(case["expect"]), found
    for line, expected in zip(found, case["expect"], strict=True):
        place, code, *words = expected.split(" ", 2)
        assert line.startswith(f"{place} {code} "), line
        assert all(word in line for word in words), line


def test_scripts_that_no_page_names_are_found(tmp_path: Path) -> None:
    names = [
        "evil.js",
        "sw.js",
        "guide/a.MJS",
        "x.xhtml",
        "assets/process-manual/a/b.js",
        "assets/process-manual/process-manual2.js",
        "assets/javascripts/bundle.js",
        "assets/javascripts/bundle.00000000.min.js",
        "assets/javascripts/lunr/min/lunr.xx.min.js",
        "pagefind/pagefind.js",
        "search/search_index.mjs",
        "x.wasm",
    ]
    found = inspect(site(tmp_path, dict.fromkeys(names, "alert(1)")))
    assert codes(found) == ["GAT-003"] * len(names)


@pytest.mark.parametrize("path", [OWN, WORKER])
def test_a_listed_script_that_was_changed_is_found(path: str, tmp_path: Path) -> None:
    changed = bytes(CLEAN[path]) + b"\nfetch('/evil')"  # type: ignore[arg-type]
    (found,) = inspect(site(tmp_path, {path: changed}))
    assert (found.code, found.location.path) == ("GAT-003", path)
    assert "not what the theme, or the manual, calls by this name" in found.message


KINDS = ["x.exe", "x.svgz", "x.xml", "x.php", "x.htaccess", ".htaccess", "CNAME", "x.gz", "x.html~"]


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_of_file_that_no_site_has(name: str, tmp_path: Path) -> None:
    assert codes(inspect(site(tmp_path, {f"a/{name}": "x"}))) == ["GAT-015"]


PAGES_IN_DISGUISE = {
    "download": ("list.csv", b"\n <script>alert(1)</script>"),
    "picture": ("logo.png", b"<!DOCTYPE HTML><p>"),
    "data": ("data.json", b"\xef\xbb\xbf  <html>"),
    "comment first": ("notes.txt", b"<!-- --><script>1</script>"),
    "drawing in disguise": ("logo.webp", b"<svg onload=alert(1)>"),
}


@pytest.mark.parametrize("case", PAGES_IN_DISGUISE)
def test_a_page_by_another_name_is_found(case: str, tmp_path: Path) -> None:
    name, data = PAGES_IN_DISGUISE[case]
    (found,) = inspect(site(tmp_path, {f"assets/{name}": data}))
    assert (found.code, found.location.path) == ("GAT-015", f"assets/{name}")


SITE_MAP = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url/></urlset>'
)


def test_a_site_map_and_its_packed_copy(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "sitemap.xml": SITE_MAP,
        "sitemap.xml.gz": gzip.compress(SITE_MAP.encode()),
    }
    assert not inspect(site(tmp_path, files))


@pytest.mark.parametrize(
    "data", [b"", b"x", gzip.compress(b"<script>", mtime=0), gzip.compress(bytes(10**8))[:-9]]
)
def test_a_packed_site_map_that_is_another(data: bytes, tmp_path: Path) -> None:
    found = inspect(site(tmp_path, {"sitemap.xml": SITE_MAP, "sitemap.xml.gz": data}))
    assert codes(found) == ["GAT-014"]


HOSTILE_FILES = {
    "UTF-16 style sheet": ("a.css", "@import '//example.org'".encode("utf-16")),
    "UTF-16 drawing": ("a.svg", "<svg/>".encode("utf-16")),
    "large style sheet": ("a.css", b"a{}" * 4_000_000),
    "unclosed drawing": ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><g>'),
    "no drawing": ("a.svg", b"<svg"),
    "deep drawing": ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg">' + b"<g>" * 100_000),
    "empty drawing": ("a.svg", b""),
}


@pytest.mark.parametrize("case", HOSTILE_FILES)
def test_what_cannot_be_read_is_a_finding(case: str, tmp_path: Path) -> None:
    name, data = HOSTILE_FILES[case]
    assert codes(inspect(site(tmp_path, {name: data}))) == ["GAT-001"]


def test_entities_that_grow_are_not_even_read(tmp_path: Path) -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    text = f'<!DOCTYPE svg [<!ENTITY e0 "x">{entities}]><svg>&e11;</svg>'
    (found,) = inspect(site(tmp_path, {"a.svg": text}))
    assert (found.code, found.location.path) == ("GAT-009", "a.svg")


def test_thousands_of_addresses_end_soon(tmp_path: Path) -> None:
    found = inspect(site(tmp_path, {"a.css": "a{background:url(//x)}\n" * 50_000}))
    assert codes(found) == ["GAT-008"] * 50_000
    assert str(found[-1].location) == "a.css:50000:14"


def test_data_that_holds_html_as_text_is_no_page(tmp_path: Path) -> None:
    assert not inspect(site(tmp_path, {"manual.json": json.dumps({"text": "<script>"})}))
