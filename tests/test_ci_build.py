"""The build of a request and of a commit: .ci/build, which both pipelines call."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.projects import tree
from tests.support import ROOT, write
from tests.test_overlay import BASE, HEAD


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return write(tmp_path / "base", BASE)


@pytest.fixture
def head(tmp_path: Path) -> Path:
    return write(tmp_path / "head", HEAD)


FAKE_MAKE = """#!/bin/sh
{ echo "make $*"; env; echo; } >>"$(dirname "$0")/log"
case "$*" in *github*) echo "::error title=DOC-001::##[set-output name=digest]0";; *)
echo "docs/index.md:1:1: error DOC-001: ##[set-output name=digest]0"
echo "::add-mask::error" >&2;; esac
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


def _build(base: Path, *arguments: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    settings = {
        "PATH": f"{base.parent / 'bin'}:{os.environ['PATH']}",
        "HOME": str(base.parent),
        "SECRET": "canary",
        "GITHUB_ENV": "canary",
        "MAKEFLAGS": "canary",
        **environment,
    }
    return subprocess.run(
        [base / ".ci/build", *arguments], env=settings, capture_output=True, text=True, timeout=60
    )


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
        (
            {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": "/tmp/summary"},
            "--format github",
        ),
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


def _commit(project: Path) -> None:
    git = ["git", "-C", str(project), "-c", "user.name=x", "-c", "user.email=x@example.org"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run([*git, *arguments], check=True)


def test_a_refused_tree_is_not_built(project: Path, head: Path) -> None:
    (head / "docs/p.md").symlink_to("/etc/passwd")
    assert _build(project, head).returncode == 1
    assert not (project.parent / "bin/log").exists()


def _obeyed(log: str) -> list[str]:
    """Return the orders in a log that GitHub's runner obeys, read as the runner reads them.

    Source: actions/runner, ActionCommand.cs: ``::order::`` begins a line, ``##[order]`` stands
    anywhere; between ``stop-commands`` and its word nothing counts.
    """
    found: list[str] = []
    word = None
    for line in log.splitlines():
        order = re.match(r"\s*::([\w-]+)[^:]*::(.*)", line) or re.search(
            r"##\[([\w-]+)[^\]]*\](.*)", line
        )
        if order is None or (word is not None and order[1] != word):
            continue
        if order[1] == "stop-commands":
            word = order[2]
        elif order[1] == word:
            word = None
        else:
            found.append(order[1])
    return found


def test_the_runner_obeys_no_order_that_stands_in_content(project: Path, head: Path) -> None:
    done = _build(project, head, GITHUB_ACTIONS="true")
    write(head, {"docs/##[add-mask]x.js": "x"})
    refused = _build(project, head, GITHUB_ACTIONS="true")
    assert (done.returncode, refused.returncode) == (0, 1)
    assert "##[set-output name=digest]" in done.stdout
    assert "##[add-mask]" in refused.stdout
    assert _obeyed(done.stdout) == ["error"], "the finding, in the form that is escaped"
    assert not _obeyed(refused.stdout)
    for log in (done.stdout, refused.stdout):
        assert _obeyed(log + "##[error]x")[-1:] == ["error"], "it must listen again afterwards"


def test_who_writes_content_cannot_know_the_word_that_lets_the_runner_listen_again(
    project: Path, head: Path
) -> None:
    words = {
        _build(project, head, GITHUB_ACTIONS="true").stdout.splitlines()[0].split("::")[-1]
        for _ in range(2)
    }
    seen_by_what_reads_content = (project.parent / "bin/log").read_text().split("\n\n")[1:]
    assert len(words) == 2
    assert not [word for word in words if word in "".join(seen_by_what_reads_content)]


def test_without_that_the_runner_would_obey(project: Path, head: Path) -> None:
    assert set(_obeyed(_build(project, head).stdout)) == {"set-output"}


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
