"""Small MkDocs projects for real builds."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.support import AS_OF, ROOT, write

EXAMPLE = ROOT / "hooks/process_manual/rules/example"
HOOK = ROOT / "hooks/mkdocs_hooks.py"

AS_HOOK = f"hooks: ['{HOOK}']\nplugins: [search]\n"
AS_PLUGIN = "plugins: [search, process-manual]\n"
CONFIG = "site_name: Example\nedit_uri: https://git.example.org/edit/main/docs/\n"
THEME = "theme: {name: material, features: [content.action.edit]}\n"


def example_files() -> dict[str, bytes]:
    """Return the small clean manual that the rules' examples are patches to."""
    return {
        path.relative_to(EXAMPLE).as_posix(): path.read_bytes()
        for path in sorted(EXAMPLE.rglob("*"))
        if path.is_file()
    }


def project(root: Path, door: str = AS_HOOK, files: Mapping[str, str | bytes] = {}) -> Path:
    """Write a MkDocs project with the example manual, changed by ``files``, into ``root``."""
    content: dict[str, str | bytes] = {
        "mkdocs.yml": CONFIG + THEME + door,
        "docs/index.md": "# Example\n\nWelcome.\n",
        **example_files(),
        **files,
    }
    return write(root, content)


def run(root: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a module (``mkdocs build …``) in ``root`` as of the tests' date."""
    settings = {
        **os.environ,
        "NO_MKDOCS_2_WARNING": "1",
        "PROCESS_MANUAL_AS_OF": AS_OF.isoformat(),
        **environment,
    }
    command = [sys.executable, "-W", "ignore", "-m", *arguments]
    return subprocess.run(
        command, cwd=root, env=settings, capture_output=True, text=True, timeout=300
    )


def tree(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file below ``folder`` by its path."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
