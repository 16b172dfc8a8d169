"""Hostile texts everywhere, a real browser, and the checks switched off: nothing runs.

The checks refuse most of these texts, which is the first defence and is tested elsewhere. Here
pages are made of them all the same, and what is left has to hold: conversion without raw HTML, the
cleaner, escaping; and the security policy without any of these. The controls show that the same
reader sees the same texts run where nothing holds them.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.hostile import payloads
from tests.hostile.browsing import Seen, read
from tests.hostile.building import (
    built,
    everywhere,
    hostile_pages,
    hostile_project,
    pages,
    settings,
    stock,
    unplaced,
    written,
)
from tests.hostile.handwritten import may_stand, name_files, page_files
from tests.hostile.manuals import DEFINITION, definition, manual_files
from tests.projects import run

pytestmark = pytest.mark.browser

SAMPLE = (*payloads.GOLDEN_TEXTS, *payloads.sample(40))
ALL = payloads.every()
A_BUILD = 500
A_PAGE = 14
BUILDS = range(0, len(ALL), A_BUILD)
"""Where the payloads of each build of a long proof begin."""


def test_there_are_enough_published_payloads() -> None:
    assert len(payloads.published()) >= 1_000
    assert len(set(payloads.published())) == len(payloads.published())
    assert set(ALL) >= {*payloads.published(), *payloads.systematic(), *payloads.GOLDEN_TEXTS}


def test_every_list_of_payloads_names_its_source() -> None:
    groups = json.loads(payloads.LISTS.read_text("utf-8"))["groups"]
    for key in ("registry", "package", "version", "licence", "sha256", "files", "payloads"):
        assert all(group[key] for group in groups), key


# Every field of every file.


def _filled(root: Path, chosen: Sequence[str], a_page: int) -> Path:
    """Build a manual and hand-written pages in which every field holds every payload."""
    files = {**manual_files(chosen, a_page), **page_files(chosen, a_page)}
    site = built(root, {**files, "mkdocs.yml": settings(files, search=False)})
    assert not unplaced(site, chosen)
    return site


_KNOWN: set[bytes] = set()


def _new(site: Path) -> list[str]:
    """Return the pages whose very bytes have not been read in another build."""
    found = {path: hashlib.sha256((site / path).read_bytes()).digest() for path in pages(site)}
    new = [path for path, digest in found.items() if digest not in _KNOWN]
    _KNOWN.update(found.values())
    return new


def test_a_sample_in_every_field_runs_nothing(tmp_path: Path) -> None:
    site = _filled(tmp_path, SAMPLE, 31)
    seen = read(site, hostile_pages(site))
    assert seen.nothing, seen


@pytest.mark.proof
@pytest.mark.parametrize("start", BUILDS)
def test_every_payload_in_every_field_runs_nothing(start: int, tmp_path: Path) -> None:
    site = _filled(tmp_path, ALL[start : start + A_BUILD], 50)
    seen = read(site, _new(site))
    assert seen.nothing, seen


# What only some texts attack: constructs of Markdown, headers, names of files.


def test_the_constructs_of_markdown_run_nothing(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {}
    for i in range(0, len(payloads.GOLDEN_MARKDOWN), A_PAGE):
        texts = payloads.GOLDEN_MARKDOWN[i : i + A_PAGE]
        files[DEFINITION.format(100 + i)] = definition(100 + i, ["-"], "\n\n".join(texts))
        files[f"docs/golden-{i}.md"] = "\n\n".join(["First.", *filter(may_stand, texts)])
    site = built(tmp_path, files)
    seen = read(site, written(site), ("alert", "script"))
    assert seen.nothing, seen


def test_titles_headers_and_names_of_files_run_nothing(tmp_path: Path) -> None:
    golden = payloads.golden_pages().items()
    files = {f"docs/{name}": text for name, text in golden if may_stand(text)}
    files |= {f"docs/{name}": "Text.\n" for name in payloads.GOLDEN_NAMES}
    site = built(tmp_path, files | {"mkdocs.yml": everywhere(settings(files))})
    seen = read(site, written(site), ("text", "heading", "script"))
    assert seen.nothing, seen


@pytest.mark.proof
def test_every_payload_that_can_be_a_name_of_a_file_runs_nothing(tmp_path: Path) -> None:
    files = name_files(ALL)
    assert len(files) >= 500
    site = built(tmp_path, files | {"mkdocs.yml": settings(files, search=False)})
    seen = read(site, written(site))
    assert seen.nothing, seen


# Search.


def _searched(root: Path, chosen: Sequence[str], a_page: int) -> Seen:
    """Search for every payload by a word in it, and type some payloads as they are."""
    parts = [chosen[i : i + a_page] for i in range(0, len(chosen), a_page)]
    files: dict[str, str | bytes] = {}
    for i, part in enumerate(parts):
        lines = [" ".join(text.split()) for text in part]
        sections = "\n\n".join(f"## {line}\n\n{line}" for line in lines)
        fields = {"title": " ".join(lines), "synonyms": lines}
        files[DEFINITION.format(100 + i)] = definition(100 + i, part[:1], sections, **fields)
    site = built(root, files | page_files(chosen, a_page))
    return read(site, ["index.html"], _words(chosen), typed=SAMPLE[::5])


def _words(chosen: Iterable[str]) -> Iterator[str]:
    """Yield words, such that each text has one of them."""
    left = [set(re.findall(r"[a-z0-9]{3,}", text.lower())) for text in chosen]
    while left:
        word, _ = Counter(itertools.chain(*left)).most_common(1)[0]
        yield word
        left = [each for each in left if word not in each]


def test_what_search_finds_of_a_sample_runs_nothing(tmp_path: Path) -> None:
    seen = _searched(tmp_path, SAMPLE, 31)
    assert seen.nothing, seen


@pytest.mark.proof
def test_what_search_finds_of_every_payload_runs_nothing(tmp_path: Path) -> None:
    seen = _searched(tmp_path, ALL, 50)
    assert seen.nothing, seen


# The security policy alone: nothing is escaped, cleaned or refused, and the browser runs nothing.

ENDS = "'\"`>--></script></style></title></textarea></noscript></template></select></svg></math>"
"""Ends whatever a payload has opened, so that the next one is not swallowed."""


def _raw(chosen: Iterable[str]) -> list[str]:
    """Return the payloads that a policy can stop; it cannot stop a page that leads elsewhere."""
    return [text + ENDS for text in dict.fromkeys(chosen) if "http-equiv" not in text.lower()]


def test_the_policy_alone_runs_nothing_in_any_field(tmp_path: Path) -> None:
    chosen = _raw(_effective()[::4])
    files = {**manual_files(chosen), **page_files(chosen, cleaned=False)}
    files["mkdocs.yml"] = settings(files, search=False)
    site = built(tmp_path, files, "uncleaned")
    shown = [path for path in hostile_pages(site) if not path.startswith("rules/")]
    seen = read(site, shown, policy=True)
    assert not seen.where, seen
    assert not seen.failed, seen
    first = {re.split(r"[-/.]", path)[0]: path for path in shown}
    without = read(site, first.values())
    assert without.where == set(first.values()), without


@pytest.mark.proof
def test_the_policy_alone_runs_no_payload(tmp_path: Path) -> None:
    files = page_files(_raw(ALL), 20, cleaned=False)
    files = {name: text for name, text in files.items() if "/body-" in name}
    site = built(tmp_path, {**files, "mkdocs.yml": settings(files, search=False)}, "uncleaned")
    seen = read(site, written(site), policy=True)
    assert not seen.where, seen
    # No policy keeps a link from being followed; where it led, nothing ran and nobody was asked.
    assert all("because of a navigation" in text for text in seen.failed), seen
    assert len(seen.failed) <= seen.pages / 50, seen


# The controls: the same texts run where nothing holds them.


def _effective() -> tuple[str, ...]:
    """Return some payloads that a browser runs by itself or at a touch."""
    runs = re.compile(
        r"^<(script>|img src=\S+ onerror=|svg onload=|iframe onload=)[^<]*alert", re.I
    )
    published = [text for text in payloads.published() if runs.search(text)]
    return (*published[:64:4], *payloads.systematic()[:160:10])


def test_the_same_texts_run_in_stock_material(tmp_path: Path) -> None:
    files = {f"docs/p{i}.md": f"First.\n\n{text}\n" for i, text in enumerate(_effective())}
    site = stock(tmp_path, files)
    seen = read(site, pages(site))
    assert len(seen.where) >= 20, seen


@pytest.mark.parametrize("name", ["front-0.md", "multi-0.md"])
def test_the_same_titles_run_on_every_page_of_stock_material(name: str, tmp_path: Path) -> None:
    site = stock(tmp_path, {f"docs/{name}": payloads.golden_pages()[name]})
    seen = read(site, pages(site))
    assert seen.where == set(pages(site)), seen


def test_an_unchecked_door_is_needed_to_get_this_far(tmp_path: Path) -> None:
    root = hostile_project(tmp_path, {DEFINITION.format(100): definition(100, payloads.sample(5))})
    done = run(root, "mkdocs", "build", "-q")
    assert done.returncode == 1
    assert not (root / "site").exists()
    assert "Traceback" not in done.stderr
