"""Broken, huge and sly files: every fault in its place, no exception, and never for long.

20,000 broken files made of whole ones, and bombs for each kind of file. Times are CPU time.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from process_manual import exports
from process_manual.checking import Report, check
from process_manual.limits import MOST_ALIKE
from process_manual.pages.site import build_site
from tests.hostile.mutations import FILE_BOMBS, FRONT_BOMBS, REGISTER_BOMBS, mutated
from tests.projects import example_files, project, run
from tests.support import AS_OF, ROOT, SKELETON, shown, write

FILE = "processes/example/EXA-090-t.md"
LONGEST = 1.0
"""CPU seconds that reading and checking one input may take."""
Inputs = Mapping[str, tuple[int, bytes]]
"""Broken files by path, each with the seed that it was made of."""


def _sources(*patterns: str) -> dict[str, bytes]:
    """Return files of the shipped manual, and of the rules' example, by name."""
    roots = (ROOT / "processes", ROOT / "hooks/process_manual/rules/example/processes")
    return {
        f"{number}/{path.name}": path.read_bytes()
        for number, root in enumerate(roots)
        for pattern in patterns
        for path in root.rglob(pattern)
    }


def _checked(root: Path) -> tuple[Report, float]:
    """Check a manual, look at the places of what is found, and return the CPU time as well."""
    start = time.process_time()
    report = check(root, AS_OF)
    spent = time.process_time() - start
    lengths: dict[str, list[int]] = {}
    for finding in report.findings:
        place = finding.location
        assert finding.message, finding
        assert finding.code, finding
        if place.path not in lengths:
            lengths[place.path] = _lengths(root / place.path)
        assert 1 <= place.line <= len(lengths[place.path]), finding
        assert 1 <= place.column <= lengths[place.path][place.line - 1] + 1, finding
    return report, spent


def _lengths(path: Path) -> list[int]:
    """Return the length of each line of a file in characters; what is no file has one line."""
    data = path.read_bytes() if path.is_file() else b""
    text = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return [len(line) for line in text.split("\n")]


def _quickly_checked(root: Path) -> Report:
    """Check a manual in time, at best of three: another program on the machine slows this one."""
    taken = []
    for _ in range(3):
        report, spent = _checked(root)
        if spent <= LONGEST:
            return report
        taken.append(f"{spent:.2f}")
    raise AssertionError(f"{taken} s of CPU")


def _all_checked(root: Path, inputs: Inputs) -> Report:
    """Check a clean manual with many inputs, and each alone when all together took long."""
    files = {path: data for path, (_, data) in inputs.items()}
    report, spent = _checked(write(root, {**example_files(), **files}))
    if spent > LONGEST:
        for path, (seed, data) in inputs.items():
            alone = write(root / f"alone-{seed}", {**example_files(), path: data})
            _, spent = _checked(alone)
            assert spent <= LONGEST, f"seed {seed}, {path}: {spent:.2f} s of CPU"
    return report


def _definitions(seeds: Iterable[int], sources: Mapping[str, bytes]) -> Inputs:
    """Return one broken definition for each seed, to be added to a clean manual."""
    return {
        f"processes/example/EXA-9{i:02}-x.md": (seed, mutated(seed, sources)[1])
        for i, seed in enumerate(seeds)
    }


def _registers(seeds: Iterable[int], sources: Mapping[str, bytes]) -> Iterator[Inputs]:
    """Yield broken registers and house policies, as many at a time as have different names."""
    group: dict[str, tuple[int, bytes]] = {}
    for seed in seeds:
        name, data = mutated(seed, sources)
        folder = "" if name.endswith("/manual.yml") else "registers/"
        path = f"processes/{folder}{name.split('/')[1]}"
        if path in group:
            yield group
            group = {}
        group[path] = seed, data
    yield group


BATCHES = [
    *(pytest.param(start, id=f"{start}") for start in range(0, 1_500, 100)),
    *(pytest.param(n, id=f"{n}", marks=pytest.mark.long) for n in range(1_500, 20_000, 100)),
]
"""Seeds of 20,000 broken files, of which two thirds are definitions."""


@pytest.mark.parametrize("start", BATCHES)
def test_any_broken_file_is_told_quickly_and_in_its_place(start: int, tmp_path: Path) -> None:
    texts, rows = _sources("*.md"), _sources("registers/*.yml", "manual.yml")
    _all_checked(tmp_path / "definitions", _definitions(range(start, start + 66), texts))
    for number, group in enumerate(_registers(range(start + 66, start + 100), rows)):
        _all_checked(tmp_path / f"registers-{number}", group)


