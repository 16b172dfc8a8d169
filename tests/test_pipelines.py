"""The pipelines for GitHub and GitLab: untrusted content gets no code of its own, and no secret."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support import ROOT, write

WORKFLOWS = {path.stem: path for path in sorted((ROOT / ".github/workflows").glob("*.yml"))}
ACTIONS = {"actions/checkout", "actions/setup-python", "actions/upload-artifact"}
TRUSTED_SCRIPT = ".ci/build"
PACKAGES_CODE = re.compile(r"\b(?:make|mkdocs|pip|python3?|(?<!-n )process-manual)\b|\.ci/")
"""What would run code of the repository or of its packages."""

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


def _steps(job: Job, action: str) -> list[dict[str, Any]]:
    return [step for step in job["steps"] if step.get("uses", "").startswith(f"{action}@")]


def _runs(job: Job) -> Iterator[str]:
    for step in job["steps"]:
        if "run" in step:
            yield step["run"]


def test_the_jobs_are_these() -> None:
    assert set(GITHUB_JOBS) == {
        "check/check",
        "code/test",
        "due/due",
        "publish/build",
        "publish/sign",
        "publish/publish",
    }
    assert set(GITLAB_JOBS) == {"check", "code", "due", "build", "sign", "publish"}


@pytest.mark.parametrize("name", WORKFLOWS)
def test_actions_are_pinned_by_commit_with_the_version_beside(name: str) -> None:
    lines = [line for line in WORKFLOWS[name].read_text("utf-8").splitlines() if "uses:" in line]
    assert lines
    for line in lines:
        pinned = re.fullmatch(r"[ -]+uses: ([\w/-]+)@([0-9a-f]{40})  # v\d+\.\d+\.\d+", line)
        assert pinned, line
        assert pinned[1] in ACTIONS


def test_an_action_has_one_version_everywhere() -> None:
    used = {step["uses"] for job in GITHUB_JOBS.values() for step in job["steps"] if "uses" in step}
    assert len(used) == len({each.split("@")[0] for each in used})


@pytest.mark.parametrize("name", GITHUB)
def test_no_workflow_runs_for_others_with_the_rights_of_the_base(name: str) -> None:
    assert not {"pull_request_target", "workflow_run", "issue_comment"} & set(GITHUB[name]["on"])
    assert GITHUB[name]["permissions"] == {}


@pytest.mark.parametrize("name", GITHUB_JOBS)
def test_tokens_can_only_read(name: str) -> None:
    job = GITHUB_JOBS[name]
    handles_artefact_only = name in ("publish/sign", "publish/publish")
    assert job["permissions"] == {"actions" if handles_artefact_only else "contents": "read"}
    for step in _steps(job, "actions/checkout"):
        assert step["with"]["persist-credentials"] == "false"


@pytest.mark.parametrize("name", GITHUB_JOBS)
def test_scripts_take_nothing_from_an_event_by_pasting_it_in(name: str) -> None:
    """A branch name pasted into a script is a script; variables are not."""
    assert not [script for script in _runs(GITHUB_JOBS[name]) if "${{" in script]


@pytest.mark.parametrize("name", GITHUB_JOBS)
def test_nothing_is_kept_in_a_cache_that_a_request_could_fill(name: str) -> None:
    assert "cache" not in json.dumps(GITHUB_JOBS[name])


def test_only_signing_sees_a_secret_and_the_environment_protects_it() -> None:
    holders = {name for name, job in GITHUB_JOBS.items() if "secrets." in json.dumps(job)}
    assert holders == {"publish/sign"}
    assert GITHUB_JOBS["publish/sign"]["environment"] == "signing"
    assert GITHUB_JOBS["publish/publish"]["environment"] == "publishing"
    assert not [name for name, flow in GITHUB.items() if "secrets" in json.dumps(flow.get("env"))]


def test_the_check_of_a_request_has_no_secret_and_no_token() -> None:
    assert list(GITHUB["check"]["on"]) == ["pull_request"]
    job = GITHUB_JOBS["check/check"]
    assert set(job) == {"runs-on", "timeout-minutes", "permissions", "steps"}
    assert not re.search(r"secrets|github\.token|GITHUB_TOKEN", json.dumps(job))
    assert not [step for step in job["steps"] if "env" in step]


def test_the_check_of_a_request_runs_the_base_over_the_content_of_the_head() -> None:
    job = GITHUB_JOBS["check/check"]
    base, head = (step["with"] for step in _steps(job, "actions/checkout"))
    assert (base["path"], base["ref"]) == ("base", "${{ github.event.pull_request.base.sha }}")
    assert (head["path"], head["ref"]) == ("head", "${{ github.sha }}")
    assert head["submodules"] == head["lfs"] == "false"
    assert list(_runs(job)) == [f"base/{TRUSTED_SCRIPT} head"]
    (python,) = _steps(job, "actions/setup-python")
    assert set(python["with"]) == {"python-version"}, "a version file would be the head's"


def test_code_of_a_request_never_runs() -> None:
    for name, flow in GITHUB.items():
        if "pull_request" in flow["on"]:
            assert name == "check"


@pytest.mark.parametrize("name", ["publish/sign", "publish/publish"])
def test_the_jobs_that_sign_and_publish_handle_the_artefact_only(name: str) -> None:
    job = GITHUB_JOBS[name]
    assert not _steps(job, "actions/checkout")
    scripts = list(_runs(job))
    assert scripts
    assert not [script for script in scripts if PACKAGES_CODE.search(script)]
    assert any("sha256sum --check --strict" in script for script in scripts)


def test_signing_follows_building_and_publishing_follows_signing() -> None:
    assert GITHUB["publish"]["on"] == {"push": {"branches": ["main"]}}
    assert GITHUB_JOBS["publish/sign"]["needs"] == "build"
    assert GITHUB_JOBS["publish/publish"]["needs"] == "sign"
    assert "digest" in GITHUB_JOBS["publish/build"]["outputs"]


def test_what_is_due_is_asked_every_week() -> None:
    assert {"cron": "17 5 * * 1"} in GITHUB["due"]["on"]["schedule"]
    assert list(_runs(GITHUB_JOBS["due/due"])) == ['make due OPTIONS="--format github"']
    assert GITLAB_JOBS["due"]["script"] == ['make due OPTIONS="--format junit --output due.xml"']
    assert GITLAB_JOBS["due"]["artifacts"]["reports"] == {"junit": "due.xml"}
    assert "process-manual check --due $(OPTIONS)" in (ROOT / "Makefile").read_text("utf-8")


# GitLab ---------------------------------------------------------------------------------------


def _conditions(job: Job) -> list[str]:
    return [rule["if"] for rule in job["rules"]]


def test_gitlab_checks_a_merge_request_with_the_code_of_the_target() -> None:
    job = GITLAB_JOBS["check"]
    assert _conditions(job) == ['$CI_PIPELINE_SOURCE == "merge_request_event"']
    script = job["script"]
    place = {part: [i for i, line in enumerate(script) if part in line] for part in script}
    fetch = next(i for i, line in enumerate(script) if line.startswith("git fetch"))
    assert "$CI_MERGE_REQUEST_TARGET_BRANCH_NAME" in script[fetch]
    assert script[fetch + 1].startswith("git archive FETCH_HEAD")
    run = f'"$base/{TRUSTED_SCRIPT}" "$CI_PROJECT_DIR" || failed=$?'
    (forget,) = place["rm -rf .git"]
    (unset,) = [i for i, line in enumerate(script) if line.startswith("unset CI_JOB_TOKEN")]
    assert fetch < forget < unset < script.index(run)
    assert not [line for line in script if line != run and PACKAGES_CODE.search(line)]
    assert script[-1] == 'exit "$failed"'


REPORTS = {"codequality": "reports/code-quality.json", "junit": "reports/junit.xml"}


def test_gitlab_shows_the_findings_of_a_failed_check_beside_the_change() -> None:
    artefacts = GITLAB_JOBS["check"]["artifacts"]
    assert (artefacts["when"], artefacts["reports"]) == ("always", REPORTS)
    compared = GITLAB_JOBS["build"]["artifacts"]["reports"]
    assert compared == {"codequality": REPORTS["codequality"]}
    script = (ROOT / TRUSTED_SCRIPT).read_text("utf-8")
    assert f"--format gitlab --output {REPORTS['codequality']}" in script
    assert f"--format junit --output {REPORTS['junit']}" in script


@pytest.mark.parametrize("fails", [0, 1])
def test_gitlab_keeps_report_and_preview_and_the_verdict(fails: int, tmp_path: Path) -> None:
    """The job's own lines after the check, with a build that passes or fails."""
    build = f"cd $(dirname $0)/..; mkdir reports; echo r >reports/x; mkdir site; exit {fails}\n"
    base = write(tmp_path / "base", {TRUSTED_SCRIPT: f"#!/bin/sh\n{build}"})
    (base / TRUSTED_SCRIPT).chmod(0o755)
    head = write(tmp_path / "head", {"processes/x.md": "x", ".hidden": "x"})
    script = GITLAB_JOBS["check"]["script"]
    lines = script[next(i for i, line in enumerate(script) if line.startswith("failed=")) :]
    settings = {"PATH": os.environ["PATH"], "base": str(base), "CI_PROJECT_DIR": str(head)}
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", "\n".join(lines)], cwd=head, env=settings
    )
    assert done.returncode == fails
    assert sorted(path.name for path in head.iterdir()) == ["preview", "reports"]
    assert (head / "reports/x").read_text() == "r\n"


