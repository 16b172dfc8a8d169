"""Files under ``docs/`` that would be published over something else, and over what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, get_files

from process_manual.diagnostics import Finding, Location, Severity
from process_manual.model.manual import Manual
from process_manual.pages.page import Site

HOME = "index.html"


def doubles(
    config: MkDocsConfig, manual: Manual, site: Site, exports: Iterable[str]
) -> Iterator[Finding]:
    """Yield a finding for each file whose address is taken, naming both.

    Capitals do not count, because they do not on Windows; a file cannot be a folder as well. The
    home page alone is made of two: ``index.md``, and below it the computed part.
    """
    ours = {page.address: f"the page “{page.title}” of the manual" for page in site.pages}
    ours |= {address: f"the data file {address} of the manual" for address in exports}
    taken = {address.casefold(): owner for address, owner in ours.items()}
    docs = Path(config.docs_dir).name
    for file in get_files(config):
        path, key = f"{docs}/{file.src_uri}", file.dest_uri.casefold()
        owner = taken.get(key) or _of_theme(config, file) or _nested(key, taken)
        if owner and file.src_uri != "index.md":
            yield _finding(path, file.dest_uri, owner)
        taken[key] = path
    yield from _readmes(manual)


def _finding(path: str, address: str, owner: str) -> Finding:
    message = f"{path} ({address}) and {owner} cannot both be published"
    return Finding(Location(path), "SAF-001", Severity.ERROR, message, "rename or move the file")


def _of_theme(config: MkDocsConfig, file: File) -> str | None:
    if any((Path(folder) / file.dest_uri).is_file() for folder in config.theme.dirs):
        return f"the file {file.dest_uri} of the theme"
    return None


def _nested(key: str, taken: dict[str, str]) -> str | None:
    """Return what has the address of a folder on the way to ``key``."""
    parents = (parent.as_posix() for parent in PurePosixPath(key).parents)
    return next((taken[parent] for parent in parents if parent in taken), None)


def _readmes(manual: Manual) -> Iterator[Finding]:
    """Yield pages called README that stand beside an index: MkDocs would leave them out."""
    paths = {page.path for page in manual.pages}
    for path in sorted(paths):
        folder = path.removesuffix("README.md")
        if path.endswith("/README.md") and f"{folder}index.md" in paths:
            yield _finding(path, f"{folder.partition('/')[2]}{HOME}", f"{folder}index.md")
