"""The pictures in ``docs/guide/pictures``: ``python -m tests.pictures`` makes them anew.

They show pages of the manual that ships, in the light scheme, one with a change that waits.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.conftest import BROWSERS
from tests.hostile.browsing import served
from tests.projects import run
from tests.support import ROOT

FOLDER = ROOT / "docs/guide/pictures"
AS_OF = "2026-11-23"
RING = (
    "element => Object.assign(element.style, {outline: '4px solid #c2185b', outlineOffset: '4px'})"
)
"""Draws a ring round what a picture is about; the policy of the pages forbids a style attribute."""
PICTURES = {
    "pencil.png": ("processes/RES-014/index.html", ".md-content__button", 430),
    "in-review.png": ("processes/RES-020/index.html", ".pm-banner", 430),
    "my-definitions.png": ("roles/incident-manager/index.html", "#owns + .pm-table", 760),
}
"""Each picture's page, what is ringed, and its height in pixels."""


def main() -> None:
    """Build the manual with one change in it, and take the pictures."""
    path = next(found for name in BROWSERS if (found := shutil.which(name)))
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = _built(Path(folder) / "manual")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        with served(site) as base:
            for name, (address, ringed, height) in PICTURES.items():
                _take(browser, f"{base}/{address}", ringed, height, FOLDER / name)
        browser.close()


def _built(root: Path) -> Path:
    for name in ("processes", "docs", "hooks"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "mkdocs.yml", root)
    (file,) = (root / "processes/resolution").glob("RES-020-*.md")
    text = file.read_text("utf-8")
    file.write_text(text.replace("status: approved", "status: in_review", 1), "utf-8")
    done = run(root, "mkdocs", "build", "-q", PROCESS_MANUAL_AS_OF=AS_OF)
    assert done.returncode == 0, done.stderr[-2000:]
    return root / "site"


def _take(browser: Browser, address: str, ringed: str, height: int, file: Path) -> None:
    page = browser.new_page(viewport={"width": 1000, "height": height}, color_scheme="light")
    page.goto(address, wait_until="load")
    element = page.locator(ringed).first
    element.scroll_into_view_if_needed()
    element.evaluate(RING)
    page.screenshot(path=file)
    page.close()


if __name__ == "__main__":
    main()
