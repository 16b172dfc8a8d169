"""The scripts that the gate lists are those of the installed theme, and ours."""

from __future__ import annotations

import os
import re

from process_manual.gate import policy
from tests.gate_sites import GATE, THEME
from tests.support import ROOT


def test_the_listed_scripts_are_those_of_the_installed_theme() -> None:
    """When this fails, the theme has changed a script: read it, then put it into scripts.toml."""
    folder = THEME / "partials/javascripts"
    texts = ""
    for name in ("base.html", "palette.html", "content.html"):
        texts += (folder / name).read_text("utf-8")
    in_theme = {
        re.sub(r"\{\{.*?\}\}", "..", text) for text in re.findall(r"<script>(.*?)</script>", texts)
    }
    listed = dict(policy.inline_scripts("/"))
    assert in_theme == {listed.get(name) for name in ("base (..)", "palette", "content", "tabs")}


def test_the_listed_script_files_are_those_of_the_installed_theme() -> None:
    """When this fails, the theme has changed a file: ``GOLDEN=write`` renews the list."""
    top = ROOT / str(THEME)
    lines = [
        f'"{path.relative_to(top).as_posix()}" = "{policy.file_hash(path.read_bytes())}"\n'
        for path in sorted((top / "assets").rglob("*.js"))
    ]
    file = GATE / "theme.toml"
    about = re.match(r"(?:#.*\n)*\n", file.read_text("utf-8"))
    assert about
    renewed = about[0] + "".join(lines)
    if os.environ.get("GOLDEN") == "write":
        file.write_text(renewed, "utf-8")
    assert file.read_text("utf-8") == renewed


def test_our_own_scripts_are_listed_as_they_are() -> None:
    for path in sorted((ROOT / "hooks/process_manual/assets").glob("*.js")):
        listed = policy.script_files()[f"assets/process-manual/{path.name}"]
        assert listed == policy.file_hash(path.read_bytes())
