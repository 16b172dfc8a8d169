"""Broken, huge and sly files: findings with places, no exception, no long wait, nothing leaked."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from process_manual.checking import Report, check
from process_manual.loading import load
from process_manual.pages import narrative
from process_manual.pages.links import Links
from process_manual.pages.site import build_site
from tests.hostile.markdown import GENERATORS
from tests.hostile.mutations import FILE_BOMBS, FRONT_BOMBS, mutated
from tests.projects import AS_HOOK, CONFIG, THEME, example_files, project, run
from tests.support import AS_OF, ROOT, SKELETON, shown, write

HEAD = (
    "---\nid: EXA-090\ntitle: T\narea: example\nkind: process\nstatus: draft\nversion: '0.1'\n---\n"
)
FILE = "processes/example/EXA-090-t.md"
LONGEST = 1.0
"""CPU seconds that reading and checking one input may take."""
LONGEST_TEXT = 1.1
"""CPU seconds that converting one text may take; the converter is stopped after one."""


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
    for finding in report.findings:
        assert finding.location.path, finding
        assert finding.location.line >= 1, finding
        assert finding.location.column >= 1, finding
        assert finding.message, finding
        assert finding.code, finding
    return report, spent


def _quickly_checked(root: Path) -> Report:
    report, spent = _checked(root)
    assert spent <= LONGEST, f"{spent:.2f} s of CPU"
    return report


def _all_checked(root: Path, inputs: Mapping[str, tuple[int, bytes]]) -> Report:
    """Check a clean manual with many inputs, and each alone when that took long."""
    write(root, {path: data for path, (_, data) in inputs.items()})
    report, spent = _checked(root)
    if spent > LONGEST:
        for path, (seed, data) in inputs.items():
            alone = write(root / f"alone-{seed}", {**example_files(), path: data})
            _, spent = _checked(alone)
            assert spent <= LONGEST, f"seed {seed}, {path}: {spent:.2f} s of CPU"
    return report


def _definitions(root: Path, seeds: Iterable[int], sources: Mapping[str, bytes]) -> Report:
    """Check a clean manual to which one broken definition for each seed is added."""
    inputs = {
        f"processes/example/EXA-9{i:02}-x.md": (seed, mutated(seed, sources)[1])
        for i, seed in enumerate(seeds)
    }
    return _all_checked(write(root, example_files()), inputs)


def _registers(root: Path, seeds: Iterable[int], sources: Mapping[str, bytes]) -> Report:
    """Check a clean manual in which registers or house policy are exchanged for broken ones."""
    inputs = {}
    for seed in seeds:
        name, data = mutated(seed, sources)
        folder = "" if name.endswith("/manual.yml") else "registers/"
        inputs[f"processes/{folder}{name.split('/')[1]}"] = (seed, data)
    return _all_checked(write(root, example_files()), inputs)


BATCHES = (
    [pytest.param(start, 250, id=f"{start}") for start in range(0, 1_500, 250)]
    + [
        pytest.param(start, 1_000, id=f"{start}", marks=pytest.mark.long)
        for start in range(2_000, 20_000, 1_000)
    ]
    + [pytest.param(20_000, 500, id="20000", marks=pytest.mark.long)]
)
"""Seeds of 20,000 mutations; the first 1,500 in every run."""


@pytest.mark.parametrize(("start", "count"), BATCHES)
def test_any_broken_file_is_told_quickly_and_in_its_place(
    start: int, count: int, tmp_path: Path
) -> None:
    texts = _sources("*.md")
    rows = _sources("registers/*.yml", "manual.yml")
    for seed in range(start, start + count, 25):
        _definitions(tmp_path / "definitions", range(seed, seed + 15), texts)
        for first in range(seed + 15, seed + 25, 5):
            _registers(tmp_path / f"registers-{first}", range(first, first + 5), rows)


@pytest.mark.parametrize(
    "start", [0, *(pytest.param(n, marks=pytest.mark.long) for n in range(2_000, 6_000, 300))]
)
def test_a_preview_of_a_broken_manual_still_has_pages(start: int, tmp_path: Path) -> None:
    """``serve`` shows findings and goes on, so pages must be made of whatever could be read."""
    texts = _sources("*.md")
    failed = []
    for seed in range(start, start + 300, 20):
        report = _definitions(tmp_path, range(seed, seed + 20), texts)
        try:
            build_site(report.manual, report.findings, report.waived)
        except Exception as error:  # the reason is what the test tells
            failed.append(f"seeds {seed} to {seed + 19}: {type(error).__name__}: {error}")
    assert not failed, failed


@pytest.mark.parametrize("name", FRONT_BOMBS)
def test_a_front_matter_that_is_too_much_is_a_finding(name: str, tmp_path: Path) -> None:
    write(tmp_path, {**SKELETON, FILE: b"---\n" + FRONT_BOMBS[name] + b"\n---\nText.\n"})
    assert any(f.location.path == FILE for f in _quickly_checked(tmp_path).findings)


@pytest.mark.parametrize("name", FRONT_BOMBS)
def test_a_register_that_is_too_much_is_a_finding(name: str, tmp_path: Path) -> None:
    path = "processes/registers/tools.yml"
    write(tmp_path, {**SKELETON, path: FRONT_BOMBS[name]})
    assert any(f.location.path == path for f in _quickly_checked(tmp_path).findings)


@pytest.mark.parametrize("name", FRONT_BOMBS)
def test_the_fields_of_a_page_that_are_too_much_take_no_time(name: str, tmp_path: Path) -> None:
    write(tmp_path, {**SKELETON, "docs/page.md": b"---\n" + FRONT_BOMBS[name] + b"\n---\nText.\n"})
    found = {f.location.path for f in _quickly_checked(tmp_path).errors}
    assert "docs/page.md" in found or FRONT_BOMBS[name].startswith(b"title: ")


INVISIBLE = (
    "\\0",
    "\\x1b[2J",
    "\\u202e",
    "\\u200b",
    "\\ud800",
    "\\ufeff",
    "\\u2066",
    "\\U000e0041",
)
"""What an editor does not show, written as YAML writes it in double quotes."""


@pytest.mark.parametrize("code", INVISIBLE)
@pytest.mark.parametrize("path", ["processes/example/EXA-010-fault-handling.md", "docs/page.md"])
def test_an_invisible_character_cannot_come_in_as_an_escape(
    path: str, code: str, tmp_path: Path
) -> None:
    files = {**example_files(), "docs/page.md": b'---\ntitle: "Fault handling"\n---\nText.\n'}
    files[path] = files[path].replace(b'"Fault handling"', b'"Fault' + code.encode() + b' x"')
    found = {f.location for f in check(write(tmp_path, files), AS_OF).errors}
    line = 3 if path.startswith("processes/") else 2
    assert any(place.path == path and place.line == line for place in found)


@pytest.mark.parametrize("name", FILE_BOMBS)
@pytest.mark.parametrize("path", [FILE, "processes/registers/roles.yml", "docs/page.md"])
def test_a_file_that_is_too_much_is_a_finding(path: str, name: str, tmp_path: Path) -> None:
    write(tmp_path, {**SKELETON, path: FILE_BOMBS[name]})
    report = _quickly_checked(tmp_path)
    harmless = path == "docs/page.md" and name in ("nothing", "blanks")
    assert harmless or any(f.location.path == path for f in report.findings)


FIELDS = {
    "search that is a word": "search: x",
    "search that is a list": "search: [a]",
    "a boost that is no number": "search: {boost: abc}",
    "hide that is a number": "hide: 5",
    "hide that is a block": "hide: {a: b}",
    "a title that is a list": "title: [a]",
    "a title that is a block": "title: {a: b}",
    "a description that is a list": "description: [a]",
}


@pytest.mark.parametrize("name", FIELDS)
def test_fields_of_a_page_that_the_theme_cannot_take_are_findings(
    name: str, tmp_path: Path
) -> None:
    write(tmp_path, {**SKELETON, "docs/page.md": f"---\n{FIELDS[name]}\n---\nText.\n"})
    assert any(f.location.path == "docs/page.md" for f in check(tmp_path, AS_OF).errors)


HEADERS = {
    "a header without fences": "title: x\ntemplate: other.html\n\nText.\n",
    "no blank after the colon": "title:x\ntemplate: other.html\n\nText.\n",
    "blanks in front": "   title: x\ntemplate: other.html\n\nText.\n",
    "a digit in front": "1a: x\ntemplate: other.html\n\nText.\n",
    "an underscore in front": "_a: x\ntemplate: other.html\n\nText.\n",
    "a fence with more hyphens": "----\ntemplate: other.html\n----\n\nText.\n",
    "fields after dots": "---\ntitle: x\n...\ntemplate: other.html\n---\nText.\n",
    "a fence that is never closed": "---\ntemplate: other.html\n\nText.\n",
}


@pytest.mark.parametrize("name", HEADERS)
def test_a_header_that_mkdocs_reads_otherwise_is_a_finding(name: str, tmp_path: Path) -> None:
    write(tmp_path, {**SKELETON, "docs/page.md": HEADERS[name]})
    found = any(f.location.path == "docs/page.md" for f in check(tmp_path, AS_OF).errors)
    assert found or name == "a fence with more hyphens"  # which is text to both readers


STUMBLING = (
    "Write `<![>` here.\n",
    "- `<![CDATA`\n\n`<!x` `<![if` `]]>`\n",
    "See [the desk](http://[desk]/) and [it](//[x).\n",
    "![plan](http://[x])\n",
)
"""What MkDocs' own parsers of a hand-written page take for a declaration or an address."""


