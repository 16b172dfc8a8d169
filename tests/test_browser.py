"""The shipped manual in a real browser: search, links, no request to any other host."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.web import RESULT, one_of_each_type, search, serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", params=["server", "folder"])
def address(request: pytest.FixtureRequest, shipped_site: Path) -> Iterator[str]:
    """Where the site is: on a web server, and in a folder."""
    if request.param == "folder":
        yield shipped_site.as_uri()
        return
    with serving(shipped_site) as found:
        yield found


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
    search(page, words, delay=60)
    page.wait_for_timeout(500)
    found = page.locator(RESULT).evaluate_all("all => all.map(a => a.href)")
    assert any(f"/{expected}/" in link for link in found), (what, found)


def test_every_page_type_asks_no_other_host(page: Page, address: str, shipped_site: Path) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    for path in one_of_each_type(shipped_site):
        page.goto(f"{address}/{path}")
    here = (address, "file:", "data:", "blob:")
    assert not [url for url in asked if not url.startswith(here)]
    assert not faults


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
