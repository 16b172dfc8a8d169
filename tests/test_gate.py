"""The gate: hostile pages are found, a real site passes, and every input ends in findings."""

from __future__ import annotations

import json
import os
import re
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from process_manual.cli import main
from process_manual.diagnostics import Finding
from process_manual.gate import csp, inspect, policy
from tests.projects import project, run
from tests.support import ROOT, write

CASES: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("gate").joinpath("cases.yml").read_text("utf-8")
)
GATE = ROOT / "hooks/process_manual/gate"
BEFORE = (
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>x</title></head><body>\n'
)
AFTER = "\n</body></html>\n"
PAGE = "guide/page.html"
CLEAN: dict[str, str | bytes] = {
    "index.html": BEFORE + AFTER,
    "guide/other.html": BEFORE + '<p id="b">b</p>' + AFTER,
    "a.png": b"png",
    "a.css": "p {}\n",
    "assets/process-manual/process-manual.js": "",
    "assets/javascripts/workers/search.0123abcd.min.js": "",
}


def _site(folder: Path, files: dict[str, str | bytes]) -> Path:
    return write(folder / "site", {**CLEAN, **files})


def _codes(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.code for finding in findings]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_page(case: dict[str, Any], tmp_path: Path) -> None:
    html = case["html"].replace("{content}", _listed_script("content"))
    whole = case.get("whole", False)
    page = html if whole else BEFORE + html + AFTER
    found = [
        finding
        for finding in inspect(_site(tmp_path, {PAGE: page}))
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


def _listed_script(name: str) -> str:
    return dict(policy.inline_scripts("/"))[name]


def test_every_code_is_explained_and_has_a_case() -> None:
    in_cases = {code for case in CASES for each in case["expect"] for code in _codes_in(each)}
    in_tests = _codes_in(Path(__file__).read_text("utf-8"))
    explained = _codes_in((GATE / "__init__.py").read_text("utf-8"))
    in_guide = _codes_in((ROOT / "docs/guide/serving.md").read_text("utf-8"))
    raised = {c for path in GATE.glob("*.py") for c in _codes_in(path.read_text("utf-8"))}
    assert explained == in_guide == raised
    assert explained <= in_cases | in_tests


def _codes_in(text: str) -> set[str]:
    return set(re.findall(r"GAT-\d{3}", text))


HOSTILE_FILES = {
    "not UTF-8": b"<!doctype html>\n<p>\xff",
    "UTF-16": "<script>1</script>".encode("utf-16"),
    "binary": bytes(range(256)) * 40,
    "escape character": BEFORE.encode() + b"\x1b$B<p>",
    "too large": b"<p>" * 4_000_000,
}


@pytest.mark.parametrize("data", HOSTILE_FILES.values(), ids=HOSTILE_FILES)
def test_what_is_no_page_is_a_finding(data: bytes, tmp_path: Path) -> None:
    found = inspect(_site(tmp_path, {PAGE: data}))
    assert _codes(found) == ["GAT-001"]
    assert found[0].location.path == PAGE


def test_the_place_of_a_bad_byte(tmp_path: Path) -> None:
    (found,) = inspect(_site(tmp_path, {PAGE: b"<!doctype html>\n<p>\xc3\xa9\xff"}))
    assert str(found.location) == f"{PAGE}:2:5"


@pytest.mark.parametrize("html", ["<div>", "<b>", "<svg>", "<template>", "<table><td>", "<p><b>"])
def test_deep_nesting_ends(html: str, tmp_path: Path) -> None:
    inspect(_site(tmp_path, {PAGE: BEFORE + html * 20_000}))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such timer")
def test_a_page_that_takes_too_long_is_a_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("process_manual.gate.document.SECONDS", 0.5)
    (found,) = inspect(_site(tmp_path, {PAGE: BEFORE + "<" * 1_000_000}))
    assert found.code == "GAT-001"
    assert "seconds" in found.message


@pytest.mark.skipif(os.name == "nt", reason="needs links and pipes")
def test_links_pipes_and_strange_names_are_found_and_not_opened(tmp_path: Path) -> None:
    site = _site(tmp_path, {"bad\nname.html": "<script>1</script>"})
    (site / "link.html").symlink_to("/etc/passwd")
    (site / "folder").symlink_to("/etc")
    os.mkfifo(site / "pipe.html")
    found = inspect(site)
    assert _codes(found) == ["GAT-001"] * 4
    assert "bad\\u000aname.html" in [finding.location.path for finding in found]


def test_thousands_of_broken_links_end_soon(tmp_path: Path) -> None:
    links = "".join(f'<a href="x{number}.html#{number}">x</a>' for number in range(20_000))
    found = inspect(_site(tmp_path, {PAGE: BEFORE + links}))
    assert _codes(found) == ["GAT-011"] * 20_000


def test_scripts_that_no_page_names_are_found(tmp_path: Path) -> None:
    names = [
        "evil.js",
        "guide/a.MJS",
        "x.xhtml",
        "assets/process-manual/a/b.js",
        "assets/javascripts/bundle.js",
    ]
    found = inspect(_site(tmp_path, dict.fromkeys(names, "alert(1)")))
    assert _codes(found) == ["GAT-003"] * len(names)


def test_html_by_another_name_is_read(tmp_path: Path) -> None:
    found = inspect(_site(tmp_path, {"A.HTM": BEFORE + "<script>1</script>", "b.HTML": "<p>"}))
    assert _codes(found) == ["GAT-004", "GAT-009"]


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
}


