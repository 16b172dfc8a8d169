"""A file on disk to a Source: bytes, encoding, fences, YAML; each trouble with its own message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from process_manual.diagnostics import Finding, Location, Severity
from process_manual.loading.syntax import YamlFault
from process_manual.loading.yamlreader import read_yaml
from process_manual.model.source import Source

MAX_DEFINITION = 256 * 1024
MAX_FRONT_MATTER = 64 * 1024
MAX_REGISTER = 4 * 1024 * 1024
FENCE = "---"
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
"""Control, zero-width, direction and tag characters: what is read is not what is seen."""


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
    if text is None:
        return Read(None, findings)
    lines = text.split("\n")
    if lines[0].rstrip() != FENCE:
        return Read(None, (_missing_fence(name, text),))
    end = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() == FENCE), None)
    if end is None:
        hint = f"put a line with `{FENCE}` after the last field, before the text"
        return Read(None, (_error(name, (1, 1), "the front matter is never closed", hint),))
    front = "\n".join(lines[1:end]) + "\n"
    if len(front.encode()) > MAX_FRONT_MATTER:
        message = f"the front matter is larger than {MAX_FRONT_MATTER // 1024} KB"
        hint = "move text into the body, or split the definition into procedures"
        return Read(None, (_error(name, (1, 1), message, hint),))
    body = "\n".join(lines[end + 1 :])
    return _source(name, front, first_line=2, body=body, body_line=end + 2)


def read_page(root: Path, path: Path) -> Read:
    """Read a hand-written page: Markdown, with front matter if it begins with a fence."""
    name = path.relative_to(root).as_posix()
    raw, findings = _read_bytes(path, name, MAX_DEFINITION)
    if raw is None:
        return Read(None, findings)
    text, findings = _decoded(name, raw, MAX_DEFINITION)
    if text is None:
        return Read(None, findings)
    if text.split("\n", 1)[0].rstrip() == FENCE:
        return definition_in(name, raw)
    if re.match(r"[A-Za-z][\w-]*:\s", text):
        hint = f"put `{FENCE}` on a line before the fields and on one after them"
        return Read(
            None, (_error(name, (1, 1), "the page begins with fields, not with text", hint),)
        )
    return Read(Source(path=name, body=text), ())


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
    if path.resolve() != path:
        return None, ()  # a link on the way: told by the walk, and never followed
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
        before = raw[: error.start]
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        place = (before.count(b"\n") + 1, column)
        hint = "save the file with the encoding UTF-8"
        return None, (_error(name, place, "this character is not UTF-8", hint),)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if hidden := tuple(_hidden(name, text)):
        return None, hidden
    return text, ()


def _hidden(name: str, text: str) -> Iterator[Finding]:
    """Tell where characters stand that nobody sees, or that turn the order of others round."""
    for match in _HIDDEN.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        column = match.start() - text.rfind("\n", 0, match.start())
        code = f"U+{ord(match[0]):04X}"
        hint = (
            "delete it and type the text again; it often comes from copying out of another program"
        )
        yield _error(name, (line, column), f"an invisible character ({code}) stands here", hint)


def _missing_fence(name: str, text: str) -> Finding:
    if not text.strip():
        return _error(name, (1, 1), "the file is empty", "write the definition, or remove the file")
    hint = f"the first line must be `{FENCE}`, followed by the fields and another `{FENCE}`"
    return _error(name, (1, 1), "the file does not start with front matter", hint)


def _finding(name: str, fault: YamlFault) -> Finding:
    severity = Severity.WARNING if fault.warn else Severity.ERROR
    return Finding(Location(name, *fault.mark), fault.code, severity, fault.message, fault.hint)


def _error(name: str, mark: tuple[int, int], message: str, hint: str) -> Finding:
    return Finding(Location(name, *mark), "DOC-001", Severity.ERROR, message, hint)
