"""Editions in the pipelines, with the jobs' own lines: what was changed on the way stays out."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from process_manual.editions.store import Store
from process_manual.editions.verifying import verify
from tests.editions.repositories import commit, git, repository
from tests.editions.stores import new_key
from tests.pipelines import GITHUB_JOBS, GITLAB_JOBS, runs
from tests.support import ROOT, write

FAKE_GH = """#!/bin/sh
# gh run download RUN --name NAME --dir DIR
mkdir -p "$7" && cp -r "$HOME/artefacts/$5/." "$7"
"""
FAKE_MAKE = "#!/bin/sh\nexit 0\n"


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example manual with the script that the pipelines call, and the tools of this machine."""
    root = repository(tmp_path_factory.mktemp("origin") / "origin", {".gitignore": "/dist/\n"})
    shutil.copytree(ROOT / ".ci", root / ".ci")
    (root / ".git/info/exclude").write_text(".venv\n")
    return commit(root)


class Runner:
    """Runs the jobs' scripts as the hosts do, in a clone, with a store beside it."""

    shell = ("bash", "-e", "-c")

    def __init__(self, origin: Path, home: Path) -> None:
        self.home, self.store, self.clone = home, home / "store", home / "clone"
        write(home, {"bin/gh": FAKE_GH, "bin/make": FAKE_MAKE, "temp/x": "", "artefacts/x": ""})
        for name in ("gh", "make"):
            (home / "bin" / name).chmod(0o755)
        git(home, "clone", "--quiet", str(origin), str(self.clone))
        (self.clone / ".git/info/exclude").write_text(".venv\n/said\n/*.env\n")
        (self.clone / ".venv").symlink_to(Path(sys.executable).parent.parent)
        self.store.mkdir()
        self.key = new_key(home)
        self.signers = self.signer(self.key)
        self.told: dict[str, str] = {}

    @property
    def artefact(self) -> Path:
        """The archive that one job hands to the next."""
        raise NotImplementedError

    @staticmethod
    def signer(key: Path) -> str:
        return f'manual namespaces="process-manual-edition" {key.with_suffix(".pub").read_text()}'

    def run(self, scripts: list[str], **variables: str) -> int:
        settings = {
            "PATH": f"{self.home / 'bin'}:{os.environ['PATH']}",
            "HOME": str(self.home),
            "RUNNER_TEMP": str(self.home / "temp"),
            "STORE": str(self.store),
            "NO_MKDOCS_2_WARNING": "1",
            **variables,
        }
        for script in scripts:
            done = subprocess.run([*self.shell, script], cwd=self.clone, env=settings)
            if done.returncode:
                return done.returncode
        return 0

    def remember(self, path: Path) -> None:
        """Keep what a job tells the next ones, as lines of ``key=value``."""
        lines = path.read_text().splitlines()
        self.told |= {
            key.lower(): value for key, _, value in (each.partition("=") for each in lines)
        }
        path.unlink()

    def change_artefact(self) -> None:
        """Pack another page under the same name."""
        folder = self.home / "changed"
        subprocess.run(["mkdir", folder], check=True)
        subprocess.run(["tar", "xf", self.artefact, "-C", folder], check=True)
        (folder / "edition/site/index.html").write_text("another manual")
        subprocess.run(["tar", "cf", self.artefact, "-C", folder, "edition"], check=True)


