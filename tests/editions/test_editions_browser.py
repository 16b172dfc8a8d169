"""Editions in a real browser: selector, banner, look-up by day, and the pack from a folder."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from process_manual.bundling.listing import rows
from process_manual.editions.store import Store
from process_manual.loading import load
from process_manual.packing import pack
from process_manual.pages.public import public_files
from tests.editions.stores import NOON, Office, seal
from tests.projects import project, run
from tests.support import write
from tests.web import serving

pytestmark = pytest.mark.browser

TOOLS = "processes/registers/tools.yml"
SELECTOR = "nav[aria-label=Editions]"
OLDER = "section[aria-label='Older edition']"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Three real editions of the example manual; the last of them lacks a hand-written page."""
    office = Office(tmp_path_factory.mktemp("office"))
    for number, name in enumerate(("2026-09", "2026-10", "2026-11")):
        root = project(tmp_path_factory.mktemp(f"work-{name}"))
        if number < 2:
            write(root, {"docs/leaving.md": "# Leaving\n\nOnly in the first editions.\n"})
        if number:
            tools = root / TOOLS
            tools.write_text(
                tools.read_text("utf-8").replace("title: ", f"title: Tool {number} ", 1)
            )
        newest = Store(office.store).newest()
        as_of = datetime.date(2026, 6, 1) + datetime.timedelta(days=number)
        done = run(
            root,
            *("mkdocs", "build", "--strict"),
            PROCESS_MANUAL_EDITION=name,
            PROCESS_MANUAL_PREVIOUS=str(newest.folder) if newest else "",
            PROCESS_MANUAL_AS_OF=as_of.isoformat(),
        )
        assert done.returncode == 0, done.stderr[-2000:]
        bundle = office.folder / f"bundle-{name}"
        bundle.mkdir()
        (root / "site").rename(bundle / "site")
        (bundle / "source").mkdir()
        (root / "processes").rename(bundle / "source/processes")
        manual = load(bundle / "source", as_of).manual
        after: dict[str, Any] = {"sequence": number + 1}
        after["previous"] = newest.sha256 if newest else None
        seal(bundle, {}, rows=list(rows(manual)), name=name, as_of=as_of, **after)
        now = NOON + datetime.timedelta(days=10 * number)
        office.put(bundle, pages=public_files, now=now)
    assert office.faults() == ()
    return office


@pytest.fixture(scope="module")
def address(office: Office) -> Iterator[str]:
    with serving(office.store / "public") as found:
        yield found


@pytest.fixture(scope="module")
def folder(office: Office) -> Path:
    """The unpacked pack of the oldest edition."""
    target = office.folder / "pack.zip"
    with target.open("wb") as file:
        pack(Store(office.store), "2026-09", file)
    with zipfile.ZipFile(target) as made:
        made.extractall(office.folder / "unpacked")
    return office.folder / "unpacked/process-manual-2026-09"


PROCESS = "processes/EXA-010/index.html"


def test_every_page_says_of_which_edition_it_is_although_no_file_does(
    page: Page, address: str, office: Office, faults: list[str]
) -> None:
    page.goto(f"{address}/2026-11/{PROCESS}")
    for place in (".pm-control", "footer"):
        expect(page.locator(f"{place} .pm-edition")).to_have_text("Edition 2026-11")
        assert "ncontrolled when printed" in page.locator(place).inner_text()
    site = office.store / "editions/2026-11/site"
    assert b"2026-11" not in (site / PROCESS).read_bytes()
    assert faults == []