def test_gitlab_runs_no_other_job_for_a_merge_request() -> None:
    for name, job in GITLAB_JOBS.items():
        conditions = " ".join(_conditions(job))
        assert ("merge_request_event" in conditions) == (name == "check")
        assert all("CI_PIPELINE_SOURCE ==" in condition for condition in _conditions(job))


def test_gitlab_keeps_the_secrets_to_environments() -> None:
    users = {
        variable: {name for name, job in GITLAB_JOBS.items() if variable in json.dumps(job)}
        for variable in ("$SIGNING_KEY", "$SIGNERS", "$CI_JOB_TOKEN")
    }
    assert users == {"$SIGNING_KEY": {"sign"}, "$SIGNERS": {"publish"}, "$CI_JOB_TOKEN": {"check"}}
    assert GITLAB_JOBS["sign"]["environment"]["name"] == "signing"
    assert GITLAB_JOBS["publish"]["environment"] == "publishing"
    assert "cache" not in json.dumps(GITLAB)


@pytest.mark.parametrize("name", ["sign", "publish"])
def test_gitlab_signs_and_publishes_the_artefact_only(name: str) -> None:
    job = GITLAB_JOBS[name]
    assert job["variables"] == {"GIT_STRATEGY": "none"}
    assert not [line for line in job["script"] if PACKAGES_CODE.search(line)]
    assert "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH" in " ".join(_conditions(job))


