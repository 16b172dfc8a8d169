"""What may be read at all: plain files with plain names, and media that are what they say.

Each test is of one defence; the controls at the end of each part show what its loss would mean.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from process_manual.checking import check
from process_manual.loading import files, load, walk
from process_manual.loading.drawing import svg_faults
from process_manual.loading.files import read_definition
from process_manual.loading.media import MAX_DRAWING, check_media
from process_manual.pages.site import build_site
from tests.hostile.drawings import SAFE, UNSAFE
from tests.projects import AS_HOOK, project, run
from tests.support import AS_OF, SKELETON, shown, write

NAMES = {
    "con.md": "Windows",
    "NUL.txt": "Windows",
    "com1.csv": "Windows",
    "LPT9": "Windows",
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
    "a\nb.md": "characters",
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


PLACES = ("docs/x.md", "docs/x", "docs", "processes", "processes/x.md", "processes/registers")
PLACES += ("processes/manual.yml", "processes/standards/x.yml", "docs/x.png", "docs/deep/x.md")
TARGETS = ("/etc/passwd", "/proc/self/environ", "/dev/zero", "..", "loop", "nowhere")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("target", TARGETS)
def test_a_link_is_refused_wherever_it_leads(place: str, target: str, tmp_path: Path) -> None:
    kept = {path: text for path, text in SKELETON.items() if not path.startswith(place)}
    path = write(tmp_path / "root", kept) / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(path.name if target == "loop" else target)
    for docs in (None, tmp_path / "root/docs"):
        found = load(tmp_path / "root", AS_OF, docs).findings
        assert any(f.code == "SAF-001" and f.location.path == place for f in found), shown(found)


@pytest.mark.parametrize(
    "place", ["docs/p.md", "docs/p.png", "processes/p", "processes/example/EXA-091-p.md"]
)
def test_a_pipe_is_refused_and_stops_nothing(place: str, tmp_path: Path) -> None:
    root = write(tmp_path, SKELETON)
    (root / place).parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(root / place)
    assert place in {f.location.path for f in check(root, AS_OF).errors if f.code == "SAF-001"}


def test_a_pipe_in_the_place_of_a_register_stops_nothing(tmp_path: Path) -> None:
    places = {"processes/manual.yml", "processes/registers/roles.yml", "processes/standards/p.yml"}
    root = project(tmp_path)
    for place in places:
        (root / place).unlink(missing_ok=True)
        os.mkfifo(root / place)
    assert {f.location.path for f in check(root, AS_OF).errors if f.code == "SAF-001"} >= places


def test_another_repository_inside_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {**SKELETON, "docs/sub/.git": "gitdir: /elsewhere\n"})
    assert "another repository" in str(load(tmp_path, AS_OF).findings)


SECRET = "canary-behind-a-link"


@pytest.fixture
def linked(tmp_path: Path) -> Path:
    """Return a definition that is a link to a readable one elsewhere."""
    head = "---\nid: EXA-090\ntitle: T\narea: example\nkind: process\nstatus: draft\n"
    outside = write(tmp_path, {"outside.md": f"{head}version: '0.1'\n---\n{SECRET}\n"})
    root = write(tmp_path / "root", SKELETON)
    (root / "processes/example").mkdir()
    path = root / "processes/example/EXA-090-t.md"
    path.symlink_to(outside / "outside.md")
    return path


@pytest.fixture
def followed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the reader take links for plain files."""
    monkeypatch.setattr(files, "_is_linked", lambda path: False)


