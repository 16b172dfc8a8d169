"""Builds of hostile manuals, whatever the checks say; and without any cleaning."""

from __future__ import annotations

import html
import json
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from process_manual.loading.characters import HIDDEN
from tests.hostile.manuals import UNCHECKED
from tests.projects import HOOK, example_files, project, run
from tests.support import ROOT

Files = Mapping[str, str | bytes]

UNCLEANED = """
import markupsafe, nh3
from markdown.util import Registry
from markupsafe import Markup

markupsafe.escape = Markup
Markup.escape = classmethod(lambda cls, text: cls(text))
nh3.clean = lambda text, **how: text
Registry.deregister = lambda self, name, strict=True: None

from process_manual.mkdocs_plugin import handwritten

handwritten._Addresses.run = lambda self, root: None
handwritten._FencesWithFields.run = lambda self, lines: lines
del handwritten._Languages.handle_attrs
import unchecked
"""
"""Escapes no value, leaves raw HTML and every address in the text, and cleans nothing."""
STOCK = (
    "site_name: Stock\ntheme: {name: material, font: false}\nplugins: [search]\n"
    "use_directory_urls: false\n"
    "markdown_extensions: [admonition, tables, sane_lists, toc: {permalink: true}]\n"
)


def settings(files: Files, *, search: bool = True) -> str:
    """Return the settings of the shipped manual, with sections for the pages among ``files``.

    Search splits at every sign. Without ``search``, pages load no index: that of a large hostile
    manual keeps the browser busy for a minute on every page.
    """
    shipped = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))
    made = {key: shipped[key] for key in ("edit_uri", "theme", "markdown_extensions")}
    pages = sorted(name.removeprefix("docs/") for name in files if name.startswith("docs/"))
    made |= {"site_name": "Hostile", "hooks": [str(HOOK)]}
    parts = [pages[i : i + 30] for i in range(0, len(pages), 30)]
    made["nav"] = [{"Home": "index.md"}, *({f"Part {i}": part} for i, part in enumerate(parts))]
    made["plugins"] = [{"search": {"separator": "[^A-Za-z0-9]+"}}] if search else []
    return yaml.safe_dump(made)


def everywhere(settings: str) -> str:
    """Return settings with which every page shows the whole menu, in tabs too."""
    made = yaml.safe_load(settings)
    del made["nav"]
    made["theme"]["features"].remove("navigation.prune")
    return yaml.safe_dump(made)


def hostile_project(root: Path, files: Files) -> Path:
    """Write a project that ``unchecked`` and ``uncleaned`` build."""
    kept = {} if "processes/manual.yml" in files else example_files()
    content: dict[str, str | bytes] = {
        "mkdocs.yml": settings(files),
        "unchecked.py": UNCHECKED,
        "uncleaned.py": UNCLEANED,
        **kept,
        **files,
    }
    made = project(root, files=content)
    for name in set(example_files()) - set(content):
        (made / name).unlink()
    return made


def built(root: Path, files: Files, door: str = "unchecked") -> Path:
    """Build a project whatever its checks say, and return the site; all of it must be read."""
    made = hostile_project(root, files)
    done = run(made, door)
    assert done.returncode == 0, done.stderr[-3000:]
    whole = json.loads((made / "site/manual.json").read_text("utf-8"))
    numbers = {name.split("-")[1] for name in files if name.startswith("processes/example/")}
    read = {each["id"].removeprefix("EXA-") for each in whole["definitions"]}
    assert numbers - read <= {"991"}, "a definition was not even read"  # 991 has a hostile id
    for name, rows in whole["registers"].items():
        written = yaml.safe_load(files.get(f"processes/registers/{name}.yml", f"{name}: []"))[name]
        first = {HIDDEN.sub("", str(next(iter(row.values())))) for row in written}
        assert len(rows) >= len(first), f"rows of {name} were not even read"
    return made / "site"


def stock(root: Path, files: Files) -> Path:
    """Build hand-written pages with MkDocs and its theme as they come, and return the site."""
    made = project(root, files={"mkdocs.yml": STOCK, **files})
    shutil.rmtree(made / "processes")
    done = run(made, "mkdocs", "build", "-q")
    assert done.returncode == 0, done.stderr[-3000:]
    return made / "site"


def pages(site: Path) -> list[str]:
    """Return the addresses of all pages of a site."""
    return [path.relative_to(site).as_posix() for path in sorted(site.rglob("*.html"))]


def hostile_pages(site: Path) -> list[str]:
    """Return the addresses of the pages that show a hostile text."""
    return [path for path in pages(site) if "alert" in (site / path).read_text("utf-8")]


def written(site: Path) -> list[str]:
    """Return the addresses of the hand-written pages and of those of definitions."""
    return [path for path in pages(site) if "/" not in path or path.startswith("processes/")]


def unplaced(site: Path, payloads: Sequence[str]) -> list[tuple[str, str]]:
    """Return each kind of page with each payload that no page of the kind shows as text.

    Hand-written texts and headings are left out: there, conversion refuses some.
    """
    registers = {path.parent.name for path in site.glob("registers/*/index.html")}
    registers -= {"retired", "reviews"}  # hold some definitions only, by title
    kinds = [f"{name}/**/*.html" for name in ("processes", "areas", "roles", "plan", "rules")]
    kinds += [f"registers/{name}/index.html" for name in registers]
    kinds += [f"{name}-*.html" for name in ("title", "multi")]
    missing = []
    for kind in kinds:
        texts = (path.read_text("utf-8") for path in site.glob(kind))
        shown = _plain(" ".join(re.sub(r"<[^>]*>", "", text) for text in texts))
        missing += [(kind, each) for each in payloads if _plain(each) not in shown]
    return missing


def _plain(text: str) -> str:
    """Return a text without entities, however often they were encoded, and with single blanks.

    Invisible characters do not count: the reader of YAML exchanges them for U+FFFD.
    """
    while (decoded := html.unescape(text)) != text:
        text = decoded
    return " ".join(HIDDEN.sub(" ", text).replace("\ufffd", " ").split())
