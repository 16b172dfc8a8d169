"""A file on disk to a Source: bytes, encoding, fences, YAML; each trouble with its own message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from process_manual.diagnostics import Finding, Location, Severity
from process_manual.limits import MOST_ALIKE
from process_manual.loading.characters import CURE, HIDDEN, code_point
from process_manual.loading.syntax import YamlFault
from process_manual.loading.yamlreader import read_yaml
from process_manual.model.source import Source

MAX_DEFINITION = 256 * 1024
MAX_FRONT_MATTER = 64 * 1024
MAX_REGISTER = 1024 * 1024
"""The plan of two thousand definitions has 860 KB."""
_FENCE = re.compile(r"---[ \t]*")
_MKDOCS_FIELD = re.compile(r" {0,3}[A-Za-z0-9_-]+:")
"""What MkDocs takes for a field on the first line of a page that has no fence."""


@dataclass(frozen=True, slots=True)
class Read:
    """What reading one file gave; ``source`` is None when nothing in it can be relied on."""

    source: Source | None
    findings: tuple[Finding, ...]


def read_definition(root: Path, path: Path) -> Read:
    """Read a definition: YAML front matter between two fences, then the body."""
    name = path.relative_to(root).as_posix()
    raw, findings = _read_bytes(path, name, MAX_DEFINITION)
    return Read(None, findings) if raw is None else definition_in(name, raw)


def definition_in(name: str, raw: bytes) -> Read:
    """Read a definition from the content of a file; ``name`` is its path in findings."""
    text, findings = _decoded(name, raw, MAX_DEFINITION)
    return Read(None, findings) if text is None else _fronted(name, text)


def read_page(root: Path, path: Path) -> Read:
    """Read a hand-written page: Markdown, with front matter if it begins with a fence."""
    name = path.relative_to(root).as_posix()
    raw, findings = _read_bytes(path, name, MAX_DEFINITION)
    if raw is None:
        return Read(None, findings)
    text, findings = _decoded(name, raw, MAX_DEFINITION)
    if text is None:
        return Read(None, findings)
    first = text.split("\n", 1)[0]
    if _FENCE.fullmatch(first):
        read = _fronted(name, text)
        if read.source is not None and read.source.body_line > text.count("\n") + 1:
            hint = "write the text below the fields, or at least end the line of the fence"
            ending = _error(name, (text.count("\n") + 1, 1), "the page ends with its fields", hint)
            return Read(None, (*read.findings, ending))
        return read
    if _MKDOCS_FIELD.match(first):
        message = "the page begins with fields, not with text"
        hint = (
            "put `---` on a line before the fields and on one after them; if this is text, put a "
            "heading above it"
        )
        return Read(None, (_error(name, (1, 1), message, hint),))
    return Read(Source(path=name, body=text), ())


def _fronted(name: str, text: str) -> Read:
    """Read a text that begins with front matter."""
    lines = text.split("\n")
    if not _FENCE.fullmatch(lines[0]):
        return Read(None, (_missing_fence(name, text),))
    end = next((i for i, line in enumerate(lines[1:], 1) if _FENCE.fullmatch(line)), None)
    if end is None:
        hint = "put a line with `---` after the last field, before the text"
        return Read(None, (_error(name, (1, 1), "the front matter is never closed", hint),))
    front = "\n".join(lines[1:end]) + "\n"
    if len(front.encode()) > MAX_FRONT_MATTER:
        message = f"the front matter is larger than {MAX_FRONT_MATTER // 1024} KB"
        hint = "move text into the body, or split the definition into procedures"
        return Read(None, (_error(name, (1, 1), message, hint),))
    body = "\n".join(lines[end + 1 :])
    return _source(name, front, first_line=2, body=body, body_line=end + 2)


def read_yaml_file(root: Path, path: Path) -> Read:
    """Read a register, a standard or house policy: one YAML mapping."""
    name = path.relative_to(root).as_posix()
    raw, findings = _read_bytes(path, name, MAX_REGISTER)
    return Read(None, findings) if raw is None else yaml_in(name, raw)


def yaml_in(name: str, raw: bytes) -> Read:
    """Read one YAML mapping from the content of a file; ``name`` is its path in findings."""
    text, findings = _decoded(name, raw, MAX_REGISTER)
    return Read(None, findings) if text is None else _source(name, text, first_line=1)


def _source(name: str, text: str, *, first_line: int, body: str = "", body_line: int = 1) -> Read:
    found = read_yaml(text, first_line)
    findings = [_finding(name, fault) for fault in found.faults]
    if not isinstance(found.data, dict):
        if not findings:
            message = (
                "there are no fields" if found.data is None else "this is not a list of fields"
            )
            findings = [_error(name, (first_line, 1), message, "write one `key: value` a line")]
        return Read(None, tuple(findings))
    source = Source(
        path=name,
        data=found.data,
        place=found.place,
        first_line=first_line,
        body=body,
        body_line=body_line,
    )
    return Read(source, tuple(findings))


def _read_bytes(path: Path, name: str, limit: int) -> tuple[bytes | None, tuple[Finding, ...]]:
    """Return the content of a file, or what stands in the way."""
    if _is_linked(path):
        return None, ()  # told by the walk, and never followed
    if not path.is_file():
        hint = "rename or remove it; a definition is a plain file"
        return None, (_error(name, (1, 1), "this is a folder, or not a plain file", hint),)
    try:
        if path.stat().st_size > limit:
            return None, (_too_large(name, limit),)
        return path.read_bytes(), ()
    except OSError as error:
        reason = error.strerror or "unknown reason"
        message = f"the file cannot be read ({reason.lower()})"
        return None, (_error(name, (1, 1), message, "check who may read it"),)


def _too_large(name: str, limit: int) -> Finding:
    message = f"the file is larger than {limit // 1024} KB"
    return _error(name, (1, 1), message, "shorten it or split it")


def _decoded(name: str, raw: bytes, limit: int) -> tuple[str | None, tuple[Finding, ...]]:
    """Return the text of a file with LF line ends, or what stands in the way."""
    if len(raw) > limit:
        return None, (_too_large(name, limit),)
    if raw.startswith(b"\xef\xbb\xbf"):
        hint = "save the file as “UTF-8”, not as “UTF-8 with BOM”"
        return None, (_error(name, (1, 1), "the file starts with a byte order mark", hint),)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = _with_lf(raw[: error.start].decode("utf-8", "replace"))
        place = (before.count("\n") + 1, len(before) - before.rfind("\n"))
        hint = "save the file with the encoding UTF-8"
        return None, (_error(name, place, "this character is not UTF-8", hint),)
    text = _with_lf(text)
    if hidden := tuple(_hidden(name, text)):
        return None, hidden
    return text, ()


def _is_linked(path: Path) -> bool:
    """Tell whether a path, or a folder on the way to it, is a link."""
    try:
        return path.resolve() != path
    except (OSError, RuntimeError):  # a link that leads to itself
        return True


def _with_lf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _hidden(name: str, text: str) -> Iterator[Finding]:
    """Tell where characters stand that nobody sees: the first hundred, which is usually all."""
    found = HIDDEN.finditer(text)
    for match in islice(found, MOST_ALIKE):
        code = code_point(match[0])
        yield _error(name, _mark(text, match), f"an invisible character ({code}) stands here", CURE)
    for match in islice(found, 1):
        hint = "save the file as plain text"
        yield _error(name, _mark(text, match), "from here on there are more of them", hint)


def _mark(text: str, match: re.Match[str]) -> tuple[int, int]:
    """Return line and column of a match, from 1."""
    start = match.start()
    return text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)


def _missing_fence(name: str, text: str) -> Finding:
    if not text.strip():
        return _error(name, (1, 1), "the file is empty", "write the definition, or remove the file")
    hint = "the first line must be `---`, followed by the fields and another `---`"
    return _error(name, (1, 1), "the file does not start with front matter", hint)


def _finding(name: str, fault: YamlFault) -> Finding:
    severity = Severity.WARNING if fault.warn else Severity.ERROR
    return Finding(Location(name, *fault.mark), fault.code, severity, fault.message, fault.hint)


def _error(name: str, mark: tuple[int, int], message: str, hint: str) -> Finding:
    return Finding(Location(name, *mark), "DOC-001", Severity.ERROR, message, hint)
