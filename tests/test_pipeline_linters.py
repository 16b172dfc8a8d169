"""The pipelines' files judged by others: the hosts' schemas, and a linter for known weaknesses.

Both work without the network: check-jsonschema ships the schemas, zizmor its audits.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.pipelines import WORKFLOWS
from tests.support import ROOT, write

BIN = Path(sys.executable).parent
GITLAB_FILE = ROOT / ".gitlab-ci.yml"


def _run(*command: str | Path) -> tuple[int, str]:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


def _follows(schema: str, *files: Path) -> tuple[int, str]:
    transform = ["--data-transform", "gitlab-ci"] if "gitlab" in schema else []
    return _run(BIN / "check-jsonschema", "--builtin-schema", schema, *transform, *files)


def _audit(folder: Path) -> tuple[int, str]:
    """Ask for everything that zizmor knows, down to matters of taste; no comment silences it."""
    options = ["--offline", "--persona", "auditor", "--no-ignores", "--strict-collection"]
    return _run(BIN / "zizmor", "--no-progress", "--color", "never", *options, folder)


def test_the_workflows_follow_the_schema_of_github() -> None:
    code, output = _follows("vendor.github-workflows", *WORKFLOWS.values())
    assert code == 0, output


def test_the_pipeline_follows_the_schema_of_gitlab() -> None:
    code, output = _follows("vendor.gitlab-ci", GITLAB_FILE)
    assert code == 0, output


def test_the_workflows_have_no_known_weakness() -> None:
    code, output = _audit(ROOT / ".github")
    assert code == 0, output


MISSPELT = {
    "github": ("vendor.github-workflows", WORKFLOWS["check"], "permissions: {}", "permisions: {}"),
    "gitlab": ("vendor.gitlab-ci", GITLAB_FILE, "expire_in: 1 week", "expires_in: 1 week"),
}


@pytest.mark.parametrize("host", MISSPELT)
def test_a_misspelt_word_would_be_found(host: str, tmp_path: Path) -> None:
    schema, path, word, misspelt = MISSPELT[host]
    text = path.read_text("utf-8")
    assert word in text
    spoilt = write(tmp_path, {path.name: text.replace(word, misspelt, 1)}) / path.name
    code, output = _follows(schema, spoilt)
    assert code == 1
    assert misspelt.split(":")[0] in output


WEAKNESSES = {
    "dangerous-triggers": ("check", "  pull_request:", "  pull_request_target:"),
    "template-injection": (
        "check",
        "run: base/.ci/build head",
        "run: base/.ci/build ${{ github.head_ref }}",
    ),
    "artipacked": ("check", "persist-credentials: false", "persist-credentials: true"),
    "excessive-permissions": ("code", "permissions: {}", "permissions: write-all"),
    "unpinned-uses": ("due", "@08c6903cd8c0fde910a37f88322edcfb5dd907a8  # v5.0.0", "@v5"),
}


@pytest.mark.parametrize("weakness", WEAKNESSES)
def test_a_known_weakness_would_be_found(weakness: str, tmp_path: Path) -> None:
    name, strong, weak = WEAKNESSES[weakness]
    text = WORKFLOWS[name].read_text("utf-8")
    assert strong in text
    folder = write(tmp_path, {f".github/workflows/{name}.yml": text.replace(strong, weak)})
    code, output = _audit(folder / ".github")
    assert code != 0
    assert f"[{weakness}]" in output
