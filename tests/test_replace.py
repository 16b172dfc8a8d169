"""Writing a file: whatever happens on the way, it is the old one or the new one."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from process_manual.editing import RefusedError, move_over, replace_file
from tests.support import write

SMALL_DISK = "resource.setrlimit(resource.RLIMIT_FSIZE, (9999, 9999))"
OLD, NEW = b"old\n" * 1_000, b"new\n" * 100_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write(tmp_path, {"file.md": OLD})
    return tmp_path / "file.md"


def _fails(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


def test_the_new_file_takes_the_place_of_the_old_one_and_its_permissions(path: Path) -> None:
    path.chmod(0o640)
    replace_file(path, OLD, NEW)
    assert path.read_bytes() == NEW
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [each.name for each in path.parent.iterdir()] == ["file.md"]


def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "any").touch()
    replace_file(tmp_path / "folder/new.md", None, NEW)
    assert (tmp_path / "folder/new.md").read_bytes() == NEW
    assert (tmp_path / "folder/new.md").stat().st_mode == (tmp_path / "any").stat().st_mode


@pytest.mark.parametrize(
    "step", ["os.fdopen", "os.fsync", "pathlib.Path.chmod", "pathlib.Path.replace"]
)
def test_a_step_that_fails_leaves_the_old_file_and_nothing_else(
    step: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(step, _fails)
    with pytest.raises(RefusedError, match=r"cannot write file\.md: no space left on device"):
        replace_file(path, OLD, NEW)
    assert path.read_bytes() == OLD
    assert [each.name for each in path.parent.iterdir()] == ["file.md"]


def test_a_new_folder_does_not_stay_behind_without_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.fsync", _fails)
    with pytest.raises(RefusedError):
        replace_file(tmp_path / "folder/new.md", None, NEW)
    assert list(tmp_path.iterdir()) == []


def test_somebody_elses_change_is_not_overwritten(path: Path) -> None:
    path.write_bytes(b"theirs\n")
    for before in (OLD, None):
        with pytest.raises(RefusedError, match="changed by somebody else"):
            replace_file(path, before, NEW)
    assert path.read_bytes() == b"theirs\n"


def _run(program: str, path: Path) -> int:
    lines = f"""
import os, pathlib, resource, signal
from process_manual.editing import replace_file
path = pathlib.Path({str(path)!r})
def kill(*_): os.kill(os.getpid(), signal.SIGKILL)
{program}
replace_file(path, path.read_bytes(), b"new\\n" * 100_000)
"""
    return subprocess.run([sys.executable, "-c", lines], stderr=subprocess.PIPE).returncode


@pytest.mark.parametrize(
    "program",
    [
        "os.fsync = kill",
        "pathlib.Path.chmod = kill",
        "pathlib.Path.replace = kill",
        f"signal.signal(signal.SIGXFSZ, kill); {SMALL_DISK}",
    ],
    ids=["written", "on disk", "about to take the name", "in the middle of writing"],
)
def test_a_program_that_is_killed_leaves_the_old_file(program: str, path: Path) -> None:
    assert _run(program, path) < 0
    assert path.read_bytes() == OLD


def test_a_program_that_is_killed_just_after_leaves_the_new_file(path: Path) -> None:
    program = (
        "old = pathlib.Path.replace\ndef both(*a): old(*a); kill()\npathlib.Path.replace = both"
    )
    assert _run(program, path) < 0
    assert path.read_bytes() == NEW


def test_a_full_disk_leaves_the_old_file_and_nothing_else(path: Path) -> None:
    assert _run(SMALL_DISK, path) == 1
    assert path.read_bytes() == OLD
    assert [each.name for each in path.parent.iterdir()] == ["file.md"]


def test_one_file_takes_the_place_of_another(path: Path) -> None:
    write(path.parent, {"file.next.md": NEW})
    move_over(path.with_name("file.next.md"), path, path)
    assert path.read_bytes() == NEW
    assert [each.name for each in path.parent.iterdir()] == ["file.md"]


def test_one_file_takes_the_place_of_another_under_a_new_name(path: Path) -> None:
    write(path.parent, {"other.next.md": NEW})
    move_over(path.with_name("other.next.md"), path.with_name("other.md"), path)
    assert [each.name for each in path.parent.iterdir()] == ["other.md"]


def test_nothing_moves_when_the_old_file_cannot_go_or_the_name_is_taken(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(path.parent, {"other.next.md": NEW})
    source, target = path.with_name("other.next.md"), path.with_name("other.md")
    monkeypatch.setattr("pathlib.Path.unlink", _fails)
    with pytest.raises(RefusedError, match=r"cannot replace file\.md: no space"):
        move_over(source, target, path)
    assert sorted(each.name for each in path.parent.iterdir()) == ["file.md", "other.next.md"]
    target.write_bytes(b"third")
    with pytest.raises(RefusedError, match=r"other\.md is there already"):
        move_over(source, target, path)
    assert target.read_bytes() == b"third"
