"""Options and fixtures for all tests."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support import ROOT, program

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PROGRAMS = {"browser": BROWSERS, "nginx": ("nginx",), "caddy": ("caddy",)}
"""What tests with a mark need; one of the programs will do."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--fail-on-skip", action="store_true", help="Count a skipped test as a failure (CI)."
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip tests whose program is not here, and say what would install it."""
    for mark, names in PROGRAMS.items():
        if program(*names):
            continue
        reason = f"no {names[0]}; install it with: apt-get install {names[0]}"
        for item in items:
            if mark in item.keywords:
                item.add_marker(pytest.mark.skip(reason=reason))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if session.config.getoption("--fail-on-skip") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = 1


@pytest.fixture(scope="session")
def shipped_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped manual, built once; no test may change it."""
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


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program(*BROWSERS), args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page that knows no cookies and no history."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


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
