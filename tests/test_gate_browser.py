"""The security policy in a real browser: the shipped manual works under it, an attack does not."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page

from process_manual.gate import csp
from tests import test_browser

pytestmark = pytest.mark.browser

browser, page, site = test_browser.browser, test_browser.page, test_browser.site

ATTACK = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>x</title></head><body>
<script>window.inline = 1</script>
<script src="data:text/javascript,window.data=1"></script>
<img src="nothing" onerror="window.handler = 1">
<a id="link" href="javascript:window.link=1;void 0">x</a>
<svg><animate attributeName="x" onbegin="window.begun = 1" dur="1s"/></svg>
<iframe srcdoc="<script>parent.framed = 1</script>"></iframe>
<p id="styled" style="position: fixed">x</p>
<form id="form" action="index.html"><button id="send">x</button></form>
<img src="http://127.0.0.1:9/foreign.png">
</body></html>"""
RAN = "['inline', 'data', 'handler', 'link', 'begun', 'framed'].filter(name => window[name])"


class _Server(http.server.SimpleHTTPRequestHandler):
    """Serves a site as the samples ask for: with the headers, and 404.html for what is missing."""

    headers_sent: dict[str, str] = {}  # noqa: RUF012

    def end_headers(self) -> None:
        for name, value in self.headers_sent.items():
            self.send_header(name, value)
        super().end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        body = Path(self.directory, "404.html").read_bytes()
        self.send_response(code, message)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


class _Guarded(_Server):
    headers_sent = {"Content-Security-Policy": csp.header(), **csp.HEADERS}  # noqa: RUF012


def _serve(folder: Path, handler: type[_Server]) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(handler, directory=str(folder))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def guarded(site: Path) -> Iterator[str]:
    """The shipped manual on a server that sends the policy."""
    yield from _serve(site, _Guarded)


@pytest.fixture
def faults(page: Page) -> list[str]:
    """What the browser reports while a page is used: refusals, and errors of scripts."""
    found: list[str] = []
    page.on("console", lambda each: found.append(each.text) if each.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    page.expose_function("tellRefused", found.append)
    page.add_init_script(
        "document.addEventListener('securitypolicyviolation', "
        "e => window.tellRefused(`${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}`))"
    )
    return found


def test_every_page_type_works_under_the_policy(
    page: Page, guarded: str, site: Path, faults: list[str]
) -> None:
    paths = test_browser._one_of_each_type(site)
    assert len(paths) > 15
    for path in paths:
        response = page.goto(f"{guarded}/{path}")
        assert response is not None
        assert response.headers["content-security-policy"] == csp.header()
        _toggle_colours(page)
        _search(page)
        assert not faults, path


def test_the_page_for_missing_addresses_works_under_the_policy(
    page: Page, guarded: str, faults: list[str]
) -> None:
    response = page.goto(f"{guarded}/no/such/page.html")
    assert response is not None
    assert response.status == 404
    _toggle_colours(page)
    _search(page)
    assert not [fault for fault in faults if "404" not in fault]


def test_a_narrow_screen_and_a_result_work_under_the_policy(
    page: Page, guarded: str, faults: list[str]
) -> None:
    page.set_viewport_size({"width": 400, "height": 800})
    page.goto(f"{guarded}/processes/RES-014/index.html")
    page.locator("label.md-header__button[for=__drawer]").click()
    assert page.locator("#__drawer").is_checked()
    page.goto(f"{guarded}/index.html")
    page.locator("label.md-header__button[for=__search]").click()
    page.locator("input.md-search__input").press_sequentially("RES-014", delay=40)
    page.wait_for_selector(".md-search-result__link", timeout=20_000)
    page.keyboard.press("Enter")
    page.wait_for_url("**/processes/**")
    assert not faults


def test_an_attack_does_nothing_under_the_policy_and_runs_without_it(
    page: Page, site: Path, tmp_path: Path
) -> None:
    (tmp_path / "index.html").write_text(ATTACK, "utf-8")
    (tmp_path / "404.html").write_text("x", "utf-8")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    assert _attacked(page, tmp_path, _Server) == (
        ["inline", "data", "handler", "link", "begun", "framed"],
        "fixed",
        True,
    )
    assert any("foreign" in url for url in asked)
    asked.clear()
    assert _attacked(page, tmp_path, _Guarded) == ([], "static", False)
    assert not any("foreign" in url for url in asked if not _was_refused(url))


def _attacked(page: Page, folder: Path, handler: type[_Server]) -> tuple[list[str], str, bool]:
    """Return which scripts ran, how a styled text is placed, and whether a form was sent."""
    for address in _serve(folder, handler):
        page.goto(f"{address}/index.html")
        page.locator("#link").click()
        page.wait_for_timeout(300)
        ran = page.evaluate(RAN)
        position = page.evaluate("getComputedStyle(document.getElementById('styled')).position")
        page.locator("#send").click()
        page.wait_for_timeout(300)
        return ran, position, page.url.endswith("?")
    raise AssertionError


def _was_refused(url: str) -> bool:
    return False


def _toggle_colours(page: Page) -> None:
    before = page.locator("body").get_attribute("data-md-color-scheme")
    page.locator("[data-md-component=palette] label:visible").click()
    page.wait_for_function(
        "before => document.body.getAttribute('data-md-color-scheme') !== before", arg=before
    )


def _search(page: Page) -> None:
    page.locator("input.md-search__input").click()
    page.locator("input.md-search__input").press_sequentially("incident", delay=20)
    page.wait_for_selector(".md-search-result__link", timeout=20_000)
    page.keyboard.press("Escape")
