"""The commit that an edition is made of, and a clean clone of it."""

from __future__ import annotations

import datetime
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from process_manual.editing import RefusedError
from process_manual.repository import RepositoryError, git

SETTINGS = ("core.autocrlf=false", "core.hooksPath=/dev/null", "advice.detachedHead=false")
"""What git must not learn from the machine while it writes the files."""


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit of the repository that holds the manual; ``seconds`` since 1970 is its time."""

    hash: str
    date: datetime.date
    seconds: int
    folder: str
    """Where the manual stands in the repository; empty at its top, else it ends in a slash."""


def current(root: Path) -> Commit:
    """Return the commit that the manual in ``root`` is a clean working copy of.

    Refuses what is not committed, and a shallow clone: nobody could make the edition again from it.
    """
    try:
        if git(root, "rev-parse", "--is-shallow-repository").strip() == b"true":
            raise RefusedError("this clone is shallow; run `git fetch --unshallow` first")
        changes = git(
            root, "status", "--porcelain", "--untracked-files=normal", "--ignore-submodules=none"
        )
        if lines := changes.decode("utf-8", "replace").splitlines():
            more = f" and {len(lines) - 1:,} more" if len(lines) > 1 else ""
            raise RefusedError(
                f"{lines[0][3:]}{more} is not committed; an edition is made of a commit, so commit "
                "or remove it first"
            )
        return named(root, "HEAD")
    except RepositoryError as error:
        raise RefusedError(f"an edition is made of a commit: {error}") from None


def named(root: Path, revision: str) -> Commit:
    """Return the commit that a revision names; raises RepositoryError."""
    told = git(root, "rev-list", "--max-count=1", "--format=%cs %ct", revision, "--").decode()
    if not told:
        raise RepositoryError(f"git knows no revision `{revision}`")
    _, hashed, date, seconds = told.split()
    folder = git(root, "rev-parse", "--show-prefix").decode("utf-8", "surrogateescape").strip("\n")
    return Commit(hashed, datetime.date.fromisoformat(date), int(seconds), folder)


def clone(root: Path, commit: Commit, target: Path) -> Path:
    """Make a clone with the files of a commit in ``target``; return the manual's folder in it."""
    try:
        top = git(root, "rev-parse", "--show-toplevel").decode("utf-8", "surrogateescape")
        options = ("--quiet", "--no-checkout", "--shared", "--template=")
        git(root, "clone", *options, "--", top.strip("\n"), str(target))
    except RepositoryError as error:
        raise RefusedError(f"the repository cannot be cloned: {error}") from None
    settings = [part for setting in SETTINGS for part in ("-c", setting)]
    command = ["git", *settings, "checkout", "--quiet", "--detach", commit.hash, "--"]
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C",
        "HOME": str(target),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
    }
    done = subprocess.run(command, cwd=target, env=environment, capture_output=True)
    if done.returncode:
        told = done.stderr.decode("utf-8", "replace").strip().split("\n")[0]
        raise RefusedError(f"commit {commit.hash[:12]} cannot be written: {told}")
    return target / commit.folder
