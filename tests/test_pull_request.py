"""From a blank to what staff follow: one definition's way through a real repository, by commands.

A draft, a refused and a given approval, the merge, the coming version that takes over on its day,
a review, the end. Each step runs the program as owners and pipelines do.
"""

from __future__ import annotations

import datetime
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from process_manual.loading import load
from process_manual.model.definition import Definition
from process_manual.model.digest import digest
from process_manual.rules import REGISTRY
from process_manual.views.lifecycle import State, presented, state, upcoming
from tests.projects import example_files
from tests.support import write

FILE = "processes/example/EXA-031-cause-list.md"
NEXT = "processes/example/EXA-031-cause-list.next.md"
APPROVER = ("--by", "p-1", "--as", "head-of-it")

WORDS = {
    "everyday word that staff search for": "known faults",
    "why it exists": "Keep one list of known causes, so that the desk finds the cure in a minute.",
    "what starts it": "A cause has been found",
    "verb and object": "Enter the cause in the list",
    "how it is done in one to three sentences and with which screen or limit": (
        "Open the list in the fault log and fill in sign, cause and cure."
    ),
    "condition": "the cause is in the list already",
    "what the first step makes": "Entry in the list",
    "verb and object of the second step": "Tell the desk",
    "how the second step is done": "Send the number of the entry to the desk lead the same day.",
    "what the second step makes": "Notice to the desk",
    "what can go wrong": "The desk looks in last month's list",
    "working role": "desk-analyst",
    "tool": "fault-log",
}
TEXT = "The sign is what the user sees, in the user's words."


