"""CODEOWNERS: the shipped file is current, and every file has the owners it should have."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from process_manual.cli import main
from tests.projects import example_files
from tests.support import ROOT, write

TEAMS = {"Head of IT": "@org/heads", "Desk lead": "@org/desk", "Cause lead": "@org/causes"}
ROLES = "processes/registers/roles.yml"
POLICY = "processes/manual.yml"
FILE = "processes/example/EXA-010-fault-handling.md"


def run(root: Path, *arguments: str) -> Result:
    command = ["codeowners", "--root", str(root), *arguments]
    return CliRunner().invoke(main, command, catch_exceptions=False)


def teams(text: str, which: Mapping[str, str] = TEAMS) -> str:
    for title, team in which.items():
        text = text.replace(f'title: "{title}"\n', f'title: "{title}"\n  host_team: "{team}"\n')
    return text


@pytest.fixture
def manual(tmp_path: Path) -> Path:
    """The example manual, with a team for each role, and the cause lead's for what decides."""
    root = write(tmp_path, example_files())
    policy = (root / POLICY).read_text("utf-8") + "codeowners: {machinery: cause-lead}\n"
    return write(root, {ROLES: teams((root / ROLES).read_text("utf-8")), POLICY: policy})


def owners_of(text: str, path: str) -> str:
    """Return the owners of a path, read as the hosts do: the last line that fits decides."""
    found = ""
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            pattern, owners = re.fullmatch(r"((?:\\.|[^\s\\])+) (.+)", line).groups()  # type: ignore[union-attr]
            if _fits(pattern, path):
                found = owners
    return found


def _fits(pattern: str, path: str) -> bool:
    """Tell whether a pattern of gitignore's kind, as far as ours go, fits a path."""
    parts = re.findall(r"\\.|.", pattern.removeprefix("/").removesuffix("/"))
    body = "".join("[^/]*" if part == "*" else re.escape(part[-1]) for part in parts)
    start = "" if pattern.startswith("/") else "(?:.*/)?"
    return bool(re.fullmatch(rf"{start}{body}(?:/.*)?", path))


# The shipped manual ---------------------------------------------------------------------------


def test_the_shipped_file_is_current() -> None:
    result = run(ROOT, "--check")
    assert result.exit_code == 0, result.output
    assert result.stderr == "CODEOWNERS is up to date\n"


def test_every_file_of_the_repository_has_the_right_owners() -> None:
    text = (ROOT / "CODEOWNERS").read_text("utf-8")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    for path in listed.stdout.decode().split("\0")[:-1]:
        owners = owners_of(text, path)
        is_content = path.startswith(("docs/", "processes/"))
        assert owners.startswith("@sample-county/"), path
        machinery = owners == "@sample-county/heads-security-architecture"
        assert machinery != is_content or path.startswith("processes/security/"), path
    incidents = "@sample-county/heads-service-operations @sample-county/incident"
    assert owners_of(text, "processes/resolution/RES-014-incident-management.md") == incidents


@pytest.mark.parametrize(
    "path",
    [
        *("hooks/process_manual/cli/new.py", "mkdocs.yml", "requirements.lock", ".gitlab-ci.yml"),
        *(".github/workflows/check.yml", ".ci/build", "Makefile", "sitecustomize.py", "CODEOWNERS"),
        *(".github/CODEOWNERS", ".gitlab/CODEOWNERS", "docs/CODEOWNERS", "new/x/y.sh"),
    ],
)
def test_what_decides_what_runs_goes_to_one_team(path: str) -> None:
    text = (ROOT / "CODEOWNERS").read_text("utf-8")
    assert owners_of(text, path) == "@sample-county/heads-security-architecture"


# Rules of the file ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        (FILE, "@org/heads @org/desk"),
        ("processes/example/EXA-011-fault-priority.md", "@org/heads @org/desk"),
        ("processes/example/EXA-011-another-title.md", "@org/heads @org/desk"),
        ("processes/example/EXA-020-cause-analysis.next.md", "@org/heads @org/causes"),
        ("processes/example/EXA-030-new.md", "@org/heads"),
        ("processes/other/OTH-001-new.md", "@org/heads"),
        ("processes/registers/roles.yml", "@org/heads"),
        ("processes/manual.yml", "@org/heads"),
        ("docs/guide/x.md", "@org/heads"),
        ("hooks/x.py", "@org/causes"),
        ("docs/CODEOWNERS", "@org/causes"),
    ],
)
def test_who_owns_what(manual: Path, path: str, owners: str) -> None:
    assert run(manual).exit_code == 0
    assert owners_of((manual / "CODEOWNERS").read_text("utf-8"), path) == owners


