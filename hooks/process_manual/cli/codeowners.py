"""``process-manual codeowners``: whose team reviews a change of which file."""

from __future__ import annotations

import difflib
from pathlib import Path

import click

from process_manual.cli.shared import as_of_date, main, root_option, write_text
from process_manual.loading import Loaded, load
from process_manual.writers.codeowners import MOST_BYTES, NAME, codeowners


@main.command("codeowners")
@root_option
@click.option("--check", is_flag=True, help="Write nothing; fail when the file is out of date.")
@click.option("--dry-run", is_flag=True, help="Print what would be written.")
def codeowners_command(root: Path, check: bool, dry_run: bool) -> None:
    """Write CODEOWNERS: whose team reviews which file.

    GitHub and GitLab read it at the top of the repository. Definitions go to the teams of their
    owner and manager, everything that decides what runs to the role that manual.yml names. Exits
    with 0 when done or up to date, 1 when it is out of date (--check) or cannot be made, 2 for
    wrong use.
    """
    root = root.resolve()
    loaded = load(root, as_of_date(root))
    if fault := _unreadable(loaded):
        raise click.ClickException(f"{fault}; `process-manual check` says what to mend first")
    found = codeowners(loaded.manual)
    for remark in found.remarks:
        click.echo(f"{remark.location}: warning: {remark.message}\n    {remark.hint}", err=True)
    if found.text is None:
        raise click.ClickException(
            "no team could review anything: name a role with a `host_team` under `support:` in "
            "processes/manual.yml"
        )
    if len(found.text.encode("utf-8")) > MOST_BYTES:
        raise click.ClickException(f"{NAME} would be larger than the 3 MB that GitHub reads")
    if check:
        _check(root / NAME, found.text)
    elif dry_run:
        click.echo(found.text, nl=False)
    else:
        write_text(root / NAME, found.text, dry_run=False)
        owned = sum(
            not line.startswith(("#", "\n")) for line in found.text.splitlines(keepends=True)
        )
        click.echo(f"wrote {NAME} with {owned} lines of owners", err=True)


def _unreadable(loaded: Loaded) -> str:
    """Return why the file would lack lines, or nothing."""
    manual = loaded.manual
    for name in ("areas", "roles"):
        register = manual.registers[name]
        if register.unreadable or register.broken:
            return f"the register of {name} cannot be read"
    if not manual.policy.source.path:
        return "house policy cannot be read"
    unread = sorted(manual.broken | manual.partial)
    return f"these cannot be read in full: {', '.join(unread)}" if unread else ""


def _check(path: Path, text: str) -> None:
    try:
        now = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        now = ""
    if now == text:
        click.echo(f"{NAME} is up to date", err=True)
        return
    lines = difflib.unified_diff(now.splitlines(), text.splitlines(), "as it is", "as it should be")
    click.echo("\n".join(line.rstrip("\n") for line in lines))
    click.echo(f"{NAME} is out of date; run `process-manual codeowners`", err=True)
    raise SystemExit(1)