def test_without_a_script_the_style_sheet_says_it(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/2026-10/{PROCESS}")
    place = page.locator(".pm-control .pm-edition")
    assert place.evaluate("e => getComputedStyle(e, '::before').content") == '"Edition 2026-10"'
    assert page.locator(SELECTOR).count() == 0
    context.close()


def test_the_selector_leads_to_the_same_page_by_keyboard_alone(page: Page, address: str) -> None:
    page.goto(f"{address}/latest/{PROCESS}")
    summary = page.locator(f"{SELECTOR} summary")
    expect(summary).to_have_text("Edition 2026-11")
    summary.focus()
    page.keyboard.press("Enter")
    links = page.locator(f"{SELECTOR} a")
    expect(links).to_have_text(
        ["2026-11 (latest)", "2026-10", "2026-09", "All editions", "In force on a day"]
    )
    assert links.nth(0).get_attribute("aria-current") == "true"
    page.keyboard.press("Escape")
    assert not page.locator(f"{SELECTOR} details").evaluate("e => e.open")
    assert summary.evaluate("e => e === document.activeElement")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/2026-10/{PROCESS}")


def test_the_selector_leads_home_where_the_other_edition_has_no_such_page(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/2026-10/leaving.html")
    page.locator(f"{SELECTOR} summary").click()
    page.locator(f"{SELECTOR} a", has_text="2026-11").click()
    page.wait_for_url(f"{address}/2026-11/index.html")


@pytest.mark.parametrize("width", [1280, 320])
def test_the_selector_fits_and_its_list_can_be_seen(width: int, page: Page, address: str) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    page.goto(f"{address}/2026-10/{PROCESS}")
    page.locator(f"{SELECTOR} summary").click()
    for link in page.locator(f"{SELECTOR} a").all():
        box = link.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_an_older_edition_says_so_in_words_and_leads_to_the_latest(
    page: Page, address: str, faults: list[str]
) -> None:
    page.goto(f"{address}/2026-09/{PROCESS}#steps")
    banner = page.locator(OLDER)
    expect(banner.locator("[role=status]")).to_contain_text("This is an older edition: 2026-09.")
    link = banner.locator("a")
    expect(link).to_have_text("Read this page in the latest edition")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/latest/{PROCESS}#steps")
    page.locator(SELECTOR).wait_for()
    assert page.locator(OLDER).count() == 0
    assert faults == []


def test_a_page_that_the_latest_edition_lacks_leads_to_its_home(page: Page, address: str) -> None:
    page.goto(f"{address}/2026-09/leaving.html")
    banner = page.locator(OLDER)
    expect(banner).to_contain_text("It has no page at this address.")
    link = banner.locator("a")
    assert link.get_attribute("href") == f"{address}/latest/index.html"


def test_what_changed_is_told_in_the_edition(page: Page, address: str) -> None:
    page.goto(f"{address}/2026-09/changes/index.html")
    expect(page.locator("main")).to_contain_text("This is the first edition")
    page.goto(f"{address}/2026-11/changes/index.html")
    main = page.locator("main")
    expect(main).to_contain_text("Since edition 2026-10")
    expect(main.locator("#registers ~ h3").first).to_contain_text("(tools): changed")


def test_the_look_up_shows_what_held_on_a_day(page: Page, address: str, faults: list[str]) -> None:
    page.goto(f"{address}/as-at.html")
    page.locator("#day").fill("2026-12-05")
    page.locator("#definition").fill("exa-010")
    page.keyboard.press("Enter")
    told = page.locator("[role=status]")
    expect(told).to_have_text(
        "On 5 December 2026 edition 2026-10 was the latest; in force: 1 version of “exa-010”."
    )
    shown = page.locator("tr[data-from]:visible")
    expect(shown).to_have_count(2)
    expect(shown.nth(1)).to_contain_text("EXA-010")
    page.reload()
    expect(page.locator("tr[data-from]:visible")).to_have_count(2)
    page.locator("#day").fill("2020-01-01")
    page.keyboard.press("Enter")
    expect(told).to_have_text("On 1 January 2020 there was no edition.")
    page.get_by_text("Show all").click()
    assert page.locator("tr[data-from]:visible").count() == page.locator("tr[data-from]").count()
    assert faults == []


def test_the_landing_page_leads_to_each_edition(page: Page, address: str) -> None:
    for name in ("2026-09", "2026-10", "2026-11"):
        page.goto(f"{address}/index.html")
        page.get_by_role("link", name=name, exact=True).click()
        page.wait_for_url(f"{address}/{name}/index.html")


def test_the_pack_opens_from_a_folder_without_a_word_of_complaint(
    page: Page, folder: Path, faults: list[str]
) -> None:
    page.goto((folder / "START.html").as_uri())
    page.get_by_text("Who approved what, when, and on what evidence?").click()
    page.wait_for_url("**/site/registers/approvals/index.html")
    expect(page.locator("main h1")).to_contain_text("Approval log")
    page.goto((folder / "editions/2026-09/site" / PROCESS).as_uri())
    expect(page.locator(".pm-control .pm-edition")).to_have_text("Edition 2026-09")
    page.wait_for_timeout(500)
    assert page.locator(f"{OLDER}, {SELECTOR}").count() == 0
    assert faults == []


AXED = ["index.html", "as-at.html", "2026-11/changes/index.html", "2026-09/changes/index.html"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", [*AXED, "START.html"])
def test_axe_finds_nothing(
    path: str, scheme: Any, browser: Any, address: str, folder: Path
) -> None:
    context = browser.new_context(bypass_csp=True, color_scheme=scheme)
    page = context.new_page()
    page.goto((folder / path).as_uri() if path == "START.html" else f"{address}/{path}")
    page.wait_for_timeout(300)
    found = Axe().run(page)["violations"]
    assert [(each["id"], each["nodes"][0]["target"]) for each in found] == []
    context.close()
