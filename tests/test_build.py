"""Real builds: what a failed check does, in every mode; what a good build publishes."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.patches import stamp
from tests.projects import AS_HOOK, AS_PLUGIN, example_files, project, run, tree
from tests.support import write

MODES = [(), ("-q",), ("--strict",), ("-q", "--strict")]
DRAFT = (
    "---\nid: EXA-090\ntitle: Draft of a thing\narea: example\nkind: process\n"
    'status: draft\nversion: "0.1"\n---\nText.\n'
)
BROKEN = DRAFT.replace("title:", "titel:")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with its site built."""
    root = project(tmp_path_factory.mktemp("built"))
    done = run(root, "mkdocs", "build", "--strict")
    assert done.returncode == 0, done.stderr
    return root


def _copy(built: Path, root: Path) -> Path:
    shutil.copytree(built, root, dirs_exist_ok=True)
    return root


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: " ".join(mode) or "plain")
def test_a_failed_check_fails_the_build_and_leaves_the_site(
    mode: tuple[str, ...], built: Path, tmp_path: Path
) -> None:
    root = _copy(built, tmp_path)
    before = tree(root / "site")
    write(root, {"processes/example/EXA-090-draft.md": BROKEN})
    done = run(root, "mkdocs", "build", *mode)
    assert done.returncode == 1
    assert "unknown key `titel`" in done.stderr
    assert "Traceback" not in done.stderr
    assert tree(root / "site") == before


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: " ".join(mode) or "plain")
def test_warnings_never_break_a_build(mode: tuple[str, ...], built: Path, tmp_path: Path) -> None:
    root = _copy(built, tmp_path)
    write(root, {"processes/example/EXA-090-draft.md": DRAFT})
    done = run(root, "mkdocs", "build", *mode)
    assert done.returncode == 0, done.stderr
    assert (root / "site/processes/EXA-090/index.html").is_file()


def _process(root: Path, **changes: str) -> None:
    path = next((root / "processes/example").glob("EXA-011-*.md"))
    text = path.read_text("utf-8")
    for key, value in changes.items():
        text = re.sub(rf"(?m)^{key}:.*$", f"{key}: {value}", text)
    path.write_text(text, "utf-8")


def _cycle(root: Path) -> None:
    _process(root, parent="EXA-091")
    text = next((root / "processes/example").glob("EXA-011-*.md")).read_text("utf-8")
    text = text.replace("id: EXA-011", "id: EXA-091").replace("parent: EXA-091", "parent: EXA-011")
    write(root, {"processes/example/EXA-091-other.md": re.sub(r"(?m)^title: ", "title: X ", text)})


BAD_INPUT: dict[str, tuple[Callable[[Path], object], str]] = {
    "an empty folder": (
        lambda root: shutil.rmtree(root / "processes"),
        "processes/:1:1: DOC-001: there is no folder with definitions",
    ),
    "a file that is not UTF-8": (
        lambda root: write(root, {"processes/example/EXA-090-x.md": b"---\nid: \xe9\n---\n"}),
        "EXA-090-x.md:2:5: DOC-001: this character is not UTF-8",
    ),
    "a directory named like a definition": (
        lambda root: (root / "processes/example/x.md").mkdir(),
        "processes/example/x.md:1:1: DOC-001: this is a folder",
    ),
    "a broken register": (
        lambda root: write(root, {"processes/registers/roles.yml": "roles: [\n"}),
        "processes/registers/roles.yml:2:1: DOC-001: ",
    ),
    "a missing standard": (
        lambda root: shutil.rmtree(root / "processes/standards"),
        "CLS-001: the standard `example-standard` has no file",
    ),
    "a 5 MB file": (
        lambda root: write(root, {"processes/example/EXA-090-x.md": b"---\n" + b"x" * 5_000_000}),
        "EXA-090-x.md:1:1: DOC-001: the file is larger than 256 KB",
    ),
    "ten thousand findings": (
        lambda root: write(
            root,
            {"processes/registers/tools.yml": "tools:\n" + "- {id: a, titel: b}\n" * 10_000},
        ),
        "tools.yml:10001:11: DOC-002: unknown key `titel`",
    ),
    "a definition that is its own parent": (
        lambda root: _process(root, parent="EXA-011"),
        "IDN-005",
    ),
    "a cycle of parents": (_cycle, "IDN-005"),
}


@pytest.mark.parametrize("name", BAD_INPUT)
def test_bad_input_is_named_and_the_old_site_stays(name: str, built: Path, tmp_path: Path) -> None:
    spoil, expected = BAD_INPUT[name]
    root = _copy(built, tmp_path)
    before = tree(root / "site")
    spoil(root)
    done = run(root, "mkdocs", "build")
    assert done.returncode == 1
    assert expected in done.stderr
    assert "Traceback" not in done.stderr
    assert tree(root / "site") == before