@pytest.fixture
def unwalked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the walk take links for plain files."""
    monkeypatch.setattr(walk, "_is_link", lambda path: False)


@pytest.mark.usefixtures("followed")
def test_the_walk_alone_tells_of_a_link_and_hands_it_to_nobody(linked: Path) -> None:
    loaded = load(linked.parents[2], AS_OF)
    assert [f.code for f in loaded.findings] == ["SAF-001"]
    assert not loaded.manual.definitions


@pytest.mark.usefixtures("unwalked")
def test_the_reader_alone_follows_no_link(linked: Path) -> None:
    assert SECRET not in repr(load(linked.parents[2], AS_OF))
    assert read_definition(linked.parents[2], linked).source is None


@pytest.mark.usefixtures("followed", "unwalked")
def test_without_either_it_would_be_read(linked: Path) -> None:
    (definition,) = load(linked.parents[2], AS_OF).manual.definitions
    assert SECRET in definition.body


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
    "a large drawing": ("a.svg", SAFE["shapes"].ljust(MAX_DRAWING + 1), False),
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


def test_without_this_any_file_would_be_published(tmp_path: Path) -> None:
    """MkDocs copies what is there."""
    root = project(tmp_path, "hooks: []\n", {"docs/a.js": "alert(1)", "docs/a.svg": UNSAFE["HTML"]})
    assert run(root, "mkdocs", "build", "-q").returncode == 0
    assert (root / "site/a.js").is_file()
    assert (root / "site/a.svg").read_bytes() == UNSAFE["HTML"]


@pytest.mark.parametrize("name", SAFE)
def test_a_drawing_as_programs_export_it_is_published(name: str) -> None:
    assert not svg_faults(SAFE[name])


@pytest.mark.parametrize("name", UNSAFE)
def test_a_drawing_that_could_run_or_load_something_is_refused(name: str) -> None:
    assert svg_faults(UNSAFE[name])


def test_what_is_wrong_with_a_drawing_is_told_in_its_place(tmp_path: Path) -> None:
    inside = (
        b'<svg xmlns="http://www.w3.org/2000/svg">\n <g/>\n <script/><b onclick="a()"/>\n</svg>'
    )
    write(tmp_path, {"docs/a.svg": inside})
    found = [str(f.location) for f in check_media(tmp_path, tmp_path / "docs/a.svg")]
    assert found == ["docs/a.svg:3:2", "docs/a.svg:3:11"]


CLASHES = {
    "a page of the manual": ("docs/roles/index.md", "the page “Roles” of the manual"),
    "a data file": ("docs/register.csv", "the data file register.csv of the manual"),
    "a file of the theme": ("docs/404.md", "the file 404.html of the theme"),
    "an image of the theme": (
        "docs/assets/images/favicon.png",
        "the file assets/images/favicon.png of the theme",
    ),
    "an index": ("docs/guide/README.md", "docs/guide/index.md"),
    "the home page": ("docs/README.md", "docs/index.md"),
    "a page where a folder must be": ("docs/a.html/b.md", "docs/a.md"),
    "another one but for capitals": ("docs/Plan/index.md", "the page “Plan” of the manual"),
}


@pytest.mark.parametrize("name", CLASHES)
def test_two_sources_of_one_address_are_an_error_naming_both(name: str, tmp_path: Path) -> None:
    path, other = CLASHES[name]
    content: dict[str, str | bytes] = {"docs/guide/index.md": "# G\n", "docs/a.md": "# A\n"}
    content[path] = PNG if path.endswith(".png") else "# Title\n"
    done = run(project(tmp_path, AS_HOOK, content), "mkdocs", "build")
    assert done.returncode == 1
    assert f"{path}:1:1: SAF-001: {path} (" in done.stderr
    assert other in done.stderr
    assert not (tmp_path / "site").exists()


def test_two_ids_that_give_one_address_are_an_error_naming_both(tmp_path: Path) -> None:
    rows = "- {id: desk chief, title: First}\n- {id: Desk-Chief, title: Second}\n"
    roles = "processes/registers/roles.yml"
    root = write(tmp_path, {**SKELETON, roles: f"roles:\n{rows}"})
    (found,) = build_site(load(root, AS_OF).manual).findings
    assert (found.code, str(found.location)) == ("IDN-002", f"{roles}:3:1")
    assert f"First ({roles}:2) and Second ({roles}:3)" in found.message
