"""The baseline: what was wrong when the rules were adopted may wait, and the list only shrinks."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from process_manual.checking import check
from process_manual.cli import main
from process_manual.cli.baseline import as_text
from process_manual.diagnostics import one_line
from process_manual.loading.baseline import ENVIRONMENT, FILE
from process_manual.loading.characters import HIDDEN
from process_manual.loading.yamlreader import read_yaml
from process_manual.views.fingerprints import Identity
from tests.patches import patched
from tests.projects import project
from tests.projects import run as run_module
from tests.support import AS_OF, shown, write

TWO_FAULTS = "# EXA-010\npurpose:\n# EXA-020\nscope:\n"
ENTRY = "- {rule: DOC-004, where: EXA-010, message: '`purpose` is missing'}\n"
OTHER = "- {rule: RAC-002, where: EXA-020, message: 'step A1 has nobody responsible'}\n"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A manual with two errors, as an organisation brings it along."""
    return patched(tmp_path / "old", TWO_FAULTS)


def _run(root: Path, *arguments: str) -> Result:
    command = ["check", "--root", str(root), "--as-of", AS_OF.isoformat(), *arguments]
    return CliRunner().invoke(main, command)


def _git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=T", "-c", "user.email=t@example.org"]
    subprocess.run(["git", "-C", str(root), *identity, *arguments], check=True, capture_output=True)


def _commit(root: Path) -> None:
    _git(root, "init", "-q")
    _git(root, "add", ".")
    _git(root, "commit", "-qm", "x")


def _listed(known: str = "") -> str:
    return f"as_of: 2026-06-30\nknown: {'[]' if not known else ''}\n{known}"


def test_what_is_wrong_on_the_day_is_listed_and_lets_the_check_pass(old: Path) -> None:
    assert _run(old).exit_code == 1
    result = _run(old, "--baseline")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert f"{FILE}: 2 known findings\n" in result.stderr
    assert (old / FILE).read_text("utf-8").splitlines()[2:] == [
        "as_of: 2026-06-30",
        "known:",
        '- {rule: DOC-004, where: "EXA-010", message: "`purpose` is missing"}',
        '- {rule: DOC-004, where: "EXA-020", message: "`scope` is missing"}',
    ]
    assert _run(old).exit_code == 0
    assert ": 0 errors, 0 warnings, 2 in the baseline; " in _run(old).stderr


def test_all_lists_what_is_held_back(old: Path) -> None:
    _run(old, "--baseline")
    assert _run(old).stdout == ""
    assert "EXA-010-fault-handling.md:1:1: known DOC-004: `purpose`" in _run(old, "--all").stdout


STRANGERS = "# EXA-010\nactivities:\n" + "".join(
    f"- {{id: A{n}, raci: {{A: desk-lead, R: desk-analyst, C: nobody-known}}}}\n" for n in (1, 2)
)


def test_a_finding_stays_known_when_its_line_and_its_file_move(old: Path) -> None:
    patched(old, STRANGERS)
    assert _run(old, "--baseline").exit_code == 0
    places = {finding.location.line for finding in check(old, AS_OF).known}
    assert len(places) > 1
    (path,) = old.rglob("EXA-010-*.md")
    text = path.read_text("utf-8").replace("---\n", "---\n# one\n# two\n# three\n", 1)
    path.with_name("EXA-010-renamed.md").write_text(text, "utf-8")
    path.unlink()
    assert shown(check(old, AS_OF).findings) == []
    assert {finding.location.line - 3 for finding in check(old, AS_OF).known} == places


def test_a_new_finding_is_not_taken_in(old: Path) -> None:
    _run(old, "--baseline")
    before = (old / FILE).read_bytes()
    patched(old, TWO_FAULTS + "# EXA-011\npurpose:\n")
    result = _run(old, "--baseline")
    assert result.exit_code == 1
    assert re.search(r"EXA-011.*error DOC-004: `purpose` is missing", result.stdout)
    assert "EXA-010" not in result.stdout
    assert "cannot go into the baseline" in result.stderr
    assert (old / FILE).read_bytes() == before


