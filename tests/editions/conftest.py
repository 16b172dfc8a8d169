"""Three signed editions, and copies of their store for tests to tamper with."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.editions.stores import Office, new_key, signers_of, with_editions


@pytest.fixture(autouse=True, scope="session")
def no_waiting_for_the_disk() -> Iterator[None]:
    """A busy disk takes seconds; a killed process loses nothing that was written without it.

    That the real one is asked, and what a cut of power would leave, have tests of their own.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.fsync", lambda handle: None)
        yield


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Three signed editions, of which tests take copies; `stranger` is another's key."""
    folder = tmp_path_factory.mktemp("office")
    key = new_key(folder)
    new_key(folder, "stranger")
    signers_of(key)
    return with_editions(folder, ["one", "two", "three"], key)


@pytest.fixture
def office(made: Office, tmp_path: Path) -> Office:
    shutil.copytree(made.store, tmp_path / "store", symlinks=True)
    return Office(tmp_path, made.key, made.published)
