"""The security policy in a real browser: the shipped manual works under it, an attack does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Page

from process_manual.gate import csp
from tests.web import RESULT, Server, one_of_each_type, search, serving, toggle_colours

pytestmark = pytest.mark.browser

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


class _Guarded(Server):
    headers_sent: Mapping[str, str] = {"Content-Security-Policy": csp.header(), **csp.HEADERS}


@pytest.fixture
def guarded(shipped_site: Path) -> Iterator[str]:
    """The shipped manual on a server that sends the policy."""
    with serving(shipped_site, _Guarded) as address:
        yield address


def test_every_page_type_works_under_the_policy(
    page: Page, guarded: str, shipped_site: Path, faults: list[str]
) -> None:
    paths = one_of_each_type(shipped_site)
    assert len(paths) > 15
    for path in paths:
        response = page.goto(f"{guarded}/{path}")
        assert response is not None
        assert response.headers["content-security-policy"] == csp.header()
        toggle_colours(page)
        search(page, "incident")
        assert not faults, path


def test_the_page_for_missing_addresses_works_under_the_policy(
    page: Page, guarded: str, faults: list[str]
) -> None:
    response = page.goto(f"{guarded}/no/such/page.html")
    assert response is not None
    assert response.status == 404
    toggle_colours(page)
    search(page, "incident")
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
    page.wait_for_selector(RESULT, timeout=20_000)
    page.keyboard.press("Enter")
    page.wait_for_url("**/processes/**")
    assert not faults


def test_an_attack_does_nothing_under_the_policy_and_runs_without_it(
    page: Page, tmp_path: Path
) -> None:
    asked: list[str] = []
    everything = ["inline", "data", "handler", "link", "begun", "framed"]
    with serving(tmp_path, type("_Foreign", (Server,), {"asked": asked})) as foreign:
        attack = ATTACK.replace("{foreign}", foreign)
        (tmp_path / "index.html").write_text(attack, "utf-8")
        assert _attacked(page, tmp_path, Server) == (everything, "fixed", True)
        assert {"/image.png", "/style.css"} <= set(asked)
        asked.clear()
        assert _attacked(page, tmp_path, _Guarded) == ([], "static", False)
        assert not asked


def _attacked(page: Page, folder: Path, handler: type[Server]) -> tuple[list[str], str, bool]:
    """Return which scripts ran, how a styled text is placed, and whether a form was sent."""
    with serving(folder, handler) as address:
        page.goto(f"{address}/index.html")
        page.locator("#jump").click()
        page.wait_for_timeout(300)
        ran: list[str] = page.evaluate(RAN)
        position: str = page.evaluate(
            "getComputedStyle(document.getElementById('styled')).position"
        )
        page.evaluate("document.getElementById('send').click()")
        page.wait_for_timeout(300)
    return ran, position, page.url.endswith("?")
