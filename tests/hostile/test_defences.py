"""Each defence against hostile text alone: it holds with the others off, and its loss is seen.

For each there is a pair of tests: with this defence only, nothing dangerous comes out; with none,
the same texts are dangerous. What is dangerous, a parser says that made none of it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import pytest
from markdown import Markdown
from markupsafe import Markup
from mkdocs.exceptions import MkDocsException

from process_manual.loading import load
from process_manual.mkdocs_plugin import handwritten
from process_manual.mkdocs_plugin.handwritten import PlainMarkdown
from process_manual.model.definition import Definition
from process_manual.model.manual import Manual
from process_manual.pages import narrative, render
from process_manual.pages.links import Links
from process_manual.pages.page import Site
from process_manual.pages.site import build_site
from process_manual.rules.engine import REGISTRY
from process_manual.rules.markdown import links, unescaped, without_code
from process_manual.rules.safety import address_fault
from tests.hostile import payloads
from tests.hostile.inspecting import dangers
from tests.hostile.manuals import in_markdown, manual_files, texts
from tests.support import AS_OF, SKELETON, write

SOME = (*payloads.GOLDEN_TEXTS, *payloads.sample(120), *payloads.systematic()[::9])
MARKUP = tuple(text for text in SOME if dangers(text))
"""Texts in which the independent parser sees something dangerous; the control of these tests."""
HEAD = (
    "---\nid: EXA-090\ntitle: T\narea: example\nkind: process\nstatus: draft\nversion: '0.1'\n---\n"
)
FILE = "processes/example/EXA-090-t.md"
EXTENSIONS = ["admonition", "tables", "sane_lists", "toc", "fenced_code"]


def test_there_is_enough_to_defend_against() -> None:
    assert len(payloads.published()) >= 1_000
    assert len(payloads.every()) >= 1_500
    assert len(MARKUP) >= 80


# The rules: markup and addresses in a text are findings.


def _manual(root: Path, text: str, path: str = FILE) -> Manual:
    head = HEAD if path == FILE else ""
    return load(write(root, {**SKELETON, path: head + text}), AS_OF).manual


def _is_refused(manual: Manual) -> bool:
    """Tell whether the rules refuse what could be read; what could not needs no rule."""
    readable = manual.definitions or manual.pages
    found = any(True for code in ("SAF-003", "SAF-004") for _ in REGISTRY[code].check(manual))
    return found or not readable


@pytest.mark.parametrize("path", [FILE, "docs/page.md"])
def test_the_rules_alone_refuse_markup(path: str, tmp_path: Path) -> None:
    missed = []
    for number, text in enumerate((*MARKUP, *payloads.GOLDEN_MARKDOWN)):
        written = f"Text first.\n\n{text}\n"
        manual = _manual(tmp_path / str(number), written, path)
        plain = Markdown(extensions=["tables", "fenced_code"]).convert(written)
        bad = [each for each in dangers(plain, images=True) if " id=" not in each]
        if bad and not _is_refused(manual):
            missed.append(text)
    assert not missed, "\n".join(map(repr, missed))


@pytest.mark.parametrize("url", payloads.SCHEMES)
@pytest.mark.parametrize("link", payloads.LINKS)
def test_the_rules_alone_refuse_what_becomes_a_bad_address(
    link: str, url: str, tmp_path: Path
) -> None:
    text = link.replace("{}", url)
    becomes = dangers(Markdown().convert(text), images=True)
    assert not becomes or _is_refused(_manual(tmp_path, text))


PIECES = (
    *("`", "``", "```", "`a`", "<b>", "<b>", "\n", "\n\n", "\n- ", "\n> ", "| ", "|-|-|", "\\"),
    *("\\`", "a", "b c ", "[x]: u ", "\n    ", "\n# ", "\n---\n", "\n```\n", "\n~~~\n", "\n===\n"),
    *("[", "]", "(u)", "\n:   ", "\n!!! note\n", "\n1. ", "*", "_", "  \n", "\n```x\n", '"', "\t"),
    *("\n``` {.a}\n", "\n|a|b|\n|-|-|\n|", "\n```\nx\n```\n", "\n    ```\n    x\n    ```\n"),
)
"""What decides where code begins and ends."""


def test_the_rules_take_nothing_for_code_that_is_shown_as_markup() -> None:
    """Compared with the converter, on ten thousand texts of random pieces."""
    chance = random.Random(7)
    markdown = Markdown(extensions=["tables", "fenced_code", "def_list", "admonition"])
    missed, shown = [], 0
    for _ in range(10_000):
        parts = (chance.choice(PIECES) for _ in range(chance.randint(3, 18)))
        numbers = iter(range(100))
        text = re.sub("<b>", lambda _: f"<b{next(numbers)}>", "".join(parts))  # noqa: B023
        exposed = set(re.findall(r"<b\d+>", markdown.reset().convert(text)))
        shown += len(exposed)
        if exposed - set(re.findall(r"<b\d+>", without_code(text))):
            missed.append(text)
    assert not missed, missed[:3]
    assert shown > 2_000


LINKING = (
    *("`", "``", "[a](", "[a](<", "javascript:a()", "javascript:a()", "java\nscript:a()", "//e/"),
    *(
        "https://e/x.png",
        ")",
        ">",
        " ",
        "[r]",
        "[r]: ",
        "[a]: ",
        "[a][r]",
        "![a][r]",
        "![a](",
        "![",
    ),
    *(
        "[",
        "]",
        "](",
        "(",
        "\n",
        "\n\n",
        "\n- ",
        "> ",
        "\\",
        "x",
        "'t'",
        '"t"',
        "<",
        "!",
        "[a]",
        "|",
    ),
    *("&#106;avascript:a()", "java&Tab;script:a()", "\n    ", "\n```\n", "[r]:\n", "\n[r]: <"),
)
"""What decides where an address begins and ends."""


def test_the_rules_see_every_address_that_runs_something() -> None:
    """Compared with the converter, on ten thousand texts of random pieces."""
    chance = random.Random(5)
    markdown = Markdown(extensions=["tables", "fenced_code", "def_list", "admonition"])
    markdown.preprocessors.deregister("html_block")
    markdown.inlinePatterns.deregister("html")
    missed, dangerous = [], 0
    for _ in range(10_000):
        text = "".join(chance.choice(LINKING) for _ in range(chance.randint(3, 14)))
        markdown.reset().references.clear()
        if dangers(markdown.convert(text), images=True):
            dangerous += 1
            if not any(_address_faults(text)):
                missed.append(text)
    assert not missed, missed[:3]
    assert dangerous > 100


def _address_faults(text: str) -> Iterator[object]:
    for _, url, is_image in links(without_code(text)):
        yield address_fault(url, is_image=is_image)
        yield address_fault(unescaped(url), is_image=is_image)


# Markdown without HTML: what a hand-written page is converted with.


def _plainly(text: str, extension: Iterable[PlainMarkdown]) -> str | None:
    """Return what conversion of a hand-written page makes, or None when it refuses."""
    try:
        return Markdown(extensions=[*EXTENSIONS, *extension]).convert(text)
    except MkDocsException:
        return None


def _addressed() -> Iterator[str]:
    return (link.replace("{}", url) for link in payloads.LINKS for url in payloads.SCHEMES)


def test_conversion_alone_lets_no_markup_through() -> None:
    written = (text for each in (*MARKUP, *payloads.GOLDEN_MARKDOWN) for text in in_markdown(each))
    got_through = [
        (text, found)
        for text in (*written, *_addressed())
        if (made := _plainly(text, [PlainMarkdown()])) and (found := dangers(made, images=True))
    ]
    assert not got_through, got_through[:5]


def test_without_it_markup_would_get_through() -> None:
    assert sum(bool(dangers(_plainly(text, []) or "")) for text in MARKUP) > 50
    assert sum(bool(dangers(_plainly(text, []) or "")) for text in _addressed()) > 50


ATTRIBUTES = (
    "Text\n{: onclick=alert(1) }",
    "[link](index.md){: onmouseover=alert(1) }",
    "## Heading {: style=position:fixed }",
    "``` {.python onclick=alert(1)}\ntext\n```",
    "``` {.python #__config}\ntext\n```",
)
"""What becomes an attribute where the configuration allows lists of attributes."""


@pytest.mark.parametrize("text", ATTRIBUTES)
def test_conversion_alone_refuses_attributes_that_run_something(text: str) -> None:
    plain = Markdown(extensions=[*EXTENSIONS, "attr_list"])
    assert dangers(plain.convert(text))
    with pytest.raises(MkDocsException):
        Markdown(extensions=[*EXTENSIONS, "attr_list", PlainMarkdown()]).convert(text)


# The fields of a hand-written page: only what the theme can take.

HOSTILE_FIELDS = {
    "title": '"><script>alert(1)</script>',
    "description": '"><img src=x onerror=alert(1)>',
    "template": "other.html",
    "author": '"><script>alert(1)</script>',
    "hide": "<script>alert(1)</script>",
    "search": {"boost": '"><script>'},
}


class _PageOfMkDocs:
    """As much of a page of MkDocs as is tamed."""

    def __init__(self, meta: Mapping[str, object]) -> None:
        self.meta = dict(meta)


def test_taming_alone_leaves_no_markup_in_the_fields_of_a_page() -> None:
    page = _PageOfMkDocs(HOSTILE_FIELDS)
    handwritten.tame(page)  # type: ignore[arg-type]
    assert page.meta.keys() == {"title", "description"}
    assert not any(dangers(str(value)) for value in page.meta.values())


def test_without_it_they_would_hold_markup() -> None:
    assert sum(bool(dangers(str(value))) for value in HOSTILE_FIELDS.values()) >= 4


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


@pytest.fixture
def untold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave narratives out, which are no matter of the templates."""
    monkeypatch.setattr(narrative, "convert", lambda *_: narrative.Narrative(Markup("<p>-</p>")))


@pytest.mark.usefixtures("untold")
def test_escaping_alone_lets_no_field_through(tmp_path: Path) -> None:
    assert not _found(_site(tmp_path, MARKUP[:24]))


@pytest.mark.usefixtures("untold")
def test_without_escaping_fields_would_get_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
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
