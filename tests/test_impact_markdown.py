"""Reports as Markdown: what is quoted stays text, and a comment is not longer than hosts allow."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from process_manual.writers.markdown import MOST, as_markdown, escape
from process_manual.writers.outline import Code, Diff, Outline, Row, Section, Strong, bullet
from tests.projects import example_files
from tests.support import write
from tests.test_impact_command import FILE, impact


def _shown(markdown: str) -> str:
    """Return what a reader sees of inline Markdown, and fail if any of it is markup."""
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(markdown)
    inline = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in inline} <= {"text", "text_special", "entity"}, inline
    assert len(tokens) == 3, tokens
    return "".join(child.content for child in inline).replace("\u200b", "")


HOSTILE = [
    "@team",
    "@sample-county/heads #12 !34 ~bug %9 $5 &6",
    "<img src=x onerror=alert(1)>",
    "<!-- hidden -->",
    "[click](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "https://evil.example www.evil.example ftp://evil",
    "`code` *bold* _em_ ~~gone~~ ==mark==",
    "| a | b |",
    "\\| \\@x \\\\",
    "# heading",
    "- item",
    "1. item",
    "+ item",
    "> quote",
    "```\nfence",
    "--- \n===",
    "&lt;b&gt; &#64;team",
    "owner/repo#1 GH-12",
    "[^1]: note",
    "[a]: https://evil.example",
    "{+ added +} [- gone -]",
    "[[page]] {{x}}",
    "    four spaces",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_in_markdown_stays_text(text: str) -> None:
    escaped = escape(text)
    assert _shown(escaped).split() == text.split()
    visible = re.sub(r"\\(?=[^\w\s])", "", escaped)
    assert not re.search(r"(?i)[@#!~%$&]\w|\w://|www\.|GH-\d", visible.replace("&#8203;", "\u200b"))


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1))
def test_any_text_in_markdown_stays_text(text: str) -> None:
    assert _shown(escape(text)) == text


def _long(sections: int, items: int) -> Outline:
    rows = tuple(Row(f"step {n}", "before " * 20, "after " * 20) for n in range(items))
    bullets = tuple(bullet(Strong(f"EXA-{n}"), " ", Code("x")) for n in range(items))
    return Outline(
        "Impact",
        (bullet("short"),),
        (
            Section("First", bullets),
            *(Section(f"S{n}", (*rows, Diff("d", ("+x",) * 50)), True) for n in range(sections)),
        ),
    )


@pytest.mark.parametrize(("sections", "items"), [(1, 5_000), (400, 10), (3, 400)])
def test_a_long_comment_ends_where_the_host_would_refuse_it(sections: int, items: int) -> None:
    text = as_markdown(_long(sections, items))
    assert MOST * 0.5 < len(text) <= MOST
    assert re.search(r"This comment has no room for [\d,]+ entries more; .* shows all\.\n$", text)
    assert "### First" in text
    assert text.count("<details>") == text.count("</details>")
    fences = [line for line in text.splitlines() if line.startswith("```")]
    assert len(fences) % 2 == 0


def test_code_in_a_diff_does_not_end_it() -> None:
    lines = (" ```", "-old", "+</details> @team", " ````")
    text = as_markdown(Outline("I", (), (Section("S", (Diff("d", lines),)),)))
    (fence,) = (token for token in MarkdownIt("commonmark").parse(text) if token.type == "fence")
    assert fence.content == "\n".join(lines) + "\n"


def test_a_hostile_definition_cannot_mark_up_the_comment(tmp_path: Path) -> None:
    before, after = (write(tmp_path / name, example_files()) for name in ("before", "after"))
    evil = "@org/team <b>bold</b> [x](https://evil.example) | ``` #1"
    text = (after / FILE).read_text("utf-8")
    text = text.replace('title: "Mend the fault"', f'title: "{evil}"')
    text = text.replace("## When the fault comes back", f"## {evil}\n\n```\n</details>\n{evil}")
    roles = (after / "processes/registers/roles.yml").read_text("utf-8")
    roles = roles.replace('"Desk lead"\n', '"Desk lead"\n  host_team: "@org/desk` @all"\n')
    write(after, {FILE: text, "processes/registers/roles.yml": roles})
    result = impact(after, "--before", before, "--format", "markdown")
    assert result.exit_code == 0
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(result.stdout)
    blocks = [token for token in tokens if token.type == "html_block"]
    assert {re.sub(r"\s+", " ", block.content.strip()) for block in blocks} == {
        "<details><summary>Field by field</summary>",
        "</details>",
    }
    inline = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in inline} <= {
        *("text", "text_special", "code_inline", "strong_open", "strong_close", "softbreak"),
    }
    told = "".join(child.content for child in inline if child.type.startswith("text"))
    assert evil.split()[0] not in told
    assert "\u200b" in told
    codes = [child.content for child in inline if child.type == "code_inline"]
    assert "@org/desk` @all" in codes
    fences = [token for token in tokens if token.type == "fence"]
    assert any(f"+{evil}" in fence.content for fence in fences)
