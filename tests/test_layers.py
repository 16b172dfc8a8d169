"""The layers of the code run downhill; pyproject.toml says which there are."""

from __future__ import annotations

import subprocess
import sys

from tests.support import ROOT


def test_imports_run_downhill() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as l; l()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_hooks_folder_has_exactly_two_entries() -> None:
    """MkDocs puts the folder on the path; a third entry could shadow a library."""
    names = {path.name for path in (ROOT / "hooks").iterdir() if path.name != "__pycache__"}
    assert names == {"mkdocs_hooks.py", "process_manual"}


def test_the_hook_file_only_hands_events_on() -> None:
    assert len((ROOT / "hooks/mkdocs_hooks.py").read_text("utf-8").splitlines()) <= 25
