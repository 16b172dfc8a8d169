"""What every command shares: the group that lists them by reader, options, the as-of date."""

from __future__ import annotations

import datetime
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click

from process_manual import __version__, asof
from process_manual.diagnostics import errors
from process_manual.editing import RefusedError, replace_file
from process_manual.editions.names import EditionError
from process_manual.exports.formats import as_json
from process_manual.loading import load_policy
from process_manual.writers import text

_ROOT = f"{__name__}.root"
"""Under which name a command line keeps the folder of the manual."""

READERS = {
    "For process owners": (
        "new",
        "check",
        "explain",
        "bump",
        "impact",
        "approve",
        "review",
        "fold",
        "retire",
        "status",
    ),
    "For auditors": ("editions", "in-force", "diff", "log", "verify", "pack", "digest"),
    "For operators": ("codeowners", "gate", "schema", "bundle", "publish", "rebuild", "withdraw"),
}


class _ByReader(click.Group):
    """Lists the commands by who needs them, and says why one was refused."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except RefusedError as error:
            for line in text.refused(error.findings, error.unwritten):
                click.echo(line, color=colour())
            raise click.ClickException(printable(str(error))) from None
        except EditionError as error:
            raise click.ClickException(printable(str(error))) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for reader, names in READERS.items():
            with formatter.section(reader):
                rows = [(n, c.get_short_help_str(60)) for n in names if (c := self.commands.get(n))]
                formatter.write_dl(rows)


class Day(click.ParamType[datetime.date]):
    """A date as year-month-day."""

    name = "date"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime.date:
        """Return the date, or say how to write one."""
        if isinstance(value, datetime.date):
            return value
        try:
            return asof.parse(str(value), "this")
        except ValueError as error:
            self.fail(str(error), param, ctx)


def _keep_root(context: click.Context, _: click.Parameter, value: Path) -> Path:
    context.meta[_ROOT] = value
    return value


def _store_or_default(context: click.Context, _: click.Parameter, value: Path | None) -> Path:
    return store_of(context.meta.get(_ROOT, Path()), value)


_any_root_option = partial(
    click.option,
    "--root",
    "-C",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    is_eager=True,
    callback=_keep_root,
    help="Folder that holds processes/ (default: this one).",
)
root_option = _any_root_option()
root_of_store_option = _any_root_option(expose_value=False)
"""For a command that needs nothing of the manual but where its store is."""
store_option = click.option(
    "--store",
    type=click.Path(file_okay=False, path_type=Path),
    callback=_store_or_default,
    help="Folder that holds the editions (default: `editions: store` in processes/manual.yml).",
)
as_of_option = click.option(
    "--as-of",
    type=Day(),
    help="Date that calendar questions are answered for (default: the commit's date, or today "
    "with uncommitted changes).",
)


@click.group(cls=_ByReader, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="process-manual")
def main() -> None:
    """Check, explain and prove a manual of process definitions."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # an old console must not turn text into a crash


def as_of_date(root: Path) -> datetime.date:
    """Return the as-of date of the manual in ``root``; wrong use when a variable holds none."""
    try:
        return asof.as_of_date(root)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def store_of(root: Path, option: Path | None) -> Path:
    """Return the folder that holds the editions, which need not be there yet.

    It is the one named by ``option``, else by house policy; wrong use when neither names one.
    """
    if option is not None:
        return option
    policy, findings = load_policy(root)
    if policy.editions.store is not None:
        return root / policy.editions.store
    for finding in errors(findings):
        raise click.UsageError(
            f"name the store with --store: {finding.location}: {finding.message}; {finding.hint}"
        )
    raise click.UsageError(
        "no store is named; name one with --store, or write `editions: {store: published}` in "
        "processes/manual.yml"
    )


def relative(path: Path, root: Path) -> str:
    """Return a path as findings name it; wrong use when it is outside ``root``."""
    try:
        return path.resolve().relative_to(root).as_posix()
    except ValueError:
        raise click.UsageError(f"{path} is not inside {root}") from None


def within(name: str, places: Sequence[str]) -> bool:
    """Tell whether a file is one of ``places`` or in one of them; always when none is named."""
    return (
        not places
        or "." in places
        or any(name == place or name.startswith(f"{place}/") for place in places)
    )


def printable(text: str) -> str:
    """Return a text without what would give a terminal orders, such as a title may hold."""
    return "".join(sign if sign.isprintable() or sign == "\n" else "\ufffd" for sign in text)


def colour() -> bool | None:
    """Return what click is told of colour: never with NO_COLOR, else as the terminal can."""
    return False if os.environ.get("NO_COLOR") else None


def tell_json(value: object) -> None:
    """Print a value as JSON."""
    click.echo(as_json(value).decode("utf-8"), nl=False)


def write_text(path: Path, content: str, dry_run: bool) -> None:
    """Write a file as UTF-8, whole or not at all; wrong use when it cannot be written.

    What is no plain file, such as ``/dev/stdout``, is written to and not replaced.
    """
    if dry_run:
        click.echo(f"would write {path}", err=True)
        return
    target, data = path.resolve(), content.encode()
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(data)
        else:
            replace_file(target, target.read_bytes() if target.exists() else None, data)
    except (OSError, RefusedError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise click.UsageError(f"cannot write {path}: {reason}") from None
