"""What the gate may find is explained, and the examples do what they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from process_manual.cli import main
from process_manual.diagnostics import Finding
from process_manual.gate import inspect
from process_manual.gate.codes import Code, codes
from process_manual.rules import REGISTRY
from process_manual.rules.documentation import parsed
from tests.gate_sites import AFTER, BEFORE, GATE, codes_in, site
from tests.support import ROOT, shown

EACH_CODE = pytest.mark.parametrize("code", codes().values(), ids=lambda code: code.code)


def _found(example: str, folder: Path) -> tuple[Finding, ...]:
    """Return what the gate says of a clean site with the files of an example."""
    _, *parts = re.split(r"^# (\S+)\n", example, flags=re.MULTILINE)
    assert parts, example
    files = {
        name: BEFORE + text + AFTER if name.endswith(".html") else text
        for name, text in zip(parts[::2], parts[1::2], strict=True)
    }
    return inspect(site(folder, files))


def test_every_code_that_may_be_found_is_explained_and_has_a_case() -> None:
    raised = {code for path in GATE.glob("*.py") for code in codes_in(path.read_text("utf-8"))}
    cases = [*(ROOT / "tests/gate").glob("*.yml"), *(ROOT / "tests").glob("test_gate*.py")]
    assert set(codes()) == raised
    assert set(codes()) <= {code for path in cases for code in codes_in(path.read_text("utf-8"))}
    assert not codes().keys() & REGISTRY.keys()


@EACH_CODE
def test_a_code_is_documented_in_four_parts(code: Code) -> None:
    doc = parsed(code.documentation)
    assert doc.summary.endswith(".")
    assert doc.why.endswith(".")
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", code.name)


@EACH_CODE
def test_the_bad_example_is_found_under_this_code_only(code: Code, tmp_path: Path) -> None:
    findings = _found(parsed(code.documentation).bad, tmp_path)
    assert {finding.code for finding in findings} == {code.code}, shown(findings)


@EACH_CODE
def test_the_good_example_is_clean(code: Code, tmp_path: Path) -> None:
    assert not shown(_found(parsed(code.documentation).good, tmp_path))


@EACH_CODE
def test_each_code_is_explained_like_a_rule(code: Code) -> None:
    result = CliRunner().invoke(main, ["explain", code.code.lower()])
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{code.code} {code.name}: an error")
    doc = parsed(code.documentation)
    for part in ("Why: ", doc.bad.splitlines()[-1], doc.good.splitlines()[-1]):
        assert part in result.stdout


def test_a_code_of_nobody_is_answered_with_the_families() -> None:
    result = CliRunner().invoke(main, ["explain", "GAT-999"])
    assert result.exit_code == 2
    assert "GAT" in result.stderr
    assert "RAC" in result.stderr
