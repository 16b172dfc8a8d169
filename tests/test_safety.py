"""Safe reading: plain files with plain names, media that are what they say, text within limits.

Each defence is tried by itself, without the ones before and after it.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import markdown
import nh3
import pytest
from mkdocs.structure.files import Files

from process_manual.limits import TooLongError, time_limit
from process_manual.loading import load
from process_manual.loading.media import check_media, svg_faults
from process_manual.loading.walk import walk
from process_manual.mkdocs_plugin.handwritten import PlainMarkdown, RefusedAddressError
from process_manual.mkdocs_plugin.navigation import navigation
from process_manual.pages import narrative
from process_manual.pages.page import Menu
from process_manual.pages.render import environment
from tests.support import AS_OF, SKELETON, shown, write

CANARY = "canary-7f3a91"


def _messages(root: Path) -> list[str]:
    return [finding.message for finding in walk(root, root / "processes").findings]


def test_a_link_is_refused_and_never_followed(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", {"secret.md": CANARY, "folder/secret.yml": CANARY})
    root = write(tmp_path / "manual", SKELETON)
    (root / "processes/example").mkdir()
    (root / "processes/example/EXA-010-x.md").symlink_to(outside / "secret.md")
    (root / "processes/linked").symlink_to(outside / "folder")
    (root / "processes/registers/tools.yml").symlink_to(outside / "folder/secret.yml")
    loaded = load(root, AS_OF)
    assert [f.code for f in loaded.findings] == ["SAF-001"] * 3, shown(loaded.findings)
    assert CANARY not in repr(loaded)


def test_a_folder_of_registers_that_is_a_link_is_not_read(tmp_path: Path) -> None:
    root = write(tmp_path / "manual", SKELETON)
    (root / "processes/registers").rename(tmp_path / "elsewhere")
    (root / "processes/registers").symlink_to(tmp_path / "elsewhere")
    loaded = load(root, AS_OF)
    assert "SAF-001" in {f.code for f in loaded.findings}
    assert not loaded.manual.registers.areas


def test_a_pipe_does_not_hang_the_check(tmp_path: Path) -> None:
    root = write(tmp_path, SKELETON)
    os.mkfifo(root / "processes/pipe.md")
    assert "this is neither a file nor a folder" in _messages(root)
    load(root, AS_OF)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("con.md", "Windows cannot have a file of this name"),
        ("LPT1", "Windows cannot have a file of this name"),
        ("a b.md", "the name has characters that do not work everywhere"),
        ("<img src=x onerror=a()>.md", "the name has characters that do not work everywhere"),
        ("naïve.md", "the name has characters that do not work everywhere"),
        ("-rf.md", "the name has characters that do not work everywhere"),
        ("a" * 62 + ".md", "the name is longer than 64 characters"),
    ],
)
def test_a_name_that_does_not_work_everywhere(name: str, message: str, tmp_path: Path) -> None:
    root = write(tmp_path, {**SKELETON, f"processes/{name}": "x"})
    assert _messages(root) == [message]


def test_names_that_differ_only_by_capitals(tmp_path: Path) -> None:
    root = write(tmp_path, {**SKELETON, "processes/a.md": "x", "processes/A.md": "y"})
    assert _messages(root) == ["the name differs from `A.md` only by capitals"]


def test_a_repository_inside_the_manual(tmp_path: Path) -> None:
    root = write(tmp_path, {**SKELETON, "processes/sub/.git": "gitdir: ../x"})
    assert _messages(root) == ["another repository is embedded here"]


MEDIA = [
    ("a.png", b"\x89PNG\r\n\x1a\nrest", ""),
    ("a.png", b"GIF89a", "the content is not of the type `.png`"),
    ("a.jpg", b"<svg onload=a()>", "the content is not of the type `.jpg`"),
    ("a.pdf", b"%PDF-1.7", ""),
    ("a.webp", b"RIFF0000WAVE", "the content is not of the type `.webp`"),
    ("a.docx", b"PK\x03\x04", ""),
    ("a.html", b"<p>", "files of the type `.html` are not published"),
    ("a.js", b"a()", "files of the type `.js` are not published"),
    ("a", b"x", "files of the type `` are not published"),
    ("a.csv", b"a,b\x00", "the content is not text"),
    ("a.csv", b"a,b\n", ""),
]


@pytest.mark.parametrize(("name", "content", "message"), MEDIA)
def test_a_download_is_what_its_name_says(
    name: str, content: bytes, message: str, tmp_path: Path
) -> None:
    found = [f.message for f in check_media(tmp_path, write(tmp_path, {name: content}) / name)]
    assert found == ([message] if message else [])


SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'
BAD_SVG = [
    "<script>a()</script>",
    "<foreignObject><p/></foreignObject>",
    '<rect onclick="a()"/>',
    '<a href="javascript:a()"><text>x</text></a>',
    '<a xlink:href="https://example.org"><text>x</text></a>',
    '<image href="https://example.org/x.png"/>',
    '<image href="data:image/svg+xml;base64,PHN2Zz4="/>',
    '<use xlink:href="other.svg#x"/>',
    "<style>@import 'x.css';</style>",
    '<rect style="fill: url(https://example.org/x)"/>',
    '<set attributeName="href" to="javascript:a()"/>',
    "<p",
]


@pytest.mark.parametrize("inside", BAD_SVG)
def test_a_drawing_that_runs_or_loads_something(inside: str) -> None:
    assert list(svg_faults(SVG.format(inside).encode()))


@pytest.mark.parametrize(
    "text",
    ["<!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>", "<html/>", '<?xml-stylesheet href="x"?><svg/>'],
)
def test_a_file_that_is_no_plain_drawing(text: str) -> None:
    assert list(svg_faults(text.encode()))


def test_a_plain_drawing() -> None:
    inside = '<defs><g id="a"/></defs><use href="#a"/><rect style="fill: url(#g)" width="1"/>'
    assert list(svg_faults(SVG.format(inside).encode())) == []


RAW = [
    "<script>a()</script>",
    "<img src=x onerror=a()>",
    "a <b onclick=a()>b</b>",
    "<!-- <img src=x onerror=a()> -->",
    "<svg><script>a()</script></svg>",
    "<a href='javascript:a()'>x</a>",
]


@pytest.mark.parametrize("text", RAW)
def test_markdown_alone_shows_html_as_text(text: str) -> None:
    """The converter by itself: no rule before it, no cleaner after it."""
    made = markdown.markdown(text, extensions=["tables", PlainMarkdown()])
    assert "<" not in made.replace("<p>", "").replace("</p>", "")


@pytest.mark.parametrize("text", RAW)
def test_the_cleaner_alone_takes_html_out(text: str) -> None:
    clean = nh3.clean(text, tags=narrative.TAGS, attributes=narrative.ATTRIBUTES, link_rel=None)
    for word in ("<script", "onerror", "onclick", "javascript", "<svg", "<img"):
        assert word not in clean


@pytest.mark.parametrize(
    "text",
    [
        "[a](javascript:a())",
        "[a](JaVaScRiPt:a())",
        "[a](java&#115;cript:a())",
        "[a]( javascript:a())",
        "[a](vbscript:a)",
        "[a](data:text/html,x)",
        "[a](//example.org)",
        "[a][b]\n\n[b]: javascript:a()",
        "<javascript:a()>",
        "![a](https://example.org/x.png)",
        "![a](//example.org/x.png)",
    ],
)
def test_markdown_alone_refuses_addresses(text: str) -> None:
    try:
        made = markdown.markdown(text, extensions=[PlainMarkdown()])
    except RefusedAddressError:
        return
    assert "<a " not in made
    assert "<img" not in made


def test_templates_alone_escape_every_value() -> None:
    made = environment().from_string("<p title='{{ x }}'>{{ x }}</p>").render(x="<b>'\"&")
    assert made == "<p title='&lt;b&gt;&#39;&#34;&amp;'>&lt;b&gt;&#39;&#34;&amp;</p>"


def test_headings_cannot_take_the_theme_s_ids() -> None:
    made = markdown.markdown("# __config\n\n# __search", extensions=["toc", PlainMarkdown()])
    assert 'id="__' not in made


@pytest.mark.parametrize("braces", ["{.json #__config}", "{.json .mermaid}", "{.json x=y}"])
def test_fenced_code_has_a_language_and_nothing_else(braces: str) -> None:
    made = markdown.markdown(f"```{braces}\n1\n```", extensions=["fenced_code", PlainMarkdown()])
    assert made == '<pre><code class="language-json">1\n</code></pre>'


@pytest.mark.parametrize("name", ["onclick", "ONFOCUS", "srcset", "ping"])
def test_no_extension_lets_a_text_set_what_runs(name: str) -> None:
    extensions = ["attr_list", "fenced_code", PlainMarkdown()]
    with pytest.raises(RefusedAddressError, match=f"attribute is not allowed .`{name}`"):
        markdown.markdown(f"[a](b.md){{: {name}=x }}", extensions=extensions)
    made = markdown.markdown(f"```{{.json {name}=x}}\n1\n```", extensions=extensions)
    assert made == '<pre><code class="language-json">1\n</code></pre>'


def test_titles_in_the_menu_are_text() -> None:
    menu = [Menu("<b>", children=(Menu("<i>", "i.html"),))]
    made = navigation([{"Home": "index.md"}], menu, {"i.html": "i.md"}, Files([]))
    assert made[1] == {"&lt;b&gt;": [{"&lt;i&gt;": "i.md"}]}


def test_what_takes_too_long_is_stopped() -> None:
    start = time.process_time()
    with pytest.raises(TooLongError):
        _spin(0.2)
    assert time.process_time() - start < 1


def _spin(seconds: float) -> None:
    with time_limit(seconds):
        while True:
            pass