@pytest.mark.parametrize(
    "start", [0, *(pytest.param(n, marks=pytest.mark.long) for n in range(2_000, 4_000, 100))]
)
def test_a_preview_of_a_broken_manual_still_has_pages(start: int, tmp_path: Path) -> None:
    """``serve`` shows findings and goes on, so pages must be made of whatever could be read."""
    texts, rows = _sources("*.md"), _sources("registers/*.yml", "manual.yml")
    groups = [_definitions(range(start, start + 66), texts)]
    groups += list(_registers(range(start + 66, start + 100), rows))[:3]
    for number, group in enumerate(groups):
        report = check(write(tmp_path / str(number), {**example_files(), **_data(group)}), AS_OF)
        assert build_site(report.manual, report.findings, report.waived).pages
        assert dict(exports.files(report.manual, report.findings))


def _data(inputs: Inputs) -> dict[str, bytes]:
    return {path: data for path, (_, data) in inputs.items()}


@pytest.mark.parametrize("name", FRONT_BOMBS)
def test_a_front_matter_that_is_too_much_is_a_finding(name: str, tmp_path: Path) -> None:
    write(tmp_path, {**SKELETON, FILE: b"---\n" + FRONT_BOMBS[name] + b"\n---\nText.\n"})
    assert any(f.location.path == FILE for f in _quickly_checked(tmp_path).findings)


@pytest.mark.parametrize("name", FRONT_BOMBS)
def test_the_fields_of_a_page_that_are_too_much_take_no_time(name: str, tmp_path: Path) -> None:
    write(tmp_path, {**SKELETON, "docs/page.md": b"---\n" + FRONT_BOMBS[name] + b"\n---\nText.\n"})
    found = {f.location.path for f in _quickly_checked(tmp_path).errors}
    assert "docs/page.md" in found or FRONT_BOMBS[name].startswith(b"title: ")


@pytest.mark.parametrize("name", [*FRONT_BOMBS, *REGISTER_BOMBS])
def test_a_register_that_is_too_much_is_a_finding(name: str, tmp_path: Path) -> None:
    path = "processes/registers/tools.yml"
    write(tmp_path, {**SKELETON, path: {**FRONT_BOMBS, **REGISTER_BOMBS}[name]})
    found = {f.location.path for f in _quickly_checked(tmp_path).findings}
    assert path in found or name in ("rows, half as many", "one row")


@pytest.mark.parametrize("name", FILE_BOMBS)
@pytest.mark.parametrize("path", [FILE, "processes/registers/roles.yml", "docs/page.md"])
def test_a_file_that_is_too_much_is_a_finding(path: str, name: str, tmp_path: Path) -> None:
    write(tmp_path, {**SKELETON, path: FILE_BOMBS[name]})
    report = _quickly_checked(tmp_path)
    harmless = path == "docs/page.md" and name in ("nothing", "blanks")
    assert harmless or any(f.location.path == path for f in report.findings)


def test_of_very_many_faults_a_hundred_are_told_and_that_there_are_more(tmp_path: Path) -> None:
    files = {"docs/page.md": "a\u200b" * 500, "docs/html.md": "<b>" * 500, FILE: "\x02" * 500}
    found = _quickly_checked(write(tmp_path, {**SKELETON, **files})).findings
    for path in files:
        messages = [f.message for f in found if f.location.path == path]
        assert len(messages) == MOST_ALIKE + 1
        assert "there are more" in messages[-1]


INVISIBLE = (
    *("\\0", "\\x1b[2J", "\\x85", "\\u202e", "\\u200b", "\\ud800", "\\ufeff", "\\u2066", "\\u3164"),
    *("\\u034f", "\\U000e0041", "\\U000e0101"),
)
"""What an editor does not show, written as YAML writes it in double quotes."""
WRITTEN = ("\x00", "\x1b[2J", "\x85", "\u202e", "\u200b", "\ufeff", "\u2066", "\u3164", "\u034f")


