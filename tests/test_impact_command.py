"""`process-manual impact`: what it reads from git, its three formats, and what it refuses."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from process_manual.cli import main
from tests.projects import example_files
from tests.support import AS_OF, write

STEP = 'raci: {A: desk-lead, R: desk-analyst, C: "party:user"}'
OTHER_STEP = 'raci: {A: desk-lead, R: cause-lead, C: "party:user"}'
FILE = "processes/example/EXA-010-fault-handling.md"
NOTHING = "No change in meaning."
CHANGED = "Step A2 “Mend the fault”: who is responsible"


def git(root: Path, *arguments: str, stdin: bytes = b"") -> str:
    identity = ["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "core.autocrlf=false"]
    done = subprocess.run(
        ["git", "-C", str(root), *identity, *arguments],
        check=True,
        capture_output=True,
        input=stdin,
    )
    return done.stdout.decode().strip()


def commit(root: Path, files: Mapping[str, str | bytes] = {}) -> str:
    write(root, files)
    git(root, "add", "--all")
    git(root, "commit", "-q", "--allow-empty", "-m", "x")
    return git(root, "rev-parse", "HEAD")


def changed(root: Path) -> dict[str, str]:
    return {FILE: (root / FILE).read_text("utf-8").replace(STEP, OTHER_STEP)}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with the example manual on ``main``; what is checked out is a branch of it."""
    root = write(tmp_path / "repository", example_files())
    git(root, "init", "-q", "-b", "main")
    commit(root)
    git(root, "switch", "-q", "-c", "topic")
    return root


def impact(root: Path, *arguments: str | Path) -> Result:
    command = ["impact", "--root", root, "--as-of", AS_OF.isoformat(), *arguments]
    return CliRunner().invoke(main, [str(each) for each in command], catch_exceptions=False)


# What is compared -----------------------------------------------------------------------------


def test_work_that_is_not_committed_counts(repository: Path) -> None:
    assert NOTHING in impact(repository).stdout
    write(repository, changed(repository))
    result = impact(repository)
    assert result.exit_code == 0
    assert CHANGED in result.stdout


def test_what_others_merged_in_the_meantime_is_no_change_of_ours(repository: Path) -> None:
    start = git(repository, "rev-parse", "main")
    commit(repository, changed(repository))
    git(repository, "switch", "-q", "main")
    commit(repository, {"processes/registers/tools.yml": "tools:\n- {id: fault-log, title: New}\n"})
    git(repository, "switch", "-q", "topic")
    result = impact(repository, "main")
    assert f"Compared with commit {start[:10]}, where this left main" in result.stdout
    assert CHANGED in result.stdout
    assert "fault-log" not in result.stdout


def test_a_commit_can_be_looked_at_instead_of_the_files(repository: Path) -> None:
    tip = commit(repository, changed(repository))
    write(repository, {"processes/registers/tools.yml": "tools: []\n"})
    result = impact(repository, "--head", tip)
    assert CHANGED in result.stdout
    assert "tools" not in result.stdout
    assert NOTHING in impact(repository, "main", "--head", "main").stdout


@pytest.mark.parametrize(
    ("names", "taken"),
    [
        (["refs/remotes/origin/main", "refs/heads/master"], "origin/main"),
        (["refs/remotes/origin/master"], "origin/master"),
        ([], "main"),
    ],
)
def test_the_branch_that_is_compared_with_is_said(
    repository: Path, names: list[str], taken: str
) -> None:
    for name in names:
        git(repository, "update-ref", name, "main")
    assert f"where this left {taken}, as of" in impact(repository).stdout


def test_a_folder_can_stand_for_the_state_before(tmp_path: Path) -> None:
    before, after = (write(tmp_path / name, example_files()) for name in ("one", "two"))
    write(after, changed(after))
    result = impact(after, "--before", before)
    assert CHANGED in result.stdout
    assert str(tmp_path) not in result.stdout
    assert impact(after, "main", "--before", before).exit_code == 2


def test_a_manual_below_the_top_of_a_repository(tmp_path: Path) -> None:
    write(tmp_path / "top/sub/manual", example_files())
    git(tmp_path / "top", "init", "-q", "-b", "main")
    commit(tmp_path / "top")
    root = tmp_path / "top/sub/manual"
    assert NOTHING in impact(root).stdout
    write(root, changed(root))
    assert CHANGED in impact(root).stdout


