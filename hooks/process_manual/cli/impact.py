"""``process-manual impact``: what a change means, before it is merged."""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import click

from process_manual import repository
from process_manual.checking import uncollected
from process_manual.cli.shared import as_of_date, as_of_option, colour, main, root_option, tell_json
from process_manual.diagnostics import errors
from process_manual.loading import Loaded, load
from process_manual.repository import RepositoryError
from process_manual.views.impact import impact
from process_manual.writers.impact import outline
from process_manual.writers.impact_json import as_plain
from process_manual.writers.markdown import as_markdown
from process_manual.writers.outline import Outline
from process_manual.writers.plain import as_text

WORKING_TREE = "the working tree"
SHORT = 10
"""Letters of a commit's name that are shown."""


class _CannotCompareError(click.ClickException):
    """There are no two states to compare: wrong use."""

    exit_code = 2


@dataclass(slots=True)
class _Compared:
    """Which states are compared: in words, for machines, and what is to be said of them."""

    words: str
    names: Mapping[str, str]
    notes: list[str] = field(default_factory=list)


@main.command("impact")
@click.argument("base", required=False, metavar="[BASE]")
@root_option
@as_of_option
@click.option("--head", metavar="REVISION", help="Look at a commit, not at the files as they are.")
@click.option(
    "--before",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Compare with the manual in this folder; needs no git.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="Markdown fits into a comment of a pull request.",
)
def impact_command(
    base: str | None,
    root: Path,
    as_of: datetime.date | None,
    head: str | None,
    before: Path | None,
    form: str,
) -> None:
    """Tell what a change means, and for whom.

    What changed in which definition, which approvals end with it, which other definitions it
    reaches, and whom to tell. Compares the files as they are with the state in which your branch
    left BASE: a branch, a tag or a commit (default: the branch that changes are merged into).
    Exits with 0 whatever it finds, 2 when there is nothing to compare with.
    """
    if before and (base or head):
        raise click.UsageError("--before stands for BASE and --head; give one or the other")
    day = as_of or as_of_date(root)
    with uncollected(), _states(root.resolve(), base, head, before) as (old, new, compared):
        one, two = load(old, day), load(new, day)
        found = impact(one.manual, two.manual)
    compared.notes += [*unread(one, "before"), *unread(two, "now")]
    if form == "json":
        tell_json(as_plain(found, compared.names, tuple(compared.notes)))
    else:
        tell_report(outline(found, compared.words, compared.notes), form)


@contextmanager
def _states(
    root: Path, base: str | None, head: str | None, before: Path | None
) -> Iterator[tuple[Path, Path, _Compared]]:
    """Give the folders of two states; what git gave is gone afterwards."""
    if before:
        words = "Compared with the manual before"
        yield before.resolve(), root, _Compared(words, {"base": "folder", "head": WORKING_TREE})
        return
    with tempfile.TemporaryDirectory(prefix="process-manual-") as name:
        old, new = Path(name) / "before", Path(name) / "now"
        old.mkdir()
        new.mkdir()
        try:
            compared = _from_git(root, base, head, old, new)
        except RepositoryError as error:
            raise _CannotCompareError(f"nothing to compare with: {error}") from None
        yield old, root if head is None else new, compared


def _from_git(root: Path, base: str | None, head: str | None, old: Path, new: Path) -> _Compared:
    branch = repository.default_base(root) if base is None else base
    tip = repository.resolve(root, "HEAD" if head is None else head)
    commit = repository.merge_base(root, repository.resolve(root, branch), tip)
    words = f"Compared with commit {commit[:SHORT]}, where this left {branch}"
    names = {"base": commit, "branch": branch, "head": WORKING_TREE if head is None else tip}
    compared = _Compared(words, names, list(repository.write_files(root, commit, old)))
    if head is not None:
        compared.notes += repository.write_files(root, tip, new)
    return compared


def tell_report(report: Outline, form: str) -> None:
    """Print a report as Markdown or as text."""
    if form == "markdown":
        click.echo(as_markdown(report), nl=False)
        return
    for line in as_text(report):
        click.echo(line, color=colour())


def unread(loaded: Loaded, when: str) -> Iterator[str]:
    """Yield that files have faults, since what stands in them may be compared only in part."""
    paths = list(dict.fromkeys(each.location.path for each in errors(loaded.findings)))
    if paths:
        more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
        yield f"Files with faults {when}: {', '.join(paths[:3])}{more}; `process-manual check`."
