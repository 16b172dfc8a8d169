"""Hostile texts everywhere, a real browser, and the checks switched off: nothing runs.

The checks refuse most of these texts, which is the first defence and is tested elsewhere. Here
pages are made of them all the same, and what is left has to hold: conversion without raw HTML,
the cleaner, escaping. The control at the end shows that the same harness sees stock MkDocs run.
"""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.conftest import BROWSERS, FLAGS
from tests.hostile import payloads
from tests.hostile.browsing import EVERYTHING, Reader, Seen, served
from tests.hostile.manuals import (
    DEFINITION,
    definition,
    hostile_project,
    manual_files,
    may_stand,
    page_files,
)
from tests.projects import project, run

pytestmark = pytest.mark.browser

Files = Mapping[str, str | bytes]
ALL = (*payloads.published(), *payloads.systematic()[::4])
A_BUILD = 230
"""Payloads in one build of the long run; its index would be too large to search in."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = next(found for name in BROWSERS if (found := shutil.which(name)))
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


def _built(root: Path, files: Files) -> Path:
    """Build a project whatever its checks say."""
    made = hostile_project(root, files)
    done = run(made, "unchecked")
    assert done.returncode == 0, done.stderr[-3000:]
    numbers = {name.split("-")[1] for name in files if name.startswith("processes/example/")}
    built = {path.name[4:] for path in (made / "site/processes").glob("EXA-*")}
    assert numbers - built <= {"991"}, "a definition was not even read"
    return made / "site"


def _pages(site: Path) -> list[str]:
    """Return all pages; of the rules, roles and areas, whose pages are alike, two of each."""
    found = [path.relative_to(site).as_posix() for path in sorted(site.rglob("*.html"))]
    seen: Counter[str] = Counter()
    kept = []
    for path in found:
        folder = path.split("/")[0]
        seen[folder] += 1
        is_alike = folder in ("rules", "roles", "areas") and seen[folder] > 2
        if not is_alike:
            kept.append(path)
    return kept


def _written(site: Path) -> list[str]:
    """Return the hand-written pages, and those of definitions."""
    return [path for path in _pages(site) if path.count("/") == 0 or path.startswith("processes/")]


def _read(
    site: Path,
    browser: Browser,
    words: tuple[str, ...] = ("alert", "script"),
    which: Callable[[Path], list[str]] = _pages,
) -> Seen:
    """Touch everything on pages, then search."""
    with served(site) as base:
        reader = Reader(browser, base)
        reader.open("index.html", EVERYTHING)
        for path in which(site):
            reader.open(path)
        assert reader.seen.nothing, reader.seen
        for each in words:
            assert reader.search("index.html", each) > 0
        reader.close()
        return reader.seen


def test_a_sample_in_every_field_runs_nothing(browser: Browser, tmp_path: Path) -> None:
    chosen = (*payloads.GOLDEN_TEXTS, *payloads.sample(40))
    pages, _ = page_files(chosen)
    seen = _read(_built(tmp_path, {**manual_files(chosen), **pages}), browser)
    assert seen.nothing, seen


@pytest.mark.long
@pytest.mark.parametrize("start", range(0, len(ALL), A_BUILD))
def test_every_payload_in_every_field_runs_nothing(
    start: int, browser: Browser, tmp_path: Path
) -> None:
    chosen = ALL[start : start + A_BUILD]
    pages, _ = page_files(chosen, 50)
    seen = _read(_built(tmp_path, {**manual_files(chosen, 50), **pages}), browser, ())
    print(seen)
    assert seen.nothing, seen


A_PAGE = 14
"""Texts on one page of Markdown constructs."""


def test_the_constructs_of_markdown_run_nothing(browser: Browser, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {}
    for i in range(0, len(payloads.GOLDEN_MARKDOWN), A_PAGE):
        texts = payloads.GOLDEN_MARKDOWN[i : i + A_PAGE]
        head = json.dumps({"id": f"EXA-{i + 100}", "title": f"Text {i}", "area": "example"})[:-1]
        head += ', "kind": "process", "status": "draft", "version": "0.1"}'
        files[DEFINITION.format(i + 100)] = f"---\n{head}\n---\n" + "\n\n".join(texts)
        files[f"docs/golden-{i}.md"] = "\n\n".join(["First.", *filter(may_stand, texts)])
    seen = _read(_built(tmp_path, files), browser, which=_written)
    assert seen.nothing, seen


def test_titles_and_headers_run_nothing(browser: Browser, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        f"docs/{name}": text for name, text in payloads.golden_pages().items() if may_stand(text)
    }
    seen = _read(_built(tmp_path, files), browser, ("text",), _written)
    assert seen.nothing, seen


def test_names_of_files_run_nothing(browser: Browser, tmp_path: Path) -> None:
    files = {f"docs/{name}": "Text.\n" for name in payloads.GOLDEN_NAMES}
    seen = _read(_built(tmp_path, files), browser, ("text",), _written)
    assert seen.nothing, seen


def test_the_policy_alone_runs_nothing(browser: Browser, tmp_path: Path) -> None:
    """Nothing is cleaned away here: script is in the pages, and the browser refuses it.

    A policy cannot keep a page from sending its reader elsewhere, which ``meta`` refresh does.
    """
    files = {f"docs/p{i}.md": f"First.\n\n{text}\n" for i, text in enumerate(_effective())}
    titles = ("front-0", "heading-1", "multi-0")
    pages = payloads.golden_pages().items()
    files |= {f"docs/{name}": text for name, text in pages if name.startswith(titles)}
    files = {name: text for name, text in files.items() if "http-equiv" not in text.lower()}
    made = hostile_project(tmp_path, files)
    done = run(made, "uncleaned")
    assert done.returncode == 0, done.stderr[-3000:]
    seen = _loosely(made / "site", browser, policy=True)
    assert any("<script>alert" in path.read_text("utf-8") for path in made.rglob("*.html"))
    assert not any(each.executions or each.foreign for each in seen.values()), seen


STOCK = (
    "site_name: Stock\ntheme: {name: material, font: false}\nplugins: [search]\n"
    "use_directory_urls: false\n"
    "markdown_extensions: [admonition, tables, sane_lists, toc: {permalink: true}]\n"
)


def _effective() -> tuple[str, ...]:
    """Return some payloads that a browser runs by itself or at a touch, one for each page."""
    runs = re.compile(
        r"^<(script>|img src=\S+ onerror=|svg onload=|iframe onload=)[^<]*alert", re.I
    )
    published = [text for text in payloads.published() if runs.search(text)]
    return (*published[:64:4], *payloads.systematic()[:160:10])


def _stock(root: Path, files: Files) -> Path:
    """Build hand-written pages with MkDocs and its theme as they come."""
    made = project(root, files={"mkdocs.yml": STOCK, **files})
    shutil.rmtree(made / "processes")
    done = run(made, "mkdocs", "build", "-q")
    assert done.returncode == 0, done.stderr[-3000:]
    return made / "site"


def _loosely(site: Path, browser: Browser, *, policy: bool = False) -> dict[str, Seen]:
    """Touch what can be touched on hand-written pages, and tell for each what happened."""
    found = {}
    with served(site) as base:
        for path in (path.name for path in sorted(site.glob("*.html"))):
            reader = Reader(browser, base, policy=policy)
            reader.loosely(path)
            reader.close()
            found[path] = reader.seen
    return found


def test_the_same_texts_run_in_stock_mkdocs(browser: Browser, tmp_path: Path) -> None:
    files = {f"docs/p{i}.md": f"First.\n\n{text}\n" for i, text in enumerate(_effective())}
    seen = _loosely(_stock(tmp_path, files), browser)
    assert sum(bool(each.executions) for each in seen.values()) >= 20


@pytest.mark.parametrize("name", ["front-0.md", "multi-0.md"])
def test_the_same_titles_run_on_every_page_of_stock_mkdocs(
    name: str, browser: Browser, tmp_path: Path
) -> None:
    site = _stock(tmp_path, {f"docs/{name}": payloads.golden_pages()[name]})
    assert _loosely(site, browser)["index.html"].executions


def test_an_unchecked_door_is_needed_to_get_this_far(tmp_path: Path) -> None:
    root = hostile_project(tmp_path, {DEFINITION.format(100): definition(100, payloads.sample(5))})
    done = run(root, "mkdocs", "build", "-q")
    assert done.returncode == 1
    assert not (root / "site").exists()
    assert "Traceback" not in done.stderr
