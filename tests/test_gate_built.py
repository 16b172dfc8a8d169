"""The gate on a built site: it passes as it is, and each change to it is found where it stands."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from process_manual.gate import inspect
from process_manual.gate.document import elements
from tests.gate_sites import codes
from tests.projects import project, run
from tests.support import write

MUTATIONS: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("gate").joinpath("mutations.yml").read_text("utf-8")
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small example manual, built."""
    root = project(tmp_path_factory.mktemp("gate"))
    done = run(root, "mkdocs", "build", "--strict")
    assert done.returncode == 0, done.stderr[-3000:]
    return root / "site"


@pytest.fixture(scope="module")
def quick() -> Iterator[None]:
    """Parse each page once; the changed ones are others."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("process_manual.gate.site.elements", functools.cache(elements))
        yield


def test_a_real_site_passes(built: Path) -> None:
    assert not inspect(built)


def test_a_site_below_a_path_passes_where_it_is_served(tmp_path: Path) -> None:
    config = {"mkdocs.yml": "INHERIT: base.yml\nsite_url: https://example.org/manual/\n"}
    root = project(tmp_path)
    (root / "mkdocs.yml").rename(root / "base.yml")
    done = run(write(root, config), "mkdocs", "build", "--strict")
    assert done.returncode == 0, done.stderr[-3000:]
    assert not inspect(root / "site", "/manual/")
    assert {"GAT-004", "GAT-009", "GAT-011"} <= set(codes(inspect(root / "site")))


@pytest.mark.parametrize("case", MUTATIONS, ids=[case["name"] for case in MUTATIONS])
@pytest.mark.usefixtures("quick")
def test_a_change_is_found_where_it_stands(case: dict[str, Any], built: Path) -> None:
    path = built / case["file"]
    before = path.read_bytes() if path.exists() else None
    data, line = _changed(case, (before or b"").decode("utf-8", "replace"))
    try:
        path.write_bytes(data)
        found = inspect(built)
    finally:
        path.unlink() if before is None else path.write_bytes(before)
    elsewhere = {each.location.path for each in found} - {case["file"]}
    assert elsewhere == set(case.get("elsewhere", ()))
    here = [each for each in found if each.location.path == case["file"]]
    at_the_line = [each for each in here if each.location.line == line]
    others = [each for each in here if each.location.line != line]
    for findings, expected in ((at_the_line, case["expect"]), (others, case.get("also", []))):
        shown = sorted(f"{each.code} {each.message}" for each in findings)
        assert len(shown) == len(expected), (shown, [str(each.location) for each in here])
        for told, code_and_words in zip(shown, expected, strict=True):
            code, _, words = code_and_words.partition(" ")
            assert told.startswith(code), shown
            assert words in told, shown


def _changed(case: dict[str, Any], text: str) -> tuple[bytes, int]:
    """Return the changed file, and the line at which findings are expected."""
    if "hex" in case:
        return bytes.fromhex(case["hex"]), 1
    if "text" in case:
        return case["text"].encode("utf-8"), 1
    assert case["before"] in text, "the built site has changed"
    place = text.index(case["before"])
    added = case.get("insert") or case["replace"]
    rest = place if "insert" in case else place + len(case["before"])
    changed = text[:place] + added + text[rest:]
    mark = changed.rindex(case["at"], 0, place + len(added)) if "at" in case else place
    return changed.encode("utf-8"), changed.count("\n", 0, mark) + 1
