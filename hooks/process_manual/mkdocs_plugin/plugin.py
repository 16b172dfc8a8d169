"""The MkDocs plugin: check first, then hand the pages over; MkDocs does the rest."""

from __future__ import annotations

import gc
import logging
import os
from importlib import resources
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from markupsafe import escape
from mkdocs.config import config_options as c
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page as MkDocsPage

from process_manual import asof, exports
from process_manual.checking import Report, check
from process_manual.diagnostics import Finding, Severity
from process_manual.gate import csp, edition
from process_manual.limits import together
from process_manual.mkdocs_plugin import handwritten, preview, search
from process_manual.mkdocs_plugin.doubles import doubles
from process_manual.mkdocs_plugin.handwritten import PlainMarkdown, settle_title, tame
from process_manual.mkdocs_plugin.navigation import index_addresses, navigation
from process_manual.mkdocs_plugin.page import ManualPage, edit_url, sections_html
from process_manual.pages import addresses
from process_manual.pages.page import Site
from process_manual.pages.site import build_site
from process_manual.writers import text

log = logging.getLogger("mkdocs.plugins.process_manual")

NAME = "process-manual"
HOME = "index.html"
ASSETS = "assets/process-manual"
EDITION = "PROCESS_MANUAL_EDITION"
"""The variable that names the edition that is built; without it, this is a working copy."""
STYLES = ("process-manual.css",)
SCRIPTS = ("process-manual.js", "editions.js")
FOLDER_WORKER = ("folder-worker.js", "folder-worker-frame.js")


_EDITION_PLACE = '<span class="pm-edition" data-edition></span>. Uncontrolled when printed.'
"""Where each page says which edition it is of; the name stands in no page itself."""
_ENCODING = '<meta charset="utf-8">'


class PluginConfig(Config):
    """Options under ``plugins: - process-manual:``."""

    root = c.Type(str, default="")
    """Folder that holds ``processes/``, relative to mkdocs.yml (default: the same folder)."""


