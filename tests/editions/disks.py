"""Disks that tests put in the place of the real one: watched, killed, full, or cut off power."""

from __future__ import annotations

import errno
import os
import random
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from process_manual.editions.disk import Disk

OPERATIONS = tuple(name for name in vars(Disk) if not name.startswith("_"))


class Watched(Disk):
    """The real disk; each operation is told before and after it is done."""

    def before(self, operation: str, arguments: tuple[Any, ...]) -> None:
        """Called before each operation."""

    def after(self, operation: str, arguments: tuple[Any, ...], result: Any) -> None:
        """Called after each operation."""


def _watched(name: str) -> Callable[..., Any]:
    def call(self: Watched, *arguments: Any) -> Any:
        self.before(name, arguments)
        result = getattr(Disk, name)(self, *arguments)
        self.after(name, arguments, result)
        return result

    return call


for _name in OPERATIONS:
    setattr(Watched, _name, _watched(_name))


class Counting(Watched):
    """Counts the operations."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def before(self, operation: str, arguments: tuple[Any, ...]) -> None:
        self.done.append(operation)


class Killed(Watched):
    """Kills the process before, after or (when it writes) in the middle of one operation."""

    def __init__(self, number: int, moment: str) -> None:
        self.left, self.moment = number, moment

    def _kill(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def before(self, operation: str, arguments: tuple[Any, ...]) -> None:
        self.left -= 1
        if self.left == -1 and self.moment == "in the middle of" and operation == "write":
            os.write(arguments[0], arguments[1][: len(arguments[1]) // 2])
            self._kill()
        if self.left == -1 and self.moment == "before":
            self._kill()

    def after(self, operation: str, arguments: tuple[Any, ...], result: Any) -> None:
        if self.left == -1 and self.moment == "after":
            self._kill()


class Failing(Watched):
    """Fails at one operation and at all that need room after it, as a full disk does."""

    NEEDING_ROOM = frozenset({"make_folder", "create", "write", "link", "point"})

    def __init__(self, number: int, *, code: int = errno.ENOSPC, only_once: bool = False) -> None:
        self.left, self.code, self.only_once = number, code, only_once

    def before(self, operation: str, arguments: tuple[Any, ...]) -> None:
        self.left -= 1
        again = not self.only_once and operation in self.NEEDING_ROOM
        if self.left == -1 or (self.left < -1 and again):
            place = str(arguments[-1]) if isinstance(arguments[-1], Path) else None
            raise OSError(self.code, os.strerror(self.code), place)


# Loss of power


@dataclass(eq=False)
class Node:
    """A file, folder or link; ``kept`` is what of a file is on the disk for certain."""

    kind: str
    data: bytes = b""
    kept: bool = False
    names: dict[str, Node] = field(default_factory=dict)
    first: dict[str, Node] = field(default_factory=dict)
    """Names in a folder at the beginning."""


@dataclass(eq=False)
class Change:
    """Names that change together, and whether they did so on the disk for certain."""

    names: list[tuple[Node, str, Node | None]]
    kept: bool = False


class PowerCut(Watched):
    """Writes down what reaches the disk for certain, and makes what a cut may leave.

    The model: a name that was made, moved or removed is certain once its folder was synced, and
    content once its file was. Of all the rest any part may be there: names in any order that makes
    sense (an operation on a name comes after earlier ones on it), moving is all or nothing, and
    content may be missing, cut, or zeros.
    """

    def __init__(self, folder: Path, *, syncing: bool = True) -> None:
        self.folder, self.syncing = folder, syncing
        self.root = _loaded(folder)
        self.changes: list[Change] = []
        self.handles: dict[int, Node] = {}

    def _node(self, path: Path) -> Node:
        node = self.root
        for part in path.relative_to(self.folder).parts:
            node = node.names[part]
        return node

    def _change(self, *names: tuple[Path, Node | None]) -> None:
        change = Change([(self._node(path.parent), path.name, node) for path, node in names])
        for folder, name, node in change.names:
            if node is None:
                del folder.names[name]
            else:
                folder.names[name] = node
        self.changes.append(change)

    def after(self, operation: str, arguments: tuple[Any, ...], result: Any) -> None:
        match operation, arguments:
            case "make_folder", (path,):
                self._change((path, Node("folder")))
            case "create", (path,):
                self.handles[result] = Node("file")
                self._change((path, self.handles[result]))
            case "write", (handle, data):
                self.handles[handle].data += data[:result]
            case "close", (handle,):
                del self.handles[handle]
            case "link", (existing, path):
                self._change((path, self._node(existing)))
            case "point", (target, path):
                self._change((path, Node("link", target.encode())))
            case "rename", (old, new):
                self._change((old, None), (new, self._node(old)))
            case (("remove" | "remove_folder"), (path,)):
                self._change((path, None))
            case "sync", (path,) if self.syncing:
                self._sync(self._node(path) if path.is_relative_to(self.folder) else self.root)

    def _sync(self, node: Node) -> None:
        node.kept = True
        needed: set[tuple[int, str]] = set()
        for change in reversed(self.changes):
            keys = {(id(folder), name) for folder, name, _ in change.names}
            if keys & needed or any(folder is node for folder, _, _ in change.names):
                change.kept = True
                needed |= keys

    def leave(self, target: Path, chance: random.Random) -> None:
        """Write into a new folder what a cut at this moment may leave."""
        names: dict[int, dict[str, Node]] = {}
        missing: set[tuple[int, str]] = set()
        likely = chance.choice([0.1, 0.5, 0.9])
        for change in self.changes:
            keys = {(id(folder), name) for folder, name, _ in change.names}
            if change.kept or (not keys & missing and chance.random() < likely):
                for folder, name, node in change.names:
                    found = names.setdefault(id(folder), dict(folder.first))
                    if node is None:
                        found.pop(name, None)
                    else:
                        found[name] = node
            else:
                missing |= keys
        self._write(self.root, target, names, chance)

    def _write(
        self, node: Node, path: Path, names: dict[int, dict[str, Node]], chance: random.Random
    ) -> None:
        if node.kind == "link":
            path.symlink_to(node.data.decode())
        elif node.kind == "file":
            path.write_bytes(node.data if node.kept else _content(node.data, chance))
        else:
            path.mkdir()
            for name, child in names.get(id(node), node.first).items():
                self._write(child, path / name, names, chance)


def _content(data: bytes, chance: random.Random) -> bytes:
    cut = chance.randrange(len(data) + 1)
    return chance.choice([b"", data[:cut], bytes(len(data)), data])


def _loaded(path: Path) -> Node:
    """Return what is on the disk already, for certain."""
    if path.is_symlink():
        return Node("link", os.readlink(path).encode(), kept=True)  # noqa: PTH115
    if path.is_file():
        return Node("file", path.read_bytes(), kept=True)
    names = {each.name: _loaded(each) for each in path.iterdir() if each.name != "lock"}
    return Node("folder", kept=True, names=names, first=dict(names))


class Cutting(PowerCut):
    """Calls somebody after each operation, who may then cut the power."""

    def __init__(self, folder: Path, cut: Callable[[PowerCut], None], *, syncing: bool) -> None:
        super().__init__(folder, syncing=syncing)
        self.cut = cut

    def after(self, operation: str, arguments: tuple[Any, ...], result: Any) -> None:
        super().after(operation, arguments, result)
        self.cut(self)


def in_a_child(work: Callable[[], object]) -> int:
    """Do something in another process and return its status: -9 when it was killed."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def counted(work: Callable[[Disk], object]) -> Iterator[int]:
    """Do something once and return the numbers of its operations."""
    disk = Counting()
    work(disk)
    return iter(range(len(disk.done)))
