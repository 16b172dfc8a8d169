"""What git knows of the manual: which revision to compare with, and the files of a revision.

Only plumbing is asked, which does not look at a user's settings; files are read as they were
committed, so that no filter, hook or attribute of the repository has a say.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

DEFAULTS = ("origin/HEAD", "origin/main", "origin/master", "main", "master")
"""What a change is meant to be merged into; the first that there is."""
FOLDERS = ("processes", "docs")
SUFFIXES = (".md", ".yml")
"""What a manual is read from; pictures and downloads are left out."""
MOST_FILES = 50_000
MOST_BYTES = 256 * 2**20
_PLAIN_FILES = (b"100644", b"100755", b"100664")


class RepositoryError(Exception):
    """Git cannot answer; the text says why, in a sentence without a full stop."""


@dataclass(frozen=True, slots=True)
class _File:
    """A file of a revision: its path below the root, and the name of its content in git."""

    path: str
    name: bytes
    size: int


def git(root: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    """Return what git prints when it is asked in ``root``; raises RepositoryError."""
    command = ["git", "--no-replace-objects", "-C", str(root), *arguments]
    settings = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    try:
        done = subprocess.run(command, input=stdin, capture_output=True, check=True, env=settings)
    except FileNotFoundError:
        raise RepositoryError("git is not installed, or not on the path") from None
    except subprocess.CalledProcessError as error:
        told = error.stderr.decode("utf-8", "replace").strip().split("\n")[0]
        raise RepositoryError(told.removeprefix("fatal: ") or "git gives no reason") from None
    return done.stdout


def resolve(root: Path, revision: str) -> str:
    """Return the commit that a revision names; raises RepositoryError."""
    git(root, "rev-parse", "--git-dir")
    found = _commit(root, revision)
    if found is None:
        raise RepositoryError(f"git knows no revision `{revision}`")
    return found


def default_base(root: Path) -> str:
    """Return the name of the branch that changes are merged into; raises RepositoryError."""
    git(root, "rev-parse", "--git-dir")
    for name in DEFAULTS:
        if _commit(root, name):
            return name
    raise RepositoryError(f"there is no {', '.join(DEFAULTS)}; name a revision to compare with")


def merge_base(root: Path, one: str, two: str) -> str:
    """Return the last commit that both commits come from; raises RepositoryError."""
    try:
        return git(root, "merge-base", one, two).decode().split()[0]
    except RepositoryError:
        pass
    reason = "the two have no commit in common"
    if git(root, "rev-parse", "--is-shallow-repository").strip() == b"true":
        reason += " in this shallow clone; run `git fetch --unshallow` first"
    raise RepositoryError(reason)


def comes_from(root: Path, commit: str) -> bool | None:
    """Tell whether the current commit comes from ``commit``, or is it; None when git cannot say.

    A shallow clone cannot: it lacks what it came from.
    """
    try:
        if git(root, "rev-parse", "--is-shallow-repository").strip() == b"true":
            return None
        git(root, "rev-parse", "--verify", "--quiet", "HEAD")
    except RepositoryError:
        return None
    try:
        git(root, "merge-base", "--is-ancestor", commit, "HEAD")
    except RepositoryError:
        return False  # or it is no commit that git knows
    return True


def tagged(root: Path, tag: str) -> str | None:
    """Return the commit that a tag marks, or None when there is no such tag here."""
    return _commit(root, f"refs/tags/{tag}")


def write_files(root: Path, commit: str, folder: Path) -> tuple[str, ...]:
    """Write the manual of a commit into ``folder``; return what was left out, a sentence each.

    Raises RepositoryError when git cannot give it, or when it is too large.
    """
    files: list[_File] = []
    left_out: list[str] = []
    for each in _listed(root, commit):
        if isinstance(each, str):
            left_out.append(each)
        elif each.path.endswith(SUFFIXES):
            files.append(each)
    if len(files) > MOST_FILES or sum(file.size for file in files) > MOST_BYTES:
        raise RepositoryError("the manual is too large to be compared")
    for file, content in zip(files, _contents(root, files), strict=True):
        path = folder / file.path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except OSError as error:
            left_out.append(f"{file.path} could not be written ({error.strerror})")
    return tuple(left_out)


def _commit(root: Path, revision: str) -> str | None:
    """Return the commit that a revision names, or None."""
    asked = ("--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    try:
        return git(root, "rev-parse", *asked).decode().strip()
    except RepositoryError:
        return None


def _listed(root: Path, commit: str) -> Iterator[_File | str]:
    """Yield each file of a commit, or what is wrong with an entry."""
    listing = git(root, "ls-tree", "-r", "-z", "-l", commit, "--", *FOLDERS)
    for line in listing.split(b"\0")[:-1]:
        about, _, raw = line.partition(b"\t")
        mode, _, name, size = about.split()
        path = os.fsdecode(raw)
        if mode not in _PLAIN_FILES:
            yield f"{path} is a link or another repository, and was not followed"
        elif not _stays_inside(path):
            yield f"{path} leads out of the manual, and was not read"
        else:
            yield _File(path, name, int(size))


def _stays_inside(path: str) -> bool:
    """Tell whether a path that anybody may have made up stays below where it is written."""
    parts = path.split("/")
    return not PurePosixPath(path).is_absolute() and not any(
        part in ("", ".", "..") or "\\" in part or ":" in part for part in parts
    )


def _contents(root: Path, files: list[_File]) -> Iterator[bytes]:
    """Yield the content of each file, as it was committed."""
    answer = git(root, "cat-file", "--batch", stdin=b"".join(f.name + b"\n" for f in files))
    start = 0
    for file in files:
        end = answer.find(b"\n", start)
        kind = answer[start:end].split()[1:2]
        if kind != [b"blob"]:
            raise RepositoryError(f"git has no content for {file.path}; is the clone complete?")
        yield answer[end + 1 : end + 1 + file.size]
        start = end + 1 + file.size + 1
