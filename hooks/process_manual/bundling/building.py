"""The content of an edition, built in a clean clone: site/, source/, DEFINITIONS.tsv."""

from __future__ import annotations

import datetime
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from process_manual.bundling.checkout import Commit
from process_manual.editing import RefusedError
from process_manual.editions.manifest import DEFINITIONS, walk

SOURCE = (
    *("processes", "docs", "hooks"),
    *("mkdocs.yml", "pyproject.toml", "requirements.lock"),
)
"""What of a commit the build reads; an edition keeps a copy."""
HOOKS = "hooks"
Say = Callable[[str], None]


class BuildError(RefusedError):
    """MkDocs or the list of definitions failed; ``log`` is what was said of it."""

    def __init__(self, message: str, log: str) -> None:
        super().__init__(message)
        self.log = tuple(
            line for line in log.splitlines() if line.strip() and not line.startswith("INFO ")
        )


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be built: one commit as the edition ``name``, after the edition ``previous``.

    ``previous`` is the folder of the edition before; None for the first.
    """

    commit: Commit
    name: str
    as_of: datetime.date
    previous: Path | None


def build(order: Order, clone: Path, target: Path, say: Say) -> None:
    """Build the content of an edition from a clean clone in the empty folder ``target``.

    Files get the same mode and the time of the commit on every machine. Refuses what cannot be
    built; the errors of the manual stand in the BuildError.
    """
    _copy_source(clone, target / "source")
    settings = environment(order, clone)
    say("Building the site")
    _run(
        ["-m", "mkdocs", "build", "--strict", "--site-dir", str(target / "site")],
        clone,
        settings,
        f"commit {order.commit.hash[:12]} cannot be built",
    )
    say("Listing the definitions")
    _run(
        ["-m", "process_manual.bundling.listing", str(clone), str(target / DEFINITIONS)],
        clone,
        settings,
        "the definitions cannot be listed",
    )
    normalise(target, order.commit.seconds)


def normalise(folder: Path, seconds: int) -> None:
    """Give everything below a folder the modes and the time that it has on every machine."""
    for path, entry in (*walk(folder), ("", None)):
        if entry is None or not entry.is_symlink():
            is_folder = entry is None or entry.is_dir(follow_symlinks=False)
            (folder / path).chmod(0o755 if is_folder else 0o644)
            os.utime(folder / path, (seconds, seconds))


def _copy_source(clone: Path, target: Path) -> None:
    target.mkdir()
    for name in SOURCE:
        if (clone / name).is_symlink():
            raise RefusedError(f"{name} is a link; put the files themselves there")
        if (clone / name).is_dir():
            shutil.copytree(clone / name, target / name, symlinks=True)
        elif (clone / name).is_file():
            shutil.copyfile(clone / name, target / name)


def environment(order: Order, clone: Path) -> dict[str, str]:
    """Return all that the build learns; of this machine, where its programs are."""
    hooks = clone / HOOKS
    own = {"PYTHONPATH": str(hooks)} if (hooks / "process_manual").is_dir() else {}
    system = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    return {
        **system,
        **own,
        "HOME": str(clone),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "NO_MKDOCS_2_WARNING": "1",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "SOURCE_DATE_EPOCH": str(order.commit.seconds),
        "PROCESS_MANUAL_EDITION": order.name,
        "PROCESS_MANUAL_PREVIOUS": str(order.previous.resolve()) if order.previous else "",
        "PROCESS_MANUAL_AS_OF": order.as_of.isoformat(),
    }


def _run(arguments: list[str], folder: Path, environment: dict[str, str], refusal: str) -> None:
    # -P: the folder of the clone is no place to import from; its hooks are.
    command = [sys.executable, "-P", "-W", "ignore", *arguments]
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode:
        raise BuildError(refusal, done.stdout.decode("utf-8", "replace"))
