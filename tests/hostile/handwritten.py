"""Hand-written pages full of hostile texts: in their text, titles, headers and names."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from markdown import Markdown
from mkdocs.exceptions import MkDocsException

from process_manual.mkdocs_plugin.handwritten import PlainMarkdown
from tests.hostile.manuals import in_markdown, yaml

FIELDS = ("title", "description", "author", "status", "subtitle", "robots", "canonical_url", "icon")
LISTS = ("tags", "authors", "hide", "keywords")
EXTENSIONS = ("admonition", "tables", "sane_lists", "toc", "fenced_code")
Pages = dict[str, str | bytes]


def may_stand(text: str, *, cleaned: bool = True) -> bool:
    """Tell whether a hand-written page with ``text`` is converted, not refused while it is.

    MkDocs itself stumbles over ``<![`` and ``http://[``, which proofs of their own are about.
    """
    if "<![" in text:
        return False
    try:
        plain = [PlainMarkdown()] if cleaned else []
        made = Markdown(extensions=[*EXTENSIONS, *plain]).convert(text)
        for address in re.findall(r'(?:href|src)="([^"]*)"', made):
            urlsplit(html.unescape(address))
    except (MkDocsException, ValueError):
        return False
    return True


def page_files(payloads: Sequence[str], a_page: int = 40, *, cleaned: bool = True) -> Pages:
    """Return hand-written pages that hold every payload at every place that is not refused."""
    files: Pages = {}
    for start in range(0, len(payloads), a_page):
        files |= _pages(start, payloads[start : start + a_page], cleaned)
    return files


def _pages(number: int, payloads: Sequence[str], cleaned: bool) -> Pages:
    every = [text for payload in payloads for text in in_markdown(payload)]
    texts = [text for text in every if may_stand(text, cleaned=cleaned)]
    line = " ".join(" ".join(payload.split()) for payload in payloads)
    header = dict.fromkeys(FIELDS, line) | {key: list(payloads) for key in LISTS}
    return {
        **{f"docs/body-{number}-{i}.md": text for i, text in enumerate(_together(texts, cleaned))},
        f"docs/title-{number}.md": f"---\n{yaml(header)}\n---\nText.\n",
        f"docs/multi-{number}.md": f"title: {line}\ndescription: {line}\n\nText.\n",
        f"docs/heading-{number}.md": "\n\n".join(_headings(payloads)),
    }


def _together(texts: Sequence[str], cleaned: bool) -> Iterator[str]:
    """Yield the texts on as few pages as may stand; one can name an address for another's link."""
    page = "\n".join(("Text first.\n", *texts))
    if len(texts) == 1 or may_stand(page, cleaned=cleaned):
        yield page
    else:
        half = len(texts) // 2
        yield from (*_together(texts[:half], cleaned), *_together(texts[half:], cleaned))


def _headings(payloads: Sequence[str]) -> Iterator[str]:
    """Yield the payloads as headings, those that may stand; the first, of all, is the title."""
    lines = [" ".join(payload.split()) for payload in payloads]
    allowed = [line for line in lines if may_stand(f"# {line}\n")]
    yield f"# {' '.join(allowed)}"
    yield from (f"## {line}" for line in allowed)


def name_files(payloads: Sequence[str]) -> Pages:
    """Return pages without a title of their own, called as the payloads that can be names.

    Of names that differ only by capitals there is one: two of them are never published.
    """
    names = {
        payload.casefold(): payload
        for payload in payloads
        if not re.search(r"[/\x00\n]|^\s|^\.", payload) and len(payload.encode()) < 240
    }
    return {f"docs/{name}.md": "Text.\n" for name in names.values()}