@pytest.mark.parametrize("text", STUMBLING)
def test_no_text_of_a_page_breaks_the_build(text: str, tmp_path: Path) -> None:
    done = run(project(tmp_path, files={"docs/page.md": text}), "mkdocs", "build", "-q")
    assert "Traceback" not in done.stderr, done.stderr[-800:]


SIZES = [8, pytest.param(32, marks=pytest.mark.long), pytest.param(64, marks=pytest.mark.long)]


@pytest.mark.parametrize("size", SIZES)
def test_no_text_keeps_check_or_converter_busy(size: int, tmp_path: Path) -> None:
    """At least a hundred generators; what takes too long is refused, and told as a finding."""
    assert len(GENERATORS) >= 100
    slow = []
    for name, generate in GENERATORS.items():
        root = write(tmp_path, {**SKELETON, FILE: HEAD + generate(size * 1024)})
        start = time.process_time()
        report = check(root, AS_OF)
        checked = time.process_time()
        for definition in report.manual.definitions:
            told = narrative.convert(definition, Links(report.manual, "processes/x/index.html"))
            narrative.sections(told)
            assert told.fault or told.html or not definition.body.strip(), name
        converted = time.process_time()
        if converted - checked > LONGEST_TEXT or checked - start > LONGEST_TEXT:
            slow.append((name, f"check {checked - start:.2f}, convert {converted - checked:.2f}"))
    assert not slow, slow