def test_both_hosts_build_with_the_same_script() -> None:
    assert next(_runs(GITHUB_JOBS["publish/build"])).startswith(f"{TRUSTED_SCRIPT}\n")
    assert GITLAB_JOBS["build"]["script"] == [TRUSTED_SCRIPT]
    assert GITLAB_JOBS["code"]["script"] == list(_runs(GITHUB_JOBS["code/test"])) == [".ci/run"]


# Signing, with the jobs' own lines ------------------------------------------------------------

FAKE_GH = """#!/bin/sh
# gh run download RUN --name NAME --dir DIR
mkdir -p "$7" && cp "$HOME/artefacts/$5"/* "$7"
"""


class Runner:
    """Runs the jobs' scripts as the hosts do, each job in an empty folder."""

    def __init__(self, home: Path) -> None:
        self.home = home
        write(home, {"bin/gh": FAKE_GH, "artefacts/manual/site.tar": "the manual"})
        (home / "bin/gh").chmod(0o755)
        self.artefact = home / "artefacts/manual"
        made = subprocess.run(
            ["sha256sum", "site.tar"], cwd=self.artefact, capture_output=True, check=True
        )
        self.digest = hashlib.sha256(made.stdout).hexdigest()
        (self.artefact / "SHA256SUMS").write_bytes(made.stdout)
        self.key = self.new_key("key")
        self.signers = self.signer(self.key)

    def new_key(self, name: str) -> Path:
        key = self.home / name
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(key)]
        subprocess.run(command, check=True)
        return key

    @staticmethod
    def signer(key: Path) -> str:
        return f'manual namespaces="process-manual" {key.with_suffix(".pub").read_text().strip()}'

    def run(self, folder: str, scripts: list[str], **variables: str) -> int:
        place = self.home / folder
        place.mkdir(exist_ok=True)
        path = f"{self.home / 'bin'}:{os.environ['PATH']}"
        settings = {"PATH": path, "HOME": str(self.home), "RUNNER_TEMP": str(place), **variables}
        for script in scripts:
            done = subprocess.run(
                ["bash", "-eo", "pipefail", "-c", script], cwd=place, env=settings
            )
            if done.returncode:
                return done.returncode
        return 0


