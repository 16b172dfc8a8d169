"""Texts that keep a converter busy: each ends or is refused in time. Times are CPU time."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from markdown import Markdown

from process_manual.checking import check
from process_manual.limits import ALL_SECONDS, ORDINARY, TooLongError, time_limit, together
from process_manual.model.definition import Definition
from process_manual.pages import narrative
from process_manual.pages.links import Links
from tests.hostile.markdown import GENERATORS
from tests.projects import example_files
from tests.support import AS_OF, SKELETON, write

HEAD = "---\nid: EXA-090\ntitle: T\narea: example\nkind: process\nstatus: {}\nversion: '1.0'\n---\n"
FILE = "processes/example/EXA-090-t.md"
LONGEST = 1.1
"""CPU seconds that checking or converting one text may take; the converter is stopped after one."""
SIZES = [8, pytest.param(32, marks=pytest.mark.long), pytest.param(64, marks=pytest.mark.long)]


@pytest.mark.parametrize("size", SIZES)
def test_no_text_keeps_check_or_converter_busy(size: int, tmp_path: Path) -> None:
    """At least a hundred generators; what takes too long is refused, and told as a finding."""
    assert len(GENERATORS) >= 100
    slow = []
    for name, generate in GENERATORS.items():
        text = HEAD.format("draft") + generate(size * 1024)
        root = write(tmp_path, {**SKELETON, FILE: text, "docs/page.md": generate(size * 1024)})
        if (took := _least(lambda: _checked_and_converted(root))) > LONGEST:  # noqa: B023
            slow.append((name, f"{took:.2f}"))
    assert not slow, slow


def _checked_and_converted(root: Path) -> float:
    """Return the longer of the times for checking a manual and for converting its texts."""
    start = time.process_time()
    report = check(root, AS_OF)
    checked = time.process_time()
    for definition in report.manual.definitions:
        told = narrative.convert(definition, Links(report.manual, "processes/x/index.html"))
        narrative.sections(told)
        assert bool(narrative.findings(definition, told)) == bool(told.fault)
    return max(time.process_time() - checked, checked - start)


def _least(measure: Callable[[], float]) -> float:
    """Return the least of up to three times: another program on the machine slows this one."""
    taken = [measure()]
    while taken[-1] > LONGEST and len(taken) < 3:
        taken.append(measure())
    return min(taken)


SLOW_TO_SEARCH = (
    *(
        "a",
        "a.",
        "0",
        "01",
        "A",
        "A-",
        "A-1",
        "-",
        "_",
        "a/",
        "and/or ",
        "password",
        "pass",
        "pin ",
    ),
    *("secret: ", "eyJ", "eyJaaaaaaaaaaa.", "AKIA", "sk-", "ghp_", "xoxb-", "://", "a://b:", "Mr "),
    *("-----BEGIN A ", "AccountKey=", "+44 ", "TBD ", "TODO", "8.", "2026-", "1 day ", "P1 ", "é"),
    *("](", "![a](b)", "[a]: ", "<a@b>", "(", "`", "{{", "…", "“", "\n", "a\n", "# a\n", "|"),
)
"""What the patterns of the rules begin with."""
ENDS = ("", "@ ", "!\n")


@pytest.mark.long
@pytest.mark.parametrize("end", ENDS, ids=repr)
def test_no_text_keeps_the_patterns_of_the_rules_busy(end: str, tmp_path: Path) -> None:
    """As long as a file may be: in the narrative, and in a field."""
    slow = []
    for unit in SLOW_TO_SEARCH:
        for size, head in ((255_000, HEAD.format("approved")), (60_000, "---\npurpose: '")):
            text = (unit * size).encode()[: size - 300].decode("utf-8", "ignore") + end
            if "purpose" in head:
                fields = HEAD.format("approved").removeprefix("---\n")
                text = f"{text.strip()}'\n{fields}Text.\n"
            write(tmp_path, {**SKELETON, FILE: head + text})
            if (took := _least(lambda: _time_of_check(tmp_path))) > LONGEST:
                slow.append((unit, size, f"{took:.2f}"))
    assert not slow, slow


def _time_of_check(root: Path) -> float:
    start = time.process_time()
    check(root, AS_OF)
    return time.process_time() - start


def _spin(seconds: float) -> float:
    """Return how long something without end was let run."""
    start = time.process_time()
    with pytest.raises(TooLongError), time_limit(seconds):
        while True:
            pass
    return time.process_time() - start


def test_what_takes_too_long_is_stopped() -> None:
    assert _spin(0.2) < 0.4


def test_all_texts_together_have_so_much_time() -> None:
    with together(0.5):
        taken = [_spin(0.3) for _ in range(6)]
    assert taken[0] > 0.25
    assert max(taken[3:]) < 2 * ORDINARY
    assert _spin(0.3) > 0.25, "the time of one build is not that of the next"


def test_without_the_limit_a_text_would_take_hours() -> None:
    """The control: twice the text takes three times as long at least, and this is 2 and 4 KB."""
    taken = []
    for size in (2_048, 4_096):
        start = time.process_time()
        Markdown().convert("[" * size)
        taken.append(time.process_time() - start)
    assert taken[1] > 3 * taken[0]
    assert taken[1] * 9 > LONGEST  # at 16 KB


def test_a_text_that_was_stopped_does_not_spoil_the_next(tmp_path: Path) -> None:
    manual = check(write(tmp_path, example_files()), AS_OF).manual
    definition = manual.current["EXA-010"]
    links = Links(manual, "processes/EXA-010/index.html")
    before = narrative.convert(definition, links)
    source = type(definition.source)("x.md", definition.source.data, body="> - [" * 12_000)
    assert narrative.convert(Definition.read(source, source.data), links).fault
    assert narrative.convert(definition, links) == before


def test_ordinary_texts_take_a_small_part_of_what_they_may(tmp_path: Path) -> None:
    manual = check(write(tmp_path, example_files()), AS_OF).manual
    start = time.process_time()
    for definition in manual.definitions:
        assert not narrative.convert(definition, Links(manual, "x/index.html")).fault
    assert time.process_time() - start < ORDINARY * len(manual.definitions)
    assert ALL_SECONDS < 60
