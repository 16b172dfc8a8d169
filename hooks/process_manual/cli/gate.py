"""``process-manual gate``: the last look at a site before it is published."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click

from process_manual.cli.shared import colour, main
from process_manual.cli.storing import watch
from process_manual.writers import text


def top(context: click.Context, parameter: click.Parameter, path: str) -> str:
    """Return the path of a site's address; wrong use when it is none."""
    from process_manual.gate.policy import is_top  # here, as the rest of the gate

    if not is_top(path):
        raise click.BadParameter("it begins and ends with /, as in /manual/")
    return path


@main.command("gate")
@click.argument("site", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--served-at",
    default="/",
    show_default=True,
    metavar="PATH",
    callback=top,
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

    pages: list[str] = []
    findings = inspect(site, served_at, functools.partial(_watched, seen=pages))
    if not pages:
        raise click.UsageError(f"{site} holds no page; build the site first")
    for line in text.lines(findings):
        click.echo(line, color=colour())
    count = "1 page" if len(pages) == 1 else f"{len(pages):,} pages"
    click.echo(f"{count} of {site} checked: {text.summary(findings)}", err=True)
    if findings:
        raise SystemExit(1)
    if folder is not None:
        _write(folder, csp.files(served_at), dry_run)


def _watched(paths: Sequence[str], seen: list[str]) -> Iterator[str]:
    """Yield the paths, with a progress bar on a terminal, and remember them."""
    seen += paths
    yield from watch("Reading pages")(paths)


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
