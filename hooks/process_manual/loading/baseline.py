"""The baseline as the commit before had it: what may not grow needs something to compare with."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from process_manual.loading.validation import validate
from process_manual.loading.yamlreader import read_yaml
from process_manual.model.baseline import Baseline, Known
from process_manual.model.source import Source

FILE = "processes/baseline.yml"
ENVIRONMENT = "PROCESS_MANUAL_BASELINE"
"""Names the file that holds the baseline of the base branch; pipelines set it."""


def known_before(root: Path) -> tuple[Known, ...] | None:
    """Return what the baseline held before the change in hand; None when there was none.

    That is the file that ``PROCESS_MANUAL_BASELINE`` names; without the variable, the baseline
    of the current commit. A baseline that cannot be read holds nothing.
    """
    path = os.environ.get(ENVIRONMENT)
    text = _content(Path(path)) if path else _committed(root)
    if text is None:
        return None
    found = read_yaml(text)
    data = found.data if isinstance(found.data, dict) else {}
    baseline = validate(Baseline, Source(FILE, data, found.place), data).value
    return baseline.known if baseline else ()


def _content(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        return None  # the base branch has no baseline yet
    except OSError:
        return ""


def _committed(root: Path) -> str | None:
    command = ["git", "-C", str(root), "show", f"HEAD:./{FILE}"]
    try:
        done = subprocess.run(command, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None  # no git, no commit, or no such file in it
    return done.stdout.decode("utf-8", "replace")