def test_what_is_mended_is_taken_out_and_the_day_stays(old: Path) -> None:
    _run(old, "--baseline")
    patched(old, "# EXA-020\nscope:\n")
    assert "EXC-004: the finding `DOC-004` of EXA-010 is mended" in _run(old).stdout
    assert _run(old).exit_code == 0
    later = ["check", "-C", str(old), "--as-of", "2026-07-15", "--baseline"]
    result = CliRunner().invoke(main, later)
    assert result.exit_code == 0
    assert f"{FILE}: 1 known finding, 1 taken out" in result.stderr
    text = (old / FILE).read_text("utf-8")
    assert "as_of: 2026-06-30" in text
    assert "EXA-010" not in text
    assert _run(old).stdout == ""
    assert "stays as it is" in _run(old, "--baseline").stderr


def test_the_last_one_mended_leaves_an_empty_list_and_no_way_back(old: Path) -> None:
    _run(old, "--baseline")
    patched(old, "")
    assert _run(old, "--baseline").exit_code == 0
    assert (old / FILE).read_text("utf-8").endswith("known: []\n")
    patched(old, TWO_FAULTS)
    assert _run(old, "--baseline").exit_code == 1
    assert (old / FILE).read_text("utf-8").endswith("known: []\n")


def test_nothing_is_written_while_something_cannot_be_read(old: Path) -> None:
    write(old, {"processes/example/EXA-099-x.md": "---\nid: EXA-099\n---\n"})
    result = _run(old, "--baseline")
    assert result.exit_code == 1
    assert "mend first what cannot be read" in result.stderr
    assert not (old / FILE).exists()


def test_what_may_not_wait_is_left_as_an_error(old: Path) -> None:
    unsafe = "\n# EXA-011, text added\nThe password: Winter-2026\n\n<script>x</script>\n"
    patched(old, TWO_FAULTS + unsafe)
    result = _run(old, "--baseline")
    assert result.exit_code == 1
    assert {line.split()[2] for line in result.stdout.splitlines() if ": error" in line} == {
        "SAF-003:",
        "TXT-004:",
    }
    assert "password" not in (old / FILE).read_text("utf-8")


def test_a_dry_run_writes_nothing(old: Path) -> None:
    result = _run(old, "--baseline", "--dry-run")
    assert "would write" in result.stderr
    assert "2 known findings" in result.stderr
    assert not (old / FILE).exists()


def test_a_baseline_is_of_the_whole_manual(old: Path) -> None:
    result = _run(old, "--baseline", str(old / "processes/example"))
    assert result.exit_code == 2
    assert "whole manual" in result.output


# Growing ---------------------------------------------------------------------------------------


def test_an_entry_that_the_commit_before_lacks_is_refused(tmp_path: Path) -> None:
    root = patched(tmp_path / "m", TWO_FAULTS)
    write(root, {FILE: _listed(ENTRY)})
    _commit(root)
    grown = _listed(ENTRY + ENTRY.replace("EXA-010", "EXA-020").replace("purpose", "scope"))
    write(root, {FILE: grown})
    result = _run(root)
    assert result.exit_code == 1
    assert f"{FILE}:4:3: error EXC-003: `DOC-004` of EXA-020 is new here" in result.stdout
    assert "error DOC-004: `scope` is missing" in result.stdout, "and it holds nothing back"
    assert "`purpose`" not in result.stdout


def test_the_same_entry_once_more_is_growth_too(tmp_path: Path) -> None:
    root = patched(tmp_path / "m", TWO_FAULTS)
    write(root, {FILE: _listed(ENTRY)})
    _commit(root)
    write(root, {FILE: _listed(ENTRY + ENTRY)})
    assert f"{FILE}:4:3: error EXC-003" in _run(root).stdout


def test_a_first_baseline_is_compared_with_nothing(old: Path) -> None:
    _commit(old)
    assert _run(old, "--baseline").exit_code == 0
    assert _run(old).exit_code == 0


def test_a_baseline_written_anew_holds_no_more_than_the_one_before(tmp_path: Path) -> None:
    root = patched(tmp_path / "m", TWO_FAULTS)
    write(root, {FILE: _listed(ENTRY)})
    _commit(root)
    (root / FILE).unlink()
    assert _run(root, "--baseline").exit_code == 1
    assert (root / FILE).read_text("utf-8").count("- {") == 1
    assert "EXC-003" not in _run(root).stdout


BASES = {
    "the same": (_listed(ENTRY), set[str]()),
    "longer": (_listed(ENTRY + OTHER), set[str]()),
    "empty": (_listed(), {"EXC-003"}),
    "another": (_listed(OTHER), {"EXC-003"}),
    "no text": ("", {"EXC-003"}),
    "not readable": ("as_of: [", {"EXC-003"}),
    "not UTF-8": (b"\xff\xfe", {"EXC-003"}),
    "none yet": (None, set[str]()),
}


