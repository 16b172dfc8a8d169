"""The impact of a request in the pipelines: shown to whoever reads it, and deciding nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.projects import example_files
from tests.support import ROOT, write
from tests.test_impact_command import changed

FAKE_MAKE = """#!/bin/sh
case "$*" in *site*) mkdir -p site dist; echo x >site/x;; esac
case "$*" in *check*) [ ! -f "$(dirname "$0")/fail" ];; esac
"""


@pytest.fixture
def pipeline(tmp_path: Path) -> Path:
    """A trusted tree ``base`` with the real scripts, and a request ``head`` that changes a step."""
    base, head = (write(tmp_path / name, example_files()) for name in ("base", "head"))
    write(base, {"requirements.lock": "", "docs/index.md": "# Home\n"})
    write(head, {"docs/index.md": "# Home\n", **changed(head)})
    command = f'#!/bin/sh\nexec "{sys.executable}" -m process_manual.cli "$@"\n'
    write(base, {".venv/bin/process-manual": command})
    write(tmp_path, {"bin/make": FAKE_MAKE})
    for name in ("build", "overlay.py"):
        write(base, {f".ci/{name}": (ROOT / ".ci" / name).read_bytes()})
    for path in (".venv/bin/process-manual", "../bin/make", ".ci/build"):
        (base / path).chmod(0o755)
    return tmp_path


def _build(pipeline: Path) -> subprocess.CompletedProcess[str]:
    settings = {"PATH": f"{pipeline / 'bin'}:{os.environ['PATH']}", "HOME": str(pipeline)}
    command = [pipeline / "base/.ci/build", pipeline / "head"]
    return subprocess.run(command, env=settings, capture_output=True, text=True, timeout=120)


def _summary(pipeline: Path) -> str:
    """Run the step of the workflow that shows the impact; return what the host would show."""
    flow = yaml.load((ROOT / ".github/workflows/check.yml").read_text("utf-8"), yaml.BaseLoader)
    (script,) = (s["run"] for s in flow["jobs"]["check"]["steps"] if "SUMMARY" in s.get("run", ""))
    shown = pipeline / "summary.md"
    settings = {"PATH": os.environ["PATH"], "GITHUB_STEP_SUMMARY": str(shown)}
    subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script], cwd=pipeline, env=settings, check=True
    )
    return shown.read_text("utf-8") if shown.exists() else ""


def test_the_check_of_a_request_shows_its_impact(pipeline: Path) -> None:
    done = _build(pipeline)
    assert done.returncode == 0, done.stderr
    assert "| Step A2 “Mend the fault”: who is responsible | Desk analyst |" in _summary(pipeline)


def test_the_impact_is_shown_when_the_check_fails(pipeline: Path) -> None:
    write(pipeline, {"bin/fail": ""})
    assert _build(pipeline).returncode != 0
    assert "who is responsible" in _summary(pipeline)


def test_the_impact_decides_nothing(pipeline: Path) -> None:
    write(pipeline, {"base/.venv/bin/process-manual": "#!/bin/sh\nexit 1\n"})
    assert _build(pipeline).returncode == 0
    assert _summary(pipeline) == "The impact of this change could not be told.\n"


def test_a_refused_request_has_none(pipeline: Path) -> None:
    (pipeline / "head/docs/x.md").symlink_to("/etc/passwd")
    assert _build(pipeline).returncode != 0
    assert _summary(pipeline) == ""