SECRETS = {
    "outside.md": "canary-outside-md",
    "outside.yml": "canary-outside-yml",
    ".git/config": "canary-git-config",
    ".env": "canary-env-file",
    "mkdocs-secret.yml": "canary-beside-mkdocs",
}
ENVIRONMENT = {"CANARY": "canary-environment", "HOME_CANARY": "canary-home"}
SNOOPING = (
    '--8<-- "outside.md"\n\n--8<-- "../outside.md"\n\n;--8<-- "outside.md"\n',
    "--8<--\noutside.md\n../outside.md\n.git/config\n--8<--\n",
    "{% include 'outside.md' %}\n\n{% include '../outside.md' %}\n\n{!../outside.md!}\n",
    "{{ config }} {{ env }} {{ environ['CANARY'] }} {{ self.__init__.__globals__ }} ${CANARY}\n",
    "{{ config.extra }} %CANARY% $CANARY ~/.env !ENV CANARY `!ENV CANARY`\n",
    "[a](../outside.md) [b](../.git/config) [c](../../outside.md) [d](/outside.md) [e](../.env)\n",
    "![a](../outside.md) ![b](../.git/config)\n",
    "![a](file:///etc/hostname) [b](file:///etc/hostname)\n",
    "<object data='../outside.md'></object> <!--#include file='../outside.md' -->\n",
    ".. include:: ../outside.md\n\n::: ../outside.md\n\n@import '../outside.md'\n",
    '```{literalinclude} ../outside.md\n```\n\n``` yaml file="../outside.md"\n```\n',
)
SNOOPING_FIELDS = (
    "title: !ENV CANARY",
    "title: !ENV [CANARY, x]",
    "title: !!python/object/apply:os.getenv [CANARY]",
    "title: !!python/name:os.environ",
    "title: !relative ../outside.md",
    "title: !include ../outside.md",
    "INHERIT: ../mkdocs-secret.yml",
    "template: ../outside.md",
    "title: '{{ config }} ${CANARY}'",
    "description: '{% include \"outside.md\" %}'",
)
LINKED = {
    "processes/example/EXA-091-linked.md": "outside.md",
    "processes/registers/glossary.yml": "outside.yml",
    "processes/standards/linked.yml": "outside.yml",
    "docs/linked.md": "outside.md",
    "docs/linked.txt": "outside.md",
    "docs/environment.txt": "/proc/self/environ",
    "docs/repository": ".git",
    "docs/everything": ".",
    "processes/everything": ".",
}