@pytest.mark.parametrize("case", BASES)
def test_a_pipeline_names_the_baseline_of_the_base_branch(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, expected = BASES[case]
    root = patched(tmp_path / "m", "# EXA-010\npurpose:\n")
    write(root, {FILE: _listed(ENTRY)})
    if content is not None:
        write(tmp_path, {"base.yml": content})
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path / "base.yml"))
    findings = check(root, AS_OF).findings
    assert {f.code for f in findings} - {"DOC-004"} == expected, shown(findings)
    assert ("DOC-004" in {f.code for f in findings}) == bool(expected)


def test_the_base_branch_counts_more_than_the_commit_in_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = patched(tmp_path / "m", "# EXA-010\npurpose:\n")
    write(root, {FILE: _listed(ENTRY)})
    _commit(root)
    assert check(root, AS_OF).errors == ()
    write(tmp_path, {"base.yml": _listed()})
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path / "base.yml"))
    assert {f.code for f in check(root, AS_OF).errors} == {"EXC-003", "DOC-004"}


# The file --------------------------------------------------------------------------------------

BROKEN = {
    "known: []\n": "1:1 DOC-004 `as_of` is missing",
    "as_of: yesterday\n": "1:8 DOC-003 `as_of` `yesterday` is not a date",
    "as_of: 2026-06-30\nknow: []\n": "2:1 DOC-002 unknown key `know`",
    "as_of: 2026-06-30\nknown: all\n": "2:8 DOC-003 `known` must be a list",
    "as_of: 2026-06-30\nknown:\n- RAC-001\n": "3:3 DOC-003 the 1st item of `known` must be a block",
    "as_of: 2026-06-30\nknown:\n- {rule: A, where: B}\n": "3:3 DOC-004 `message` is missing",
    "as_of: 2026-06-30\nknown: [\n": "3:1 DOC-001 ",
    "": "1:1 DOC-001 there are no fields",
}


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_baseline_is_a_finding_at_its_place(text: str, tmp_path: Path) -> None:
    root = write(patched(tmp_path / "m", "# EXA-010\npurpose:\n"), {FILE: text})
    before = (root / FILE).read_bytes()
    result = _run(root)
    assert result.exit_code == 1
    place, code, message = BROKEN[text].split(" ", 2)
    assert f"{FILE}:{place}: error {code}: {message}" in result.stdout
    assert "error DOC-004: `purpose` is missing" in result.stdout, "nothing is held back"
    assert _run(root, "--baseline").exit_code == 1
    assert (root / FILE).read_bytes() == before


def test_one_broken_entry_leaves_the_others_in_force(tmp_path: Path) -> None:
    root = patched(tmp_path / "m", "# EXA-010\npurpose:\n")
    write(root, {FILE: _listed("- {rule: RAC-001, where: EXA-020}\n" + ENTRY)})
    (finding,) = check(root, AS_OF).findings
    assert (finding.code, str(finding.location)) == ("DOC-004", f"{FILE}:3:3")


# What no file of a manual can hold cannot be in a finding either.
texts = st.text(min_size=1).map(one_line).filter(lambda text: text and not HIDDEN.search(text))


@given(st.lists(st.tuples(texts, texts), max_size=5))
def test_any_finding_comes_back_from_the_file_as_it_was(pairs: list[tuple[str, str]]) -> None:
    known = [Identity("RAC-001", where, message) for where, message in pairs]
    found = read_yaml(as_text(AS_OF, known))
    assert found.faults == []
    assert [(e["rule"], e["where"], e["message"]) for e in found.data.get("known", [])] == known


# The site --------------------------------------------------------------------------------------


def test_the_build_holds_back_the_same_and_shows_it(tmp_path: Path) -> None:
    root = patched(project(tmp_path), TWO_FAULTS)
    assert run_module(root, "mkdocs", "build", "--strict").returncode != 0
    assert _run(root, "--baseline").exit_code == 0
    done = run_module(root, "mkdocs", "build", "--strict")
    assert done.returncode == 0, done.stderr
    assert "0 errors, 0 warnings, 2 in the baseline" in done.stderr
    page = (root / "site/registers/waivers/index.html").read_text("utf-8")
    section = page[page.index('<h2 id="known"') :]
    assert re.search(r"DOC-004.*<code>purpose</code> is missing", section, re.DOTALL)
    assert "30 June 2026" in section
