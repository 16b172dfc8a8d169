"""What several tests need: small manuals on disk, and how they name findings."""

from __future__ import annotations

import datetime
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from process_manual.diagnostics import Finding

ROOT = Path(__file__).resolve().parent.parent
AS_OF = datetime.date(2026, 6, 30)

SKELETON: Mapping[str, str] = {
    "processes/manual.yml": "title: Manual\norganisation: Example Council\n",
    "processes/registers/areas.yml": "areas:\n- {id: example, prefix: EXA, title: Example}\n",
    "processes/registers/roles.yml": "roles: []\n",
}
"""The least that a manual consists of."""


def program(*names: str) -> str | None:
    """Return the path of the first program that is installed; Debian keeps servers in sbin."""
    places = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin"])
    return next(filter(None, (shutil.which(name, path=places) for name in names)), None)


def write(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below ``root``, byte for byte, and return ``root``."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return root


def shown(findings: Iterable[Finding]) -> list[str]:
    """Return findings as text without their paths, for messages of failing tests."""
    return [
        f"{f.location.line}:{f.location.column} {f.code} {f.message} | {f.hint}" for f in findings
    ]


def matches(finding: Finding, expected: str) -> bool:
    """Tell whether a finding is the one described as ``line:column CODE message | hint``."""
    place, code, rest = expected.split(" ", 2)
    message, _, hint = rest.partition(" | ")
    return (
        place == f"{finding.location.line}:{finding.location.column}"
        and code == finding.code
        and message in finding.message
        and hint in finding.hint
    )
