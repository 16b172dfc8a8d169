"""Small stores: bundles of a few files, keys, and a landing page of two lines."""

from __future__ import annotations

import datetime
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from process_manual.editions import manifest, publishing, withdrawal
from process_manual.editions.definitions import DefinitionRow, encode
from process_manual.editions.entry import Entry, sha256
from process_manual.editions.locking import locked
from process_manual.editions.publishing import Published
from process_manual.editions.store import EditionSummary, Store
from process_manual.editions.verifying import verify
from process_manual.editions.withdrawal import Withdrawn
from tests.support import write

NOON = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)
FILES: dict[str, str] = {
    "site/index.html": "home\n",
    "site/processes/RES-014/index.html": "incidents\n",
    "source/mkdocs.yml": "a: 1\n",
    "source/requirements.lock": "mkdocs==1.6.1\n",
}
ROW = DefinitionRow(id="RES-014", version="1.0", state="in force", title="Incidents")


def pages(rows: Sequence[EditionSummary]) -> dict[str, bytes]:
    """Return a landing page in the place of the real one."""
    text = "".join(f"{row.name} {row.sha256} {bool(row.withdrawn)}\n" for row in rows)
    return {"index.html": text.encode(), "assets/as-at.txt": b"as at\n"}


def new_key(folder: Path, name: str = "key") -> Path:
    """Make a key for signing; its public half lies beside it."""
    key = folder / name
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(key)]
    subprocess.run(command, check=True)
    return key


def signers_of(*keys: Path, options: str = "", folder: Path | None = None) -> Path:
    """Write an allowed-signers file for keys and return its path."""
    path = (folder or keys[0].parent) / "signers"
    namespaces = f'namespaces="process-manual-edition"{options}'
    lines = [f"manual {namespaces} {key.with_suffix('.pub').read_text()}" for key in keys]
    path.write_text("".join(lines))
    return path


def seal(folder: Path, files: Mapping[str, str], **fields: Any) -> Path:
    """Make a bundle of files; ``fields`` are those of its entry."""
    rows = fields.pop("rows", [ROW])
    write(folder, {**files, "DEFINITIONS.tsv": encode(rows)})
    hashes, size = manifest.measure(folder)
    sums = manifest.encode(hashes)
    values: dict[str, Any] = {
        "sequence": 1,
        "name": "2026-11",
        "previous": None,
        "manifest": sha256(sums),
        "definitions": hashes["DEFINITIONS.tsv"],
        "files": len(hashes),
        "size": size,
        "commit": "c" * 40,
        "lock": hashes.get("source/requirements.lock"),
        "python": "3.11.7",
        "as_of": NOON.date(),
        **fields,
    }
    write(folder, {"SHA256SUMS": sums, "ENTRY": Entry(**values).encode()})
    return folder


@dataclass
class Office:
    """A store with what an operator has: keys, bundles and a clock that goes on by the hour."""

    folder: Path
    key: Path | None = None
    published: int = 0
    bundles: dict[str, Path] = field(default_factory=dict)
    bundle_folder: Path | None = None

    @property
    def store(self) -> Path:
        return self.folder / "store"

    def now(self) -> datetime.datetime:
        self.published += 1
        return NOON + datetime.timedelta(hours=self.published)

    def bundle(self, name: str, changes: Mapping[str, str] | None = None, **fields: Any) -> Path:
        """Make a bundle after the newest entry of the store."""
        newest = Store(self.store).newest()
        after = {
            "sequence": newest.entry.sequence + 1 if newest else 1,
            "previous": newest.sha256 if newest else None,
        }
        folder = (self.bundle_folder or self.folder) / f"bundle-{name}"
        files = {**FILES, "site/new.html": f"{name}\n", **(changes or {})}
        self.bundles[name] = seal(folder, files, **{"name": name, **after, **fields})
        return folder

    def publish(self, name: str, changes: Mapping[str, str] | None = None, **how: Any) -> Published:
        """Bundle and publish."""
        return self.put(self.bundle(name, changes), **how)

    def put(self, bundle: Path, **how: Any) -> Published:
        """Publish a bundle."""
        options = {"pages": pages, "key": self.key, "now": self.now(), **how}
        with locked(self.store, create=True, disk=how.get("disk")) as store:
            return publishing.publish(store, bundle, **options)

    def withdraw(self, name: str, reason: str = "a leak", **how: Any) -> Withdrawn:
        """Withdraw an edition."""
        options = {"pages": pages, "key": self.key, "now": self.now(), **how}
        with locked(self.store, disk=how.get("disk")) as store:
            return withdrawal.withdraw(store, name, reason, **options)

    def faults(self, **how: Any) -> tuple[str, ...]:
        """Return what `verify` finds."""
        return verify(self.store, **how).faults

    def notes(self, **how: Any) -> str:
        """Return what `verify` says besides."""
        return "\n".join(verify(self.store, **how).notes)


def with_editions(folder: Path, names: Sequence[str], key: Path | None = None) -> Office:
    """Return an office that has published editions of these names."""
    office = Office(folder, key)
    for name in names:
        office.publish(name)
    return office


def contents(folder: Path) -> dict[str, object]:
    """Return every file and link below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.readlink()
        if path.is_symlink()
        else path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if not path.is_dir() or path.is_symlink()
    }