def test_a_role_without_a_team_is_told_and_others_review(manual: Path) -> None:
    roles = (manual / ROLES).read_text("utf-8").replace('  host_team: "@org/desk"\n', "")
    write(manual, {ROLES: roles})
    result = run(manual, "--dry-run")
    assert result.exit_code == 0
    assert owners_of(result.stdout, FILE) == "@org/heads"
    line = roles.split("\n").index("- id: desk-lead") + 1
    message = "warning: the role desk-lead cannot review: it has no `host_team`"
    assert f"{ROLES}:{line}:3: {message}" in result.stderr
    assert result.stderr.count("warning") == 1


def test_an_owner_without_a_team_leaves_it_to_support(manual: Path) -> None:
    policy = (manual / POLICY).read_text("utf-8")
    policy = policy.replace("support: head-of-it", "support: cause-lead")
    roles = teams(example_files()[ROLES].decode(), {"Cause lead": "@org/causes"})
    write(manual, {POLICY: policy, ROLES: roles})
    assert owners_of(run(manual, "--dry-run").stdout, FILE) == "@org/causes"


@pytest.mark.parametrize("team", ["@org/a\\n* @evil", "@org/a @evil", "org/a", "@org/a#x", "@"])
def test_what_is_no_team_never_reaches_the_file(manual: Path, team: str) -> None:
    roles = (manual / ROLES).read_text("utf-8").replace("@org/desk", team)
    write(manual, {ROLES: roles})
    result = run(manual, "--dry-run")
    assert result.exit_code == 0
    assert "is no team" in result.stderr
    assert "evil" not in result.stdout
    assert owners_of(result.stdout, FILE) == "@org/heads"


def test_odd_names_of_files_and_areas_stay_one_pattern(manual: Path) -> None:
    text = (manual / FILE).read_text("utf-8").replace("EXA-010", "EXA-040")
    areas = 'areas:\n- {id: example, prefix: EXA, title: "Example\\n* @evil"}\n'
    odd = "processes/example/[a] b*.md"
    write(manual, {odd: text, "processes/registers/areas.yml": areas})
    result = run(manual, "--dry-run")
    assert "\n/processes/example/\\[a\\]\\ b\\*.md @org/heads @org/desk\n" in result.stdout
    assert owners_of(result.stdout, odd) == "@org/heads @org/desk"
    assert "\n# Example * @evil\n" in result.stdout


# The command ----------------------------------------------------------------------------------


def test_it_writes_once_and_the_same_again(manual: Path) -> None:
    assert run(manual, "--check").exit_code == 1
    assert run(manual, "--dry-run").exit_code == 0
    assert not (manual / "CODEOWNERS").exists()
    result = run(manual)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "wrote CODEOWNERS with 8 lines of owners\n"
    first = (manual / "CODEOWNERS").read_bytes()
    assert run(manual).exit_code == run(manual, "--check").exit_code == 0
    assert (manual / "CODEOWNERS").read_bytes() == first
    assert [path.name for path in manual.iterdir() if path.name.startswith(".")] == []


def test_the_check_says_what_differs(manual: Path) -> None:
    run(manual)
    text = (manual / "CODEOWNERS").read_text("utf-8")
    write(manual, {"CODEOWNERS": text.replace("* @org/causes", "* @org/evil", 1)})
    result = run(manual, "--check")
    assert result.exit_code == 1
    assert "-* @org/evil\n" in result.stdout
    assert "+* @org/causes\n" in result.stdout
    assert result.stderr == "CODEOWNERS is out of date; run `process-manual codeowners`\n"
    write(manual, {"CODEOWNERS": text.replace("\n", "\r\n")})
    assert run(manual, "--check").exit_code == 0, "a checkout on Windows"


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({FILE: "---\nid: EXA-010\n---\n"}, "these cannot be read in full: EXA-010"),
        ({ROLES: "roles: none\n"}, "the register of roles cannot be read"),
        ({POLICY: "- x\n"}, "house policy cannot be read"),
        ({ROLES: example_files()[ROLES]}, "no team could review anything"),
    ],
)
def test_a_file_that_would_lack_lines_is_not_written(
    manual: Path, files: Mapping[str, str | bytes], reason: str
) -> None:
    write(manual, {**files, "CODEOWNERS": "as it was\n"})
    result = run(manual)
    assert result.exit_code == 1
    assert reason in result.stderr
    assert (manual / "CODEOWNERS").read_text("utf-8") == "as it was\n"
