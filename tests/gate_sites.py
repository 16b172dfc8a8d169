"""Small sites for the gate: clean by themselves, and what a test adds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path

from process_manual.diagnostics import Finding
from process_manual.gate import csp, policy
from tests.support import ROOT, write

GATE = ROOT / "hooks/process_manual/gate"
THEME = resources.files("material") / "templates"
OWN = "assets/process-manual/process-manual.js"
WORKER = next(path for path in policy.script_files() if "/workers/" in path)
PAGE = "guide/page.html"

POLICY = f'<meta http-equiv="Content-Security-Policy" content="{csp.meta()}">'
HEAD = f'<meta charset="utf-8">{POLICY}<title>x</title>'
BEFORE = f'<!doctype html>\n<html lang="en"><head>{HEAD}</head><body>\n'
AFTER = "\n</body></html>\n"
CLEAN: Mapping[str, str | bytes] = {
    "index.html": BEFORE + AFTER,
    "guide/other.html": BEFORE + '<p id="b">b</p>' + AFTER,
    "a.png": b"\x89PNG\r\n\x1a\n",
    "a.css": "p {}\n",
    OWN: (ROOT / "hooks/process_manual/assets/process-manual.js").read_bytes(),
    WORKER: (THEME / WORKER).read_bytes(),
}


def site(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write a clean site and these files over it; return its top."""
    return write(folder / "site", {**CLEAN, **files})


def codes(findings: Iterable[Finding]) -> list[str]:
    """Return the codes of findings in their order."""
    return [finding.code for finding in findings]


def codes_in(text: str) -> set[str]:
    """Return all codes of the gate that a text names."""
    return set(re.findall(r"(?:GAT|MAN)-\d{3}", text))


def filled(html: str) -> str:
    """Return HTML of a case with the names of listed scripts put in."""
    return (
        html.replace("{content}", dict(policy.inline_scripts("/"))["content"])
        .replace("{worker}", WORKER)
        .replace("{policy}", POLICY)
        .replace("{long}", "x" * 1024)
    )