def test_a_first_manual_is_new(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    commit(tmp_path, {"README.md": "x"})
    git(tmp_path, "switch", "-q", "-c", "topic")
    write(tmp_path, example_files())
    result = impact(tmp_path)
    assert result.exit_code == 0
    assert "EXA-010 Fault handling: new; version 1.1; in force" in result.stdout


def test_faults_of_either_state_are_said(repository: Path) -> None:
    write(repository, {"processes/example/EXA-099-x.md": "---\nid: EXA-099\n---\n"})
    result = impact(repository)
    assert result.exit_code == 0
    assert "Not compared, or only in part: EXA-099." in result.stdout
    assert "Files with faults now: processes/example/EXA-099-x.md" in result.stdout
    commit(repository)
    assert "Files with faults before" in impact(repository, "topic").stdout


# What is refused ------------------------------------------------------------------------------


def _refused(result: Result, reason: str) -> None:
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert reason in result.stderr


def test_no_repository(tmp_path: Path) -> None:
    _refused(impact(write(tmp_path, example_files())), "not a git repository")


@pytest.mark.parametrize("name", ["nowhere", "--output=x", "HEAD:processes", "main^{/x", ""])
def test_an_unknown_revision(repository: Path, name: str) -> None:
    _refused(impact(repository, "--", name), f"git knows no revision `{name}`")


def test_no_branch_to_compare_with(repository: Path) -> None:
    git(repository, "branch", "-D", "main")
    _refused(impact(repository), "name a revision to compare with")


def test_a_repository_without_a_commit(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    _refused(impact(write(tmp_path, example_files())), "name a revision to compare with")


def test_a_shallow_clone_says_what_to_do(repository: Path, tmp_path: Path) -> None:
    commit(repository, changed(repository))
    git(repository, "switch", "-q", "main")
    commit(repository, {"docs/index.md": "# Home\n"})
    clone = tmp_path / "clone"
    source = repository.as_uri()
    git(tmp_path, "clone", "-q", "--depth", "1", "--no-single-branch", source, str(clone))
    result = impact(clone, "origin/topic")
    _refused(result, "no commit in common in this shallow clone; run `git fetch --unshallow` first")


def test_without_git_it_says_so(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    _refused(impact(repository), "git is not installed")


# Hostile and odd repositories -----------------------------------------------------------------


def test_files_are_read_as_they_were_committed(repository: Path, tmp_path: Path) -> None:
    """No filter, attribute or replacement of the repository has a say, and nothing is run."""
    proof = tmp_path / "ran"
    for name in ("smudge", "clean", "process"):
        git(repository, "config", f"filter.evil.{name}", f"touch {proof}; cat")
    git(repository, "config", "core.fsmonitor", f"touch {proof}; false")
    git(repository, "config", "diff.external", f"touch {proof}")
    attributes = "*.md export-ignore\n*.yml filter=evil diff=evil export-subst text eol=crlf\n"
    write(repository / ".git", {"info/attributes": attributes})
    proof.unlink(missing_ok=True)
    result = impact(repository, "main", "--head", "topic")
    assert NOTHING in result.stdout
    assert not proof.exists()


def test_settings_of_the_user_change_nothing(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(repository, changed(repository))
    plain = impact(repository).stdout
    settings = "[color]\nui = always\n[core]\nquotePath = true\npager = false\n[log]\ndate = raw\n"
    write(tmp_path, {"config": settings + "[diff]\nnoprefix = true\nrenames = copies\n"})
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "config"))
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    assert impact(repository).stdout == plain


def test_links_and_ways_out_are_not_followed(repository: Path, tmp_path: Path) -> None:
    """A tree can be made by hand that no checkout would ever write."""
    secret = write(tmp_path, {"secret.md": "---\nid: EXA-666\n---\n"}) / "secret.md"
    blob = git(repository, "hash-object", "-w", "--stdin", stdin=secret.read_bytes())
    link = git(repository, "hash-object", "-w", "--stdin", stdin=str(secret).encode())

    def tree(*entries: tuple[str, str, str, str]) -> str:
        rows = b"".join(
            f"{mode} {name}\0".encode() + bytes.fromhex(sha) for mode, _, sha, name in entries
        )
        command = ("hash-object", "-w", "-t", "tree", "--literally", "--stdin")
        return git(repository, *command, stdin=rows)

    out = tree(("100644", "blob", blob, "out.md"))
    inside = tree(
        ("40000", "tree", out, ".."),
        ("120000", "blob", link, "link.md"),
        ("160000", "commit", "1" * 40, "module"),
        ("100644", "blob", blob, "Ünï\x1b[31m.md"),
    )
    top = tree(("40000", "tree", inside, "processes"))
    made = git(repository, "commit-tree", top, "-p", "main", "-m", "x")
    result = impact(repository, "main", "--head", made)
    assert result.exit_code == 0, result.output
    assert (
        "processes/link.md is a link or another repository, and was not followed" in result.stdout
    )
    assert "processes/module is a link" in result.stdout
    assert "processes/../out.md leads out of the manual, and was not read" in result.stdout
    assert "\x1b" not in result.stdout
    assert not (tmp_path / "out.md").exists()


# Formats --------------------------------------------------------------------------------------


def test_json_names_nobody_and_is_the_same_twice(repository: Path) -> None:
    roles = (repository / "processes/registers/roles.yml").read_text("utf-8")
    roles = roles.replace("person: p-6, from: 2024-06-03", "person: p-4, from: 2026-01-05")
    write(repository, {**changed(repository), "processes/registers/roles.yml": roles})
    command = [sys.executable, "-m", "process_manual.cli", "impact", "--format", "json"]
    told = [
        subprocess.run(
            [*command, "--as-of", "2026-06-30"],
            cwd=repository,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert told[0] == told[1]
    found = json.loads(told[0])
    assert not re.search(r"p-\d", told[0].decode())
    (definition,) = found["definitions"]
    assert definition["fields"] == [
        {
            "path": ["activities", "A2", "raci", "R"],
            "words": ["step A2 “Mend the fault”", "who is responsible"],
            "kind": "changed",
            "before": "desk-analyst",
            "after": "cause-lead",
        }
    ]
    assert [each["effect"] for each in found["approvals"]] == ["ends"]
    assert found["compared"]["branch"] == "main"
    assert {each["role"] for each in found["tell"]} >= {"head-of-it", "cause-lead", "desk-analyst"}


def test_a_short_comment_is_whole(repository: Path) -> None:
    write(repository, changed(repository))
    text = impact(repository, "--format", "markdown").stdout
    assert "no room" not in text
    assert "| Step A2 “Mend the fault”: who is responsible | Desk analyst | Cause lead |" in text