@dataclass(frozen=True)
class Repository:
    """A clone in which somebody works on a certain day."""

    root: Path

    def git(self, *arguments: str) -> str:
        identity = ["-c", "user.name=Some Body", "-c", "user.email=some.body@example.org"]
        command = ["git", "-C", str(self.root), *identity, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def call(self, day: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "process_manual.cli", *arguments]
        return subprocess.run(
            command,
            cwd=self.root,
            env={**os.environ, "PROCESS_MANUAL_AS_OF": day},
            capture_output=True,
            text=True,
        )

    def done(self, day: str, *arguments: str) -> str:
        result = self.call(day, *arguments)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def refused(self, day: str, *arguments: str) -> str:
        before = self.git("status", "--porcelain"), self.git("diff")
        result = self.call(day, *arguments)
        assert result.returncode == 1, result.stdout + result.stderr
        assert (self.git("status", "--porcelain"), self.git("diff")) == before
        return result.stdout + result.stderr

    def commit(self, message: str, *paths: str) -> list[str]:
        """Commit what changed in ``paths``, and in nothing else; return the lines it took away."""
        self.git("add", "--all")
        assert self.git("diff", "--cached", "--name-only").split() == list(paths)
        gone = re.findall("(?m)^-(?!--).*$", self.git("diff", "--cached", "-U0", "--no-renames"))
        self.git("commit", "-qm", message)
        return gone

    def merge(self, branch: str) -> None:
        """Merge as the hosting service does: squashed into one commit by its own account."""
        self.git("switch", "-q", "main")
        self.git("merge", "--squash", branch)
        self.git("commit", "-qm", f"{branch} (#9)")

    def edit(self, path: str, *changes: tuple[str, str]) -> None:
        text = (self.root / path).read_text("utf-8")
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        write(self.root, {path: text})

    def states(self, day: str) -> tuple[State, str, str | None]:
        """Return where EXA-031 stands on a day: its state, version and the version to come."""
        manual = load(self.root, datetime.date.fromisoformat(day)).manual
        definition, later = presented(manual)["EXA-031"], upcoming(manual, "EXA-031")
        return state(manual, definition), definition.version, later and later.version


def _definition(repository: Repository, path: str) -> Definition:
    return load(repository.root, datetime.date(2026, 6, 1)).manual.by_path[path]


def _drafted(repository: Repository) -> None:
    """The author begins a draft, writes it, and makes it version 1.0."""
    repository.git("switch", "-qc", "cause-list")
    command = ["--parent", "EXA-020", "--title", "Cause list", "--by", "p-6"]
    assert FILE in repository.done("2026-06-02", "new", *command)
    repository.done("2026-06-02", "check")
    assert repository.commit("A draft", FILE) == []
    assert "DOC-005" in repository.refused("2026-06-02", "approve", "EXA-031", *_yes(8))

    text = (repository.root / FILE).read_text("utf-8")
    fields, _ = text.removeprefix("---\n").split("---\n")
    fields = re.sub("<([^<>]+)>", lambda match: WORDS.get(match[1], match[0]), fields)
    fields = re.sub("(?m)^# Only when.*\nstandards:\n.*\n", "", fields)
    write(repository.root, {FILE: f"---\n{fields}---\n\n{TEXT}\n"})
    assert repository.done("2026-06-03", "check", FILE) == ""
    repository.commit("The text", FILE)

    version = ["--type", "major", "--summary", "First issue", "--effective-from", "2026-06-20"]
    said = repository.done("2026-06-04", "bump", "EXA-031", "--by", "p-6", *version)
    assert "May approve a major change: head-of-it (held by p-1)." in said
    gone = repository.commit("Version 1.0", FILE)
    assert [line.split(":")[0] for line in gone] == ["-version", "-effective_from"]


def _yes(request: int) -> tuple[str, ...]:
    return (*APPROVER, "--evidence", f"https://git.example.gov.uk/manual/pulls/{request}")


def _approved(repository: Repository) -> None:
    """The approver says yes; afterwards an edit shows, and a second yes heals it."""
    author = ("--by", "p-6", "--as", "cause-lead", "--evidence", "https://git.example.gov.uk/8")
    for code, arguments in {
        "LIF-005": (*_yes(8), "--date", "2026-06-11"),
        "APR-002": author,
    }.items():
        if code in REGISTRY:
            assert code in repository.refused("2026-06-10", "approve", "EXA-031", *arguments)
    repository.done("2026-06-10", "approve", "EXA-031", *_yes(8))
    assert repository.commit("Approved", FILE) == ["-status: draft"]
    assert repository.done("2026-06-10", "check", "--strict") == ""

    repository.edit(FILE, ("user's words", "caller's words"))
    now = repository.done("2026-06-10", "digest", "EXA-031").strip()
    assert now == digest(_definition(repository, FILE))
    assert now != _definition(repository, FILE).approvals[0].digest
    if "APR-004" in REGISTRY:
        assert "APR-004" in repository.call("2026-06-10", "check").stdout
    repository.done("2026-06-10", "approve", "EXA-031", *_yes(8))
    repository.commit("Approved again", FILE)
    assert repository.done("2026-06-10", "check", "--strict") == ""


def _coming(repository: Repository) -> None:
    """A change that is to hold from a later day stands beside the version in force."""
    repository.git("switch", "-qc", "cause-list-2")
    version = ["--type", "minor", "--summary", "Same day", "--effective-from", "2026-09-01"]
    repository.done("2026-07-01", "new", "--next", "EXA-031", "--by", "p-6", *version)
    repository.edit(NEXT, ("the same day", "within the hour"))
    assert repository.commit("A coming version", NEXT) == []
    assert "has a coming version already" in repository.refused(
        "2026-07-01", "new", "--next", "EXA-031", "--by", "p-6", *version
    )
    repository.done("2026-07-02", "approve", "EXA-031", "--next", *_yes(9))
    assert repository.commit("Approved", NEXT) == ["-status: in_review"]
    repository.done("2026-07-02", "check", "--strict")


def _folded(repository: Repository) -> None:
    """Once the coming version holds, the old file goes, and its review is of the new one."""
    repository.git("switch", "-qc", "fold")
    assert "it holds from 2026-09-01" in repository.refused("2026-08-31", "fold", "EXA-031")
    content = (repository.root / NEXT).read_bytes()
    repository.done("2026-09-01", "fold", "EXA-031")
    assert (repository.root / FILE).read_bytes() == content
    repository.commit("Folded", FILE, NEXT)
    repository.done("2026-09-01", "check", "--strict")

    said = repository.done("2026-11-02", "review", "EXA-031", *("--by", "p-6"), *_unchanged())
    assert "The next review is due by 2027-11-02." in said
    assert repository.commit("Reviewed", FILE) == []
    reviewed = _definition(repository, FILE)
    assert reviewed.reviews[0].digest == reviewed.approvals[0].digest == digest(reviewed)


def _unchanged() -> tuple[str, ...]:
    return ("--outcome", "unchanged", "--note", "Three entries looked up; all were found")


def _retired(repository: Repository) -> None:
    """What is no longer needed keeps its file and its id."""
    repository.git("switch", "-qc", "retire")
    reason = ["--reason", "The desk looks causes up itself", "--replaced-by", "EXA-020"]
    repository.done("2026-12-01", "retire", "EXA-031", *reason)
    assert repository.commit("Retired", FILE) == ["-status: approved"]
    repository.done("2026-12-01", "check", "--strict")
    again = ["--id", "EXA-031", "--kind", "process", "--area", "example", "--title", "T"]
    said = repository.refused("2026-12-01", "new", *again, "--by", "p-6")
    assert "an id is never used again" in said


def test_a_definition_from_draft_to_retirement(tmp_path: Path) -> None:
    repository = Repository(write(tmp_path, example_files()))
    repository.git("init", "-q", "-b", "main")
    repository.git("add", ".")
    repository.git("commit", "-qm", "The manual")

    _drafted(repository)
    _approved(repository)
    repository.merge("cause-list")
    assert repository.states("2026-06-19") == (State.COMING, "1.0", None)
    assert repository.states("2026-06-20") == (State.IN_FORCE, "1.0", None)

    _coming(repository)
    repository.merge("cause-list-2")
    assert repository.states("2026-08-31") == (State.IN_FORCE, "1.0", "1.1")
    assert repository.states("2026-09-01") == (State.IN_FORCE, "1.1", None)

    _folded(repository)
    repository.merge("fold")
    assert repository.states("2026-11-02") == (State.IN_FORCE, "1.1", None)

    _retired(repository)
    repository.merge("retire")
    assert repository.states("2026-12-01") == (State.RETIRED, "1.1", None)
    assert repository.git("status", "--porcelain") == ""
