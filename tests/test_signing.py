"""Signing and publishing, with the jobs' own lines: what was changed on the way goes no further."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.pipelines import GITHUB_JOBS, GITLAB_JOBS, runs
from tests.support import write

FAKE_GH = """#!/bin/sh
# gh run download RUN --name NAME --dir DIR
mkdir -p "$7" && cp -r "$HOME/artefacts/$5/." "$7"
"""


class Runner:
    """Runs the jobs' scripts as the hosts do, each job in an empty folder."""

    shell = ("bash", "-e", "-c")

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
            done = subprocess.run([*self.shell, script], cwd=place, env=settings)
            if done.returncode:
                return done.returncode
        return 0


class GitHub(Runner):
    """The jobs of .github/workflows/publish.yml."""

    def sign(self) -> int:
        key = {"SIGNING_KEY": self.key.read_text().rstrip("\n"), "DIGEST": self.digest}
        failed = self.run("sign", list(runs(GITHUB_JOBS["publish/sign"])), GITHUB_RUN_ID="1", **key)
        if not failed:
            assert not (self.home / "sign/key").exists()
            signature = (self.home / "sign/manual/SHA256SUMS.sig").read_text()
            write(self.home / "artefacts", {"signature/SHA256SUMS.sig": signature})
        return failed

    def publish(self) -> int:
        scripts = list(runs(GITHUB_JOBS["publish/publish"]))
        return self.run("publish", scripts, GITHUB_RUN_ID="1", SIGNERS=self.signers)


class GitLab(Runner):
    """The jobs of .gitlab-ci.yml, where artefacts lie in dist/ of the job's folder."""

    shell = ("bash", "-eo", "pipefail", "-c")

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


@pytest.mark.parametrize("host", [GitHub, GitLab])
@pytest.mark.parametrize("name", ["more.html", "site/more.html", ".hidden"])
def test_what_the_list_does_not_name_is_not_signed(
    name: str, host: Callable[[Path], Any], tmp_path: Path
) -> None:
    runner = host(tmp_path)
    write(runner.artefact, {name: "x"})
    assert runner.sign() != 0


@pytest.mark.parametrize("host", [GitHub, GitLab])
def test_what_the_list_does_not_name_is_not_published(
    host: Callable[[Path], Any], tmp_path: Path
) -> None:
    runner = host(tmp_path)
    assert runner.sign() == 0
    write(runner.artefact, {"more.html": "x"})
    assert runner.publish() != 0


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
