"""``bundle``: what it holds, what it refuses, and that nothing half-written is ever left."""

from __future__ import annotations

import datetime
import hashlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from process_manual.bundling import building
from process_manual.bundling.checkout import Commit
from process_manual.editions.entry import Entry, read_entry
from process_manual.editions.store import read_stored
from tests.editions.repositories import DAY, command, commit, git, repository, tool
from tests.projects import AS_HOOK, tree
from tests.support import write


@pytest.fixture(scope="module")
def manual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example manual as a repository; tests change copies of it."""
    return repository(tmp_path_factory.mktemp("manual") / "manual", {"processes/.gitkeep": ""})


@pytest.fixture(scope="module")
def made(manual: Path) -> Path:
    """Its first bundle."""
    target = manual.parent / "made"
    done = tool(manual, "bundle", "2026-06", "--store", "../store", "--output", target)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1].startswith("made edition 2026-06 (1, the first) of ")
    return target


@pytest.fixture
def copy(manual: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(manual, tmp_path / "manual", symlinks=True))


def test_a_bundle_is_site_source_list_hashes_and_entry(made: Path) -> None:
    assert {path.name for path in made.iterdir()} == {
        "site",
        "source",
        "DEFINITIONS.tsv",
        "SHA256SUMS",
        "ENTRY",
    }
    assert (made / "site/processes/EXA-010/index.html").is_file()
    assert {path.name for path in (made / "source").iterdir()} == {
        "docs",
        "mkdocs.yml",
        "processes",
    }


def test_sha256sum_finds_every_file_as_the_list_says(made: Path) -> None:
    done = subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=made)
    assert done.returncode == 0
    listed = [line[66:] for line in (made / "SHA256SUMS").read_text().splitlines()]
    assert listed == sorted(listed)
    assert set(listed) == tree(made).keys() - {"SHA256SUMS", "ENTRY"}


def test_the_entry_says_what_the_bundle_is_made_of(made: Path, manual: Path) -> None:
    entry = read_entry((made / "ENTRY").read_bytes())
    assert isinstance(entry, Entry)
    assert (entry.sequence, entry.name, entry.previous) == (1, "2026-06", None)
    assert entry.commit == git(manual, "rev-parse", "HEAD")
    assert entry.as_of.isoformat() == DAY
    assert (entry.lock, entry.published) == (None, None)
    assert entry.manifest == _sha256(made / "SHA256SUMS")
    assert entry.definitions == _sha256(made / "DEFINITIONS.tsv")
    files = [made / path for path in tree(made) if path not in ("SHA256SUMS", "ENTRY")]
    assert entry.files == len(files)
    assert entry.size == sum(path.stat().st_size for path in files)


def test_the_source_is_what_the_commit_holds(made: Path, manual: Path) -> None:
    for path, hashed in tree(made / "source").items():
        kept = subprocess.run(["git", "show", f"HEAD:{path}"], cwd=manual, capture_output=True)
        assert hashlib.sha256(kept.stdout).hexdigest() == hashed, path


def test_modes_and_times_are_the_same_on_every_machine(made: Path, manual: Path) -> None:
    seconds = int(git(manual, "show", "--no-patch", "--format=%ct"))
    for path in (made, *made.rglob("*")):
        status = path.stat()
        assert status.st_mode & 0o7777 == (0o755 if path.is_dir() else 0o644), path
        assert status.st_mtime == seconds, path


NEXT = "processes/example/EXA-011-fault-priority.next.md"


def test_the_list_tells_drafts_retired_coming_and_superseded_versions_apart(
    manual: Path, copy: Path
) -> None:
    source = next((copy / "processes/example").glob("EXA-011-*.md"))
    text = source.read_text("utf-8")
    later = text.replace('version: "1.0"', 'version: "2.0"').replace(
        "effective_from: 2026-04-01", "effective_from: 2026-09-01"
    )
    later = later.replace("date: 2026-03-20", "date: 2026-06-20")
    draft = text.replace("id: EXA-011", "id: EXA-012").replace("status: approved", "status: draft")
    draft = draft[: draft.index("approvals:")] + draft[draft.index("history:") :]
    write(
        copy,
        {
            str(source.relative_to(copy)).replace(".md", ".next.md"): later,
            "processes/example/EXA-012-other.md": draft.replace("Fault priority", "Other matter"),
        },
    )
    listed = _listed(copy, "2026-06-30")
    assert listed["EXA-011", ""][1:3] == ["1.0", "in force"]
    assert listed["EXA-011", "yes"][1:3] == ["2.0", "coming"]
    assert listed["EXA-011", ""][-2] == "processes/EXA-011/index.html"
    assert listed["EXA-011", "yes"][-2] == "processes/EXA-011/next/index.html"
    assert listed["EXA-012", ""][2] == "draft"
    assert listed["EXA-012", ""][6:9] == ["", "", ""], "nobody approved it"
    listed = _listed(copy, "2026-09-01")
    assert listed["EXA-011", ""][2] == "superseded"
    assert listed["EXA-011", ""][-2] == "", "no page shows it any more"
    assert listed["EXA-011", "yes"][2] == "in force"
    assert listed["EXA-011", "yes"][-2] == "processes/EXA-011/index.html"


def test_the_list_names_role_and_post_of_who_approved(made: Path) -> None:
    head, *rows = (line.split("\t") for line in (made / "DEFINITIONS.tsv").read_text().splitlines())
    row = dict(zip(head, rows[0], strict=True))
    proof = (made / "site/processes/EXA-010/controlled.json").read_bytes()
    assert row == {
        "id": "EXA-010",
        "version": "1.1",
        "state": "in force",
        "effective_from": "2026-04-01",
        "retired_on": "",
        "digest": f"v1:sha256:{hashlib.sha256(proof).hexdigest()}",
        "approved_on": "2026-03-20",
        "approved_as": "head-of-it",
        "approved_by": "1001",
        "coming": "",
        "address": "processes/EXA-010/index.html",
        "title": "Fault handling",
    }


def _listed(root: Path, day: str) -> dict[tuple[str, str], list[str]]:
    """Return the rows that the program of the list writes, by id and ``coming``."""
    target = root.parent / "list.tsv"
    name = "process_manual.bundling.listing"
    settings = {**os.environ, "PROCESS_MANUAL_AS_OF": day}
    program = [*command()[:-1], name, str(root), str(target)]
    subprocess.run(program, env=settings, check=True)
    rows = [line.split("\t") for line in target.read_text("utf-8").splitlines()]
    return {(row[0], row[9]): row for row in rows[1:]}


# Refusals ---------------------------------------------------------------------------------------

BAD_NAMES = ("2026 11", "Ä", "A", "../x", "", "-x", "x.", "latest", "withdrawal-1", "con", "x" * 65)
SCRIPT = "{% extends 'base.html' %}{% block footer %}<script>alert(1)</script>{% endblock %}"
OVERRIDES = "theme: {name: material, custom_dir: overrides}\n"


def _own_theme(root: Path) -> None:
    text = (root / "mkdocs.yml").read_text()
    lines = [line for line in text.splitlines() if not line.startswith("theme")]
    commit(root, {"overrides/main.html": SCRIPT, "mkdocs.yml": "\n".join(lines) + "\n" + OVERRIDES})


def _shallow(root: Path) -> None:
    commit(root, {"more.txt": "x"})
    git(root.parent, "clone", "--quiet", "--depth=1", root.as_uri(), "shallow")
    shutil.rmtree(root)
    (root.parent / "shallow").rename(root)


REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "a changed file": (
        lambda root: write(root, {"docs/index.md": "# Another\n"}),
        "docs/index.md is not committed",
    ),
    "a file that git does not know": (
        lambda root: write(root, {"docs/new.md": "# N\n", "docs/more.md": "# M\n"}),
        "docs/more.md and 1 more is not committed",
    ),
    "a shallow clone": (_shallow, "this clone is shallow; run `git fetch --unshallow` first"),
    "a failing check": (
        lambda root: commit(root, {"processes/example/EXA-090-x.md": "---\nid: EXA-090\n---\n"}),
        "cannot be built",
    ),
    "a warning of MkDocs": (
        lambda root: commit(root, {"docs/index.md": "# X\n\n[gone](gone.md)\n"}),
        "cannot be built",
    ),
    "what the gate finds": (_own_theme, "the gate refuses what was built"),
    "another package than the locked one": (
        lambda root: commit(root, {"requirements.lock": "click==0.1 \\\n    --hash=sha256:0\n"}),
        "what is installed is not what requirements.lock says (click is ",
    ),
    "a package that is missing": (
        lambda root: commit(root, {"requirements.lock": "no-such-package==1.0 \\\n"}),
        "no-such-package 1.0 is not installed",
    ),
    "no repository": (lambda root: shutil.rmtree(root / ".git"), "not a git repository"),
    "a repository without a commit": (
        lambda root: (shutil.rmtree(root / ".git"), git(root, "init"), _ignore_all(root)),
        "an edition is made of a commit",
    ),
    "a link in what the build reads": (
        lambda root: ((root / "hooks").symlink_to("docs"), commit(root)),
        "hooks",
    ),
    "a folder that is there already": (
        lambda root: (root.parent / "out/2026-06").mkdir(parents=True),
        "is there already",
    ),
    "a folder that cannot be": (
        lambda root: (root.parent / "out").write_text("a file"),
        "cannot write into",
    ),
}


def _ignore_all(root: Path) -> None:
    (root / ".git/info/exclude").write_text("*\n")


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_become_an_edition_is_refused_in_one_line(case: str, copy: Path) -> None:
    spoil, expected = REFUSED[case]
    spoil(copy)
    before = _everything(copy.parent / "out")
    done = tool(copy, "bundle", "2026-06", "--store", "../store", "--output", "../out/2026-06")
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    last = done.stderr.splitlines()[-1]
    assert last.startswith("Error: ")
    assert expected in last
    assert _everything(copy.parent / "out") == before
    assert not (copy.parent / "store").exists()


def _everything(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def test_the_findings_of_a_failing_check_stand_above_that_line(copy: Path) -> None:
    commit(copy, {"processes/example/EXA-090-x.md": "---\nid: EXA-090\ntitel: X\n---\n"})
    done = tool(copy, "bundle", "2026-06", "--store", "../store")
    assert "EXA-090-x.md:3:1: DOC-002: unknown key `titel`" in done.stderr


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_bad_name_is_refused(name: str, manual: Path) -> None:
    done = tool(manual, "bundle", "--store", "../store", "--output", "../x", "--", name)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"Error: `{name}` cannot be the name of an edition: ")


def test_a_used_name_is_refused(made: Path, copy: Path) -> None:
    store = _store_of(made, copy.parent)
    done = tool(copy, "bundle", "2026-06", "--store", store)
    assert done.returncode == 1
    assert (
        done.stderr == "Error: the edition 2026-06 is there already, and none is ever made twice\n"
    )


def _store_of(made: Path, folder: Path) -> Path:
    """Return a store with one edition; nothing here looks at more than its ENTRY."""
    edition = Path(shutil.copytree(made, folder / "store/editions/2026-06"))
    with (edition / "ENTRY").open("a") as entry:
        entry.write("published: 2026-07-01T08:00:00Z\n")
    return folder / "store"


def test_the_next_bundle_follows_the_newest_entry(made: Path, copy: Path) -> None:
    store = _store_of(made, copy.parent)
    done = tool(copy, "bundle", "2026-07", "--store", store, "--as-of", "2026-07-31")
    assert done.returncode == 0, done.stderr
    assert "(2, after 2026-06)" in done.stderr
    entry = read_stored(copy / "dist/2026-07").entry
    assert isinstance(entry, Entry)
    assert entry.sequence == 2
    assert entry.previous == _sha256(store / "editions/2026-06/ENTRY")
    assert entry.as_of.isoformat() == "2026-07-31"


def test_without_a_store_it_is_wrong_use(manual: Path) -> None:
    assert tool(manual, "bundle", "2026-06").returncode == 2


def test_a_dry_run_writes_nothing(manual: Path, tmp_path: Path) -> None:
    done = tool(manual, "bundle", "x", "--store", tmp_path, "--output", tmp_path / "x", "--dry-run")
    assert done.returncode == 0
    assert done.stderr.startswith("would make edition x (1, the first) of ")
    assert not list(tmp_path.iterdir())


# Ended in the middle -----------------------------------------------------------------------------


def _while_building(manual: Path, out: Path) -> subprocess.Popen[bytes]:
    """Start a bundle, and return when it has begun to write."""
    arguments = ("bundle", "2026-06", "--store", "../store", "--output", out / "2026-06")
    started = subprocess.Popen(command(*arguments), cwd=manual, stderr=subprocess.DEVNULL)
    for _ in range(600):
        if list(out.glob(".2026-06.*.making/bundle/source")):
            return started
        time.sleep(0.05)
    raise AssertionError("it did not begin")


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_a_bundle_that_is_ended_leaves_nothing(
    end: signal.Signals, manual: Path, tmp_path: Path
) -> None:
    started = _while_building(manual, tmp_path / "out")
    started.send_signal(end)
    assert started.wait(30) != 0
    assert not list((tmp_path / "out").iterdir())


def test_what_a_killed_bundle_left_is_cleared_by_the_next(manual: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    started = _while_building(manual, out)
    started.kill()
    started.wait(30)
    assert not (out / "2026-06").exists()
    assert list(out.glob(".2026-06.*.making"))
    time.sleep(3)  # MkDocs outlives the program that started it
    done = tool(manual, "bundle", "2026-06", "--store", "../store", "--output", out / "2026-06")
    assert done.returncode == 0, done.stderr
    assert [path.name for path in out.iterdir()] == ["2026-06"]


def test_two_at_once_make_one_bundle(manual: Path, tmp_path: Path) -> None:
    arguments = ("bundle", "2026-06", "--store", "../store", "--output", tmp_path / "out/2026-06")
    both = [
        subprocess.Popen(command(*arguments), cwd=manual, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [each.communicate(timeout=120)[1] for each in both]
    assert sorted(each.returncode for each in both) == [0, 1], said
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["2026-06"]


# The same bytes ----------------------------------------------------------------------------------

HOSTILE = (
    "[core]\nautocrlf = true\n[log]\nshowSignature = true\n[status]\nshowUntrackedFiles = no\n"
)


def test_machine_user_and_settings_leave_no_trace(made: Path, copy: Path, tmp_path: Path) -> None:
    """Another path, time zone, locale, umask, hash seed, settings of git, and stray variables."""
    home = write(tmp_path / "home", {".gitconfig": HOSTILE})
    done = tool(
        copy,
        *("bundle", "2026-06", "--store", "../store", "--output", tmp_path / "a b/ü"),
        umask=0o077,
        HOME=str(home),
        TZ="Pacific/Auckland",
        LC_ALL="C",
        LANG="C",
        PYTHONHASHSEED="7",
        SOURCE_DATE_EPOCH="1",
        PROCESS_MANUAL_EDITION="other",
        PROCESS_MANUAL_AS_OF="2020-01-01",
        PROCESS_MANUAL_BASELINE="/nonexistent",
    )
    assert done.returncode == 0, done.stderr
    again = tmp_path / "a b/ü"
    assert tree(again) == tree(made)
    modes = {path.relative_to(again): path.stat().st_mode for path in again.rglob("*")}
    assert modes == {path.relative_to(made): path.stat().st_mode for path in made.rglob("*")}


def test_the_build_learns_no_secret_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TOKEN", "canary")
    day = datetime.date(2026, 6, 30)
    order = building.Order(Commit("0" * 40, day, 1, ""), "x", day, None)
    told = building.environment(order, tmp_path)
    assert "canary" not in told.values()
    assert set(told) - {"PATH", "SYSTEMROOT"} == {
        *("HOME", "LC_ALL", "TZ", "PYTHONUTF8", "PYTHONDONTWRITEBYTECODE", "NO_MKDOCS_2_WARNING"),
        *("GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_GLOBAL", "SOURCE_DATE_EPOCH"),
        *(f"PROCESS_MANUAL_{name}" for name in ("EDITION", "PREVIOUS", "AS_OF")),
    }


def test_a_manual_in_a_folder_of_its_repository_is_bundled(tmp_path: Path) -> None:
    repository(tmp_path / "all/manual")
    shutil.rmtree(tmp_path / "all/manual/.git")
    git(tmp_path / "all", "init", "--quiet")
    commit(tmp_path / "all", {"other.txt": "x"})
    done = tool(tmp_path / "all/manual", "bundle", "x", "--store", "../../s", "--output", "../../x")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "x/source/mkdocs.yml").is_file()
    assert not (tmp_path / "x/source/other.txt").exists()


def test_a_site_with_a_path_in_its_address_is_bundled(copy: Path) -> None:
    text = (copy / "mkdocs.yml").read_text()
    commit(copy, {"mkdocs.yml": f"{text}site_url: https://intranet.example.org/manual/\n"})
    arguments = ("bundle", "x", "--store", "../store")
    assert "the gate refuses what was built" in tool(copy, *arguments).stderr
    assert tool(copy, *arguments, "--served-at", "/manual/").returncode == 0
    assert tool(copy, *arguments, "--served-at", "manual").returncode == 2


def test_the_hooks_of_the_commit_make_the_edition(tmp_path: Path) -> None:
    """Not those of the working copy that the command was started from."""
    package = "hooks/process_manual"
    root = repository(tmp_path / "manual", door=AS_HOOK)
    probe = "raise SystemExit('the package of the clone')\n"
    commit(root, {f"{package}/__init__.py": probe})
    done = tool(root, "bundle", "x", "--store", "../store")
    assert done.returncode == 1
    assert "the package of the clone" in done.stderr


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