class GitHub(Runner):
    """The jobs of .github/workflows/publish.yml."""

    def sign(self) -> int:
        key = {"SIGNING_KEY": self.key.read_text().rstrip("\n"), "DIGEST": self.digest}
        failed = self.run(
            "sign", list(_runs(GITHUB_JOBS["publish/sign"])), GITHUB_RUN_ID="1", **key
        )
        if not failed:
            assert not (self.home / "sign/key").exists()
            signature = (self.home / "sign/manual/SHA256SUMS.sig").read_text()
            write(self.home / "artefacts", {"signature/SHA256SUMS.sig": signature})
        return failed

    def publish(self) -> int:
        scripts = list(_runs(GITHUB_JOBS["publish/publish"]))
        return self.run("publish", scripts, GITHUB_RUN_ID="1", SIGNERS=self.signers)


class GitLab(Runner):
    """The jobs of .gitlab-ci.yml, where artefacts lie in dist/ of the job's folder."""

    def sign(self) -> int:
        write(self.home, {"job/x": ""})
        (self.home / "job/dist").symlink_to(self.artefact)
        script = "\n".join(GITLAB_JOBS["sign"]["script"])
        return self.run("job", [script], SIGNING_KEY=str(self.key))

    def publish(self) -> int:
        return self.run("job", ["\n".join(GITLAB_JOBS["publish"]["script"])], SIGNERS=self.signers)


@pytest.mark.parametrize("host", [GitHub, GitLab])
def test_what_was_built_is_signed_and_proved(host: Callable[[Path], Any], tmp_path: Path) -> None:
    runner = host(tmp_path)
    assert runner.sign() == 0
    assert runner.publish() == 0


@pytest.mark.parametrize("host", [GitHub, GitLab])
def test_a_changed_artefact_is_not_signed(host: Callable[[Path], Any], tmp_path: Path) -> None:
    runner = host(tmp_path)
    (runner.artefact / "site.tar").write_text("another manual")
    assert runner.sign() != 0


def test_an_exchanged_artefact_is_not_signed(tmp_path: Path) -> None:
    """Even one that agrees with itself: the digest came another way."""
    runner = GitHub(tmp_path)
    runner.digest = hashlib.sha256(b"what build made").hexdigest()
    assert runner.sign() != 0


@pytest.mark.parametrize("host", [GitHub, GitLab])
def test_an_artefact_changed_after_signing_is_not_published(
    host: Callable[[Path], Any], tmp_path: Path
) -> None:
    runner = host(tmp_path)
    assert runner.sign() == 0
    (runner.artefact / "site.tar").write_text("another manual")
    assert runner.publish() != 0


@pytest.mark.parametrize("host", [GitHub, GitLab])
def test_a_signature_by_somebody_else_is_not_published(
    host: Callable[[Path], Any], tmp_path: Path
) -> None:
    runner = host(tmp_path)
    runner.key = runner.new_key("other")
    assert runner.sign() == 0
    assert runner.publish() != 0
