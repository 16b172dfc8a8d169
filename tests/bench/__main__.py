"""`make bench`: what a check and a build cost, beside stock mkdocs-material in the same run.

CPU seconds of the whole process, start to exit; median of several rounds, taken in turn so that
a machine that slows down slows all. Ratios hold, absolute figures are this machine's.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.generate import manual, plain_pages
from tests.support import ROOT

ROUNDS = 5
SIZE = 350


@dataclass(frozen=True)
class Task:
    """A command to measure; ``definitions`` tells how much it handles."""

    name: str
    folder: Path
    command: Sequence[str]
    definitions: int


def main() -> None:
    """Generate, measure, print."""
    with tempfile.TemporaryDirectory() as name:
        tasks = _tasks(Path(name))
        figures: dict[str, list[float]] = {task.name: [] for task in tasks}
        for number in range(ROUNDS + 1):
            for task in tasks:
                cpu = _cpu(task)
                if number:  # the first round fills caches
                    figures[task.name].append(cpu)
                print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    _table(tasks, figures)


def _tasks(folder: Path) -> list[Task]:
    large, plain = folder / "large", folder / "plain"
    large.mkdir()
    plain.mkdir()
    shipped = len(list((ROOT / "processes").glob("*/*.md")))
    generated = manual(large, SIZE)
    (large / "docs").mkdir()
    (large / "docs/index.md").write_text("# Home\n", "utf-8")
    (large / "mkdocs.yml").write_text(
        "site_name: Large\ntheme: {name: material, font: false,\n"
        "  features: [navigation.prune, navigation.indexes, navigation.tabs]}\n"
        "plugins: [search, process-manual]\nmarkdown_extensions: [admonition, tables]\n",
        "utf-8",
    )
    pages = plain_pages(large, plain)
    check = [sys.executable, "-m", "process_manual.cli", "check"]
    build = [sys.executable, "-m", "mkdocs", "build", "-q"]
    return [
        Task("python and click alone", folder, [sys.executable, "-c", "import click, yaml"], 0),
        Task("check, shipped manual", ROOT, check, shipped),
        Task("check, generated manual", large, check, generated),
        Task("build, generated manual", large, build, generated),
        Task("build, plain pages in stock Material", plain, build, pages),
    ]


def _cpu(task: Task) -> float:
    environment = {
        **os.environ,
        "NO_MKDOCS_2_WARNING": "1",
        "PROCESS_MANUAL_AS_OF": "2026-11-23",
    }
    process = subprocess.Popen(
        task.command,
        cwd=task.folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{task.name} failed:\n{errors.decode()[-3000:]}")
    return usage.ru_utime + usage.ru_stime


def _table(tasks: Sequence[Task], figures: dict[str, list[float]]) -> None:
    print(f"CPU seconds, median (min to max) of {ROUNDS} rounds; Python {sys.version.split()[0]}\n")
    for task in tasks:
        values = figures[task.name]
        size = f"{task.definitions} definitions" if task.definitions else ""
        spread = f"({min(values):.2f} to {max(values):.2f})"
        print(f"{task.name:40} {size:18} {statistics.median(values):7.2f}  {spread}")
    median = {name: statistics.median(values) for name, values in figures.items()}
    checks = [task for task in tasks if task.name.startswith("check")]
    for task in checks:
        goal = 0.4 + 0.002 * task.definitions
        print(
            f"\n{task.name}: {median[task.name]:.2f} s; goal 0.4 s + 2 ms a definition: {goal:.2f}"
        )
    ours, stock = median[tasks[3].name], median[tasks[4].name]
    print(f"\nbuild against stock Material on as many plain pages: {ours / stock:.2f} (goal: ≤ 1)")


if __name__ == "__main__":
    main()