def test_the_plugin_builds_the_same_site_as_the_hook(built: Path, tmp_path: Path) -> None:
    root = project(tmp_path, AS_PLUGIN)
    assert run(root, "mkdocs", "build", "--strict").returncode == 0
    assert tree(root / "site") == tree(built / "site")


def test_hook_and_plugin_at_once_are_refused(tmp_path: Path) -> None:
    root = project(tmp_path, AS_HOOK.replace("[search]", "[search, process-manual]"))
    done = run(root, "mkdocs", "build")
    assert done.returncode == 1
    assert "process-manual is set up twice, as a hook and as a plugin" in done.stderr


def test_properdocs_builds_the_same_pages(built: Path, tmp_path: Path) -> None:
    root = project(tmp_path)
    done = run(root, "properdocs", "build", "-f", "mkdocs.yml")
    assert done.returncode == 0, done.stderr
    assert set(tree(root / "site")) >= {n for n in tree(built / "site") if n.endswith(".html")}


SHIFTED = """
import datetime, runpy, sys, time
real, shift = time.time, 400 * 24 * 3600
time.time = lambda: real() + shift
class Later(datetime.datetime):
    @classmethod
    def now(cls, tz=None): return super().now(tz) + datetime.timedelta(seconds=shift)
    @classmethod
    def utcnow(cls): return super().utcnow() + datetime.timedelta(seconds=shift)
datetime.datetime = Later
sys.argv = ["mkdocs", "build", "--strict"]
runpy.run_module("mkdocs", run_name="__main__")
"""


def test_the_same_inputs_give_the_same_bytes(built: Path, tmp_path: Path) -> None:
    """Another path, clock, time zone, locale and hash seed."""
    root = project(tmp_path / "quite" / "another path")
    write(root, {"later.py": SHIFTED})
    done = run(root, "later", TZ="Asia/Tokyo", LC_ALL="C", PYTHONHASHSEED="7", LANG="C")
    assert done.returncode == 0, done.stderr
    assert tree(root / "site") == tree(built / "site")


def test_the_same_inputs_on_another_hash_seed(built: Path, tmp_path: Path) -> None:
    root = project(tmp_path)
    assert run(root, "mkdocs", "build", PYTHONHASHSEED="12345").returncode == 0
    assert tree(root / "site") == tree(built / "site")


def test_only_two_files_tell_one_edition_from_another(built: Path, tmp_path: Path) -> None:
    root = project(tmp_path)
    assert run(root, "mkdocs", "build", PROCESS_MANUAL_EDITION="2026-11").returncode == 0
    edition, working = tree(root / "site"), tree(built / "site")
    assert edition.keys() == working.keys()
    changed = {path for path in edition if edition[path] != working[path]}
    assert changed == {f"assets/process-manual/edition.{kind}" for kind in ("css", "js")}
    script = (root / "site/assets/process-manual/edition.js").read_text()
    assert 'dataset.edition = "2026-11";' in script
    assert "Working copy" in (built / "site/assets/process-manual/edition.css").read_text()


def test_a_bad_name_of_an_edition_fails_the_build(built: Path, tmp_path: Path) -> None:
    root = _copy(built, tmp_path)
    before = tree(root / "site")
    done = run(root, "mkdocs", "build", PROCESS_MANUAL_EDITION='a";alert(1)//')
    assert done.returncode == 1
    assert "no name of an edition" in done.stderr
    assert "Traceback" not in done.stderr
    assert tree(root / "site") == before


def test_edit_links_lead_to_the_source_of_each_definition(built: Path) -> None:
    html = (built / "site/processes/EXA-010/index.html").read_text("utf-8")
    source = next((built / "processes/example").glob("EXA-010-*.md")).name
    assert f'href="https://git.example.org/edit/main/processes/example/{source}"' in html


def test_no_page_loads_anything_from_another_host(built: Path) -> None:
    loads = re.compile(
        r"""<(?:script|img|iframe|link|source)\b[^>]*?(?:src|href)=["']?(https?:)?//"""
    )
    for path in (built / "site").rglob("*.html"):
        found = [m.group() for m in loads.finditer(path.read_text("utf-8"))]
        assert not [tag for tag in found if 'rel="canonical"' not in tag], path
    for path in (built / "site").rglob("*.css"):
        assert not re.search(r"url\(\s*[\"']?(https?:)?//", path.read_text("utf-8")), path