def _snooped(root: Path) -> tuple[str, bytes]:
    """Build what tries to show secrets, with and without the checks; return log and output."""
    output = b""
    log = ""
    for module in (("mkdocs", "build"), ("unchecked",)):
        done = run(root, *module, **ENVIRONMENT)
        log += done.stdout + done.stderr
        for path in (root / "site").rglob("*"):
            if path.is_file() and not path.is_symlink():
                output += path.read_bytes()
    return log, output


def _is_secret_in(data: bytes | str) -> list[str]:
    text = data if isinstance(data, str) else data.decode("utf-8", "replace")
    return [secret for secret in (*SECRETS.values(), *ENVIRONMENT.values()) if secret in text]


def test_nothing_from_outside_gets_into_any_output(tmp_path: Path) -> None:
    from tests.hostile.manuals import UNCHECKED

    files: dict[str, str | bytes] = {"mkdocs.yml": CONFIG + THEME + AS_HOOK}
    files |= {"unchecked.py": UNCHECKED}
    for i, text in enumerate(SNOOPING):
        files[f"docs/text-{i}.md"] = f"# Page\n\n{text}" if "file:" not in text else "# Page\n"
        files[f"processes/example/EXA-{i + 100}-x.md"] = HEAD.replace("090", str(i + 100)) + text
    for i, fields in enumerate(SNOOPING_FIELDS):
        files[f"docs/fields-{i}.md"] = f"---\n{fields}\n---\n# Page\n"
    root = project(tmp_path, files={**files, **SECRETS})
    log, output = _snooped(root)
    assert b"EXA-100" in output
    assert not _is_secret_in(log)
    assert not _is_secret_in(output)


@pytest.mark.parametrize("path", LINKED)
def test_a_link_to_the_outside_is_refused_and_publishes_nothing(path: str, tmp_path: Path) -> None:
    root = project(tmp_path, files=SECRETS)
    target = LINKED[path]
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).symlink_to(target if target.startswith("/") else root / target)
    findings = [f for f in load(root, AS_OF).findings if f.code == "SAF-001"]
    assert [f.location.path for f in findings] == [path], shown(findings)
    report = check(root, AS_OF)
    assert report.errors
    assert not _is_secret_in(repr(report.findings))
    assert not _is_secret_in(repr([d.source for d in report.manual.definitions]))


def test_a_pipe_does_not_stop_the_check(tmp_path: Path) -> None:
    root = project(tmp_path)
    for name in ("docs/pipe.md", "processes/example/EXA-091-pipe.md", "docs/pipe.png"):
        os.mkfifo(root / name)
    found = {f.location.path for f in check(root, AS_OF).errors if f.code == "SAF-001"}
    assert found >= {"docs/pipe.md", "processes/example/EXA-091-pipe.md", "docs/pipe.png"}


def test_a_pipe_in_the_place_of_a_register_does_not_stop_the_check(tmp_path: Path) -> None:
    root = project(tmp_path)
    for name in ("processes/manual.yml", "processes/registers/roles.yml"):
        (root / name).unlink()
        os.mkfifo(root / name)
    os.mkfifo(root / "processes/standards/pipe.yml")
    found = {f.location.path for f in check(root, AS_OF).errors}
    assert found >= {"processes/manual.yml", "processes/registers/roles.yml"}