@pytest.mark.parametrize("code", [*INVISIBLE, *WRITTEN], ids=repr)
@pytest.mark.parametrize("path", ["processes/example/EXA-010-fault-handling.md", "docs/page.md"])
def test_an_invisible_character_is_refused_also_as_a_code(
    path: str, code: str, tmp_path: Path
) -> None:
    files = {**example_files(), "docs/page.md": b'---\ntitle: "Fault handling"\n---\nText.\n'}
    files[path] = files[path].replace(b'"Fault handling"', b'"Fault' + code.encode() + b' x"')
    found = {f.location for f in check(write(tmp_path, files), AS_OF).errors}
    line = 3 if path.startswith("processes/") else 2
    assert any(place.path == path and place.line == line for place in found)


FIELDS = {
    "search that is a word": "search: x",
    "search that is a list": "search: [a]",
    "a boost that is no number": "search: {boost: abc}",
    "a boost without bounds": "search: {boost: 1000000}",
    "to exclude perhaps": "search: {exclude: perhaps}",
    "a search that is more": "search: {exclude: true, more: x}",
    "hide that is a number": "hide: 5",
    "hide that is a block": "hide: {a: b}",
    "hide of what is not there": "hide: [everything]",
    "a title that is a list": "title: [a]",
    "a title that is a block": "title: {a: b}",
    "a description that is a list": "description: [a]",
}


@pytest.mark.parametrize("name", FIELDS)
def test_fields_of_a_page_that_the_theme_cannot_take_are_findings(
    name: str, tmp_path: Path
) -> None:
    write(tmp_path, {**SKELETON, "docs/page.md": f"---\n{FIELDS[name]}\n---\nText.\n"})
    (found,) = (f for f in check(tmp_path, AS_OF).errors if f.location.path == "docs/page.md")
    assert (found.code, found.location.line) == ("SAF-006", 2), shown([found])


@pytest.mark.parametrize(
    "field", ["search: {exclude: true}", "search: {boost: 2}", "hide: [toc]", "title: no"]
)
def test_fields_of_a_page_that_the_theme_can_take(field: str, tmp_path: Path) -> None:
    write(tmp_path, {**SKELETON, "docs/page.md": f"---\n{field}\n---\nText.\n"})
    assert not [f for f in check(tmp_path, AS_OF).findings if f.location.path == "docs/page.md"]


HEADERS = {
    "a header without fences": "title: x\ntemplate: other.html\n\nText.\n",
    "no blank after the colon": "title:x\ntemplate: other.html\n\nText.\n",
    "blanks in front": "   title: x\ntemplate: other.html\n\nText.\n",
    "a digit in front": "1a: x\ntemplate: other.html\n\nText.\n",
    "an underscore in front": "_a: x\ntemplate: other.html\n\nText.\n",
    "fields after dots": "---\ntitle: x\n...\ntemplate: other.html\n---\nText.\n",
    "a fence that is never closed": "---\ntemplate: other.html\n\nText.\n",
    "a fence without a line end": "---\ntitle: x\n---",
}


@pytest.mark.parametrize("name", HEADERS)
def test_a_header_that_mkdocs_reads_otherwise_is_a_finding(name: str, tmp_path: Path) -> None:
    write(tmp_path, {**SKELETON, "docs/page.md": HEADERS[name]})
    assert any(f.location.path == "docs/page.md" for f in check(tmp_path, AS_OF).errors)


@pytest.mark.parametrize("fence", ["----", "--- -", "---\u00a0", "+++", " ---"])
def test_what_is_no_fence_to_mkdocs_is_none_to_us(fence: str, tmp_path: Path) -> None:
    write(tmp_path, {**SKELETON, "docs/page.md": f"{fence}\ntemplate: other.html\n{fence}\n\nx\n"})
    (page,) = check(tmp_path, AS_OF).manual.pages
    assert not page.data


STUMBLING = (
    "Write `<![>` here.\n\n- `<![CDATA`\n\n`<!x` `<![if` `]]>`\n",
    "See [the desk](http://[desk]/) and [it](//[x).\n",
    "![plan](http://[x])\n\n[a](http://a&#x2100;b)\n\n<http://[>\n\n[b]\n\n[b]: http://]x[\n",
)
"""What MkDocs' own readers of a hand-written page take for a declaration or an address."""


@pytest.mark.parametrize("text", STUMBLING)
def test_no_text_of_a_page_breaks_the_build(text: str, tmp_path: Path) -> None:
    done = run(project(tmp_path, files={"docs/page.md": text}), "mkdocs", "build", "-q")
    assert "Traceback" not in done.stderr, done.stderr[-800:]
    assert done.returncode == (0 if "<![" in text else 1)
