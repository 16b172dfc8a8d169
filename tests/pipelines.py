"""The pipelines' files, read once: jobs by name, their steps and scripts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from tests.support import ROOT

WORKFLOWS = {path.stem: path for path in sorted((ROOT / ".github/workflows").glob("*.yml"))}
Job = Mapping[str, Any]


def _load(text: str) -> dict[str, Any]:
    """Read YAML with every scalar as text, so that ``on`` and ``false`` stay what is written."""
    return yaml.load(text, Loader=yaml.BaseLoader)


GITHUB = {name: _load(path.read_text("utf-8")) for name, path in WORKFLOWS.items()}
GITHUB_JOBS = {
    f"{name}/{job}": content
    for name, flow in GITHUB.items()
    for job, content in flow["jobs"].items()
}
GITLAB = _load((ROOT / ".gitlab-ci.yml").read_text("utf-8"))
GITLAB_JOBS = {
    name: job for name, job in GITLAB.items() if isinstance(job, dict) and "script" in job
}


def steps(job: Job, action: str) -> list[dict[str, Any]]:
    """Return the steps of a job that use an action."""
    return [step for step in job["steps"] if step.get("uses", "").startswith(f"{action}@")]


def runs(job: Job) -> Iterator[str]:
    """Yield the scripts of a job on GitHub."""
    for step in job["steps"]:
        if "run" in step:
            yield step["run"]
