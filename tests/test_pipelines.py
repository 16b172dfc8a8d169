"""The pipelines for GitHub and GitLab: untrusted content gets no code of its own, and no secret."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.pipelines import GITHUB, GITHUB_JOBS, GITLAB, GITLAB_JOBS, WORKFLOWS, Job, runs, steps
from tests.support import ROOT, write

ACTIONS = {"actions/checkout", "actions/setup-python", "actions/upload-artifact"}
TRUSTED_SCRIPT = ".ci/build"
PACKAGES_CODE = re.compile(r"\b(?:make|mkdocs|pip|python3?|(?<!-n )process-manual)\b|\.ci/")
"""What would run code of the repository or of its packages."""


def test_the_jobs_are_these() -> None:
    assert set(GITHUB_JOBS) == {
        "check/check",
        "code/test",
        "due/due",
        "build/build",
        "edition/bundle",
        "edition/publish",
        "edition/verify",
    }
    assert set(GITLAB_JOBS) == {"check", "code", "due", "build", "bundle", "publish", "verify"}


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
    fetches = {"actions": "read"} if name == "edition/publish" else {}
    assert job["permissions"] == {"contents": "read", **fetches}
    for step in steps(job, "actions/checkout"):
        assert step["with"]["persist-credentials"] == "false"


@pytest.mark.parametrize("name", GITHUB_JOBS)
def test_scripts_take_nothing_from_an_event_by_pasting_it_in(name: str) -> None:
    """A branch name pasted into a script is a script; variables are not."""
    assert not [script for script in runs(GITHUB_JOBS[name]) if "${{" in script]


@pytest.mark.parametrize("name", GITHUB_JOBS)
def test_nothing_is_kept_in_a_cache_that_a_request_could_fill(name: str) -> None:
    assert "cache" not in json.dumps(GITHUB_JOBS[name])


def test_only_signing_sees_a_secret_and_the_environment_protects_it() -> None:
    holders = {name for name, job in GITHUB_JOBS.items() if "secrets." in json.dumps(job)}
    assert holders == {"edition/publish"}
    seen = [step for step in GITHUB_JOBS["edition/publish"]["steps"] if "secrets." in str(step)]
    assert [step["name"] for step in seen] == ["Sign and store"]
    assert GITHUB_JOBS["edition/publish"]["environment"] == "publishing"
    assert not [name for name, flow in GITHUB.items() if "secrets" in json.dumps(flow.get("env"))]


def test_the_check_of_a_request_has_no_secret_and_no_token() -> None:
    assert list(GITHUB["check"]["on"]) == ["pull_request"]
    job = GITHUB_JOBS["check/check"]
    assert set(job) == {"name", "runs-on", "timeout-minutes", "permissions", "steps"}
    assert not re.search(r"secrets|github\.token|GITHUB_TOKEN", json.dumps(job))
    assert not [step for step in job["steps"] if "env" in step]


def test_the_check_of_a_request_runs_the_base_over_the_content_of_the_head() -> None:
    job = GITHUB_JOBS["check/check"]
    base, head = (step["with"] for step in steps(job, "actions/checkout"))
    assert (base["path"], base["ref"]) == ("base", "${{ github.event.pull_request.base.sha }}")
    assert (head["path"], head["ref"]) == ("head", "${{ github.sha }}")
    assert head["submodules"] == head["lfs"] == "false"
    build, show = runs(job)
    assert build == f"base/{TRUSTED_SCRIPT} head"
    assert not PACKAGES_CODE.search(show), "the summary is a file that the build wrote"
    (python,) = steps(job, "actions/setup-python")
    assert set(python["with"]) == {"python-version"}, "a version file would be the head's"


def test_a_result_tells_about_a_request_to_main_and_about_no_other() -> None:
    """A result stays with the commit when the request is turned to another branch."""
    on = GITHUB["check"]["on"]["pull_request"]
    assert on["branches"] == ["main"]
    assert set(on["types"]) == {"opened", "reopened", "synchronize", "edited"}
    assert "if" not in GITHUB_JOBS["check/check"], "a job that is left out counts as passed"


def test_code_of_a_request_never_runs() -> None:
    for name, flow in GITHUB.items():
        if "pull_request" in flow["on"]:
            assert name == "check"


COMMANDS = re.compile(r"process-manual (\w+)")
OF_JOB = {"publish": ["publish"], "verify": ["verify"]}
"""What of the package the jobs run that hold a key, or prove what the key signed."""


@pytest.mark.parametrize("name", OF_JOB)
def test_the_job_that_signs_and_the_one_that_proves_never_build(name: str) -> None:
    for script in (
        "\n".join(runs(GITHUB_JOBS[f"edition/{name}"])),
        "\n".join(GITLAB_JOBS[name]["script"]),
    ):
        assert COMMANDS.findall(script) == OF_JOB[name]
        assert re.findall(r"\bmake (\w+)", script) == ["install"]
        assert not re.search(r"mkdocs|\.ci/|\bpip\b|python", script)


@pytest.mark.parametrize("name", OF_JOB)
def test_their_code_is_that_of_main_whatever_was_tagged(name: str) -> None:
    (checkout,) = steps(GITHUB_JOBS[f"edition/{name}"], "actions/checkout")
    assert checkout["with"]["ref"] == "main"
    script = GITLAB_JOBS[name]["script"]
    assert script[:2] == [
        'git fetch --depth 1 origin "$CI_DEFAULT_BRANCH"',
        "git checkout --quiet --detach FETCH_HEAD",
    ]


def test_an_edition_is_made_of_what_was_merged_with_all_its_history() -> None:
    (checkout,) = steps(GITHUB_JOBS["edition/bundle"], "actions/checkout")
    assert checkout["with"]["fetch-depth"] == "0"
    assert GITLAB_JOBS["bundle"]["variables"] == {"GIT_DEPTH": "0"}
    (script,) = runs(GITHUB_JOBS["edition/bundle"])
    assert script.startswith("git merge-base --is-ancestor HEAD origin/main\n")
    first = GITLAB_JOBS["bundle"]["script"][0]
    assert first == 'git merge-base --is-ancestor HEAD "origin/$CI_DEFAULT_BRANCH"'


def test_an_edition_begins_with_a_tag_or_by_hand_and_not_with_a_merge() -> None:
    on = GITHUB["edition"]["on"]
    assert set(on) == {"push", "workflow_dispatch"}
    assert on["push"] == {"tags": ["publish/*"]}
    assert list(on["workflow_dispatch"]["inputs"]) == ["name"]
    for name in ("bundle", "publish", "verify"):
        by_tag, by_hand = _conditions(GITLAB_JOBS[name])
        assert by_tag == (
            '$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_TAG =~ /^publish\\// && $STORE'
        )
        assert '"web" && $EDITION && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH' in by_hand


def test_storing_follows_making_and_proving_follows_storing() -> None:
    assert GITHUB_JOBS["edition/bundle"]["if"] == "vars.STORE != ''"
    assert GITHUB_JOBS["edition/publish"]["needs"] == "bundle"
    assert GITHUB_JOBS["edition/verify"]["needs"] == "publish"
    assert GITLAB_JOBS["publish"]["needs"] == ["bundle"]
    assert GITLAB_JOBS["verify"]["needs"] == ["publish"]
    assert "digest" in GITHUB_JOBS["edition/bundle"]["outputs"]
    assert "witness" in GITHUB_JOBS["edition/publish"]["outputs"]


def test_what_is_due_is_asked_every_week() -> None:
    assert {"cron": "17 5 * * 1"} in GITHUB["due"]["on"]["schedule"]
    assert list(runs(GITHUB_JOBS["due/due"])) == ['make due OPTIONS="--format github"']
    assert GITLAB_JOBS["due"]["script"] == ['make due OPTIONS="--format junit --output due.xml"']
    assert GITLAB_JOBS["due"]["artifacts"]["reports"] == {"junit": "due.xml"}
    assert "process-manual check --due $(OPTIONS)" in (ROOT / "Makefile").read_text("utf-8")


# GitLab ---------------------------------------------------------------------------------------


def _conditions(job: Job) -> list[str]:
    return [rule["if"] for rule in job["rules"]]


def test_gitlab_checks_a_merge_request_with_the_code_of_the_target() -> None:
    job = GITLAB_JOBS["check"]
    assert _conditions(job) == [
        '$CI_PIPELINE_SOURCE == "merge_request_event"'
        " && $CI_MERGE_REQUEST_TARGET_BRANCH_NAME == $CI_DEFAULT_BRANCH"
    ]
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
    assert users == {
        "$SIGNING_KEY": {"publish"},
        "$SIGNERS": {"verify"},
        "$CI_JOB_TOKEN": {"check"},
    }
    assert GITLAB_JOBS["publish"]["environment"] == "publishing"
    assert "cache" not in json.dumps(GITLAB)


def test_both_hosts_build_with_the_same_script() -> None:
    assert GITLAB_JOBS["build"]["script"] == [TRUSTED_SCRIPT]
    assert list(runs(GITHUB_JOBS["build/build"])) == [TRUSTED_SCRIPT]
    bundle = re.compile(r"^\.ci/bundle \S+ \"\$STORE\"$", re.MULTILINE)
    assert bundle.search(next(runs(GITHUB_JOBS["edition/bundle"])))
    assert any(map(bundle.search, GITLAB_JOBS["bundle"]["script"]))
    assert GITLAB_JOBS["code"]["script"] == list(runs(GITHUB_JOBS["code/test"])) == [".ci/run"]
