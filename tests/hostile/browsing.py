"""A reader who touches everything, and notes whatever runs or asks another host."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Request, Route

ALARM = """
(() => {
  const tell = (how, what) => { try { window.__tell(how, String(what).slice(0, 200), location.href) } catch {} };
  for (const name of ['alert', 'confirm', 'prompt', 'print', 'open', 'find'])
    window[name] = (...all) => { tell(name, all.join(' ')); return null };
  for (const name of ['write', 'writeln'])
    document[name] = (...all) => { tell('document.' + name, all.join(' ')) };
  window.addEventListener('click', event => {
    const link = event.target.closest && event.target.closest('a[href], area[href]');
    if (!link || !/^\\s*(javascript|data|vbscript):/i.test(link.href.baseVal ?? link.href))
      event.preventDefault();
  }, true);
  window.addEventListener('submit', event => event.preventDefault(), true);
})();
"""
"""Every function that a payload calls is hooked; links lead nowhere unless they run something."""

TOUCH = """
async where => {
  const kinds = ['mouseover', 'mouseenter', 'mousemove', 'mousedown', 'mouseup', 'mouseout',
    'mouseleave', 'pointerover', 'pointerenter', 'pointerdown', 'pointerup', 'pointermove',
    'dblclick', 'contextmenu', 'auxclick', 'focus', 'focusin', 'blur', 'focusout', 'keydown',
    'keyup', 'keypress', 'input', 'change', 'wheel', 'scroll', 'copy', 'cut', 'paste', 'drag',
    'dragstart', 'dragover', 'drop', 'touchstart', 'touchend', 'animationstart', 'animationend',
    'transitionend', 'toggle', 'beforetoggle', 'select', 'selectstart', 'load', 'error', 'begin',
    'end', 'submit', 'reset', 'invalid', 'hashchange', 'resize', 'pageshow'];
  const common = /^(class|id|href|title|lang|dir|for|type|align|start|alt|src|datetime|colspan|rowspan|scope|role|tabindex|(data|aria)-.*)$/;
  const all = [...document.querySelectorAll(where)];
  let focused = 0;
  for (const element of all) {
    const odd = [...element.attributes].some(each => !common.test(each.name));
    for (const kind of odd ? kinds : ['mouseover', 'focus', 'pointerdown'])
      element.dispatchEvent(new Event(kind, {cancelable: true}));
    if (odd || (element.tabIndex >= 0 && focused++ < 200)) element.focus?.({preventScroll: true});
    if (element.matches('label, input')) continue;
    if (element.click) element.click();
    else element.dispatchEvent(new MouseEvent('click', {cancelable: true}));
  }
  await new Promise(done => setTimeout(done, 30));
  return all.length;
}
"""
"""Sends events to each of some elements, focuses it and clicks it.

