"""Untrusted content laid over trusted code: .ci/overlay.py."""

from __future__ import annotations

import os
import runpy
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from process_manual.loading.media import SIGNATURES
from tests.projects import tree
from tests.support import ROOT, write

BASE = {
    "hooks/hook.py": "trusted\n",
    "mkdocs.yml": "trusted\n",
    "processes/old.md": "gone in the head\n",
    "docs/index.md": "old\n",
}
HEAD = {
    "hooks/hook.py": "changed by the request\n",
    "mkdocs.yml": "changed by the request\n",
    "requirements.lock": "new in the request\n",
    "processes/area/new.md": "new\n",
    "docs/index.md": "new\n",
}


def _overlay(head: Path, base: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, ROOT / ".ci/overlay.py", head, base]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return write(tmp_path / "base", BASE)


@pytest.fixture
def head(tmp_path: Path) -> Path:
    return write(tmp_path / "head", HEAD)


def test_only_content_is_taken_over_and_what_was_deleted_goes(head: Path, base: Path) -> None:
    done = _overlay(head, base)
    assert done.returncode == 0, done.stderr
    assert {path: (base / path).read_text("utf-8") for path in tree(base)} == {
        "hooks/hook.py": "trusted\n",
        "mkdocs.yml": "trusted\n",
        "processes/area/new.md": "new\n",
        "docs/index.md": "new\n",
    }


def test_nothing_taken_over_can_be_executed(head: Path, base: Path) -> None:
    (head / "docs/index.md").chmod(0o4755)
    assert _overlay(head, base).returncode == 0
    assert stat.S_IMODE((base / "docs/index.md").stat().st_mode) == 0o644


def _link_to(target: str, name: str) -> Callable[[Path], object]:
    return lambda head: (head / name).symlink_to(target)


def _replace_by_link(head: Path) -> None:
    shutil.rmtree(head / "docs")
    (head / "docs").symlink_to(head / "hooks")


def _replace_by_file(head: Path) -> None:
    shutil.rmtree(head / "docs")
    write(head, {"docs": "x"})


def _huge(head: Path) -> None:
    os.truncate(head / "docs/index.md", 2**40)


def _deep(head: Path) -> None:
    write(head, {"processes/" + "a/" * 40 + "x.md": ""})


REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "link to a file": (_link_to("/etc/passwd", "docs/p.md"), "docs/p.md: a symbolic link"),
    "link to a folder": (_link_to("/etc", "docs/etc"), "docs/etc: a symbolic link"),
    "link inside": (_link_to("index.md", "docs/b.md"), "docs/b.md: a symbolic link"),
    "dangling link": (_link_to("nowhere", "processes/n"), "processes/n: a symbolic link"),
    "the folder itself a link": (_replace_by_link, "docs: a symbolic link"),
    "the folder a file": (
        _replace_by_file,
        "docs: not a folder",
    ),
    "the folder missing": (lambda head: shutil.rmtree(head / "processes"), "processes: missing"),
    "pipe": (lambda head: os.mkfifo(head / "docs/pipe.md"), "docs/pipe.md: neither a file nor"),
    "submodule, fetched": (
        lambda head: write(head, {"docs/sub/.git": "gitdir: /x\n"}),
        "docs/sub/.git: git's own files",
    ),
    "submodule, not fetched": (
        lambda head: (head / "docs/sub").mkdir(),
        "docs/sub: an empty folder",
    ),
    "repository": (
        lambda head: write(head, {"processes/.GIT/config": "x"}),
        "processes/.GIT: git's own files",
    ),
    "attributes": (
        lambda head: write(head, {"docs/.gitattributes": "* filter=x\n"}),
        "docs/.gitattributes: git's own files",
    ),
    "huge file": (_huge, "docs/index.md: 1,099,511,627,776 bytes"),
    "deep folders": (_deep, "more than 16 folders deep"),
    "deep folders with an escape in a name": (
        lambda head: write(head, {"docs/\x1b[2J/" + "a/" * 40 + "x.md": ""}),
        "more than 16 folders deep",
    ),
    "line break in a name": (
        lambda head: write(head, {"docs/a\n::error::b.md": "x"}),
        "docs/a\\n::error::b.md: a name may hold",
    ),
    "escape in a name": (
        lambda head: write(head, {"docs/\x1b[2J.md": "x"}),
        "docs/\\x1b[2J.md: a name may hold",
    ),
    "right-to-left override in a name": (
        lambda head: write(head, {"docs/a\u202edm.md": "x"}),
        "docs/a\\u202edm.md: a name may hold",
    ),
    "no UTF-8 in a name": (
        lambda head: Path(os.fsdecode(bytes(head / "docs") + b"/\xff.md")).write_text("x"),
        "docs/\\udcff.md: a name may hold",
    ),
    "backslash in a name": (
        lambda head: write(head, {"docs/..\\x.md": "x"}),
        "docs/..\\\\x.md: a name may hold",
    ),
}


OBEYED = (
    "processes/conftest.py",
    "processes/area/sitecustomize.py",
    "processes/x.pth",
    "processes/Makefile",
    "processes/area/makefile",
    "processes/.envrc",
    "processes/.pre-commit-config.yaml",
    "processes/.vscode/tasks.json",
    "processes/.npmrc",
    "processes/pyproject.toml",
    "processes/repository/HEAD",
    "processes/repository/config",
    "processes/area/RES-014.md.py",
    "processes/page.html",
    "docs/conftest.py",
    "docs/setup.cfg",
    "docs/overrides/main.html",
    "docs/assets/process-manual/process-manual.js",
    "docs/x.svgz",
    "docs/md",
)
"""Files that some tool finds by itself and obeys, or that a browser runs; a bare repository too."""


@pytest.mark.parametrize("name", OBEYED)
def test_what_a_tool_would_obey_is_refused(name: str, head: Path, base: Path) -> None:
    write(head, {name: "x"})
    done = _overlay(head, base)
    assert done.returncode == 1
    folder = name.partition("/")[0]
    assert f"{name}: {folder}/ holds no such files, only .md " in done.stderr


@pytest.mark.parametrize("name", ["docs/PLAN.PNG", "docs/.gitkeep", "processes/area/.DS_Store"])
def test_what_is_harmless_is_taken_over(name: str, head: Path, base: Path) -> None:
    write(head, {name: "x"})
    assert _overlay(head, base).returncode == 0


def test_what_is_taken_over_is_what_the_check_may_publish() -> None:
    kinds = runpy.run_path(str(ROOT / ".ci/overlay.py"))["CONTENT"]
    assert set(kinds["docs"]) == {".md", *SIGNATURES}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused(case: str, head: Path, base: Path) -> None:
    spoil, message = REFUSED[case]
    spoil(head)
    before = tree(base)
    done = _overlay(head, base)
    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.isascii()
    assert done.stderr.replace("\n", "").isprintable()
    assert not [line for line in done.stderr.splitlines() if line.startswith("::")]
    assert tree(base) == before, "a refused tree changed something"


def test_a_link_in_the_base_is_not_followed(head: Path, base: Path, tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", {"kept.md": "kept"})
    shutil.rmtree(base / "docs")
    (base / "docs").symlink_to(outside)
    assert _overlay(head, base).returncode != 0
    assert (outside / "kept.md").read_text() == "kept"
