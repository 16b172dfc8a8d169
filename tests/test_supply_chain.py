"""What is installed: by hash, from wheels, and listed in a bill of materials."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests.support import ROOT

LOCK = (ROOT / "requirements.lock").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
RUNNING = PROJECT["project"]["dependencies"]
DEVELOPMENT = PROJECT["dependency-groups"]["dev"]

FROM_LOCK = ("--require-hashes", "--only-binary :all:", "-r requirements.lock")
OWN_WHEEL = ("--no-deps", "--no-index")
INSTALLERS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
    ROOT / "Makefile",
    *(path for path in [ROOT / ".gitlab-ci.yml", ROOT / ".pre-commit-hooks.yaml"] if path.exists()),
    *sorted((ROOT / ".github/workflows").glob("*.yml")),
    *sorted(path for path in (ROOT / ".ci").iterdir() if path.is_file()),
    *sorted((ROOT / "docs").rglob("*.md")),
]


def _name(requirement: str) -> str:
    found = re.match(r"[\w.-]+", requirement)
    assert found
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def _locked() -> dict[str, str]:
    """Return the entries of the lock file by name and version, read without our own reader."""
    entries = re.split(r"^(?=\S)", LOCK, flags=re.MULTILINE)
    return {entry.split(" ")[0]: entry for entry in entries if entry}


def test_every_package_is_locked_with_a_hash() -> None:
    locked = _locked()
    assert len(locked) > len(RUNNING)
    for name, entry in locked.items():
        assert re.fullmatch(r"[a-z0-9-]+==\S+", name), name
        assert re.search(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$", entry, re.MULTILINE), name


def test_the_lock_file_sends_pip_nowhere_else() -> None:
    assert not re.search(
        r"^\s*(-|.*(://| @ ))", re.sub(r"^ +(--hash=|#).*", "", LOCK, flags=re.M), re.M
    )


@pytest.mark.parametrize("requirement", [*RUNNING, *DEVELOPMENT])
def test_every_direct_dependency_is_locked(requirement: str) -> None:
    assert _name(requirement) in {name.split("==")[0] for name in _locked()}


@pytest.mark.parametrize("path", INSTALLERS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_installs_are_by_hash_and_from_wheels(path: Path) -> None:
    """An install is of the lock file, or of what was made here; the network gives nothing else."""
    text = re.sub(r"\\\n\s*", "", path.read_text("utf-8"))
    for command in re.findall(
        r"\b(?:pip3?|uv|pipx)\b[^`\n]*? (?:install|sync|run|tool)\b[^`\n]*", text
    ):
        assert "pip" in command, command
        assert any(all(option in command for option in way) for way in (FROM_LOCK, OWN_WHEEL)), (
            command
        )
    assert not re.search(r"\b(?:curl|wget|npx)\b|\buvx\b", text)


# Bill of materials ----------------------------------------------------------------------------


def _bill(target: Path, **environment: str) -> bytes:
    command = [sys.executable, ROOT / ".ci/sbom.py", target]
    settings = {**os.environ, **environment}
    subprocess.run(command, cwd=target.parent, env=settings, check=True)
    return target.read_bytes()


@pytest.fixture(scope="module")
def bill(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return _bill(tmp_path_factory.mktemp("sbom") / "sbom.cdx.json")


def test_the_bill_is_the_same_bytes_again(bill: bytes, tmp_path: Path) -> None:
    elsewhere = {"PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "LC_ALL": "C"}
    assert _bill(tmp_path / "sbom.cdx.json", **elsewhere) == bill


def test_the_bill_is_cyclonedx_1_6(bill: bytes) -> None:
    faults = JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill.decode(), all_errors=True)
    assert not list(faults or ())
    assert json.loads(bill)["specVersion"] == "1.6"
    assert "timestamp" not in json.loads(bill)["metadata"]


def test_the_bill_lists_what_the_lock_file_does(bill: bytes) -> None:
    components = json.loads(bill)["components"]
    assert {f"{each['name']}=={each['version']}" for each in components} == set(_locked())
    for each in components:
        entry = _locked()[f"{each['name']}=={each['version']}"]
        hashes = {found["content"] for found in each["hashes"]}
        assert hashes == set(re.findall(r"sha256:([0-9a-f]{64})", entry))


def test_the_bill_tells_what_runs_from_what_only_development_needs(bill: bytes) -> None:
    scopes = {each["name"]: each["scope"] for each in json.loads(bill)["components"]}
    assert {scopes[_name(each)] for each in RUNNING} == {"required"}
    assert scopes["markupsafe"] == "required", "jinja2 needs it"
    assert scopes["pytest"] == scopes["pluggy"] == "excluded"


def test_the_bill_says_who_needs_what(bill: bytes) -> None:
    needs = {each["ref"]: each.get("dependsOn", []) for each in json.loads(bill)["dependencies"]}
    names = {re.sub(r"pkg:pypi/(.*)@.*", r"\1", each) for each in needs["process-manual"]}
    assert names == {_name(each) for each in [*RUNNING, *DEVELOPMENT]}
    (jinja,) = (ref for ref in needs if ref.startswith("pkg:pypi/jinja2@"))
    assert [ref.split("@")[0] for ref in needs[jinja]] == ["pkg:pypi/markupsafe"]


def test_another_lock_file_has_another_serial_number(bill: bytes, tmp_path: Path) -> None:
    for name in (".ci/sbom.py", "pyproject.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    digest = hashlib.sha256(b"another wheel").hexdigest()
    renewed = LOCK.replace(
        "    --hash=sha256:", f"    --hash=sha256:{digest} \\\n    --hash=sha256:", 1
    )
    (tmp_path / "requirements.lock").write_text(renewed, "utf-8")
    command = [sys.executable, tmp_path / ".ci/sbom.py", tmp_path / "sbom.json"]
    subprocess.run(command, check=True)
    other = json.loads((tmp_path / "sbom.json").read_text("utf-8"))
    assert other["serialNumber"] != json.loads(bill)["serialNumber"]


def test_a_package_without_a_hash_has_no_place_in_the_bill(tmp_path: Path) -> None:
    for name in (".ci/sbom.py", "pyproject.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / "requirements.lock").write_text(
        "mkdocs==1.6.1\n    # via process-manual\n", "utf-8"
    )
    command = [sys.executable, tmp_path / ".ci/sbom.py", tmp_path / "sbom.json"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode != 0
    assert "not an entry of a lock file with hashes: mkdocs==1.6.1" in done.stderr
