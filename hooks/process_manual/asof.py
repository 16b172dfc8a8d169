"""The as-of date: the day that calendar questions are answered for."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

from process_manual.repository import RepositoryError, git

ENVIRONMENT = "PROCESS_MANUAL_AS_OF"


def as_of_date(root: Path) -> datetime.date:
    """Return the as-of date of the manual in ``root``.

    The first of: ``PROCESS_MANUAL_AS_OF``; ``SOURCE_DATE_EPOCH`` (reproducible-builds.org, seconds
    since 1970 in UTC); the date of the current commit, when nothing under ``root`` differs from
    it. Otherwise today, the date that a commit of the work in hand would bear.

    Raises ValueError when one of the two variables holds no date.
    """
    return _stated() or commit_date(root) or today()


def working_date() -> datetime.date:
    """Return the date of what is written now: of the two variables, otherwise today.

    It is the as-of date that the manual has as soon as something in it was changed.
    """
    return _stated() or today()


def _stated() -> datetime.date | None:
    """Return the date that one of the two variables states."""
    if text := os.environ.get(ENVIRONMENT):
        return parse(text, ENVIRONMENT)
    if epoch := os.environ.get("SOURCE_DATE_EPOCH"):
        try:
            return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC).date()
        except (ValueError, OverflowError, OSError):
            raise ValueError(f"SOURCE_DATE_EPOCH is not a number of seconds: {epoch}") from None
    return None


def parse(text: str, name: str) -> datetime.date:
    """Return the date in ``text``; raises ValueError that names where it came from."""
    try:
        return datetime.datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise ValueError(f"{name} is not a date such as 2026-03-14: {text}") from None


def today() -> datetime.date:
    """Return today's date; for the preview, ``check --due``, and what is written now."""
    return datetime.datetime.now(datetime.UTC).date()


def commit_date(root: Path) -> datetime.date | None:
    """Return the date of the current commit, or None without git or with uncommitted work."""
    if _git(root, "status", "--porcelain", "--", ".") != "":
        return None
    date = _git(root, "show", "--no-patch", "--format=%cs", "HEAD")
    return datetime.date.fromisoformat(date) if date else None


def _git(root: Path, *arguments: str) -> str | None:
    """Return what git prints, or None when it cannot answer."""
    try:
        return git(root, *arguments).decode("utf-8", "replace").strip()
    except RepositoryError:
        return None
