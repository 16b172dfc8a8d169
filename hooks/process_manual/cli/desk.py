"""What commands that change a definition share: find it, try the change on the rules, write it."""

from __future__ import annotations

import datetime
import difflib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import click

from process_manual import asof
from process_manual.checking import Report, check
from process_manual.cli.shared import colour, printable
from process_manual.diagnostics import Finding, errors
from process_manual.editing import ManualFile, RefusedError, replace_file
from process_manual.loading import Loaded, Overlay, load
from process_manual.model.definition import ChangeType, Definition
from process_manual.model.manual import Manual
from process_manual.rules.wording import did_you_mean
from process_manual.views.authority import approvers, authors, persons_on
from process_manual.views.identifiers import taken
from process_manual.writers import text

dry_run_option = click.option(
    "--dry-run", is_flag=True, help="Show what would change in the file, and write nothing."
)


@dataclass(frozen=True)
class Desk:
    """A manual on disk, and the day on which somebody works on it."""

    root: Path
    today: datetime.date

    @classmethod
    def at(cls, root: Path) -> Desk:
        """Return the desk of the manual in ``root``; wrong use when a variable holds no date."""
        try:
            return cls(root.resolve(), asof.working_date())
        except ValueError as error:
            raise click.UsageError(str(error)) from None

    @cached_property
    def loaded(self) -> Loaded:
        """The manual as it is on disk."""
        return load(self.root, self.today)

    @property
    def manual(self) -> Manual:
        """The manual as it is on disk."""
        return self.loaded.manual

    def find(self, id_: str, coming: bool = False) -> tuple[Definition, ManualFile]:
        """Return a definition and its file; refused when it is not there or cannot be read."""
        found = (self.manual.coming if coming else self.manual.current).get(id_)
        where = re.escape(found.source.path) if found else rf".*/{re.escape(id_)}[-.].*"
        read = errors(self.loaded.findings)
        if faults := [each for each in read if re.fullmatch(where, each.location.path)]:
            raise RefusedError(f"{id_} cannot be read; mend this first", faults)
        if found is None:
            raise RefusedError(self._missing(id_, coming))
        return found, self.file(found.source.path)

    def file(self, name: str) -> ManualFile:
        """Return a file of the manual."""
        try:
            return ManualFile.read(name, (self.root / name).read_bytes())
        except OSError as error:
            raise RefusedError(f"cannot read {name}: {(error.strerror or '').lower()}") from None

    def require_role(self, role: str, fitting: Iterable[str]) -> None:
        """Refuse an option `--as` that names no role; ``fitting`` are the ids that would do."""
        if not self.manual.registers.roles.knows(role):
            ids = " or ".join(dict.fromkeys(fitting)) or "one of registers/roles.yml"
            raise RefusedError(f"there is no role `{role}`; `--as` takes a role id: {ids}")

    def _missing(self, id_: str, coming: bool) -> str:
        if coming and id_ in self.manual.current:
            return f"{id_} has no coming version; `process-manual new --next {id_}` makes one"
        if id_ in self.manual.coming:
            return f"{id_} has only a coming version; add --next"
        if id_ in self.manual.registers.plan:
            return (
                f"{id_} is planned and not written yet; `process-manual new --id {id_}` begins it"
            )
        hint = did_you_mean(id_, taken(self.manual))
        return f"there is no definition {id_}" + (f"; {hint}" if hint else "")

    def tried(self, change: Overlay, *, complete: bool = False, elsewhere: bool = True) -> Report:
        """Return the check of the manual as it would be after ``change``.

        Refused when rules find errors that were not there before; with ``complete``, when there are
        any at all in the definitions that change; without ``elsewhere``, only when they are there.
        """
        report = check(self.root, self.today, overlay=change)
        if report.errors:
            before = Counter(map(_alike, check(self.root, self.today).errors))
            new = [each for each in report.errors if not _counted_off(before, each)]
            own = {_file_of(name) for name in change}
            in_the_way = []
            for each in report.errors:
                is_own = _file_of(each.location.path) in own
                if (is_own and complete) or (each in new and (is_own or elsewhere)):
                    in_the_way.append(each)
            if in_the_way:
                count = "an error" if len(in_the_way) == 1 else f"{len(in_the_way)} errors"
                message = f"nothing was changed: there would be {count}"
                raise RefusedError(message, in_the_way, change)
        return report

    def warn(self, report: Report, name: str) -> None:
        """Print the warnings on one file, but not what is only planned, or due."""
        found = [each for each in report.findings if each.location.path == name]
        for line in text.refused((f for f in found if not (f.planned or f.calendar)), [name]):
            click.echo(line, color=colour())

    def write(self, file: ManualFile, before: bytes | None, dry_run: bool) -> bool:
        """Write a file, or show how it would differ; tell whether it was written."""
        if dry_run:
            show_difference(file.name, before or b"", file.content)
            return False
        path = self.root / file.name
        if path.resolve() != path:
            raise RefusedError(f"{file.name} leads to another place by a link; nothing is written")
        replace_file(path, before, file.content)
        return True


def _alike(finding: Finding) -> tuple[str, str, str]:
    """Return what a finding has in common with itself after lines have moved."""
    return _file_of(finding.location.path), finding.code, finding.message


def _file_of(path: str) -> str:
    """Return the path of a definition, for its coming version too."""
    return path.replace(".next.md", ".md")


def _counted_off(before: Counter[tuple[str, str, str]], finding: Finding) -> bool:
    key = _alike(finding)
    before[key] -= 1
    return before[key] >= 0


def show_difference(name: str, before: bytes, after: bytes) -> None:
    """Print how a file would differ, as a unified diff."""
    old, new = (content.decode("utf-8").splitlines(keepends=True) for content in (before, after))
    for line in difflib.unified_diff(old, new, f"a/{name}", f"b/{name}"):
        tint = {"+": "green", "-": "red"}.get(line[0])
        shown = printable(line.rstrip("\r\n"))
        click.echo(click.style(shown, fg=tint) if tint else shown, color=colour())
        if not line.endswith(("\n", "\r")):
            click.echo("\\ No newline at end of file")


def tell(*lines: str) -> None:
    """Print what was done, and what comes next."""
    for line in lines:
        click.echo(printable(line))


def who_approves(
    manual: Manual, definition: Definition, change: ChangeType, day: datetime.date
) -> str:
    """Return in words which roles may approve a type of change, and who holds them on a day."""
    found = []
    for role in approvers(manual, definition, change):
        persons = sorted(persons_on(manual, role, day) - authors(definition))
        held = f"held by {', '.join(persons)}" if persons else "held by nobody who may approve it"
        found.append(f"{role} ({held})")
    return " or ".join(found) or "nobody: the process has no owner"
