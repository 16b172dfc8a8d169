"""Write the bill of materials: the lock file's packages as CycloneDX 1.6 JSON.

    python .ci/sbom.py FILE

Same lock file, same bytes: there is no time in it, and the serial number follows from the content.
What only development needs has the scope "excluded".
"""

from __future__ import annotations

import re
import sys
import tomllib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = re.compile(r"(?P<name>[\w.-]+)==(?P<version>[^ ;]+)(?: ; (?P<marker>.+?))? \\")
HASH = re.compile(r" +--hash=sha256:([0-9a-f]{64})(?: \\)?")
VIA = re.compile(r" +# (?:via )? *(?P<name>\S+)(?: \(pyproject\.toml(?P<group>:dev)?\))?")
DEVELOPMENT = ":dev"


@dataclass(frozen=True)
class Package:
    """One entry of the lock file; ``wanted_by`` names packages, our own with its group."""

    name: str
    version: str
    marker: str | None
    hashes: tuple[str, ...]
    wanted_by: frozenset[str]


def packages(lock: str, own: str) -> Iterator[Package]:
    """Read a lock file as `uv pip compile` writes it; raises ValueError at any other line."""
    for block in re.split(r"\n(?=\w)", lock.strip()):
        first, *rest = block.split("\n")
        head = PACKAGE.fullmatch(first)
        hashes = [match[1] for line in rest if (match := HASH.fullmatch(line))]
        comments = [line for line in rest[len(hashes) :] if line.strip() != "# via"]
        wanted = [match for line in comments if (match := VIA.fullmatch(line))]
        if not (head and hashes and wanted) or len(wanted) != len(comments):
            raise ValueError(f"not an entry of a lock file with hashes: {first}")
        yield Package(
            head["name"],
            head["version"],
            head["marker"],
            tuple(hashes),
            frozenset(
                own + (match["group"] or "") if match["name"] == own else match["name"]
                for match in wanted
            ),
        )


def bill(lock: str, project: dict[str, str]) -> Bom:
    """Return the bill of materials of ``project`` with the packages of ``lock``."""
    own = project["name"]
    locked = list(packages(lock, own))
    running = _running(locked, own)
    root = Component(
        name=own,
        version=project["version"],
        type=ComponentType.APPLICATION,
        description=project["description"],
        licenses=[DisjunctiveLicense(id=project["license"])],
        bom_ref=own,
    )
    components = {package: _component(package, package.name in running) for package in locked}
    bom = Bom(
        components=components.values(),
        serial_number=uuid.uuid5(uuid.NAMESPACE_OID, f"{own} {project['version']}\n{lock}"),
    )
    bom.metadata.timestamp = None
    bom.metadata.component = root
    for wanting in [None, *locked]:
        names = {own, own + DEVELOPMENT} if wanting is None else {wanting.name}
        component = root if wanting is None else components[wanting]
        wanted = [components[each] for each in locked if each.wanted_by & names]
        bom.register_dependency(component, wanted)
    return bom


def _running(locked: list[Package], own: str) -> set[str]:
    """Return the names of the packages that a reader's build needs, directly or not."""
    found = {own}
    while more := {each.name for each in locked if each.wanted_by & found} - found:
        found |= more
    return found


def _component(package: Package, runs: bool) -> Component:
    url = PackageURL("pypi", name=package.name, version=package.version)
    marker = [Property(name="environment-marker", value=package.marker)] if package.marker else []
    return Component(
        name=package.name,
        version=package.version,
        type=ComponentType.LIBRARY,
        scope=ComponentScope.REQUIRED if runs else ComponentScope.EXCLUDED,
        purl=url,
        bom_ref=url.to_string(),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=each) for each in package.hashes],
        properties=marker,
    )


def main(target: Path) -> None:
    """Write the bill of materials of this repository to ``target``."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    bom = bill((ROOT / "requirements.lock").read_text("utf-8"), project)
    text = make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=2)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text + "\n", "utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
