"""Untrusted content laid over trusted code: .ci/overlay.py, and .ci/build, which calls it."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

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
    assert not [line for line in done.stderr.splitlines() if line.startswith("::")]
    assert tree(base) == before, "a refused tree changed something"


def test_a_link_in_the_base_is_not_followed(head: Path, base: Path, tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", {"kept.md": "kept"})
    shutil.rmtree(base / "docs")
    (base / "docs").symlink_to(outside)
    assert _overlay(head, base).returncode != 0
    assert (outside / "kept.md").read_text() == "kept"


# .ci/build ------------------------------------------------------------------------------------

FAKE_MAKE = """#!/bin/sh
{ echo "make $*"; env; echo; } >>"$(dirname "$0")/log"
case "$*" in *site*) mkdir -p site dist; cp docs/index.md site/; echo {} >dist/sbom.cdx.json;; esac
"""


@pytest.fixture
def project(base: Path, tmp_path: Path) -> Path:
    """Return a trusted tree with the real scripts, and a ``make`` that writes down what it sees."""
    for name in ("build", "overlay.py"):
        (base / ".ci").mkdir(exist_ok=True)
        shutil.copy(ROOT / ".ci" / name, base / ".ci" / name)
    write(base, {"requirements.lock": "trusted\n"})
    write(tmp_path, {"bin/make": FAKE_MAKE})
    (tmp_path / "bin/make").chmod(0o755)
    return base


def _build(base: Path, *arguments: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    settings = {
        **variables,
        "PATH": f"{base.parent / 'bin'}:{os.environ['PATH']}",
        "HOME": str(base.parent),
        "SECRET": "canary",
        "GITHUB_ENV": "canary",
        "MAKEFLAGS": "canary",
    }
    return subprocess.run(
        [base / ".ci/build", *arguments], env=settings, capture_output=True, text=True, timeout=60
    )


def _commit(project: Path) -> None:
    git = ["git", "-C", str(project), "-c", "user.name=x", "-c", "user.email=x@example.org"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run([*git, *arguments], check=True)


def test_the_build_of_a_request_uses_its_content_and_nothing_else(
    project: Path, head: Path
) -> None:
    done = _build(project, head)
    assert done.returncode == 0, done.stderr
    assert (project / "site/index.md").read_text() == "new\n"
    assert (project / "dist/requirements.lock").read_text() == "trusted\n"
    assert (project / "hooks/hook.py").read_text() == "trusted\n"


def test_what_reads_content_sees_no_variable_of_the_runner(project: Path, head: Path) -> None:
    assert _build(project, head).returncode == 0
    install, check, work = _calls(project)
    assert install.startswith("make --no-print-directory install\n")
    assert check.startswith("make --no-print-directory check OPTIONS=\n")
    assert work.startswith("make --no-print-directory site gate sbom\n")
    for call in (check, work):
        assert "canary" not in call
        assert set(_variables(call)) <= {*OF_THE_BUILD, "PWD", "SHLVL", "_", "OLDPWD"}


OF_THE_BUILD = {"PATH", "HOME", "LANG", "SOURCE_DATE_EPOCH", "PROCESS_MANUAL_BASELINE"}


def _calls(project: Path) -> list[str]:
    return (project.parent / "bin/log").read_text().strip().split("\n\n")


def _variables(call: str) -> dict[str, str]:
    pairs = (line.partition("=") for line in call.splitlines()[1:])
    return {name: value for name, _, value in pairs}


def test_each_host_gets_its_reports(project: Path, head: Path) -> None:
    log = project.parent / "bin/log"
    for settings, options in (
        ({"GITHUB_STEP_SUMMARY": "/tmp/summary"}, "--format github"),
        (
            {"GITLAB_CI": "true"},
            "--format gitlab --output reports/code-quality.json"
            " --format junit --output reports/junit.xml",
        ),
    ):
        log.unlink(missing_ok=True)
        assert _build(project, head, **settings).returncode == 0
        check = _calls(project)[1]
        assert check.splitlines()[0].endswith(f"check OPTIONS={options}")
        assert _variables(check).get("GITHUB_STEP_SUMMARY") == settings.get("GITHUB_STEP_SUMMARY")
        assert (project / "reports").is_dir()


def test_github_obeys_nothing_that_is_printed_after_the_findings(project: Path, head: Path) -> None:
    assert "::" not in _build(project, head).stdout
    told = _build(project, head, GITHUB_STEP_SUMMARY="/tmp/summary").stdout
    stop, resume = [line for line in told.splitlines() if line.startswith("::")]
    assert re.fullmatch("::stop-commands::[0-9a-f]{64}", stop)
    assert resume == f"::{stop[-64:]}::"
    again = _build(project, head, GITHUB_STEP_SUMMARY="/tmp/summary").stdout
    assert stop not in again, "a request must not know the word that ends it"


@pytest.mark.parametrize("before", ["as_of: 2026-06-30\nknown: []\n", None])
def test_the_baseline_of_the_base_branch_is_what_counts(
    before: str | None, project: Path, head: Path
) -> None:
    if before:
        write(project, {"processes/baseline.yml": before})
    write(head, {"processes/baseline.yml": "longer\n"})
    assert _build(project, head).returncode == 0
    _, check, work = _calls(project)
    assert "PROCESS_MANUAL_BASELINE=" in check
    kept = Path(_variables(work)["PROCESS_MANUAL_BASELINE"])
    assert (kept.read_text() if kept.exists() else None) == before
    assert (project / "processes/baseline.yml").read_text() == "longer\n"


def test_the_baseline_of_a_commit_is_not_compared_with_another(project: Path) -> None:
    _commit(project)
    assert _build(project).returncode == 0
    assert "PROCESS_MANUAL_BASELINE" not in (project.parent / "bin/log").read_text()


def test_a_refused_tree_is_not_built(project: Path, head: Path) -> None:
    (head / "docs/p.md").symlink_to("/etc/passwd")
    assert _build(project, head).returncode == 1
    assert not (project.parent / "bin/log").exists()


def test_the_artefact_of_a_commit_is_the_same_bytes_again(project: Path) -> None:
    _commit(project)
    artefacts = []
    for umask in (0o022, 0o077):
        before = os.umask(umask)
        try:
            done = _build(project)
        finally:
            os.umask(before)
        assert done.returncode == 0, done.stderr
        artefacts.append(tree(project / "dist"))
    assert artefacts[0] == artefacts[1]
    assert set(artefacts[0]) == {"requirements.lock", "sbom.cdx.json", "site.tar", "SHA256SUMS"}
    check = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    subprocess.run(check, cwd=project / "dist", check=True)


@pytest.mark.long
def test_a_hostile_request_is_built_by_the_code_of_the_base(tmp_path: Path) -> None:
    """The whole way in a copy of this repository: a real environment, build and gate."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for side in ("base", "head"):
        for name in filter(None, names.split("\0")):
            if (ROOT / name).is_file():
                (tmp_path / side / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, tmp_path / side / name)
    base, head = tmp_path / "base", tmp_path / "head"
    evil = f"open({str(tmp_path / 'executed')!r}, 'w').close()\n"
    page = (head / "docs/guide/reading.md").read_text("utf-8")
    write(
        head,
        {
            "hooks/mkdocs_hooks.py": evil,
            "hooks/process_manual/__init__.py": evil,
            "sitecustomize.py": evil,
            ".ci/overlay.py": evil,
            ".ci/sbom.py": evil,
            "mkdocs.yml": "site_name: Evil\n",
            "Makefile": f"%:\n\ttouch {tmp_path / 'executed'}\n",
            "requirements.lock": "left-pad==1.0\n",
            "docs/guide/reading.md": f"{page}\nA sentence of the request.\n",
        },
    )
    settings = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "SECRET": "canary-3f9a"}
    done = subprocess.run([base / ".ci/build", head], env=settings, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not (tmp_path / "executed").exists()
    built = (base / "site/guide/reading.html").read_text("utf-8")
    assert "A sentence of the request." in built
    assert "Evil" not in built
    assert b"canary-3f9a" not in (base / "dist/site.tar").read_bytes()