class ProcessManualPlugin(BasePlugin[PluginConfig]):
    """Checks the manual before MkDocs empties the site folder, and adds its pages to the site."""

    def __init__(self, *, is_hook: bool = False) -> None:
        self._is_hook = is_hook
        self._serving = False
        self._report: Report | None = None
        self._site = Site(pages=(), menu=())
        self._exports: dict[str, bytes] = {}
        self._withheld: dict[str, list[Finding]] = {}

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Tell a preview, which shows findings and goes on, from a build."""
        self._serving = command == "serve"
        if not self._serving:
            # A build makes much and drops little: looking for garbage as often as Python does by
            # default was a fifth of its time, and found a tenth of its memory.
            gc.set_threshold(50_000, 20, 100)

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Set what the manual needs of MkDocs and the theme."""
        if self._is_hook and NAME in config.plugins:
            _stop(
                "process-manual is set up twice, as a hook and as a plugin; take it out of "
                "`hooks:` or of `plugins:` in mkdocs.yml"
            )
        # Links name the file, so that the same site works on a server and from a folder.
        config.use_directory_urls = False
        if "font" not in config.theme or config.theme["font"]:
            config.theme["font"] = False  # the theme would load fonts from another host
        config.extra_css[:0] = [*(f"{ASSETS}/{name}" for name in STYLES), edition.STYLE]
        config.extra_javascript[:0] = [edition.SCRIPT, *(f"{ASSETS}/{name}" for name in SCRIPTS)]
        # The theme's search runs in a worker, which browsers refuse to a page in a folder.
        config.extra["polyfills"] = [
            *config.extra.get("polyfills", []),
            f"{ASSETS}/{FOLDER_WORKER[0]}",
        ]
        config.copyright = f"{config.copyright or ''} {_EDITION_PLACE}".strip()
        extensions: list[Any] = config.markdown_extensions
        extensions.append(PlainMarkdown())
        config.watch.append(str(self._root(config) / "processes"))
        return config

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Check the manual and make its pages, while the last good site is still there.

        ``log.error`` with ``Abort`` is the only way that fails in every mode; warnings go to the
        log as INFO, because a single ``log.warning`` would fail ``--strict``.
        """
        root = self._root(config)
        try:
            as_of = asof.today() if self._serving else asof.as_of_date(root)
            self._exports = edition.files(os.environ.get(EDITION, ""))
        except ValueError as error:
            _stop(str(error))
        report = check(root, as_of, Path(config.docs_dir))
        for severity, line in text.log_lines(report.findings):
            log.log(self._level(config, severity), "%s: %s", severity, line)
        log.info("%s", text.closing(report, report.findings))
        if report.errors and not self._serving:
            _stop("the manual has errors; the site was left as it was")
        if circles := preview.links_to_folders(report, config):
            _stop(f"even a preview does not follow links to folders: {', '.join(circles)}")
        self._report = report
        with together():
            self._site = build_site(report.manual, report.findings, report.waived, report.known)
            refused = [*self._site.findings, *handwritten.findings(config, report.manual)]
        self._exports |= exports.files(report.manual, report.findings)
        refused += doubles(config, report.manual, self._site, self._exports)
        for finding in refused:
            log.log(self._level(config, finding.severity), text.plain(finding))
        if refused and not self._serving:
            _stop("this cannot be published; the site was left as it was")
        self._withheld = preview.withheld(report, refused, config)

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add the manual's pages, data files and assets."""
        preview.withhold(files, self._withheld, config)
        indexes = index_addresses(self._site.menu)
        sources: dict[str, str] = {}
        written = self._site.pages
        if files.get_file_from_path("index.md") is not None:
            written = tuple(page for page in written if page.address != HOME)
        for page in written:
            source = _source_name(page.address, page.address in indexes)
            sources[page.address] = source
            level = InclusionLevel.INCLUDED if page.in_menu else InclusionLevel.NOT_IN_NAV
            file = File.generated(config, source, content="", inclusion=level)
            file.dest_uri = page.address
            ManualPage(file, config, page, self._edit_url(config, page.source_path))
            files.append(file)
        if self._serving and self._report is not None:
            for id_, reasons in preview.unreadable(self._report).items():
                address = addresses.definition(id_)
                if address not in sources:
                    source = _source_name(address, False)
                    files.append(preview.stand_in(config, source, address, reasons))
        sources.setdefault(HOME, "index.md")
        for address, data in {**self._exports, **_assets()}.items():
            files.append(File.generated(config, address, content=data))
        config.nav = navigation(config.nav, self._site.menu, sources, files)
        return files

    def on_page_markdown(
        self, markdown: str, *, page: MkDocsPage, config: MkDocsConfig, files: Files
    ) -> str:
        """Let a hand-written page say what was checked: MkDocs reads ``title: no`` as False."""
        if isinstance(page, ManualPage):
            return markdown
        assert self._report is not None
        path = preview.path_of(config, page.file)
        for source in self._report.manual.pages:
            if source.path == path and path not in self._withheld:
                page.meta, markdown = dict(source.data), source.body
        tame(page)
        return markdown

    def on_page_content(
        self, html: str, *, page: MkDocsPage, config: MkDocsConfig, files: Files
    ) -> str:
        """Put the computed part of the home page below its hand-written text."""
        if not isinstance(page, ManualPage):
            settle_title(page)
        if page.file.src_uri != "index.md":
            return html
        home = next((each for each in self._site.pages if each.address == HOME), None)
        return html + sections_html(home.sections) if home else html

    def on_env(self, env: object, *, config: MkDocsConfig, files: Files) -> None:
        """Date every page by the as-of date, not by the clock, and add ours to the search index."""
        assert self._report is not None
        for file in files.documentation_pages():
            if file.page is not None:
                file.page.update_date = self._report.manual.as_of.isoformat()
            if isinstance(file.page, ManualPage):
                file.page.leave_to_search(config)

    @event_priority(-100)  # whatever another plugin adds must stand below the policy
    def on_post_page(self, output: str, *, page: MkDocsPage, config: MkDocsConfig) -> str:
        """Put the content-security policy into the page itself."""
        return self._with_policy(config, output)

    def on_post_template(
        self, output_content: str, *, template_name: str, config: MkDocsConfig
    ) -> str:
        """Do the same for pages that the theme makes, such as the one for a missing page."""
        return self._with_policy(config, output_content)

    def _with_policy(self, config: MkDocsConfig, output: str) -> str:
        """Return a page with the policy right after its encoding, so that all else obeys it.

        For a web server that sends no header, and for the manual opened from a folder. A preview
        goes without: its live reload is an inline script.
        """
        if self._serving:
            return output
        policy = escape(csp.meta(urlsplit(config.site_url or "/").path or "/"))
        meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        return output.replace(_ENCODING, f"{_ENCODING}\n      {meta}", 1)

    @event_priority(-100)  # after the search plugin has written its index
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Write the search index as a script too: from a folder, a page may not fetch a file."""
        index = Path(config.site_dir, "search", "search_index.json")
        if index.is_file():
            text = search.without_asterisks(index.read_text(encoding="utf-8"))
            index.write_text(text, encoding="utf-8", newline="\n")
            script = "var __index = " + text
            index.with_suffix(".js").write_text(script, encoding="utf-8", newline="\n")

    def _level(self, config: MkDocsConfig, severity: Severity) -> int:
        """Return the log level of a finding; under ``serve --strict`` no log may be an error."""
        tolerated = self._serving and config.strict
        return logging.ERROR if severity is Severity.ERROR and not tolerated else logging.INFO

    def _root(self, config: MkDocsConfig) -> Path:
        here = Path(config.config_file_path or "mkdocs.yml").resolve().parent
        return (here / self.config.root).resolve()

    def _edit_url(self, config: MkDocsConfig, source_path: str | None) -> str | None:
        docs = os.path.relpath(config.docs_dir, self._root(config))
        return edit_url(config, Path(docs).as_posix(), source_path)


def _stop(message: str) -> NoReturn:
    log.error(message)
    raise Abort("Nothing was built.")


def as_hook() -> ProcessManualPlugin:
    """Return a plugin with default options, for a hook file to hand its events to."""
    plugin = ProcessManualPlugin(is_hook=True)
    plugin.load_config({})
    return plugin


def _source_name(address: str, is_index: bool) -> str:
    """Return the name of a page's pretended source; ``index`` only for a section's own page.

    Hand-written pages link to these names: ``../processes/RES-014.md``, ``../roles/index.md``.
    """
    stem = address.removesuffix(".html")
    return f"{stem}.md" if is_index or not stem.endswith("/index") else f"{stem[:-6]}.md"


def _assets() -> dict[str, bytes]:
    folder = resources.files("process_manual") / "assets"
    return {
        f"{ASSETS}/{name}": (folder / name).read_bytes()
        for name in (*STYLES, *SCRIPTS, *FOLDER_WORKER)
    }
