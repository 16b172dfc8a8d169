"""CODEOWNERS, which tells GitHub and GitLab whose team reviews a change of which file.

Both read the same syntax from the top of a repository, and in both the last line that fits decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from process_manual.diagnostics import Location
from process_manual.model.definition import Definition
from process_manual.model.manual import Manual
from process_manual.views.inheritance import manager, owner
from process_manual.writers.outline import one_line

NAME = "CODEOWNERS"
MOST_BYTES = 3 * 2**20
"""GitHub ignores a larger file."""
_TEAM = re.compile(r"@[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_HEAD = """\
# Whose team reviews a change, on GitHub and GitLab; the last line that fits a file decides.
# Made by `process-manual codeowners` from the owners and managers of definitions and the
# `host_team` of roles (processes/registers/roles.yml): change those and run it again.
"""
_MACHINERY = """
# All that decides what runs: hooks/, tests/, mkdocs.yml, pyproject.toml, requirements.lock,
# Makefile, .ci/, .github/, .gitlab-ci.yml, and whatever comes new
"""
_CONTENT = """
# Hand-written pages, house policy, registers, standards, areas without an owner
"""
_ITSELF = """
# This file, wherever a host might look for one
"""


@dataclass(frozen=True, slots=True)
class Remark:
    """A role that has no team to review for it, and who does instead."""

    location: Location
    message: str
    hint: str


@dataclass(slots=True)
class Owners:
    """The content of the file, or None when there is no team at all; and what was noticed."""

    text: str | None
    remarks: list[Remark] = field(default_factory=list)


def codeowners(manual: Manual) -> Owners:
    """Return who owns which files of the repository that holds a manual at its top."""
    teams = _Teams(manual)
    support = teams.of(manual.policy.support)
    machinery = teams.of(manual.policy.codeowners.machinery) or support
    support = support or machinery
    if not support or not machinery:
        return Owners(None, teams.remarks)
    lines = [_HEAD, _MACHINERY, f"* {machinery}\n", _CONTENT]
    lines += [f"/docs/ {support}\n", f"/processes/ {support}\n"]
    lines += _areas(manual, teams, support)
    lines += [_ITSELF, f"{NAME} {machinery}\n"]
    return Owners("".join(lines), teams.remarks)


class _Teams:
    """Looks up the team of a role, and notices each role without one, once."""

    def __init__(self, manual: Manual) -> None:
        self._roles = manual.registers.roles
        self._seen: set[str] = set()
        self.remarks: list[Remark] = []

    def of(self, role: str | None) -> str:
        """Return the team of a role, or nothing."""
        row = self._roles.get(role or "")
        if row is None:
            return ""
        team = row.host_team or ""
        if _TEAM.fullmatch(team):
            return team
        if row.id not in self._seen:
            self._seen.add(row.id)
            fault = f"`{one_line(team)}` is no team" if team else "it has no `host_team`"
            message = f"the role {row.id} cannot review: {fault}"
            hint = 'write it as `host_team: "@organisation/team"`; until then others review for it'
            self.remarks.append(Remark(row.at("host_team"), message, hint))
        return ""

    def of_definition(self, manual: Manual, definition: Definition) -> tuple[str, ...]:
        """Return the teams of owner and manager, the owner's first."""
        posts = (owner(manual, definition).value, manager(manual, definition).value)
        return tuple(dict.fromkeys(team for role in posts if (team := self.of(role))))


def _areas(manual: Manual, teams: _Teams, support: str) -> Iterator[str]:
    """Yield the lines of each area that has definitions: its folder, then these by id."""
    by_folder: dict[str, list[Definition]] = {}
    for definition in sorted(manual.definitions, key=lambda each: (each.id, each.is_coming)):
        folder = str(PurePosixPath(definition.source.path).parent)
        by_folder.setdefault(folder, []).append(definition)
    titles = {f"processes/{area.id}": area.title for area in manual.registers.areas.values()}
    for folder in dict.fromkeys((*titles, *sorted(by_folder))):
        if found := by_folder.get(folder):
            yield f"\n# {one_line(titles.get(folder, folder))}\n"
            yield from _folder(manual, teams, support, folder, found)


def _folder(
    manual: Manual, teams: _Teams, support: str, folder: str, found: list[Definition]
) -> Iterator[str]:
    owners = (teams.of(owner(manual, each).value) for each in found if each.is_process)
    everybody = " ".join(dict.fromkeys(team for team in owners if team))
    if everybody and folder != "processes":
        yield f"/{_escaped(folder)}/ {everybody}\n"
    lines = {_pattern(d): " ".join(teams.of_definition(manual, d)) or support for d in found}
    yield from (f"{pattern} {who}\n" for pattern, who in lines.items())


def _pattern(definition: Definition) -> str:
    """Return what fits a definition's file: by its id, so that a new title changes nothing here.

    The file of its coming version, which may be yet to come, fits too.
    """
    path = PurePosixPath(definition.source.path)
    if path.name.startswith(f"{definition.id}-"):
        return f"/{_escaped(str(path.parent))}/{_escaped(definition.id)}-*.md"
    return f"/{_escaped(str(path))}"


def _escaped(path: str) -> str:
    """Return a path with a backslash before what would mean something else in a pattern."""
    return re.sub(r"([\\\s#*?!\[\]])", r"\\\1", one_line(path))
