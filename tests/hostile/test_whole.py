"""A whole manual of hostile input: check, build and preview end in time, and in little memory.

It holds every generator of Markdown at 64 KB, as a definition and as a page, all bombs, and
hundreds of broken files. ``check`` and ``mkdocs build`` stop at the errors before anything is
converted. A preview goes on and converts all of it, with dozens of texts that each would take
seconds to hours: they share five seconds beyond what ordinary texts take (``limits.together``), so
the later ones are refused after a tenth of a second. Times are CPU time of the child process,
memory its peak.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from process_manual.model.registers import ROW_TYPES
from tests.hostile.markdown import GENERATORS
from tests.hostile.mutations import FILE_BOMBS, FRONT_BOMBS, REGISTER_BOMBS, mutated
from tests.projects import AS_HOOK, CONFIG, example_files, project
from tests.support import AS_OF, ROOT

pytestmark = pytest.mark.long

LONGEST = 60
"""CPU seconds that anything done with the whole may take."""
MOST = 1_000
"""MB of memory that it may use."""
SIZE = 64 * 1024
HEAD = "---\nid: EXA-{}\ntitle: T{}\narea: example\nkind: process\nstatus: draft\nversion: '1.0'\n---\n"
CHECK = ("-c", "from process_manual.cli import main; main()", "check")
BUILD = ("-m", "mkdocs", "build", "--strict")
PRUNED = "theme: {name: material, features: [navigation.prune]}\n"
"""As the shipped manual has it: a page does not show the whole menu."""
PREVIEW = ("-m", "tests.hostile.preview")
MEASURE = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[2:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
open(sys.argv[1], "w").write(f"{code} {used.ru_utime + used.ru_stime} {used.ru_maxrss}")
"""
"""Runs a command from a small process: Linux counts to a child's peak what its parent held."""
Files = dict[str, str | bytes]


class Outcome(NamedTuple):
    """How a command ended, and what it took."""

    code: int
    output: str
    seconds: float
    megabytes: float


def _run(root: Path, command: Sequence[str]) -> Outcome:
    settings = {
        **os.environ,
        "NO_MKDOCS_2_WARNING": "1",
        "PROCESS_MANUAL_AS_OF": AS_OF.isoformat(),
        "PYTHONPATH": str(ROOT),
    }
    told, log = root / "usage", root / "log"
    with log.open("wb") as output:
        subprocess.run(
            [sys.executable, "-c", MEASURE, told, sys.executable, "-W", "ignore", *command],
            cwd=root,
            env=settings,
            stdout=output,
            stderr=output,
            check=True,
        )
    code, seconds, kilobytes = told.read_text().split()
    text = log.read_text("utf-8", "replace")
    return Outcome(int(code), text, float(seconds), int(kilobytes) / 1024)


def _bearable(done: Outcome) -> None:
    print(
        f"{done.seconds:.1f} s of CPU, {done.megabytes:.0f} MB, {len(done.output) / 1e6:.1f} MB told"
    )
    assert "Traceback" not in done.output, done.output[-3_000:]
    assert done.seconds <= LONGEST
    assert done.megabytes <= MOST


def _generated() -> Files:
    """Return every generated text as a definition and as a page."""
    files: Files = {}
    for number, generate in enumerate(GENERATORS.values(), 100):
        text = generate(SIZE)
        files[f"processes/example/EXA-{number}-t.md"] = HEAD.format(number, number) + text
        files[f"docs/generated/text-{number}.md"] = f"# Text {number}\n\n{text}"
    return files


def _bombs() -> Files:
    """Return every bomb as a definition and a page, and as many as there are registers."""
    files: Files = {}
    for number, bomb in enumerate(FRONT_BOMBS.values(), 400):
        front = b"---\n" + bomb + b"\n---\nText.\n"
        files[f"processes/example/EXA-{number}-b.md"] = front
        files[f"docs/bombs/front-{number}.md"] = front
    for number, bomb in enumerate(FILE_BOMBS.values(), 500):
        files[f"processes/example/EXA-{number}-f.md"] = bomb
        files[f"docs/bombs/file-{number}.md"] = bomb
    for name, bomb in zip(ROW_TYPES, REGISTER_BOMBS.values(), strict=False):
        files[f"processes/registers/{name}.yml"] = bomb.replace(b"tools:", name.encode() + b":", 1)
    return files


def _broken(count: int) -> Files:
    """Return broken definitions, and broken pages made of the same texts."""
    sources = {path.name: path.read_bytes() for path in (ROOT / "processes").rglob("*.md")}
    files: Files = {}
    for seed in range(count):
        _, data = mutated(seed, sources)
        files[f"processes/example/EXA-{seed + 1_000}-m.md"] = data
        files[f"docs/broken/page-{seed}.md"] = data
    return files


def test_check_and_build_of_everything_at_once_end_in_time(tmp_path: Path) -> None:
    root = project(tmp_path, files={**_generated(), **_bombs(), **_broken(1_000)})
    assert len(list(root.rglob("*.md"))) > 2_400
    for command in (CHECK, BUILD):
        done = _run(root, command)
        _bearable(done)
        assert done.code == 1
        assert not (root / "site").exists()
        for name in _bombs():
            assert f"{name}:" in done.output or name.startswith("docs/"), name


def test_a_preview_of_everything_at_once_ends_in_time(tmp_path: Path) -> None:
    """Every text is converted or refused, and every page is made."""
    files = {**_generated(), **_bombs(), **_broken(100), **_registers()}
    root = project(tmp_path, files={**files, "mkdocs.yml": CONFIG + PRUNED + AS_HOOK})
    done = _run(root, PREVIEW)
    _bearable(done)
    assert done.code == 0
    assert "takes too long to convert" in done.output
    for number, generate in enumerate(GENERATORS.values(), 100):
        readable = "\x02" not in (text := generate(SIZE)) and "\x1a" not in text
        assert (root / f"site/generated/text-{number}.html").is_file()
        page = (root / f"site/processes/EXA-{number}/index.html").read_text("utf-8")
        assert readable or "This page cannot be shown" in page


def _registers() -> Files:
    """Return the registers of the example, so that definitions can be read with theirs."""
    return {path: text for path, text in example_files().items() if "/registers/" in path}
