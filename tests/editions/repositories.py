"""Small manuals as git repositories, for editions made of real commits."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.projects import AS_PLUGIN, project
from tests.support import write

DAY = "2026-06-30"
EVIDENCE = "https://git.example.gov.uk/manual/pulls/9"
NOBODY = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false")


def git(root: Path, *arguments: str, **environment: str) -> str:
    """Run git in ``root``; return what it prints."""
    done = subprocess.run(
        ["git", *NOBODY, *arguments],
        cwd=root,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def repository(
    root: Path, files: Mapping[str, str | bytes] = {}, door: str = AS_PLUGIN, day: str = DAY
) -> Path:
    """Write the example manual, changed by ``files``, into a new repository with one commit."""
    project(root, door, {".gitignore": "/dist/\n", **files})
    git(root, "init", "--quiet", "--initial-branch=main")
    return commit(root, day=day)


def commit(root: Path, files: Mapping[str, str | bytes] = {}, day: str = DAY) -> Path:
    """Commit all there is, after ``files`` were written."""
    write(root, files)
    git(root, "add", "--all")
    time = f"{day}T12:00:00+00:00"
    times = {"GIT_AUTHOR_DATE": time, "GIT_COMMITTER_DATE": time}
    git(root, "commit", "--quiet", "--message=x", **times)
    return root


def tool(
    root: Path, *arguments: str | Path, umask: int = 0o022, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run ``process-manual`` in ``root``."""
    return subprocess.run(
        command(*arguments),
        cwd=root,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=600,
        umask=umask,
    )


def command(*arguments: str | Path) -> list[str]:
    """Return the command line of ``process-manual`` with these arguments."""
    return [sys.executable, "-W", "ignore", "-m", "process_manual.cli", *map(str, arguments)]


def new_version(root: Path, id_: str, old: str, new: str, day: str) -> Path:
    """Change a text of a definition as a new version of that day, approved, and commit."""
    (path,) = (root / "processes/example").glob(f"{id_}-*.md")
    write(root, {str(path.relative_to(root)): path.read_text("utf-8").replace(old, new)})
    written = (
        "--by",
        "p-3",
        "--type",
        "editorial",
        "--summary",
        "Clearer",
        "--effective-from",
        day,
    )
    approved = ("--by", "p-1", "--as", "head-of-it", "--evidence", EVIDENCE)
    for arguments in (("bump", id_, *written), ("approve", id_, *approved)):
        done = tool(root, *arguments, "--date", day, PROCESS_MANUAL_AS_OF=day)
        assert done.returncode == 0, done.stdout + done.stderr
    return commit(root, day=day)
