"""The security policy in a real browser: the shipped manual works under it, an attack does not."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Generator, Iterator, Mapping
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
<a id="jump" href="javascript:window.link=1;void 0">x</a>
<svg><animate attributeName="x" onbegin="window.begun = 1" dur="1s"/></svg>
<iframe srcdoc="<script>parent.framed = 1</script>"></iframe>
<p id="styled" style="position: fixed">x</p>
<form id="form" action="index.html"><button id="send">x</button></form>
<img src="{foreign}/image.png"><link rel="stylesheet" href="{foreign}/style.css">
</body></html>"""
RAN = "['inline', 'data', 'handler', 'link', 'begun', 'framed'].filter(name => window[name] === 1)"


class _Server(http.server.SimpleHTTPRequestHandler):
    """Serves a site as the samples ask for: with the headers, and 404.html for what is missing."""

    headers_sent: Mapping[str, str] = {}
    asked: list[str] | None = None
    """Where to note what was asked for."""

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
        if self.asked is not None:
            self.asked.append(self.path)


class _Guarded(_Server):
    headers_sent: Mapping[str, str] = {"Content-Security-Policy": csp.header(), **csp.HEADERS}


def _serve(folder: Path, handler: type[_Server]) -> Generator[str, None, None]:
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(handler, directory=str(folder))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
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
    page.expose_function("tellRefused", lambda fault: found.append(fault))
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
    page: Page, tmp_path: Path
) -> None:
    asked: list[str] = []
    foreign = _serve(tmp_path, type("_Foreign", (_Server,), {"asked": asked}))
    attack = ATTACK.replace("{foreign}", next(foreign))
    (tmp_path / "index.html").write_text(attack, "utf-8")
    (tmp_path / "404.html").write_text("x", "utf-8")
    everything = ["inline", "data", "handler", "link", "begun", "framed"]
    assert _attacked(page, tmp_path, _Server) == (everything, "fixed", True)
    assert {"/image.png", "/style.css"} <= set(asked)
    asked.clear()
    assert _attacked(page, tmp_path, _Guarded) == ([], "static", False)
    assert not asked
    foreign.close()


def _attacked(page: Page, folder: Path, handler: type[_Server]) -> tuple[list[str], str, bool]:
    """Return which scripts ran, how a styled text is placed, and whether a form was sent."""
    served = _serve(folder, handler)
    page.goto(f"{next(served)}/index.html")
    page.locator("#jump").click()
    page.wait_for_timeout(300)
    ran: list[str] = page.evaluate(RAN)
    position: str = page.evaluate("getComputedStyle(document.getElementById('styled')).position")
    page.evaluate("document.getElementById('send').click()")
    page.wait_for_timeout(300)
    served.close()
    return ran, position, page.url.endswith("?")


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
