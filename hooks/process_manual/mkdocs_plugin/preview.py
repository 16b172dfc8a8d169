"""What a preview does with files under ``docs/`` that must not or cannot be published.

A build stops at them. A preview goes on, so MkDocs must not even open them: its own reader crashes
at deep nesting, waits for ever at a pipe, and knows no limit of time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel

from process_manual.checking import Report
from process_manual.diagnostics import Finding
from process_manual.loading import id_in
from process_manual.writers import text

_NOT_PLAIN = frozenset({"SAF-001", "SAF-002"})


def path_of(config: MkDocsConfig, file: File) -> str:
    """Return the path of a file under ``docs/`` as findings have it."""
    return f"{Path(config.docs_dir).name}/{file.src_uri}"


def withheld(
    report: Report, refused: Iterable[Finding], config: MkDocsConfig
) -> dict[str, list[Finding]]:
    """Return, by path, the files and folders that are left out, with the reasons."""
    docs = Path(config.docs_dir).name + "/"
    readable = {page.path for page in report.manual.pages}
    found: dict[str, list[Finding]] = {}
    reasons = [f for f in report.errors if f.code in _NOT_PLAIN or f.location.path not in readable]
    for finding in (*reasons, *refused):
        if finding.location.path.startswith(docs):
            found.setdefault(finding.location.path, []).append(finding)
    return found


def withhold(files: Files, left_out: Mapping[str, list[Finding]], config: MkDocsConfig) -> None:
    """Take files out of the preview; a page gives way to one that says what is wrong with it."""
    for file in list(files):
        path = path_of(config, file)
        parents = (path, *(parent.as_posix() for parent in Path(path).parents))
        reasons = next((left_out[each] for each in parents if each in left_out), None)
        if reasons is None or file.generated_by:
            continue
        files.remove(file)
        if file.is_documentation_page():
            files.append(File.generated(config, file.src_uri, content=_notice(reasons)))


def unreadable(report: Report) -> dict[str, list[Finding]]:
    """Return, by id, what is wrong with each definition that has no page: it cannot be read."""
    named: dict[str, list[Finding]] = {}
    for finding in report.errors:
        if id_ := id_in(finding.location.path.rpartition("/")[2]):
            named.setdefault(id_, []).append(finding)
    return {id_: named.get(id_, []) for id_ in sorted(report.manual.broken)}


def stand_in(config: MkDocsConfig, source: str, address: str, reasons: Iterable[Finding]) -> File:
    """Return a page for the address of a definition that cannot be read; it says why."""
    level = InclusionLevel.NOT_IN_NAV
    file = File.generated(config, source, content=_notice(reasons), inclusion=level)
    file.dest_uri = address
    return file


def _notice(reasons: Iterable[Finding]) -> str:
    """Return a page that shows findings as they are."""
    lines = "".join(f"    {' '.join(text.plain(finding).split())}\n" for finding in reasons)
    return f"# This page cannot be shown\n\nMend it first:\n\n{lines}"


def links_to_folders(report: Report, config: MkDocsConfig) -> list[str]:
    """Return the links that MkDocs would follow for ever, when they lead in a circle."""
    docs = Path(config.docs_dir)
    paths = (finding.location.path for finding in report.errors if finding.code == "SAF-001")
    return [path for path in paths if _is_linked_folder(docs.parent / path, docs)]


def _is_linked_folder(path: Path, docs: Path) -> bool:
    return (path == docs or docs in path.parents) and path.is_symlink() and path.is_dir()