An element can handle the rarer events only by an attribute, so only those with one get them all.
"""
CONTENT = "body, .md-content, .md-content *"
EVERYTHING = "body, body *"
RESULTS = ".md-search-result, .md-search-result *"

LEFTOVERS = """
() => {
  const found = [];
  for (const element of document.querySelectorAll('*')) {
    for (const {name, value} of element.attributes) {
      if (name.startsWith('on')) found.push(`${element.localName} has ${name}=${value}`);
      if (/^(href|src|action|formaction|data|xlink:href|srcset|poster|background|srcdoc)$/.test(name)
          && /^[\\s\\u0000-\\u0020]*((javascript|vbscript)[\\s]*:|data:text|data:image.svg)/i.test(value)
          && !element.closest('link[rel=icon]'))
        found.push(`${element.localName} has ${name}=${value}`);
    }
    if (element.matches('base:not([href="."]), object, embed, frame, meta[http-equiv=refresh],'
        + ' .md-content script, .md-content iframe, .md-content style:not(:empty), .md-content form'))
      found.push(`there is a ${element.localName}`);
  }
  return [...new Set(found)].slice(0, 20);
}
"""
"""Names what stands in a page that could run later, whether or not it has run."""


@dataclass(slots=True)
class Seen:
    """What happened while pages were open."""

    executions: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    leftovers: list[str] = field(default_factory=list)
    pages: int = 0
    elements: int = 0

    @property
    def nothing(self) -> bool:
        """Tell whether all was quiet, on pages that did have something to touch."""
        noted = self.executions or self.foreign or self.errors or self.leftovers
        return not noted and self.elements > 10 * self.pages > 0

    def __str__(self) -> str:
        return (
            f"{self.pages} pages, {self.elements} elements; {len(self.executions)} executions "
            f"{self.executions[:8]}; {len(self.foreign)} foreign requests {self.foreign[:8]}; "
            f"{len(self.errors)} script errors {self.errors[:8]}; leftovers {self.leftovers[:8]}"
        )


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass

    def copyfile(self, source: object, outputfile: object) -> None:
        try:
            super().copyfile(source, outputfile)  # type: ignore[arg-type, misc]
        except ConnectionError:
            pass  # the browser has left


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a site, and say where."""
    handler = functools.partial(_Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class Reader:
    """Opens pages of the site at ``base``, and notes what they do.

    Unless ``policy``, the browser disregards the content-security policy that pages bring along.
    """

    def __init__(self, browser: Browser, base: str, *, policy: bool = False) -> None:
        self.base = base
        self.seen = Seen()
        self._policy = policy
        self._browser = browser
        self._context, self._page = self._fresh()

    def close(self) -> None:
        """Leave."""
        self._context.close()

    def open(self, path: str, where: str = CONTENT) -> None:
        """Open a page and touch everything on it that ``where`` selects."""
        here = f"{self.base}/{quote(path)}"
        self._page.goto(here, wait_until="load")
        self.seen.pages += 1
        self.seen.elements += self._page.evaluate(TOUCH, where)
        self.seen.leftovers += [f"{path}: {text}" for text in self._page.evaluate(LEFTOVERS)]
        for link in self._page.locator(".md-content a:visible").all()[:2]:
            link.hover(timeout=2_000, force=True, no_wait_after=True)
        if self._page.url.split("#")[0] != here:
            self.seen.executions.append(f"{path} led to {self._page.url}")

    def loosely(self, path: str) -> None:
        """Open a page that may do anything, and touch what it lets be touched."""
        try:
            self._page.goto(f"{self.base}/{quote(path)}", wait_until="load", timeout=5_000)
            self._page.evaluate(TOUCH, CONTENT)
            self._page.wait_for_timeout(50)
        except Exception as error:  # whatever the page did to itself
            self.seen.errors.append(str(error))
        self.seen.pages += 1

    def search(self, path: str, words: str) -> int:
        """Search from a page, hover over what is found, and return how many entries are shown."""
        page = self._page
        page.goto(f"{self.base}/{quote(path)}", wait_until="load")
        page.locator("input.md-search__input").click()
        page.locator("input.md-search__input").press_sequentially(words, delay=20)
        page.wait_for_selector(".md-search-result__link", state="attached", timeout=60_000)
        page.wait_for_timeout(300)
        shown: int = page.evaluate(
            """() => {
              document.querySelectorAll('.md-search-result details').forEach(d => d.open = true);
              return document.querySelectorAll('.md-search-result__link').length;
            }"""
        )
        page.evaluate(TOUCH, RESULTS)
        self.seen.leftovers += [f"search {words}: {t}" for t in page.evaluate(LEFTOVERS)]
        return shown

    def _fresh(self) -> tuple[BrowserContext, Page]:
        context = self._browser.new_context(
            viewport={"width": 1280, "height": 900}, bypass_csp=not self._policy
        )
        context.expose_binding("__tell", self._told)
        context.add_init_script(ALARM)
        context.route("**/*", self._route)
        page = context.new_page()
        page.on("pageerror", lambda error: self.seen.errors.append(str(error)[:300]))
        page.on("console", lambda message: self._logged(message.type, message.text))
        page.on("dialog", lambda dialog: (self._told(None, "dialog", ""), dialog.dismiss()))
        context.on("page", lambda other: self._told(None, "window", other.url))
        return context, page

    def _told(self, source: object, how: str, what: str, where: str = "") -> None:
        self.seen.executions.append(f"{how}({what}) at {urlsplit(where).path}")

    def _logged(self, kind: str, text: str) -> None:
        expected = "Failed to load resource" in text or (self._policy and "Policy" in text)
        if kind == "error" and not expected:
            self.seen.errors.append(text[:300])

    def _route(self, route: Route, request: Request) -> None:
        if request.url.startswith((f"{self.base}/", "data:", "blob:", "about:")):
            route.continue_()
        else:
            self.seen.foreign.append(f"{request.url[:200]} from {urlsplit(request.frame.url).path}")
            route.abort()
