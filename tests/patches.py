"""The examples in the rules' documentation, applied: changes to the small manual beside the rules.

``rules/documentation.py`` describes the notation.
"""

from __future__ import annotations

import copy
import datetime
import hashlib
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from process_manual.loading import load
from process_manual.model.digest import digest
from process_manual.rules.documentation import EXAMPLE
from tests.chains import entry
from tests.support import AS_OF

Block: TypeAlias = tuple[str, str, list[str]]
"""The name of a file, what is done with it, and the lines below."""
STORE = "published"
ENTRY = "ENTRY"
EDITIONS = ("in the last edition", "in a later edition")
_HEADER = re.compile(r"^# (?P<file>[^\s,]+)(?:, (?P<how>.+))?$")


def patched(root: Path, patch: str, stamps: bool = True) -> Path:
    """Write the example manual to ``root``, with ``patch`` applied; return ``root``.

    ``stamps``: approvals hold what is there now, as if each change had been approved. What is
    changed in an edition makes a store with that edition.
    """
    stamps = stamps and "digest:" not in patch
    blocks = list(_blocks(patch))
    named = {_edition_of(how) for _, how, _ in blocks} - {None}
    for number, name in enumerate(EDITIONS if EDITIONS[1] in named else EDITIONS[: len(named)], 1):
        inside = [
            (file, how.removesuffix(name).removesuffix(", "), lines)
            for file, how, lines in blocks
            if _edition_of(how) == name
        ]
        folder = root / STORE / "editions" / f"e{number}"
        _write(folder / "source", inside, stamps)
        _write_entry(folder, number, "\n".join("\n".join(x[2]) for x in inside if x[0] == ENTRY))
    _write(root, [block for block in blocks if not _edition_of(block[1])], stamps)
    if named:
        _merge_into(root / "processes/manual.yml", f"editions: {{store: {STORE}}}", stamps)
    return root


def _edition_of(how: str) -> str | None:
    return next((name for name in EDITIONS if how.endswith(name)), None)


def _write(root: Path, blocks: Sequence[Block], stamps: bool) -> None:
    shutil.copytree(EXAMPLE, root, dirs_exist_ok=True)
    for name, how, lines in blocks:
        if name != ENTRY:
            _apply(root / "processes", name, how, "\n".join(lines) + "\n", stamps)
    if stamps:
        stamp(root)


def _write_entry(folder: Path, number: int, text: str) -> None:
    """Write what an edition says of itself: it was made a month before the example's date."""
    change = yaml.load(text, yaml.BaseLoader) or {}
    as_of = datetime.date.fromisoformat(change.get("as-of", "2026-05-31"))
    before = folder.with_name(f"e{number - 1}") / ENTRY
    previous = hashlib.sha256(before.read_bytes()).hexdigest() if number > 1 else None
    made = entry(number, folder.name, as_of, previous=previous)
    (folder / ENTRY).write_bytes(made.encode())


def _blocks(patch: str) -> Iterator[Block]:
    name, how, lines = "", "", list[str]()
    for line in patch.splitlines():
        if match := _HEADER.match(line):
            if name:
                yield name, how, lines
            name, how, lines = match["file"], match["how"] or "", []
        else:
            assert name, f"no file is named before: {line}"
            lines.append(line)
    if name:
        yield name, how, lines


def _apply(folder: Path, name: str, how: str, text: str, stamps: bool) -> None:
    path = folder / name if "/" in name or "." in name else _of_definition(folder, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    if how == "new file":
        path.write_text(text, "utf-8")
    elif how == "lines added":
        _, front, body = path.read_text("utf-8").split("---\n", 2)
        path.write_text(f"---\n{front}{text}---\n{body}", "utf-8")
    elif how == "text added":
        path.write_text(path.read_text("utf-8") + "\n" + text, "utf-8")
    else:
        if how:
            source = how.removeprefix("a copy of ")
            shutil.copyfile(_of_definition(folder, source), path)
        _merge_into(path, text, stamps)


def _of_definition(folder: Path, id_: str) -> Path:
    (path,) = (p for p in folder.rglob(f"{id_}-*.md") if not p.name.endswith(".next.md"))
    return path


def _merge_into(path: Path, text: str, stamps: bool) -> None:
    change = yaml.load(text, yaml.BaseLoader)
    if path.suffix == ".md":
        _, front, body = path.read_text("utf-8").split("---\n", 2)
        merged = merge(yaml.load(front, yaml.BaseLoader), change)
        for approval in merged.get("approvals", ()) if stamps else ():
            approval.setdefault("digest", "to be stamped")
        path.write_text(f"---\n{_dump(merged)}---\n{body}", "utf-8")
    else:
        before = yaml.load(path.read_text("utf-8"), yaml.BaseLoader) if path.exists() else {}
        path.write_text(_dump(merge(before, change)), "utf-8")


def _dump(data: Any) -> str:
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=10_000)


def merge(before: Any, change: Any) -> Any:
    """Return ``before`` with ``change`` in it: keys by name, list items by id, "" takes out."""
    if isinstance(before, dict) and isinstance(change, dict):
        merged = copy.deepcopy(before)
        for key, value in change.items():
            if value == "":
                merged.pop(key, None)
            else:
                merged[key] = merge(merged.get(key), value)
        return merged
    if _has_ids(before) and _has_ids(change):
        by_id = {item["id"]: item for item in before}
        for item in change:
            by_id[item["id"]] = merge(by_id.get(item["id"]), item)
        return list(by_id.values())
    return change


def _has_ids(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(item, dict) and "id" in item for item in value)
    )


def stamp(root: Path) -> None:
    """Give each approval the digest of what it approves, as `process-manual approve` would."""
    for definition in load(root, AS_OF).manual.definitions:
        path = root / definition.source.path
        text = path.read_text("utf-8")
        for approval in definition.approvals:
            if approval.digest:
                text = text.replace(approval.digest, digest(definition, approval.version))
        path.write_text(text, "utf-8")