@pytest.mark.parametrize(("docs", "expected"), INDEXES.values(), ids=INDEXES)
def test_the_search_index(docs: list[Any], expected: list[str], tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"search/search_index.json": json.dumps({"docs": docs})}
    assert _codes(inspect(_site(tmp_path, files))) == expected


def test_the_search_index_as_a_script_holds_nothing_else(tmp_path: Path) -> None:
    index = json.dumps({"docs": []})
    files: dict[str, str | bytes] = {
        "search/search_index.json": index,
        "search/search_index.js": f"var __index = {index}",
    }
    assert not inspect(_site(tmp_path, files))
    files["search/search_index.js"] = f"var __index = {index};alert(1)"
    assert _codes(inspect(_site(tmp_path, files))) == ["GAT-014"]
    files["search/search_index.json"] = "[" * 100_000
    assert _codes(inspect(_site(tmp_path, files))) == ["GAT-014", "GAT-014"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small example manual, built."""
    root = project(tmp_path_factory.mktemp("gate"))
    done = run(root, "mkdocs", "build", "--strict")
    assert done.returncode == 0, done.stderr[-3000:]
    return root / "site"


def test_a_real_site_passes(built: Path) -> None:
    assert not inspect(built)


def test_a_site_below_a_path_passes_where_it_is_served(tmp_path: Path) -> None:
    config = {"mkdocs.yml": "INHERIT: base.yml\nsite_url: https://example.org/manual/\n"}
    root = project(tmp_path)
    (root / "mkdocs.yml").rename(root / "base.yml")
    done = run(write(root, config), "mkdocs", "build", "--strict")
    assert done.returncode == 0, done.stderr[-3000:]
    assert not inspect(root / "site", "/manual/")
    assert {"GAT-004", "GAT-011"} <= set(_codes(inspect(root / "site")))


def test_the_listed_scripts_are_those_of_the_installed_theme() -> None:
    """When this fails, the theme has changed a script: read it, then put it into scripts.toml."""
    folder = resources.files("material") / "templates/partials/javascripts"
    texts = ""
    for name in ("base.html", "palette.html", "content.html"):
        texts += (folder / name).read_text("utf-8")
    in_theme = {
        re.sub(r"\{\{.*?\}\}", "..", text) for text in re.findall(r"<script>(.*?)</script>", texts)
    }
    listed = dict(policy.inline_scripts("/"))
    assert in_theme == {listed.get(name) for name in ("base (..)", "palette", "content", "tabs")}


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["gate", *map(str, arguments)])


def test_a_clean_site_on_the_command_line(tmp_path: Path) -> None:
    site = _site(tmp_path, {})
    result = _run(site, "--csp", tmp_path / "out", "--dry-run")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert f"2 pages of {site} checked: 0 errors, 0 warnings\n" in result.stderr
    assert "would write csp.txt, nginx.conf, Caddyfile" in result.stderr
    assert not (tmp_path / "out").exists()
    assert _run(site, "--csp", tmp_path / "out").exit_code == 0
    assert (tmp_path / "out/csp.txt").read_text("utf-8") == csp.header() + "\n"
    assert csp.header() in (tmp_path / "out/nginx.conf").read_text("utf-8")
    assert csp.header() in (tmp_path / "out/Caddyfile").read_text("utf-8")


def test_findings_on_the_command_line(tmp_path: Path) -> None:
    site = _site(tmp_path, {PAGE: BEFORE + '<a href="othr.html">x</a>' + AFTER})
    result = _run(site, "--csp", tmp_path / "out")
    assert result.exit_code == 1
    assert f"{PAGE}:3:1: error GAT-011: `othr.html` leads to nothing\n" in result.stdout
    assert "did you mean `guide/other.html`?" in result.stdout
    assert not (tmp_path / "out").exists()


def test_wrong_use(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    site = _site(tmp_path, {})
    for arguments in (
        [tmp_path / "nowhere"],
        [tmp_path / "empty"],
        [site / "index.html"],
        [site, "--served-at", "manual"],
        [site, "--served-at", '/"/'],
        [site, "--csp", site / "index.html/out"],
    ):
        result = _run(*arguments)
        assert result.exit_code == 2, arguments
        assert "Traceback" not in result.output


def test_the_guide_shows_what_the_gate_writes() -> None:
    guide = (ROOT / "docs/guide/serving.md").read_text("utf-8")
    for text in csp.files().values():
        assert text in guide


def test_the_policy_allows_no_other_host() -> None:
    for name, values in csp.directives().items():
        assert values, name
        for value in values:
            assert value == "data:" or value.startswith("'"), (name, value)
            assert "unsafe" not in value or value == "'wasm-unsafe-eval'"
