"""``rebuild``: every edition again from its commit, on a machine that is different in every way."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from process_manual.editions.store import Store
from tests.editions.repositories import commit, git, new_version, repository, tool
from tests.projects import tree
from tests.support import write

NAMES = ("2026-06", "2026-07", "2026-08")
ELSEWHERE = {"TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONHASHSEED": "7", "LANG": "tr_TR.UTF-8"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three editions: the first, a new draft and page, a new version; the manual lies beside."""
    root = repository(tmp_path_factory.mktemp("rebuilding") / "manual")
    _publish(root, NAMES[0])
    write(root, {"docs/more.md": "# More\n\nMuch more.\n", "docs/notes.txt": "text\r\n"})
    commit(root, day="2026-07-15")
    _publish(root, NAMES[1])
    new_version(root, "EXA-011", "Ten people in one room", "Ten in a room", "2026-08-03")
    _publish(root, NAMES[2])
    return root.parent / "store"


def _publish(root: Path, name: str) -> None:
    done = tool(root, "publish", name, "--store", "../store", "--no-tag")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", NAMES)
def test_every_edition_is_made_again_with_the_same_bytes(
    name: str, store: Path, tmp_path: Path
) -> None:
    """On another path, in another time zone, locale, umask and hash seed, months later."""
    clone = tmp_path / "another place" / "clone"
    git(tmp_path, "clone", "--quiet", str(store.parent / "manual"), str(clone))
    done = tool(
        clone, "rebuild", name, "--store", store, "--output", "../again", umask=0o077, **ELSEWHERE
    )
    files = Store(store).edition(name).entry.files  # type: ignore[union-attr]
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"edition {name} made again: all {files} files are equal" in done.stderr
    again = tree(clone.parent / "again")
    stored = tree(store / "editions" / name)
    assert again == {path: stored[path] for path in stored if path not in ("ENTRY", "SHA256SUMS")}


def test_the_editions_differ_in_what_was_changed(store: Path) -> None:
    """Or the proof above would say little."""
    first, _, third = (tree(store / "editions" / name) for name in NAMES)
    page = "site/processes/EXA-011/index.html"
    assert first[page] != third[page]
    assert first["site/index.html"] != third["site/index.html"] or "site/more.html" in third


def _tampered(store: Path, tmp_path: Path) -> Path:
    """Return a store where somebody changed a page, and all hashes with it."""
    copy = Path(shutil.copytree(store, tmp_path / "store", symlinks=True))
    folder = copy / "editions" / NAMES[2]
    _replace(folder / "site/index.html", b"<h1>Another</h1>")
    _replace(folder / "site/extra.txt", b"more")
    (folder / "site/search/search_index.js").unlink()
    return copy


def _replace(path: Path, data: bytes) -> None:
    path.unlink(missing_ok=True)
    path.write_bytes(data)


def test_what_differs_is_listed_file_by_file(store: Path, tmp_path: Path) -> None:
    from process_manual.editions import manifest
    from process_manual.editions.entry import read_entry, sha256

    copy = _tampered(store, tmp_path)
    folder = copy / "editions" / NAMES[2]
    hashes, size = manifest.measure(folder)
    sums = manifest.encode(hashes)
    _replace(folder / "SHA256SUMS", sums)
    text = (folder / "ENTRY").read_text()
    for key, value in {"manifest": sha256(sums), "files": len(hashes), "bytes": size}.items():
        line = next(line for line in text.splitlines() if line.startswith(f"{key}: "))
        text = text.replace(line, f"{key}: {value}")
    read_entry(text.encode())
    _replace(folder / "ENTRY", text.encode())
    done = tool(store.parent / "manual", "rebuild", NAMES[2], "--store", copy)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "site/extra.txt: not made again",
        "site/index.html: differs",
        "site/search/search_index.js: not in the edition",
    ]
    assert "3 of " in done.stderr.splitlines()[-1]


def test_a_list_of_hashes_that_the_entry_does_not_hold_is_refused(
    store: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(store, tmp_path / "store", symlinks=True))
    sums = copy / "editions" / NAMES[0] / "SHA256SUMS"
    _replace(sums, sums.read_bytes() + b"\n")
    done = tool(store.parent / "manual", "rebuild", NAMES[0], "--store", copy)
    assert done.returncode == 1
    assert "SHA256SUMS: not the file that ENTRY holds" in done.stderr


def test_an_edition_or_commit_that_is_not_there_is_refused(store: Path, tmp_path: Path) -> None:
    done = tool(store.parent / "manual", "rebuild", "2020-01", "--store", store)
    assert (done.returncode, "no edition `2020-01`" in done.stderr) == (1, True)
    other = repository(tmp_path / "manual", {"docs/x.md": "# X\n"})
    done = tool(other, "rebuild", NAMES[0], "--store", store)
    assert (done.returncode, "is not in this clone; fetch it first" in done.stderr) == (1, True)


def test_without_the_files_of_the_edition_before_it_is_refused(store: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(store, tmp_path / "store", symlinks=True))
    for name in ("site", "source"):
        shutil.rmtree(copy / "editions" / NAMES[0] / name)
    (copy / "editions" / NAMES[0] / "DEFINITIONS.tsv").unlink()
    done = tool(store.parent / "manual", "rebuild", NAMES[1], "--store", copy)
    assert done.returncode == 1
    assert "the files of 2026-06, the edition before, are gone" in done.stderr


LOCKS = (
    "annotated-types==0.0.1 \\\n    --hash=sha256:0\npywin32==1.0 ; sys_platform == 'win32' \\\n"
)


def test_other_packages_and_another_python_are_said_first(tmp_path: Path) -> None:
    """The lock file of the commit is what counts, not that of the working copy."""
    root = repository(tmp_path / "manual")
    _publish(root, "a")
    commit(root, {"requirements.lock": LOCKS})
    folder = tmp_path / "store/editions/a"
    text = (folder / "ENTRY").read_text()
    python = next(line for line in text.splitlines() if line.startswith("python: "))
    commit_line = next(line for line in text.splitlines() if line.startswith("commit: "))
    text = text.replace(python, "python: 3.9.1")
    text = text.replace(commit_line, f"commit: {git(root, 'rev-parse', 'HEAD')}")
    _replace(folder / "ENTRY", text.encode())
    done = tool(root, "rebuild", "a", "--store", "../store")
    lines = done.stderr.splitlines()
    assert done.returncode == 1
    assert lines[0] == "requirements.lock of the commit is not the one that ENTRY holds"
    assert lines[1].startswith("Python is ")
    assert lines[1].endswith("; the edition was made with 3.9.1")
    assert lines[2].startswith("annotated-types is ")
    assert "pywin32" not in done.stderr, "that is meant for another system"
    assert lines[-1].endswith("or try --anyway")
    done = tool(root, "rebuild", "a", "--store", "../store", "--anyway")
    assert done.stdout.splitlines() == ["source/requirements.lock: not in the edition"]
