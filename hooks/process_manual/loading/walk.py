"""The files below a folder that anybody may write to: plain files with plain names, or a finding.

A link could publish any file of the build machine, a pipe would hang the build, and names that
differ by case are one file on Windows and two elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from process_manual.diagnostics import Finding, Location, Severity

MAX_NAME = 64
MAX_FOLDERS = 8
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_IGNORED = frozenset({".DS_Store", ".gitkeep"})
"""What file managers and git leave behind; neither read nor published."""


@dataclass(slots=True)
class Walked:
    """The plain files below a folder in a fixed order, and what else is there."""

    files: list[Path] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def walk(root: Path, top: Path) -> Walked:
    """List the files below ``top``; places are relative to ``root``. Follows no link."""
    found = Walked()
    if _is_link(top):
        found.findings.append(_finding(root, top, "this is a link to another place", _NO_LINK))
    elif top.is_dir():
        _walk(root, top, 0, found)
    return found


def _walk(root: Path, folder: Path, depth: int, found: Walked) -> None:
    seen: dict[str, str] = {}
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        name = path.name
        if name in _IGNORED:
            continue
        for message, hint in _faults(path, seen):
            found.findings.append(_finding(root, path, message, hint))
        seen.setdefault(name.casefold(), name)
        if _is_link(path):
            continue
        if path.is_dir():
            if name == ".git":
                continue
            if depth >= MAX_FOLDERS:
                message = f"folders are nested more than {MAX_FOLDERS} deep"
                found.findings.append(_finding(root, path, message, "move the files up"))
                continue
            if path.suffix.lower() != ".md":
                _walk(root, path, depth + 1, found)
        if path.is_file() or path.suffix.lower() == ".md":
            found.files.append(path)  # a folder named like a definition is told by the reader


_NO_LINK = "put the file itself here; a link could publish what is outside the manual"


def _faults(path: Path, seen: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Tell what is wrong with one entry of a folder."""
    name = path.name
    if name == ".git":
        yield "another repository is embedded here", "copy its files, without its `.git`"
        return
    if _is_link(path):
        yield "this is a link to another place", _NO_LINK
    elif not path.is_dir() and not path.is_file():
        yield "this is neither a file nor a folder", "remove it"
    if not _NAME.fullmatch(name):
        yield (
            "the name has characters that do not work everywhere",
            "use letters, digits, hyphens and points only, such as RES-014-incident-management.md",
        )
    elif _RESERVED.fullmatch(name):
        yield "Windows cannot have a file of this name", "choose another name"
    if len(name) > MAX_NAME:
        yield f"the name is longer than {MAX_NAME} characters", "shorten it"
    if (other := seen.get(name.casefold())) is not None:
        yield f"the name differs from `{other}` only by capitals", "rename one of the two"


def _is_link(path: Path) -> bool:
    """Tell whether a path is a symbolic link or, on Windows, a junction."""
    is_junction = getattr(path, "is_junction", None)  # from Python 3.12 on
    return path.is_symlink() or bool(is_junction and is_junction())


def _finding(root: Path, path: Path, message: str, hint: str) -> Finding:
    name = path.relative_to(root).as_posix().encode("utf-8", "backslashreplace").decode("utf-8")
    return Finding(Location(name), "SAF-001", Severity.ERROR, message, hint)
