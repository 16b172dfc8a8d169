"""A site in a browser: how it is served, which pages to look at, how a reader uses them."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page

RESULT = ".md-search-result__link"


class Server(http.server.SimpleHTTPRequestHandler):
    """Serves a site with 404.html for what is missing, and says nothing."""

    headers_sent: Mapping[str, str] = {}
    asked: list[str] | None = None
    """Where to note what was asked for."""

    def end_headers(self) -> None:
        """Send the headers of this server too."""
        for name, value in self.headers_sent.items():
            self.send_header(name, value)
        super().end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer with the site's page for missing addresses, if it has one."""
        path = Path(self.directory, "404.html")
        body = path.read_bytes() if path.is_file() else b""
        self.send_response(code, message)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Note what was asked for, if anybody wants to know."""
        if self.asked is not None:
            self.asked.append(self.path)


@contextmanager
def serving(folder: Path, handler: type[Server] = Server) -> Iterator[str]:
    """Serve a folder, and say where."""
    bound = functools.partial(handler, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), bound)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def one_of_each_type(site: Path) -> list[str]:
    """Return one page of each folder, and every page that is the only one of its kind."""
    found: dict[tuple[str, ...], str] = {}
    for path in sorted(site.rglob("*.html")):
        parts = path.relative_to(site).parts
        found.setdefault((*parts[:1], str(len(parts))), path.relative_to(site).as_posix())
    return list(found.values())


def search(page: Page, words: str, delay: int = 20) -> None:
    """Type words into the search, and wait for what it finds."""
    page.locator("input.md-search__input").click()
    page.locator("input.md-search__input").press_sequentially(words, delay=delay)
    page.wait_for_selector(RESULT, timeout=20_000)


def toggle_colours(page: Page) -> None:
    """Change between light and dark, as a reader does."""
    before = page.locator("body").get_attribute("data-md-color-scheme")
    page.locator("[data-md-component=palette] label:visible").click()
    page.wait_for_function(
        "before => document.body.getAttribute('data-md-color-scheme') !== before", arg=before
    )
