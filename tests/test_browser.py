"""The shipped manual in a real browser: search, links, no request to any other host."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import BROWSERS
from tests.support import ROOT

pytestmark = pytest.mark.browser

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped manual, built."""
    folder = tmp_path_factory.mktemp("shipped") / "site"
    command = [sys.executable, "-W", "ignore", "-m", "mkdocs", "build", "--strict", "-d", folder]
    settings = {
        **os.environ,
        "NO_MKDOCS_2_WARNING": "1",
        "PROCESS_MANUAL_AS_OF": "2026-11-23",  # the pages must not change with the calendar
    }
    done = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return folder


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module", params=["server", "folder"])
def address(request: pytest.FixtureRequest, site: Path) -> Iterator[str]:
    """Where the site is: on a web server, and in a folder."""
    if request.param == "folder":
        yield site.as_uri()
        return
    handler = functools.partial(_Quiet, directory=str(site))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    path = next(found for name in BROWSERS if (found := shutil.which(name)))
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page that knows no cookies and no history."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


SEARCHES = [
    ("id", "RES-014", "processes/RES-014"),
    ("title", "incident management", "processes/RES-014"),
    ("everyday word", "something is broken", "processes/RES-014"),
    ("role", "duty manager", "roles/duty-manager"),
    ("role in a step", "duty manager", "processes/RES-018"),
    ("clause number", "8.6.1", "processes/RES-014"),
    ("tool", "status page", "processes/RES-018"),
]


@pytest.mark.parametrize(("what", "words", "expected"), SEARCHES, ids=[s[0] for s in SEARCHES])
def test_search_finds_a_process_by(
    what: str, words: str, expected: str, page: Page, address: str
) -> None:
    page.goto(f"{address}/index.html")
    page.locator("input.md-search__input").click()
    page.locator("input.md-search__input").press_sequentially(words, delay=60)
    page.wait_for_selector(".md-search-result__link", timeout=20_000)
    page.wait_for_timeout(500)
    found = page.locator(".md-search-result__link").evaluate_all("all => all.map(a => a.href)")
    assert any(f"/{expected}/" in link for link in found), (what, found)


def test_every_page_type_asks_no_other_host(page: Page, address: str, site: Path) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    for path in _one_of_each_type(site):
        page.goto(f"{address}/{path}")
    here = (address, "file:", "data:", "blob:")
    assert not [url for url in asked if not url.startswith(here)]
    assert not faults


def _one_of_each_type(site: Path) -> list[str]:
    """Return one page of each folder, and every page that is the only one of its kind."""
    found: dict[tuple[str, ...], str] = {}
    for path in sorted(site.rglob("*.html")):
        parts = path.relative_to(site).parts
        found.setdefault((*parts[:1], str(len(parts))), path.relative_to(site).as_posix())
    return list(found.values())


def test_what_to_do_about_a_priority_1_incident_at_night_in_two_clicks(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/index.html")
    page.locator("main a", has_text="Major incident").first.click()
    page.wait_for_url("**/processes/RES-017/index.html")
    assert page.locator("main h1").inner_text().startswith("RES-017")
    text = page.locator("main").inner_text()
    assert "night" in text
    assert "in force since" in text.lower()


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("path", ["index.html", "processes/RES-014/index.html", "plan/index.html"])
def test_no_page_scrolls_sideways(path: str, width: int, page: Page, address: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{address}/{path}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
