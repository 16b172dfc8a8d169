"""The guide for owners shows commands and what they print: here they are run, one after another."""

from __future__ import annotations

import re
import shlex
from fnmatch import translate
from pathlib import Path

import pytest
from click.testing import CliRunner

from process_manual.cli import main
from tests.support import ROOT, write

GUIDE = ROOT / "docs/guide/changing.md"
SHOWN = re.findall(r"(?ms)^```\n\$ process-manual (.*?)\n(.*?)^```$", GUIDE.read_text("utf-8"))


def test_commands_print_what_the_guide_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``…`` stands for anything."""
    monkeypatch.setenv("PROCESS_MANUAL_AS_OF", "2026-11-23")
    files = [path for path in (ROOT / "processes").rglob("*") if path.is_file()]
    write(tmp_path, {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in files})
    monkeypatch.chdir(tmp_path)
    assert len(SHOWN) > 5
    for command, expected in SHOWN:
        printed = CliRunner().invoke(main, shlex.split(command)).output
        pattern = translate(expected.replace("[", "[[]").replace("?", "[?]").replace("…", "*"))
        assert re.match(pattern, printed), f"{command}\n{printed}"


def test_every_command_that_is_named_exists() -> None:
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for name in re.findall(r"process-manual ([a-z]+(?:-[a-z]+)*)\b", path.read_text("utf-8")):
            assert name in main.commands, f"{path.name}: {name}"
