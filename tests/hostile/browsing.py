"""A reader who touches everything, and notes whatever runs or asks another host."""

from __future__ import annotations

import asyncio
import functools
import http.server
import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from playwright.async_api import Browser, ConsoleMessage, Error, Page, Request, async_playwright

from tests.conftest import BROWSERS, FLAGS
from tests.hostile.inspecting import HARMLESS

SCRIPT = Path(__file__).with_name("browsing.js").read_text("utf-8")
CONTENT = "body, .md-content, .md-content *"
EVERYTHING = "body, body *"
RESULTS = ".md-search-result, .md-search-result *"
PARTS = (*HARMLESS, "title", "svg", "path", "label", "input", "footer", "del")
"""Elements that may stand where the manual's texts stand; the theme adds the last few."""
NETWORK = frozenset({"http", "https", "ws", "wss", "ftp"})
"""Schemes of what leaves the machine; addresses with any other scheme are leftovers."""
PAGES_AT_ONCE = 2
FLAGS_ALONE = [*FLAGS, "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]


@dataclass(slots=True)
class Seen:
    """What happened while pages were open; the first two with the page where it did."""

    executions: list[tuple[str, str]] = field(default_factory=list)
    foreign: dict[Request, tuple[str, str]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    leftovers: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    pages: int = 0
    elements: int = 0

    @property
    def where(self) -> set[str]:
        """The pages on which anything ran or asked another host."""
        return {path for path, _ in (*self.executions, *self.foreign.values())}

    @property
    def nothing(self) -> bool:
        """Tell whether all was quiet, on pages that did have something to touch."""
        noted = self.where or self.errors or self.leftovers or self.failed
        return not noted and self.elements > 2 * self.pages > 0

    def __repr__(self) -> str:
        noted: dict[str, list[object]] = {
            "executions": [*self.executions],
            "foreign requests": [*self.foreign.values()],
            "script errors": [*self.errors],
            "leftovers": [*self.leftovers],
            "failures": [*self.failed],
        }
        told = [f"{len(what)} {name} {what[:8]}" for name, what in noted.items() if what]
        return "; ".join([f"{self.pages} pages, {self.elements} elements", *told])


class _Quiet(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        pass


class _Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: the browser leaves pages before all of their files have come."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a site, and say where."""
    server = _Server(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class Reader:
    """Opens pages of the site at ``base``, and notes what they do.

    Unless ``policy``, the browser disregards the content-security policy that pages bring along.
    No name of another host can be resolved; that a page asks for one is seen all the same.
    """

    def __init__(self, page: Page, base: str, seen: Seen) -> None:
        self._page, self._base, self._seen = page, base, seen
        self._path = ""
        self._is_renewed = False

    @classmethod
    async def at(cls, browser: Browser, base: str, seen: Seen, policy: bool) -> Reader:
        """Open a window that knows no cookies and no history."""
        context = await browser.new_context(
            viewport={"width": 1280, "height": 900}, bypass_csp=not policy
        )
        reader = cls(await context.new_page(), base, seen)
        await context.expose_binding("__tell", reader._told)
        await context.add_init_script(f"{SCRIPT}.alarm()")
        context.on("request", reader._asked)
        context.on("requestfailed", reader._refused)
        context.on("page", reader._opened)
        reader._listen()
        return reader

    def _listen(self) -> None:
        self._page.on("pageerror", lambda error: self._seen.errors.append(str(error)[:300]))
        self._page.on("console", self._logged)

    def _opened(self, page: Page) -> None:
        if not self._is_renewed:
            self._told(None, "window", page.url)

    async def _renew(self) -> None:
        """Go on in a new tab: what the last page had begun may still lead the old one away."""
        context = self._page.context
        await self._page.close()
        self._is_renewed = True
        self._page = await context.new_page()
        self._is_renewed = False
        self._listen()

    async def open(self, path: str, where: str = CONTENT) -> None:
        """Open a page and touch everything on it that ``where`` selects."""
        here = f"{self._base}/{quote(path)}"
        self._path = path
        self._seen.pages += 1
        try:
            try:
                touched, left = await self._touched(here, where)
            except Error:  # the page before may be to blame
                await self._renew()
                touched, left = await self._touched(here, where)
        except Error as error:  # a page of a control may do anything to itself
            self._seen.failed.append(f"{path}: {error.message[:200]}")
            await self._renew()
            return
        self._seen.elements += touched["count"]
        self._seen.leftovers += [f"{path}: {text}" for text in left]
        if self._page.url.split("#")[0] != here:
            self._told(None, "led elsewhere", self._page.url)

    async def _touched(self, here: str, where: str) -> tuple[Any, Any]:
        await self._page.goto(here, wait_until="load", timeout=60_000)
        touched = await self._call("touch", where)
        for x, y in touched["links"]:
            await self._page.mouse.move(x, y)
        return touched, await self._call("leftovers", PARTS)

    async def search(self, words: str, least: int = 1) -> None:
        """Search on the open page, and touch all that is found: ``least`` entries, or more."""
        field = self._page.locator("input.md-search__input")
        try:
            await field.click()
            await field.fill(words)
            await field.press("End")  # the theme waits for a key
            if least:
                link = f'.md-search-result__link[href*="h={quote(words)}"]'
                await self._page.wait_for_selector(link, state="attached", timeout=60_000)
            found = await self._call("results")
            touched = await self._call("touch", RESULTS)
            left = await self._call("leftovers", PARTS)
        except Error as error:
            self._seen.failed.append(f"search for {words}: {error.message[:200]}")
            return
        self._seen.elements += touched["count"]
        self._seen.leftovers += [f"search for {words}: {text}" for text in left]
        if found < least:
            self._seen.failed.append(f"search for {words}: {found} entries")

    async def _call(self, name: str, argument: object = None) -> Any:
        return await self._page.evaluate(f"given => {SCRIPT}.{name}(given)", argument)

    def _told(self, source: object, how: str, what: str, where: str = "") -> None:
        path = unquote(urlsplit(where).path).removeprefix("/") or self._path
        self._seen.executions.append((path, f"{how}({what})"))

    def _logged(self, message: ConsoleMessage) -> None:
        expected = "Failed to load resource" in message.text or "Policy" in message.text
        if message.type == "error" and not expected:
            self._seen.errors.append(message.text[:300])

    def _asked(self, request: Request) -> None:
        is_ours = request.url.startswith(f"{self._base}/")
        if not is_ours and urlsplit(request.url).scheme in NETWORK:
            self._seen.foreign[request] = (self._path, request.url[:200])

    def _refused(self, request: Request) -> None:
        """Take back what the policy has stopped before it left the browser."""
        if request.failure == "csp":
            self._seen.foreign.pop(request, None)


def read(
    site: Path,
    paths: Iterable[str],
    words: Iterable[str] = (),
    *,
    typed: Iterable[str] = (),
    policy: bool = False,
) -> Seen:
    """Touch everything on some pages, search for words, type texts; tell what happened."""
    return asyncio.run(_read(site, [*paths], [*words], [*typed], policy))


async def _read(
    site: Path, paths: list[str], words: list[str], typed: list[str], policy: bool
) -> Seen:
    seen = Seen()
    path = next(found for name in BROWSERS if (found := shutil.which(name)))
    with served(site) as base:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=path, args=FLAGS_ALONE)
            readers = [await Reader.at(browser, base, seen, policy) for _ in range(PAGES_AT_ONCE)]
            await asyncio.gather(*(_take(reader, paths) for reader in readers))
            if words or typed:
                await readers[0].open("index.html")
                for each in words:
                    await readers[0].search(each)
                for each in typed:
                    await readers[0].search(each, least=0)
            await browser.close()
    return seen


async def _take(reader: Reader, paths: list[str]) -> None:
    """Open pages as long as another reader has left some."""
    while paths:
        path = paths.pop()
        await reader.open(path, EVERYTHING if path == "index.html" else CONTENT)