def test_a_page_in_docs_at_an_address_of_the_manual_is_refused(tmp_path: Path) -> None:
    root = project(tmp_path, files={"docs/roles/index.md": "# Mine\n"})
    done = run(root, "mkdocs", "build")
    assert done.returncode == 1
    assert "docs/roles/index.md (roles/index.html)" in done.stderr


def test_markup_in_a_title_stays_text_on_every_page(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        name: text.replace(b'title: "Fault handling"', b"title: 'A <img src=x onerror=alert(1)>'")
        for name, text in example_files().items()
    }
    root = project(tmp_path, files=files)
    stamp(root)
    done = run(root, "mkdocs", "build")
    assert done.returncode == 0, done.stderr
    pages = list((root / "site").rglob("*.html"))
    assert any("&lt;img src=x onerror" in page.read_text("utf-8") for page in pages)
    assert not any("<img src=x" in page.read_text("utf-8") for page in pages)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str, text: str, seconds: float = 40) -> str:
    end = time.monotonic() + seconds
    page = ""
    while time.monotonic() < end:
        try:
            page = urllib.request.urlopen(url, timeout=5).read().decode()
            if text in page:
                return page
        except OSError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"{text!r} did not appear at {url}: {page[:2000]}")


def test_the_preview_shows_findings_and_goes_on(tmp_path: Path) -> None:
    root = project(tmp_path, files={"processes/example/EXA-090-draft.md": BROKEN})
    port = _free_port()
    command = [sys.executable, "-W", "ignore", "-m", "mkdocs", "serve", "-a", f"127.0.0.1:{port}"]
    with (root / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=root, stdout=log, stderr=log)
        try:
            base = f"http://127.0.0.1:{port}"
            _wait_for(f"{base}/processes/EXA-010/index.html", "EXA-010")
            assert b"unknown key `titel`" in (root / "log").read_bytes()
            write(root, {"processes/example/EXA-090-draft.md": DRAFT})
            _wait_for(f"{base}/processes/EXA-090/index.html", "Draft of a thing")
            glued = DRAFT.replace("\ntitle: ", "\ntitle:")
            assert glued != DRAFT
            write(root, {"processes/example/EXA-090-draft.md": glued})
            page = _wait_for(f"{base}/processes/EXA-090/index.html", "This page cannot be shown")
            assert "EXA-090-draft.md:3:6: DOC-001: a space is missing after the colon" in page
            assert b"a space is missing after the colon" in (root / "log").read_bytes()
        finally:
            server.terminate()
            server.wait(20)


DOCS_CASES = {
    "a page with HTML": ({"docs/x.md": "# X\n\n<b onclick=a()>b</b>\n"}, "docs/x.md:3:1: SAF-003"),
    "a script": ({"docs/x.js": "alert(1)"}, "docs/x.js:1:1: SAF-002"),
    "a link that runs": ({"docs/x.md": "[a](javascript:a())\n"}, "docs/x.md:1:5: SAF-004"),
    "a title that runs": (
        {"docs/x.md": "---\ntitle: '<img src=x onerror=a()>'\ntemplate: a.html\n---\n# X\n"},
        "docs/x.md:3:1: SAF-006",
    ),
    "fields without fences": ({"docs/x.md": "title: X\n\n# X\n"}, "docs/x.md:1:1: DOC-001"),
    "broken front matter": ({"docs/x.md": "---\ntitle: [\n---\n# X\n"}, "docs/x.md:"),
    "text that takes for ever": (
        {"docs/x.md": "[" * 60_000 + "\n"},
        "docs/x.md:1:1: SAF-003: the text",
    ),
    "an image in place of the theme's": (
        {"docs/assets/images/favicon.png": b"\x89PNG\r\n\x1a\n"},
        "docs/assets/images/favicon.png (assets/images/favicon.png)",
    ),
}


@pytest.mark.parametrize("name", DOCS_CASES)
def test_what_may_not_stand_in_docs_is_named_and_the_old_site_stays(
    name: str, built: Path, tmp_path: Path
) -> None:
    files, expected = DOCS_CASES[name]
    root = _copy(built, tmp_path)
    before = tree(root / "site")
    write(root, files)
    done = run(root, "mkdocs", "build")
    assert done.returncode == 1
    assert expected in done.stderr
    assert "Traceback" not in done.stderr
    assert tree(root / "site") == before


def test_markup_in_the_title_of_a_page_stays_text(tmp_path: Path) -> None:
    page = "---\ntitle: A <img src=x onerror=alert(1)>\ndescription: '\"><b>d'\n---\nText.\n"
    root = project(tmp_path, files={"docs/x.md": page})
    assert run(root, "mkdocs", "build").returncode == 0
    for path in (root / "site").rglob("*.html"):
        html = path.read_text("utf-8")
        assert "<img src=x" not in html
        assert "<b>d" not in html
