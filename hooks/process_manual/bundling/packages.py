"""What is installed, compared with the lock file of the commit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.markers import Marker
from packaging.utils import canonicalize_name

from process_manual.editing import RefusedError

LOCK = "requirements.lock"
_ENTRY = re.compile(r"(?P<name>[\w.-]+)==(?P<version>[^\s;]+)(?:\s*;\s*(?P<marker>[^\\]+?))?\s*\\?")
_MOST_NAMED = 5


def differences(root: Path) -> Iterator[str]:
    """Yield each package that is not installed as the lock file of ``root`` says.

    Nothing without a lock file. Packages that it does not name, such as pip, do not count, nor
    those that are meant for other systems.
    """
    path = root / LOCK
    if not path.is_file():
        return
    for line in path.read_text("utf-8").splitlines():
        entry = _ENTRY.fullmatch(line)
        if entry is None or (entry["marker"] and not Marker(entry["marker"]).evaluate()):
            continue
        try:
            installed = metadata.version(canonicalize_name(entry["name"]))
        except metadata.PackageNotFoundError:
            yield f"{entry['name']} {entry['version']} is not installed"
            continue
        if installed != entry["version"]:
            yield f"{entry['name']} is {installed}, not {entry['version']}"


def require_locked(root: Path, cure: str) -> None:
    """Refuse to build with other packages than the lock file's; ``cure`` says what helps."""
    if found := list(differences(root)):
        named = "; ".join(found[:_MOST_NAMED])
        more = f"; and {len(found) - _MOST_NAMED:,} more" if len(found) > _MOST_NAMED else ""
        raise RefusedError(f"what is installed is not what {LOCK} says ({named}{more}); {cure}")