class GitHub(Runner):
    """The jobs of .github/workflows/edition.yml."""

    @property
    def artefact(self) -> Path:
        return self.home / "artefacts/edition/edition.tar"

    def _job(self, name: str, **variables: str) -> int:
        files = {key: str(self.home / key) for key in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        scripts = list(runs(GITHUB_JOBS[f"edition/{name}"]))
        failed = self.run(scripts, GITHUB_RUN_ID="1", **files, **variables)
        if (self.home / "GITHUB_OUTPUT").exists():
            self.remember(self.home / "GITHUB_OUTPUT")
        return failed

    def bundle(self, name: str = "publish/2026-06") -> int:
        failed = self._job("bundle", NAME=name, GITHUB_ACTIONS="true")
        if not failed:
            shutil.copytree(self.clone / "dist", self.artefact.parent)
        return failed

    def publish(self) -> int:
        key = self.key.read_text().rstrip("\n")
        return self._job("publish", SIGNING_KEY=key, DIGEST=self.told["digest"])

    def verify(self) -> int:
        return self._job("verify", SIGNERS=self.signers, WITNESS=self.told["witness"])


class GitLab(Runner):
    """The jobs of .gitlab-ci.yml, where the artefact lies in dist/ of the clone."""

    shell = ("bash", "-eo", "pipefail", "-c")

    @property
    def artefact(self) -> Path:
        return self.clone / "dist/edition.tar"

    def _job(self, name: str, **variables: str) -> int:
        script = "\n".join(GITLAB_JOBS[name]["script"])
        told = {key.upper(): value for key, value in self.told.items()}
        failed = self.run([script], CI_DEFAULT_BRANCH="main", **told, **variables)
        for path in self.clone.glob("*.env"):
            self.remember(path)
        return failed

    def bundle(self, name: str = "publish/2026-06") -> int:
        failed = self._job("bundle", CI_COMMIT_TAG=name)
        shutil.rmtree(self.clone / "dist/edition", ignore_errors=True)  # no artefact
        return failed

    def publish(self) -> int:
        return self._job("publish", SIGNING_KEY=str(self.key))

    def verify(self) -> int:
        return self._job("verify", SIGNERS=self.signers)


HOSTS = pytest.mark.parametrize("host", [GitHub, GitLab])
Host = Callable[[Path, Path], Any]


@HOSTS
def test_an_edition_is_made_stored_and_proved(host: Host, origin: Path, tmp_path: Path) -> None:
    runner = host(origin, tmp_path)
    assert (runner.bundle(), runner.publish(), runner.verify()) == (0, 0, 0)
    (stored,) = Store(runner.store).entries()
    assert (stored.entry.name, stored.signed) == ("2026-06", True)
    assert runner.told["witness"] == stored.witness
    assert (runner.store / "public/2026-06/index.html").is_file()
    left = [path for path in (tmp_path / "temp").iterdir() if path.name == "key"]
    assert left == []


@HOSTS
def test_a_changed_artefact_is_not_stored(host: Host, origin: Path, tmp_path: Path) -> None:
    runner = host(origin, tmp_path)
    assert runner.bundle() == 0
    runner.change_artefact()
    assert runner.publish() != 0
    assert Store(runner.store).entries() == ()


@HOSTS
def test_even_one_that_comes_with_its_hash_is_not_stored(
    host: Host, origin: Path, tmp_path: Path
) -> None:
    """The list of hashes within the bundle finds the page that was changed."""
    runner = host(origin, tmp_path)
    assert runner.bundle() == 0
    runner.change_artefact()
    runner.told["digest"] = hashlib.sha256(runner.artefact.read_bytes()).hexdigest()
    assert runner.publish() != 0
    assert Store(runner.store).entries() == ()


@HOSTS
def test_a_signature_by_somebody_else_is_found(host: Host, origin: Path, tmp_path: Path) -> None:
    runner = host(origin, tmp_path)
    runner.signers = runner.signer(new_key(tmp_path, "other"))
    assert (runner.bundle(), runner.publish()) == (0, 0)
    assert runner.verify() != 0
    assert verify(runner.store).faults == ()


@HOSTS
def test_a_store_that_was_exchanged_is_found(host: Host, origin: Path, tmp_path: Path) -> None:
    runner = host(origin, tmp_path)
    assert (runner.bundle(), runner.publish()) == (0, 0)
    runner.told["witness"] = "1:" + "0" * 64
    assert runner.verify() != 0


@HOSTS
@pytest.mark.parametrize("name", ["publish/A B", "publish/$(touch x)", "publish/../x", "--help"])
def test_a_bad_name_makes_nothing(name: str, host: Host, origin: Path, tmp_path: Path) -> None:
    runner = host(origin, tmp_path)
    assert runner.bundle(name) != 0
    assert not (runner.clone / "dist/edition").exists()
    assert not (runner.clone / "x").exists()


@HOSTS
def test_a_commit_that_was_not_merged_makes_no_edition(
    host: Host, origin: Path, tmp_path: Path
) -> None:
    runner = host(origin, tmp_path)
    commit(runner.clone, {"docs/more.md": "# More\n"})
    assert runner.bundle() != 0
