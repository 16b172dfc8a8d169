"""The package as others install it: a wheel, in an empty environment, used from another folder."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.projects import AS_PLUGIN, project
from tests.support import AS_OF, ROOT


def _wheel(folder: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def test_the_wheel_holds_the_package_with_its_data_and_nothing_else(tmp_path: Path) -> None:
    names = zipfile.ZipFile(_wheel(tmp_path)).namelist()
    assert {name.split("/")[0] for name in names} == {
        "process_manual",
        "process_manual-0.1.0.dist-info",
    }
    for part in ("templates/", "assets/process-manual.css", "rules/example/", "rules/verbs.txt"):
        assert any(part in name for name in names), part


@pytest.mark.long
def test_a_manual_in_another_repository_builds_with_the_installed_wheel(tmp_path: Path) -> None:
    wheel = _wheel(tmp_path / "dist")
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    binaries = environment / "bin"
    pip = [binaries / "python", "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    lock = str(ROOT / "requirements.lock")
    subprocess.run([*pip, "--only-binary", ":all:", "-r", lock], check=True)
    subprocess.run([*pip, "--no-deps", "--no-index", str(wheel)], check=True)

    root = project(tmp_path / "elsewhere", AS_PLUGIN)
    settings = {
        "PATH": f"{binaries}:{os.environ['PATH']}",
        "NO_MKDOCS_2_WARNING": "1",
        "PROCESS_MANUAL_AS_OF": AS_OF.isoformat(),
        "HOME": str(tmp_path),
    }
    for command in (["process-manual", "check"], ["mkdocs", "build", "--strict"]):
        done = subprocess.run(
            [binaries / command[0], *command[1:]],
            cwd=root,
            env=settings,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
    assert (root / "site/processes/EXA-010/controlled.json").is_file()
