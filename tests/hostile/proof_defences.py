"""Each defence alone: it holds with the others switched off, and its loss would be seen."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from markdown import Markdown
from markupsafe import Markup
from mkdocs.exceptions import MkDocsException

from process_manual.loading import load
from process_manual.loading.media import check_media, svg_faults
from process_manual.mkdocs_plugin.handwritten import PlainMarkdown
from process_manual.model.definition import Definition
from process_manual.model.manual import Manual
from process_manual.pages import narrative, render
from process_manual.pages.links import Links
from process_manual.pages.page import Site
from process_manual.pages.site import build_site
from process_manual.rules.engine import REGISTRY
from tests.hostile import payloads
from tests.hostile.drawings import SAFE, UNSAFE
from tests.hostile.inspecting import dangers
from tests.hostile.manuals import in_markdown, manual_files, texts
from tests.support import AS_OF, SKELETON, shown, write

SOME = (*payloads.GOLDEN_TEXTS, *payloads.sample(120), *payloads.systematic()[::9])
MARKUP = tuple(text for text in SOME if dangers(text))
"""Texts in which the independent parser sees something dangerous; the control of these tests."""
HEAD = (
    "---\nid: EXA-090\ntitle: T\narea: example\nkind: process\nstatus: draft\nversion: '0.1'\n---\n"
)
FILE = "processes/example/EXA-090-t.md"


def test_there_is_enough_to_defend_against() -> None:
    assert len(payloads.published()) >= 1_000
    assert len(payloads.every()) >= 1_500
    assert len(MARKUP) >= 80


# What a definition or page may say: the rules.


def _manual(root: Path, text: str, path: str = FILE) -> Manual:
    head = HEAD if path == FILE else ""
    return load(write(root, {**SKELETON, path: head + text}), AS_OF).manual


@pytest.mark.parametrize("path", [FILE, "docs/page.md"])
def test_the_rules_alone_refuse_markup(path: str, tmp_path: Path) -> None:
    missed = []
    for number, text in enumerate((*MARKUP, *payloads.GOLDEN_MARKDOWN)):
        written = f"Text first.\n\n{text}\n"
        manual = _manual(tmp_path / str(number), written, path)
        readable = bool(manual.definitions if path == FILE else manual.pages)
        plain = Markdown(extensions=["tables", "fenced_code"]).convert(written)
        bad = [each for each in dangers(plain, images=True) if " id=" not in each]
        if readable and bad and not _faults(manual, "SAF-003", "SAF-004"):
            missed.append(text)
    assert not missed, "\n".join(map(repr, missed))


def _faults(manual: Manual, *codes: str) -> bool:
    return any(True for code in codes for _ in REGISTRY[code].check(manual))


@pytest.mark.parametrize("url", payloads.SCHEMES)
@pytest.mark.parametrize("link", payloads.LINKS)
def test_the_rules_alone_refuse_what_becomes_a_bad_address(
    link: str, url: str, tmp_path: Path
) -> None:
    text = link.replace("{}", url)
    manual = _manual(tmp_path, text)
    becomes = dangers(Markdown().convert(text), images=True)
    assert _faults(manual, "SAF-003", "SAF-004") or not becomes or not manual.definitions


# Markdown without HTML.


def _plainly(text: str, extension: Iterable[PlainMarkdown]) -> str | None:
    """Return what conversion of a hand-written page makes, or None when it refuses."""
    names = ["admonition", "tables", "sane_lists", "toc", "fenced_code"]
    try:
        return Markdown(extensions=[*names, *extension]).convert(text)
    except MkDocsException:
        return None


def test_conversion_alone_lets_no_markup_through() -> None:
    got_through = [
        (text, found)
        for payload in (*MARKUP, *payloads.GOLDEN_MARKDOWN)
        for text in in_markdown(payload)
        if (made := _plainly(text, [PlainMarkdown()])) and (found := dangers(made, images=True))
    ]
    assert not got_through, got_through[:5]


def test_without_it_markup_would_get_through() -> None:
    assert sum(bool(dangers(_plainly(text, []) or "")) for text in MARKUP) > 50


# The cleaner.


class _Raw:
    """A converter that does nothing, as if a hole had been found in it."""

    def reset(self) -> _Raw:
        return self

    def convert(self, text: str) -> str:
        return text


class _NoLinks:
    links: object = None
    definition: object = None


@pytest.fixture
def unconverted(monkeypatch: pytest.MonkeyPatch) -> None:
    def made() -> tuple[_Raw, _NoLinks]:
        return _Raw(), _NoLinks()

    made.cache_clear = lambda: None  # type: ignore[attr-defined]
    monkeypatch.setattr(narrative, "_markdown", made)


def _definition(text: str) -> Definition:
    fields = {"id": "EXA-090", "title": "T", "area": "example", "kind": "process"}
    made = Definition.model_validate({**fields, "status": "draft", "version": "0.1"})
    object.__setattr__(made.source, "body", text)
    return made


@pytest.mark.usefixtures("unconverted")
def test_the_cleaner_alone_lets_no_markup_through_and_says_so(tmp_path: Path) -> None:
    links = Links(load(write(tmp_path, SKELETON), AS_OF).manual, "processes/x/index.html")
    for text in MARKUP:
        told = narrative.convert(_definition(text), links)
        assert not dangers(told.html), text
        assert told.fault, text


@pytest.mark.usefixtures("unconverted")
def test_without_the_cleaner_markup_would_get_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(narrative.nh3, "clean", lambda text, **how: text)
    links = Links(load(write(tmp_path, SKELETON), AS_OF).manual, "processes/x/index.html")
    assert all(dangers(narrative.convert(_definition(t), links).html) for t in MARKUP)


# Escaping in templates.


def _site(root: Path, chosen: tuple[str, ...]) -> Site:
    manual = load(write(root, manual_files(chosen, a_page=8)), AS_OF).manual
    assert len(manual.definitions) > 3
    return build_site(manual)


def _found(site: Site) -> list[tuple[str, list[str]]]:
    parts = [
        (page.address, part)
        for page in site.pages
        for part in (page.lead_html, *(section.html for section in page.sections))
    ]
    return [(address, found) for address, part in parts if (found := dangers(part))]


def test_escaping_alone_lets_no_field_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(narrative, "convert", lambda *_: narrative.Narrative(Markup("<p>-</p>")))
    assert not _found(_site(tmp_path, MARKUP[:24]))


def test_without_escaping_fields_would_get_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(narrative, "convert", lambda *_: narrative.Narrative(Markup("<p>-</p>")))
    monkeypatch.setattr(Markup, "escape", classmethod(lambda cls, text: cls(text)))
    monkeypatch.setattr(render, "environment", _unescaped(render.environment))
    found = {address.split("/")[0] for address, _ in _found(_site(tmp_path, MARKUP[:24]))}
    assert found >= {"processes", "roles", "registers", "plan"}


def _unescaped(make: Callable[[], object]) -> Callable[[], object]:
    made = make.__wrapped__()  # type: ignore[attr-defined]
    made.autoescape = False
    return lambda: made


def test_every_text_field_holds_payloads() -> None:
    chosen = MARKUP[:2]
    files = manual_files(chosen)
    assert all(
        chosen[1].split("\n")[0][:9] in str(files[name]) or "\\" in str(files[name])
        for name in files
        if not name.endswith(("991-hostile.md", "990-hostile.md"))
    )
    assert len(list(texts({"a": [chosen[0], {"b": chosen[1]}]}))) == 2


# Files that may be read at all.

NAMES = {
    "con.md": "Windows",
    "NUL.txt": "Windows",
    "com1.csv": "Windows",
    "a b.md": "characters",
    "ä.md": "characters",
    ".hidden.md": "characters",
    "a$(id).md": "characters",
    "-rf.md": "characters",
    "a\u202etxt.md": "characters",
    "a;b.md": "characters",
    "<img src=x onerror=alert(1)>.md": "characters",
    "a.": "characters",
    "a'b.md": "characters",
    "x" * 62 + ".md": "longer than 64",
}


@pytest.mark.skipif(sys.platform == "win32", reason="these names exist only elsewhere")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("folder", ["docs", "docs/deep", "processes/example"])
def test_a_name_that_does_not_work_everywhere_is_refused(
    folder: str, name: str, tmp_path: Path
) -> None:
    write(tmp_path, {**SKELETON, f"{folder}/{name}": "Text.\n"})
    found = [f for f in load(tmp_path, AS_OF).findings if f.code == "SAF-001"]
    assert any(NAMES[name] in f.message for f in found), shown(found)


@pytest.mark.parametrize("folder", ["docs", "processes/example"])
def test_two_names_that_differ_by_case_are_refused(folder: str, tmp_path: Path) -> None:
    write(tmp_path, {**SKELETON, f"{folder}/a.md": "Text.\n", f"{folder}/A.md": "Text.\n"})
    assert "only by capitals" in str(load(tmp_path, AS_OF).findings)


@pytest.mark.parametrize("place", ["docs/x.md", "docs/x", "docs", "processes", "processes/x.md"])
@pytest.mark.parametrize("target", ["/etc/passwd", "/proc/self/environ", "/dev/zero", "..", "loop"])
def test_a_link_is_refused_wherever_it_leads(place: str, target: str, tmp_path: Path) -> None:
    root = write(tmp_path / "root", {} if place == "processes" else SKELETON)
    path = root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(place.split("/")[-1] if target == "loop" else target)
    assert any(f.code == "SAF-001" and f.location.path == place for f in load(root, AS_OF).findings)


def test_a_device_and_a_pipe_are_refused(tmp_path: Path) -> None:
    root = write(tmp_path, SKELETON)
    (root / "docs").mkdir()
    os.mkfifo(root / "docs/pipe.md")
    os.mkfifo(root / "processes/pipe")
    found = {f.location.path for f in load(root, AS_OF).findings if f.code == "SAF-001"}
    assert found == {"docs/pipe.md", "processes/pipe"}


def test_another_repository_inside_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {**SKELETON, "docs/sub/.git": "gitdir: /elsewhere\n"})
    assert "another repository" in str(load(tmp_path, AS_OF).findings)


# Images and downloads.

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20
MEDIA: dict[str, tuple[str, bytes, bool]] = {
    "a PNG": ("a.png", PNG, True),
    "a PNG in capitals": ("a.PNG", PNG, True),
    "a JPEG": ("a.jpg", b"\xff\xd8\xff\xe0", True),
    "a GIF": ("a.gif", b"GIF89a", True),
    "a WebP": ("a.webp", b"RIFF\x00\x00\x00\x00WEBPVP8 ", True),
    "a PDF": ("a.pdf", b"%PDF-1.7\n", True),
    "a Word file": ("a.docx", b"PK\x03\x04", True),
    "a table": ("a.csv", b"a,b\n", True),
    "a text": ("a.txt", "Grüße\n".encode(), True),
    "HTML called PNG": ("a.png", b"<script>alert(1)</script>", False),
    "HTML called JPEG": ("a.jpeg", b"<html>", False),
    "HTML called PDF": ("a.pdf", b"<html>%PDF-", False),
    "a GIF called PNG": ("a.png", b"GIF89a", False),
    "a sound called WebP": ("a.webp", b"RIFF\x00\x00\x00\x00WAVEfmt ", False),
    "a program called text": ("a.txt", b"MZ\x00\x00", False),
    "UTF-16 called a table": ("a.csv", "a,b".encode("utf-16"), False),
    "an empty PNG": ("a.png", b"", False),
    "a page": ("a.html", b"<p>x</p>", False),
    "a page by another name": ("a.xhtml", b"<p>x</p>", False),
    "a page by an old name": ("a.htm", b"<p>x</p>", False),
    "a script": ("a.js", b"alert(1)", False),
    "a module": ("a.mjs", b"alert(1)", False),
    "a style sheet": ("a.css", b"*{}", False),
    "XML": ("a.xml", b"<x/>", False),
    "a transformation": ("a.xsl", b"<x/>", False),
    "a packed drawing": ("a.svgz", b"\x1f\x8b", False),
    "a Word file with macros": ("a.docm", b"PK\x03\x04", False),
    "an archive": ("a.zip", b"PK\x03\x04", False),
    "a program": ("a.exe", b"MZ", False),
    "a worker": ("a.wasm", b"\x00asm", False),
    "a manifest": ("a.webmanifest", b"{}", False),
    "two endings": ("a.png.html", PNG, False),
    "no ending": ("a", b"x", False),
    "server settings": ("a.htaccess", b"x", False),
}


@pytest.mark.parametrize("name", MEDIA)
def test_only_listed_types_are_published_and_only_what_they_say(name: str, tmp_path: Path) -> None:
    file, content, is_fine = MEDIA[name]
    path = tmp_path / "docs" / file
    write(tmp_path, {f"docs/{file}": content})
    assert (not list(check_media(tmp_path, path))) == is_fine


@pytest.mark.parametrize("name", SAFE)
def test_a_drawing_as_programs_export_it_is_published(name: str) -> None:
    assert not list(svg_faults(SAFE[name]))


@pytest.mark.parametrize("name", UNSAFE)
def test_a_drawing_that_could_run_or_load_something_is_refused(name: str) -> None:
    assert list(svg_faults(UNSAFE[name]))
