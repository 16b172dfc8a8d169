"""The samples for nginx and Caddy in those very servers: headers, addresses, and a real browser."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from process_manual.gate import csp
from tests.servers import SERVERS, running
from tests.support import write
from tests.web import search, toggle_colours

PROMISED = {"Content-Security-Policy": csp.header(), **csp.HEADERS}
EACH_SERVER = [pytest.param(name, marks=getattr(pytest.mark, name)) for name in SERVERS]
DEFINITION = "/processes/RES-014/index.html"


@dataclass(frozen=True)
class Answer:
    """What a server says, with every header it sends."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


def _ask(address: str, path: str, method: str = "GET", **headers: str) -> Answer:
    """Ask for a path as it stands here; nothing is followed or put right on the way."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
    connection.request(method, path, headers={k.replace("_", "-"): v for k, v in headers.items()})
    answer = connection.getresponse()
    found = Answer(answer.status, answer.headers, answer.read())
    connection.close()
    return found


@pytest.fixture(scope="module", params=EACH_SERVER)
def server(
    request: pytest.FixtureRequest, shipped_site: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The shipped manual on a server with the gate's sample."""
    with running(request.param, shipped_site, tmp_path_factory.mktemp("server")) as address:
        yield address


ANSWERS = {
    "the home page": ("/", 200),
    "a page": (DEFINITION, 200),
    "a folder with a page": ("/processes/RES-014/", 200),
    "a style sheet": ("/assets/process-manual/process-manual.css", 200),
    "data": ("/manual.json", 200),
    "a missing page": ("/processes/XXX-999/index.html", 404),
    "a folder without a page": ("/assets/images/", 404),
}


@pytest.mark.parametrize("what", ANSWERS)
def test_every_answer_bears_the_headers_once(what: str, server: str) -> None:
    path, status = ANSWERS[what]
    answer = _ask(server, path)
    assert answer.status == status
    for name, value in PROMISED.items():
        assert answer.headers.get_all(name) == [value], name


@pytest.mark.parametrize("path", ["/no/such/page.html", "/no-such-folder/", "/assets/images/"])
def test_what_is_missing_shows_the_page_of_the_manual(
    path: str, server: str, shipped_site: Path
) -> None:
    answer = _ask(server, path)
    assert answer.status == 404
    assert answer.body == (shipped_site / "404.html").read_bytes()
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("path", ["/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%5cetc"])
def test_nothing_beside_the_manual_is_served(path: str, server: str) -> None:
    assert _ask(server, path).status in (400, 404)


def test_a_folder_without_its_stroke_leads_to_its_page(server: str, shipped_site: Path) -> None:
    moved = _ask(server, "/processes/RES-014")
    assert moved.status in (301, 308)
    assert urlsplit(moved.headers["Location"]).path == "/processes/RES-014/"
    page = _ask(server, urlsplit(moved.headers["Location"]).path)
    assert page.body == (shipped_site / "processes/RES-014/index.html").read_bytes()


TYPES = {
    "index.html": {"text/html; charset=utf-8"},
    "assets/process-manual/process-manual.css": {"text/css", "text/css; charset=utf-8"},
    "assets/process-manual/process-manual.js": {
        "application/javascript; charset=utf-8",
        "text/javascript; charset=utf-8",
    },
    "search/search_index.json": {"application/json"},
    "assets/images/favicon.png": {"image/png"},
}


@pytest.mark.parametrize("path", TYPES)
def test_the_type_is_right_because_browsers_may_not_guess(path: str, server: str) -> None:
    assert _ask(server, f"/{path}").headers["Content-Type"] in TYPES[path]


@pytest.mark.parametrize("name", EACH_SERVER)
def test_a_browser_keeps_a_page_only_until_it_changes(name: str, tmp_path: Path) -> None:
    site = write(tmp_path / "site", {"index.html": "version 1"})
    with running(name, site, tmp_path) as address:
        first = _ask(address, "/index.html")
        assert first.body == b"version 1"
        known = first.headers["ETag"]
        again = _ask(address, "/index.html", If_None_Match=known)
        assert (again.status, again.body) == (304, b"")
        assert again.headers.get_all("Cache-Control") == ["no-cache"]
        write(site, {"index.html": "version 1.1"})
        changed = _ask(address, "/index.html", If_None_Match=known)
        assert (changed.status, changed.body) == (200, b"version 1.1")


@pytest.mark.parametrize("name", EACH_SERVER)
def test_a_manual_below_a_path_has_its_own_policy_and_its_own_missing_page(
    name: str, tmp_path: Path
) -> None:
    root = write(
        tmp_path / "root",
        {"index.html": "other", "manual/index.html": "manual", "manual/404.html": "missing"},
    )
    with running(name, root, tmp_path, "/manual/") as address:
        page, missing = _ask(address, "/manual/"), _ask(address, "/manual/no/page.html")
        assert (page.status, page.body) == (200, b"manual")
        assert (missing.status, missing.body) == (404, b"missing")
        for answer in (page, missing):
            assert answer.headers["Content-Security-Policy"] == csp.header("/manual/")
        for path in ("/", "/no/page.html"):
            other = _ask(address, path)
            assert "Content-Security-Policy" not in other.headers
            assert other.body != b"missing"


@pytest.mark.browser
def test_the_manual_works_in_a_browser(server: str, page: Page, faults: list[str]) -> None:
    for path in (DEFINITION, "/processes/RES-014/", "/"):
        response = page.goto(server + path)
        assert response is not None
        assert response.headers["content-security-policy"] == csp.header()
        toggle_colours(page)
    search(page, "incident")
    page.keyboard.press("Enter")
    page.wait_for_url("**/processes/**")
    assert not faults
    page.goto(f"{server}/no/such/page.html")
    toggle_colours(page)
    search(page, "incident")
    assert not [fault for fault in faults if "404" not in fault]
