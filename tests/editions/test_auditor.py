"""The auditor's five commands and the operator's commands, run as they stand in the guide."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.editions.stores import Office, new_key, signers_of, with_editions
from tests.support import ROOT, write

TOOLS = {"sha256sum", "ssh-keygen", "sed", "diff", "find"}


def _commands(page: str, heading: str) -> list[str]:
    text = (ROOT / "docs/guide" / page).read_text("utf-8")
    section = text.split(f"\n## {heading}", 1)[1].split("\n## ", 1)[0]
    block = re.search(r"(?ms)^```\n(.*?)^```$", section)
    assert block
    return block[1].splitlines()


FIVE = _commands("proof.md", "Editions")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Office:
    folder = tmp_path_factory.mktemp("office")
    key = new_key(folder)
    signers_of(key, options=',valid-after="20261123Z",valid-before="20261124Z"')
    new_key(folder, "stranger")
    office = Office(folder, key)
    office.publish("2026-10")
    office.publish("2026-11", {"site/é and a space.html": "x", "site/[a]*.html": "y"})
    return office


@pytest.fixture
def edition(made: Office, tmp_path: Path) -> Path:
    """The newest edition of a copy of the store, at the auditor's."""
    shutil.copytree(made.store, tmp_path / "store", symlinks=True)
    shutil.copy(made.folder / "signers", tmp_path / "signers")
    return tmp_path / "store/editions/2026-11"


def _failing(edition: Path) -> set[int]:
    """Run the five commands with nothing but their tools and return those that fail, from 1."""
    tools = edition.parents[2] / "tools"
    tools.mkdir(exist_ok=True)
    for name in TOOLS:
        (tools / name).unlink(missing_ok=True)
        (tools / name).symlink_to(str(shutil.which(name)))
    settings = {"PATH": str(tools), "HOME": str(edition.parents[2]), "TZ": "Pacific/Kiritimati"}
    bash = str(shutil.which("bash"))
    failing = set()
    for number, command in enumerate(FIVE, 1):
        done = subprocess.run(
            [bash, "-o", "pipefail", "-c", command],
            cwd=edition,
            env=settings,
            capture_output=True,
            text=True,
        )
        assert "command not found" not in done.stderr
        if done.returncode:
            failing.add(number)
        elif number in (3, 4):
            assert done.stdout == ""
    return failing


def test_the_five_commands_hold_for_an_edition(edition: Path) -> None:
    assert len(FIVE) == 5
    assert _failing(edition) == set()


def _write(path: Path, text: str) -> None:
    if path.exists():
        path.chmod(0o644)
    path.write_text(text)


def _replace(path: Path, old: str, new: str) -> None:
    assert old in path.read_text()
    _write(path, path.read_text().replace(old, new, 1))


def _signed_by_a_stranger(edition: Path, key: Path) -> None:
    (edition / "ENTRY.sig").unlink()
    command = ["ssh-keygen", "-q", "-Y", "sign", "-n", "process-manual-edition", "-f", str(key)]
    subprocess.run([*command, str(edition / "ENTRY")], check=True, capture_output=True)


TAMPERED: dict[str, tuple[Callable[[Path], object], set[int]]] = {
    "the entry": (lambda e: _replace(e / "ENTRY", "commit: c", "commit: d"), {1}),
    "the time": (lambda e: _replace(e / "ENTRY", "published: 2026", "published: 2027"), {1}),
    "the entry before": (
        lambda e: _replace(e.parent / "2026-10/ENTRY", "commit: c", "commit: d"),
        {5},
    ),
    "the list": (lambda e: _replace(e / "SHA256SUMS", "site/index.html", "site/x.html"), {2, 3}),
    "the list is empty": (lambda e: _write(e / "SHA256SUMS", ""), {2, 3, 4}),
    "a file": (lambda e: _write(e / "site/index.html", "forged"), {3}),
    "a file is missing": (lambda e: (e / "site/index.html").unlink(), {3, 4}),
    "a file more": (lambda e: write(e, {"site/more.html": "x"}), {4}),
    "a hidden file beside": (lambda e: write(e, {".hidden": "x"}), {4}),
    "a link more": (lambda e: (e / "site/link").symlink_to("index.html"), {4}),
    "an empty folder": (lambda e: (e / "source/empty").mkdir(), {4}),
    "a file is a link": (
        lambda e: (
            (e / "site/index.html").rename(e.parents[2] / "aside"),
            (e / "site/index.html").symlink_to(e.parents[2] / "aside"),
        ),
        {4},
    ),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_the_five_commands_fail_for_one_that_was_tampered_with(what: str, edition: Path) -> None:
    TAMPERED[what][0](edition)
    assert _failing(edition) == TAMPERED[what][1]


def test_the_first_command_fails_for_somebody_elses_signature(made: Office, edition: Path) -> None:
    _signed_by_a_stranger(edition, made.folder / "stranger")
    assert _failing(edition) == {1}


# The operator's page


def test_the_operators_commands_do_what_the_page_says(tmp_path: Path) -> None:
    """Key, publishing, the copy and withdrawing; `…` stands for what only a store can tell."""
    office = Office(tmp_path)
    (tmp_path / "dist").mkdir()
    office.bundle("2026-11").rename(tmp_path / "dist/2026-11")
    page = (ROOT / "docs/guide/editions.md").read_text("utf-8")
    lines = re.findall(r"(?m)^(?:process-manual|ssh-keygen|rsync) .*$", page)
    words = ("ssh-keygen", " publish dist/", " verify ", " withdraw ")
    order = [next(line for line in lines if word in line) for word in words]
    settings = {
        **os.environ,
        "PATH": f"{ROOT / '.venv/bin'}:{os.environ['PATH']}",
        "SHELL": "/bin/bash",
    }
    said = ""
    for line in order:
        command = line.replace("STORE", "store").replace("COPY", "store")
        command = command.replace("KEY", "edition-key")
        if "…" in command:
            witness = re.search(r"\b1:[0-9a-f]{64}\b", said)
            assert witness
            public = (tmp_path / "edition-key.pub").read_text()
            write(tmp_path, {"signers": f'manual namespaces="process-manual-edition" {public}'})
            command = command.replace("3:9f2c…", witness[0])
        done = subprocess.run(
            ["bash", "-c", command], cwd=tmp_path, env=settings, capture_output=True, text=True
        )
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        said += done.stdout
    assert not (tmp_path / "store/editions/2026-11/site").exists()
    assert Office(tmp_path).faults(signers=tmp_path / "signers") == ()


def test_the_lines_for_allowed_signers_are_what_ssh_keygen_reads(tmp_path: Path) -> None:
    page = (ROOT / "docs/guide/editions.md").read_text("utf-8")
    lines = re.findall(r"(?m)^manual namespaces.*$", page)
    assert len(lines) == 3
    key = new_key(tmp_path)
    public = key.with_suffix(".pub").read_text().split()[1]
    office = with_editions(tmp_path, ["one"], key)
    for line, holds in zip(lines, (True, True, False), strict=True):
        write(tmp_path, {"signers": re.sub("[A-Z]{4}…", public, line) + "\n"})
        assert (office.faults(signers=tmp_path / "signers") == ()) == holds, line
