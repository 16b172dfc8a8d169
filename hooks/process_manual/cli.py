"""The command line: ``process-manual check``, ``explain``, ``digest``, ``gate``."""

from __future__ import annotations

import datetime
import functools
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import click

from process_manual import __version__, asof
from process_manual.checking import check
from process_manual.diagnostics import Finding, Severity
from process_manual.model.digest import digest
from process_manual.rules import REGISTRY
from process_manual.rules.documentation import explain, in_full, parsed
from process_manual.writers import text

READERS = {
    "For process owners": ("check", "explain"),
    "For auditors": ("digest",),
    "For operators": ("gate",),
}


class _ByReader(click.Group):
    """Lists the commands by who needs them."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for reader, names in READERS.items():
            with formatter.section(reader):
                rows = [(n, c.get_short_help_str(60)) for n in names if (c := self.commands.get(n))]
                formatter.write_dl(rows)


class _Day(click.ParamType[datetime.date]):
    """A date as year-month-day."""

    name = "date"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime.date:
        if isinstance(value, datetime.date):
            return value
        try:
            return asof.parse(str(value), "the as-of date")
        except ValueError as error:
            self.fail(str(error), param, ctx)


root_option = click.option(
    "--root",
    "-C",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    help="Folder that holds processes/ (default: this one).",
)
as_of_option = click.option(
    "--as-of",
    type=_Day(),
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


@main.command("check")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@root_option
@as_of_option
@click.option("--strict", is_flag=True, help="Fail on warnings too, but never on the calendar.")
@click.option("--due", is_flag=True, help="Fail on what is overdue, too; uses today's date.")
@click.option("--all", "everything", is_flag=True, help="List what is only planned, one by one.")
def check_command(
    paths: Sequence[Path],
    root: Path,
    as_of: datetime.date | None,
    strict: bool,
    due: bool,
    everything: bool,
) -> None:
    """Check every definition and its relations to all others.

    With PATHS, shows only what is wrong in these files or folders; the rest is still read. Errors
    come last, where you look first.
    Exits with 0 when clean or with warnings only, 1 with errors, 2 for wrong use.
    """
    root = root.resolve()
    report = check(root, as_of or (asof.today() if due else _as_of(root)))
    findings = _under(report.findings, [_relative(path, root) for path in paths])
    for line in text.lines(findings, everything):
        click.echo(line, color=_colour())
    click.echo(text.closing(report, findings), err=True)
    if any(_fails(finding, strict, due) for finding in findings):
        raise SystemExit(1)


@main.command("explain")
@click.argument("code")
def explain_command(code: str) -> None:
    """Print what a rule asks for, why, and how to mend it."""
    from process_manual.gate import codes  # here, because its parser would slow every `check` down

    rule, of_gate = REGISTRY.get(code.upper()), codes.codes().get(code.upper())
    if of_gate is not None:
        heading = f"{of_gate.code} {of_gate.name}: {codes.KIND}"
        click.echo(in_full(heading, parsed(of_gate.documentation)))
        return
    if rule is None:
        known = [*REGISTRY, *codes.codes()]
        families = ", ".join(sorted({each.split("-")[0] for each in known}))
        raise click.BadParameter(
            f"there is no rule {code}; codes look like RAC-001, families are {families}",
            param_hint="CODE",
        )
    click.echo(explain(rule))


@main.command("digest")
@click.argument("id_", metavar="ID")
@click.option("--next", "coming", is_flag=True, help="Of the coming version.")
@root_option
def digest_command(id_: str, coming: bool, root: Path) -> None:
    """Print the digest of a definition's controlled content as it stands now."""
    root = root.resolve()
    manual = check(root, _as_of(root)).manual
    found = (manual.coming if coming else manual.current).get(id_)
    if found is None:
        raise click.ClickException(f"there is no readable definition {id_}")
    click.echo(digest(found))


def _as_of(root: Path) -> datetime.date:
    try:
        return asof.as_of_date(root)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def _relative(path: Path, root: Path) -> str:
    try:
        return path.resolve().relative_to(root).as_posix()
    except ValueError:
        raise click.UsageError(f"{path} is not inside {root}") from None


def _under(findings: Iterable[Finding], places: Sequence[str]) -> list[Finding]:
    """Return the findings in the named files and folders, or all when none is named."""
    if not places or "." in places:
        return list(findings)
    return [
        finding
        for finding in findings
        if any(
            finding.location.path == place or finding.location.path.startswith(f"{place}/")
            for place in places
        )
    ]


def _fails(finding: Finding, strict: bool, due: bool) -> bool:
    if finding.calendar:
        return due
    return strict or finding.severity is Severity.ERROR


def _colour() -> bool | None:
    return False if os.environ.get("NO_COLOR") else None


@main.command("gate")
@click.argument("site", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--served-at",
    default="/",
    show_default=True,
    metavar="PATH",
    help="Path of the site's address, such as /manual/; 404.html and the policy need it.",
)
@click.option(
    "--csp",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Also write the security policy into this folder: csp.txt, nginx.conf, Caddyfile.",
)
@click.option("--dry-run", is_flag=True, help="Say what --csp would write, and write nothing.")
def gate_command(site: Path, served_at: str, folder: Path | None, dry_run: bool) -> None:
    """Check a built SITE before it is published.

    Reads every page with an independent parser: only the theme's scripts and ours, no other host,
    no form, frame or handler, and every link leads somewhere. Exits with 0 when clean, 1 with
    findings (nothing is written then), 2 for wrong use.
    """
    # Imported here, because the gate's parser would slow every `check` down.
    from process_manual.gate import csp, inspect
    from process_manual.gate.policy import is_top

    if not is_top(served_at):
        raise click.BadParameter("it begins and ends with /, as in /manual/", param_hint="PATH")
    pages: list[str] = []
    findings = inspect(site, served_at, functools.partial(_watched, seen=pages))
    if not pages:
        raise click.UsageError(f"{site} holds no page; build the site first")
    for line in text.lines(findings):
        click.echo(line, color=_colour())
    count = "1 page" if len(pages) == 1 else f"{len(pages):,} pages"
    click.echo(f"{count} of {site} checked: {text.summary(findings)}", err=True)
    if findings:
        raise SystemExit(1)
    if folder is not None:
        _write(folder, csp.files(served_at), dry_run)


def _watched(paths: Sequence[str], seen: list[str]) -> Iterator[str]:
    """Yield the paths, with a progress bar on a terminal, and remember them."""
    seen += paths
    with click.progressbar(
        paths, label="Reading pages", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as shown:
        yield from shown


def _write(folder: Path, files: Mapping[str, str], dry_run: bool) -> None:
    names = ", ".join(files)
    if dry_run:
        click.echo(f"would write {names} into {folder}", err=True)
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_text(content, encoding="utf-8", newline="\n")
    except OSError as error:
        raise click.UsageError(f"cannot write into {folder}: {error.strerror}") from None
    click.echo(f"wrote {names} into {folder}", err=True)


if __name__ == "__main__":
    main()
