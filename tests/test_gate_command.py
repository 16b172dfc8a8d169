"""The command `process-manual gate`, and the policy that it writes."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from process_manual.cli import main
from process_manual.gate import csp
from tests.gate_sites import AFTER, BEFORE, PAGE, site
from tests.support import ROOT


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["gate", *map(str, arguments)])


def test_a_clean_site_on_the_command_line(tmp_path: Path) -> None:
    top = site(tmp_path, {})
    result = _run(top, "--csp", tmp_path / "out", "--dry-run")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert f"2 pages of {top} checked: 0 errors, 0 warnings\n" in result.stderr
    assert "would write csp.txt, nginx.conf, Caddyfile" in result.stderr
    assert not (tmp_path / "out").exists()
    assert _run(top, "--csp", tmp_path / "out").exit_code == 0
    assert (tmp_path / "out/csp.txt").read_text("utf-8") == csp.header() + "\n"
    assert csp.header() in (tmp_path / "out/nginx.conf").read_text("utf-8")
    assert csp.header() in (tmp_path / "out/Caddyfile").read_text("utf-8")


def test_findings_on_the_command_line(tmp_path: Path) -> None:
    top = site(tmp_path, {PAGE: BEFORE + '<a href="othr.html">x</a>' + AFTER})
    result = _run(top, "--csp", tmp_path / "out")
    assert result.exit_code == 1
    assert f"{PAGE}:3:1: error GAT-011: `othr.html` leads to nothing\n" in result.stdout
    assert "did you mean `guide/other.html`?" in result.stdout
    assert not (tmp_path / "out").exists()


def test_wrong_use(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    top = site(tmp_path, {})
    for arguments in (
        [tmp_path / "nowhere"],
        [tmp_path / "empty"],
        [top / "index.html"],
        [top, "--served-at", "manual"],
        [top, "--served-at", '/"/'],
        [top, "--csp", top / "index.html/out"],
    ):
        result = _run(*arguments)
        assert result.exit_code == 2, arguments
        assert "Traceback" not in result.output


def test_the_guide_shows_what_the_gate_writes() -> None:
    guide = (ROOT / "docs/guide/serving.md").read_text("utf-8")
    for text in csp.files().values():
        assert text in guide


def test_the_policy_allows_no_other_host() -> None:
    for name, values in csp.directives().items():
        assert values, name
        for value in values:
            assert value == "data:" or value.startswith("'"), (name, value)
            assert "unsafe" not in value or value == "'wasm-unsafe-eval'"
