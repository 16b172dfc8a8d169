"""All files of a manual to one Manual, with every finding on the way; nothing is raised."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any

from process_manual.diagnostics import Finding, Location, Severity, errors, in_order
from process_manual.limits import MOST_FAULTS, MOST_IN_REGISTER
from process_manual.loading import baseline as baselines
from process_manual.loading.files import (
    Read,
    definition_in,
    read_definition,
    read_page,
    read_yaml_file,
)
from process_manual.loading.media import check_media
from process_manual.loading.messages import ENOUGH, short
from process_manual.loading.validation import L, Validated, validate
from process_manual.loading.walk import walk
from process_manual.model.baseline import Baseline
from process_manual.model.definition import Definition
from process_manual.model.manual import Manual
from process_manual.model.policy import Policy
from process_manual.model.registers import REQUIRED, ROW_TYPES, Register, Registers, Row
from process_manual.model.source import Source
from process_manual.model.standards import Standard, Standards

PROCESSES = "processes"
POLICY = "manual.yml"
REGISTERS = "registers"
STANDARDS = "standards"
DOCS = "docs"
DATA_FOLDERS = frozenset({REGISTERS, STANDARDS, "measurements"})


@dataclass(frozen=True, slots=True)
class Loaded:
    """A manual as far as it could be read, and what was wrong with its files.

    ``tainted`` are the places where something could not be read, and the parts that hold them: what
    rules miss there is no fault of its own. ``unread`` counts the definitions of which nothing
    could be used.
    """

    manual: Manual
    findings: tuple[Finding, ...]
    tainted: frozenset[Location]
    unread: int


@dataclass(slots=True)
class _Notes:
    """What is noticed on the way."""

    findings: list[Finding] = field(default_factory=list)
    tainted: set[Location] = field(default_factory=set)
    unread: int = 0

    def add(self, *findings: Finding) -> None:
        self.findings += findings
        self.tainted.update(finding.location for finding in errors(findings))

    def take(self, outcome: Read | Validated[Any]) -> None:
        self.add(*outcome.findings)
        if isinstance(outcome, Validated):
            self.tainted |= outcome.tainted
        else:
            self.tainted.update(Location(each.location.path) for each in errors(outcome.findings))


Overlay = Mapping[str, bytes | None]
"""Definition files by their path in the manual as they would be; None for one that would go."""


def load(
    root: Path,
    as_of: datetime.date,
    docs: Path | None = None,
    overlay: Overlay = MappingProxyType({}),
) -> Loaded:
    """Load the manual whose ``processes`` folder stands in ``root``, for one as-of date.

    ``docs`` is the folder of hand-written pages (default: ``docs`` in ``root``). What ``overlay``
    holds is read instead of the files on disk.
    """
    root = root.resolve()
    docs = docs.parent.resolve() / docs.name if docs else root / DOCS  # which may be a link
    folder = root / PROCESSES
    notes = _Notes()
    walked = walk(root, folder)
    notes.add(*walked.findings)
    pages, files = _pages(docs, notes)
    policy = _policy(root, folder, notes)
    registers = _registers(root, folder / REGISTERS, notes)
    standards = _standards(root, folder / STANDARDS, policy, notes)
    definitions, broken, partial = _definitions(root, folder, walked.files, overlay, notes)
    notes.add(*_unknown(root, folder, walked.files))
    path = root / baselines.FILE
    baseline = _one_value(Baseline, root, path, notes) if path.exists() else None
    manual = Manual(
        as_of=as_of,
        policy=policy,
        registers=registers,
        standards=standards,
        definitions=definitions,
        broken=broken,
        partial=partial,
        pages=pages,
        files=files,
        baseline=baseline,
        known_before=baselines.known_before(root) if baseline else None,
    )
    return Loaded(manual, in_order(notes.findings), frozenset(notes.tainted), notes.unread)


def _unknown(root: Path, folder: Path, files: Iterable[Path]) -> Iterator[Finding]:
    """Tell which files nothing reads: whoever wrote one believes that it counts."""
    own = {folder / POLICY, root / baselines.FILE}
    for path in files:
        top = path.relative_to(folder).parts[0]
        if path in own or top == REGISTERS or (top == STANDARDS and path.suffix == ".yml"):
            continue  # what is strange among the registers is told with them
        if path.suffix != ".md" or top in DATA_FOLDERS:
            where = path.relative_to(root).as_posix()
            hint = "a definition is <area>/<ID>-<title>.md; pictures and downloads belong in docs/"
            yield _error(where, "nothing reads this file", hint)


def load_policy(root: Path) -> tuple[Policy, tuple[Finding, ...]]:
    """Return house policy alone, as far as it could be read, and what is wrong with its file."""
    root, notes = root.resolve(), _Notes()
    policy = _policy(root, root / PROCESSES, notes)
    return policy, in_order(notes.findings)


def _policy(root: Path, folder: Path, notes: _Notes) -> Policy:
    path = folder / POLICY
    nameless = Policy(title="Process manual", organisation="(not named)")
    if not folder.is_dir():
        hint = "run this in the folder that holds `processes/`, or name that folder with --root"
        notes.add(_error(f"{PROCESSES}/", "there is no folder with definitions", hint))
        return nameless
    if not path.is_file():
        hint = "write it: at least `title:` and `organisation:`"
        notes.add(_error(f"{PROCESSES}/{POLICY}", "house policy is missing", hint))
        return nameless
    return _one_value(Policy, root, path, notes) or nameless


def _one_value(model: type[L], root: Path, path: Path, notes: _Notes) -> L | None:
    """Read a YAML file that is one value."""
    read = read_yaml_file(root, path)
    notes.take(read)
    if read.source is None:
        return None
    validated = validate(model, read.source, read.source.data)
    notes.take(validated)
    return validated.value


def _registers(root: Path, folder: Path, notes: _Notes) -> Registers:
    found: dict[str, Register[Any]] = {}
    for name, row_type in ROW_TYPES.items():
        path = folder / f"{name}.yml"
        if path.exists():
            found[name] = _register(name, row_type, read_yaml_file(root, path), notes)
        elif name in REQUIRED and (root / PROCESSES).is_dir():
            where = path.relative_to(root).as_posix()
            hint = f"write it: one key, `{name}:`, with a list of rows"
            notes.add(_error(where, f"the register of {name} is missing", hint))
            found[name] = Register(unreadable=True)
    for stray in _stray_files(folder, {f"{name}.yml" for name in ROW_TYPES}):
        where = stray.relative_to(root).as_posix()
        hint = "registers are: " + ", ".join(f"{name}.yml" for name in ROW_TYPES)
        notes.add(_error(where, "this is not a register that the manual knows", hint))
    return Registers(**{each.name: found.get(each.name, Register()) for each in fields(Registers)})


def _stray_files(folder: Path, known: Iterable[str]) -> Iterator[Path]:
    if folder.is_dir():
        yield from (p for p in sorted(folder.iterdir()) if p.name not in known)


def _register(name: str, row_type: type[Row], read: Read, notes: _Notes) -> Register[Any]:
    notes.take(read)
    source = read.source
    if source is None:
        return Register(unreadable=True)
    strange = (key for key in source.data if key != name)
    for key in islice(strange, MOST_FAULTS):
        message = f"unknown key `{short(key)}`"
        hint = f"this file holds one key, `{name}:`, with a list of rows"
        notes.add(_at(source.at_key(key), "DOC-002", message, hint))
    data = source.data.get(name, [])
    if not isinstance(data, list):
        message, hint = f"`{name}` must be a list of rows", "start each row with `- id: …`"
        notes.add(_at(source.at(name), "DOC-003", message, hint))
        return Register(source=source, unreadable=True)
    if not source.holds(name) and not read.findings:
        message, hint = f"`{name}:` is missing", f"write `{name}:` and the rows below it"
        notes.add(_at(source.at(), "DOC-004", message, hint))
        return Register(source=source, unreadable=True)
    return _rows(name, row_type, source, data, notes)


def _rows(
    name: str, row_type: type[Row], source: Source, data: list[Any], notes: _Notes
) -> Register[Any]:
    rows: dict[str, Row] = {}
    broken: set[str] = set()
    partial: set[str] = set()
    faults = 0
    for index, item in enumerate(data):
        if faults > MOST_IN_REGISTER:
            notes.add(_at(source.at(name, index), "DOC-001", *ENOUGH))
            return Register(rows, source, frozenset(broken), unreadable=True)
        validated = validate(row_type, source, item, (name, index))
        notes.take(validated)
        faults += len(validated.findings)
        row = validated.value
        if row is None:
            if isinstance(item, dict) and isinstance(item.get("id"), str):
                broken.add(item["id"])
        elif row.id in rows:
            message = f"`{short(row.id)}` stands in this register twice"
            hint = (
                f"the first one is on line {rows[row.id].at('id').line}; give each row its own id"
            )
            notes.add(_at(row.at("id"), "IDN-002", message, hint))
            faults += 1
        else:
            rows[row.id] = row
            if errors(validated.findings):
                partial.add(row.id)
    return Register(rows, source, frozenset(broken), partial=frozenset(partial))


def _standards(root: Path, folder: Path, policy: Policy, notes: _Notes) -> Standards:
    found: dict[str, Standard] = {}
    files = sorted(folder.glob("*.yml"))
    for path in files:
        value = _one_value(Standard, root, path, notes)
        if value is not None:
            found[path.stem] = value
            if value.id != path.stem:
                message = f"the id `{value.id}` is not the file's name"
                hint = f"name the file {value.id}.yml"
                notes.add(_at(value.at("standard", "id"), "IDN-003", message, hint))
    for index, use in enumerate(policy.standards):
        if use.id not in {path.stem for path in files}:
            message = f"the standard `{use.id}` has no file"
            hint = f"add {PROCESSES}/{STANDARDS}/{use.id}.yml, or take the entry out"
            notes.add(_at(policy.at("standards", index, "id"), "CLS-001", message, hint))
    return Standards(found)


def _definitions(
    root: Path, folder: Path, files: Iterable[Path], overlay: Overlay, notes: _Notes
) -> tuple[tuple[Definition, ...], frozenset[str], frozenset[str]]:
    definitions: list[Definition] = []
    broken: set[str] = set()
    partial: set[str] = set()
    for path in _definition_files(root, folder, files, overlay):
        name = path.relative_to(root).as_posix()
        content = overlay.get(name)
        read = read_definition(root, path) if content is None else definition_in(name, content)
        notes.take(read)
        value = None
        if read.source is not None:
            validated = validate(Definition, read.source, read.source.data)
            notes.take(validated)
            value = validated.value
            if value is not None and errors(read.findings + validated.findings):
                partial.add(value.id)
        if value is None:
            broken |= _ids_of(path, read.source)
            notes.unread += 1
        else:
            definitions.append(value)
    broken -= {d.id for d in definitions if not d.is_coming}
    return tuple(definitions), frozenset(broken), frozenset(partial)


def _definition_files(
    root: Path, folder: Path, files: Iterable[Path], overlay: Overlay
) -> list[Path]:
    """Return every file that is named like a definition, in a fixed order."""
    gone = {root / name for name, content in overlay.items() if content is None}
    found = [
        path
        for path in {*files, *(root / name for name in overlay)} - gone
        if path.suffix == ".md" and path.relative_to(folder).parts[0] not in DATA_FOLDERS
    ]
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())


def _pages(folder: Path, notes: _Notes) -> tuple[tuple[Source, ...], frozenset[str]]:
    """Read the hand-written pages, and look at what else would be published with them.

    Return the pages that could be read, and the paths of all other files.
    """
    walked = walk(folder.parent, folder)
    notes.add(*walked.findings)
    pages: list[Source] = []
    others: set[str] = set()
    for path in walked.files:
        read = read_page(folder.parent, path) if path.suffix == ".md" else None
        if read:
            notes.take(read)
        else:
            notes.add(*check_media(folder.parent, path))
        if read and read.source:
            pages.append(read.source)
        else:
            others.add(path.relative_to(folder.parent).as_posix())
    return tuple(pages), frozenset(others)


def _ids_of(path: Path, source: Source | None) -> set[str]:
    """Return the id that a file which cannot be used would have, from its data and its name."""
    found: set[str] = set()
    if source is not None and isinstance(id_ := source.data.get("id"), str):
        found.add(id_)
    if id_ := id_in(path.name):
        found.add(id_)
    return found


def id_in(name: str) -> str | None:
    """Return the id with which the name of a definition's file begins, if with any."""
    match = re.match(r"[A-Z]+-\d+", name)
    return match.group() if match else None


def _at(location: Location, code: str, message: str, hint: str) -> Finding:
    return Finding(location, code, Severity.ERROR, message, hint)


def _error(path: str, message: str, hint: str) -> Finding:
    return _at(Location(path), "DOC-001", message, hint)
