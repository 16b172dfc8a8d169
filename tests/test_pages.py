"""Pages: every link leads somewhere, values stay text, and each state says what it is.

The golden files hold the sections of a few pages of the rules' example manual. When a change to
a template is meant, rewrite them and look at the difference:
``GOLDEN=write .venv/bin/python -m pytest tests/test_pages.py``
"""

from __future__ import annotations

import copy
import datetime
import html
import os
import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown import Markdown

from process_manual import exports
from process_manual.checking import check
from process_manual.diagnostics import Finding, Location, Severity
from process_manual.loading import load
from process_manual.model.definition import Definition
from process_manual.model.manual import Manual
from process_manual.model.source import Source
from process_manual.pages import Page, Site, addresses, build_site, narrative
from process_manual.pages.links import Links
from process_manual.rules.prose import headings
from process_manual.views.anchors import on_page
from tests.projects import example_files
from tests.support import AS_OF, ROOT, write

GOLDEN = Path(__file__).parent / "golden"
GOLDEN_PAGES = (
    "processes/EXA-010/index.html",
    "processes/EXA-011/index.html",
    "registers/interfaces/index.html",
)


class Reader(HTMLParser):
    """Collects what a page holds: links, anchors, and anything that must not be there."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: list[str] = []
        self.odd: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "a":
            self.links.append(named.get("href") or "")
        if named.get("id"):
            self.anchors.append(named["id"] or "")
        self.odd += [f"{tag} {name}" for name in named if name == "style" or name.startswith("on")]
        if tag in ("script", "style", "img", "iframe"):
            self.odd.append(tag)


def whole(page: Page) -> str:
    """Return all of a page's HTML."""
    return "".join([page.lead_html, *(each.html for each in page.sections)])


def text(page: Page) -> str:
    """Return a page without its tags."""
    running = re.sub(r"</?(?:a|strong|em|span|time|code|abbr)\b[^>]*>", "", whole(page))
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", running)).split())


def section(page: Page, anchor: str) -> str:
    """Return one section of a page as HTML."""
    return next(str(each.html) for each in page.sections if each.anchor == anchor)


def anchors(page: Page) -> list[str]:
    """Return everything on a page that a link can point at."""
    return [section.anchor for section in page.sections] + Reader(whole(page)).anchors


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Manual:
    """The rules' example manual."""
    return load(write(tmp_path_factory.mktemp("example"), example_files()), AS_OF).manual


@pytest.fixture(scope="module")
def shipped() -> tuple[Manual, Site]:
    """The manual of this repository, and its site."""
    report = check(ROOT, datetime.date(2026, 11, 23))
    return report.manual, build_site(report.manual, report.findings, report.waived)


def changed(manual: Manual, id_: str, path: str = "", **fields: Any) -> Manual:
    """Return the manual with fields of one definition replaced, in its file or in a new one."""
    old = manual.current[id_]
    data = {**copy.deepcopy(dict(old.source.data)), **fields}
    data = {key: value for key, value in data.items() if value is not None}
    source = Source(path or old.source.path, data, body=fields.pop("body", old.body))
    data.pop("body", None)
    new = Definition.read(source, data)
    kept = tuple(d for d in manual.definitions if path or d is not old)
    return replace(manual, definitions=(*kept, new))


def page_of(manual: Manual, address: str, findings: tuple[Finding, ...] = ()) -> Page:
    return build_site(manual, findings).by_address[address]


def broken_links(manual: Manual, site: Site) -> Iterator[str]:
    """Yield every link inside the site that leads nowhere."""
    others = set(exports.files(manual))
    found = {page.address: set(anchors(page)) for page in site.pages}
    for page in site.pages:
        for link in Reader(whole(page)).links:
            if re.match(r"https?:|mailto:|tel:", link):
                continue
            path, _, anchor = link.partition("#")
            folder = posixpath.dirname(page.address)
            address = posixpath.normpath(posixpath.join(folder, path)) if path else page.address
            if address in others and not anchor:
                continue
            if address not in found or (anchor and anchor not in found[address]):
                yield f"{page.address}: {link}"


def test_every_link_of_the_shipped_manual_leads_somewhere(shipped: tuple[Manual, Site]) -> None:
    assert list(broken_links(*shipped)) == []


def test_every_link_of_the_example_leads_somewhere(example: Manual) -> None:
    assert list(broken_links(example, build_site(example))) == []


def test_no_page_holds_an_anchor_twice_or_anything_but_content(
    shipped: tuple[Manual, Site],
) -> None:
    for page in shipped[1].pages:
        seen = anchors(page)
        assert len(seen) == len(set(seen)), page.address
        assert Reader(whole(page)).odd == [], page.address


def test_the_menu_leads_to_pages_that_want_to_be_in_it(shipped: tuple[Manual, Site]) -> None:
    site = shipped[1]
    todo = list(site.menu)
    while todo:
        entry = todo.pop()
        todo += entry.children
        assert entry.address is None or site.by_address[entry.address].in_menu


def test_no_page_names_a_person(shipped: tuple[Manual, Site]) -> None:
    manual, site = shipped
    codes = re.compile("|".join(re.escape(code) for code in manual.registers.people))
    assert [page.address for page in site.pages if codes.search(whole(page))] == []


@pytest.mark.parametrize("address", GOLDEN_PAGES)
def test_golden(address: str, example: Manual) -> None:
    page = page_of(example, address)
    made = f"<h1>{page.title}</h1>\n{page.lead_html}\n" + "".join(
        f"\n<h{each.level} id={each.anchor}>{each.heading}\n{each.html}\n" for each in page.sections
    )
    file = GOLDEN / (posixpath.dirname(address).replace("/", "-") + ".html")
    if os.environ.get("GOLDEN") == "write":
        file.write_text(made, "utf-8")
    assert made == file.read_text("utf-8")


HOSTILE = '<img src=x onerror="alert(1)"> & {{ 7 * 7 }} "q"'


def test_markup_in_any_field_stays_text(example: Manual) -> None:
    fields = {
        name: [HOSTILE]
        if isinstance(example.current["EXA-010"].source.data[name], list)
        else HOSTILE
        for name in ("title", "purpose", "policy", "triggers")
    }
    manual = changed(example, "EXA-010", **fields)
    site = build_site(manual)
    for page in site.pages:
        assert Reader(whole(page)).odd == [], page.address
    page = site.by_address["processes/EXA-010/index.html"]
    assert page.title == f"EXA-010 {HOSTILE}"
    assert "&lt;img src=x" in section(page, "purpose")
    assert "{{ 7 * 7 }}" in section(page, "purpose")


def test_ids_that_nobody_knows_stay_text(example: Manual) -> None:
    data = copy.deepcopy(dict(example.current["EXA-010"].source.data))
    step = {
        **data["activities"][0],
        "raci": {"A": "nobody", "R": ["party:nowhere", "../../etc"], "X": ["x"]},
        "uses": ["no-tool"],
        "procedure": "EXA-999",
        "next": [{"when": "lost", "to": "EXA-998"}, {"when": "otherwise", "to": "A77"}],
    }
    manual = changed(
        example,
        "EXA-010",
        area="no-area",
        roles={"owner": "no-owner", "manager": "no-manager"},
        activities=[step],
        inputs=[{"item": "Thing", "from": ["EXA-999", "party:nowhere"]}],
        standards=[
            {"standard": "iso-0", "clause": "9.9"},
            {"standard": "example-standard", "clause": "99"},
        ],
        services=["SVC-NO"],
        slas=["SLA-NO"],
        suppliers=["SUP-NO"],
        tools=["no-tool"],
        documents=["DOC-NO"],
        records=[{"title": "R", "where": "no-tool", "retention": "RS-NO", "satisfies": ["a:b"]}],
        competence=[{"role": "nobody", "needs": ["TR-NO"]}],
    )
    page = page_of(manual, "processes/EXA-010/index.html")
    assert list(broken_links(manual, build_site(manual))) == []
    assert "EXA-999" in text(page)
    assert "nobody" in section(page, "raci")


def test_a_planned_id_leads_to_the_plan(example: Manual) -> None:
    planned = next(id_ for id_ in example.registers.plan if id_ not in example.current)
    link = Links(example, "processes/EXA-010/index.html")("definition", planned)
    assert f"plan/index.html#{planned}" in link
    assert "(planned)" in link


def test_an_id_that_is_no_path_cannot_leave_the_site(example: Manual) -> None:
    for id_ in ("../../../etc/passwd", "a b", "…", "x/../y"):
        for place in (addresses.definition(id_), addresses.role(id_), addresses.area(id_)):
            assert not {"", ".", ".."} & set(place.split("/"))
            assert len(place.split("/")) == 3


def test_a_draft_says_so_and_shows_its_findings(example: Manual) -> None:
    manual = changed(example, "EXA-010", status="draft", approvals=None)
    place = Location(manual.current["EXA-010"].source.path, 7, 1)
    finding = Finding(place, "DOC-004", Severity.WARNING, "`purpose` is missing", "write it")
    page = page_of(manual, "processes/EXA-010/index.html", (finding,))
    assert "Draft: do not rely on this page" in text(page)
    assert "Line 7: `purpose` is missing" in text(page)
    assert "not approved" in text(page)


def test_an_approved_page_shows_errors_only(example: Manual) -> None:
    place = Location(example.current["EXA-010"].source.path, 7, 1)
    warning = Finding(place, "IOF-003", Severity.WARNING, "only planned")
    error = Finding(place, "RAC-001", Severity.ERROR, "two accountable")
    page = page_of(example, "processes/EXA-010/index.html", (warning, error))
    assert "two accountable" in text(page)
    assert "only planned" not in text(page)


def test_what_was_edited_after_approval_says_so(example: Manual) -> None:
    address = "processes/EXA-010/index.html"
    assert "Changed after approval" not in text(page_of(example, address))
    manual = changed(example, "EXA-010", purpose="Something else.")
    assert "Changed after approval" in text(page_of(manual, address))


def test_a_retired_definition_is_out_of_search_and_menu_and_names_its_replacement(
    example: Manual,
) -> None:
    retired = {"on": "2026-05-01", "reason": "Merged.", "replaced_by": "EXA-020"}
    manual = changed(example, "EXA-011", status="retired", retired=retired)
    site = build_site(manual)
    page = site.by_address["processes/EXA-011/index.html"]
    assert not page.searchable
    assert not page.in_menu
    assert "Retired: do not use" in text(page)
    assert 'Use instead: <a href="../../processes/EXA-020/index.html">' in whole(page)
    assert "EXA-011" in text(site.by_address["registers/retired/index.html"])
    menu = str(site.menu)
    assert "EXA-010" in menu
    assert "EXA-011" not in menu
    assert list(broken_links(manual, site)) == []


def coming(example: Manual, effective_from: str) -> Manual:
    path = example.current["EXA-010"].source.path.replace(".md", ".next.md")
    approval = {"version": "2.0", "date": "2026-06-01", "by": "p-1", "role": "head-of-it"}
    return changed(
        example,
        "EXA-010",
        path,
        version="2.0",
        effective_from=effective_from,
        approvals=[approval],
    )


def test_a_coming_version_has_a_page_of_its_own(example: Manual) -> None:
    site = build_site(coming(example, "2026-09-01"))
    now = site.by_address["processes/EXA-010/index.html"]
    later = site.by_address["processes/EXA-010/next/index.html"]
    assert "A new version is coming" in text(now)
    assert "1.1, in force since 1 April 2026" in text(now)
    assert "Not in force yet" in text(later)
    assert "comes into force on 1 September 2026" in text(later)
    assert not later.searchable
    assert 'href="#step-A1"' in section(later, "raci")
    assert "EXA-010 Fault handling: from 1 September 2026" in text(site.by_address["index.html"])


def test_a_coming_version_takes_over_on_its_day(example: Manual) -> None:
    site = build_site(coming(example, "2026-06-30"))
    assert "processes/EXA-010/next/index.html" not in site.by_address
    page = site.by_address["processes/EXA-010/index.html"]
    assert "2.0, in force since 30 June 2026" in text(page)


def test_an_emergency_shows_the_narrative_before_the_steps(example: Manual) -> None:
    def order(page: Page) -> bool:
        seen = [each.anchor for each in page.sections]
        return seen.index("text") < seen.index("steps")

    address = "processes/EXA-010/index.html"
    assert not order(page_of(example, address))
    assert order(page_of(changed(example, "EXA-010", emergency="true"), address))
    home = page_of(changed(example, "EXA-010", emergency="true"), "index.html")
    assert "Fault handling" in section(home, "emergency")


NARRATIVE = """
See EXA-011, `EXA-011`, [EXA-011](https://example.org/) and EXA-999; not X-EXA-011.

## Tables & "more"

| a | b |
|--:|---|
| 1 | EXA-020 |

<div onclick="x">raw <b>html</b></div>

### Tables & "more" {: #mine }

> ## inside
>
> [file](EXA-011-fault-priority.md#x) [id](EXA-020) [bad](javascript:alert(1))

```yaml
id: EXA-011
```
"""


def test_the_narrative(example: Manual) -> None:
    manual = changed(example, "EXA-010", body=NARRATIVE)
    page = page_of(manual, "processes/EXA-010/index.html")
    parts = {each.anchor: each for each in page.sections if each.anchor.startswith("text")}
    assert list(parts) == ["text", "text-tables-more", "text-tables-more-mine"]
    link = '<a href="../../processes/EXA-011/index.html" title="Fault priority">EXA-011</a>'
    assert parts["text"].html == (
        f'<p>See {link}, <code>EXA-011</code>, <a href="https://example.org/">EXA-011</a> '
        "and EXA-999; not X-EXA-011.</p>\n"
    )
    second = parts["text-tables-more"]
    assert second.heading == 'Tables & "more"'
    assert 'aria-label="Tables &amp; &#34;more&#34;"' in second.html
    assert '<th align="right">a</th>' in second.html
    assert "&lt;div onclick=" in second.html
    third = parts["text-tables-more-mine"]
    assert third.level == 3
    assert "<strong>inside</strong>" in third.html
    assert '<a href="../../processes/EXA-020/index.html">id</a>' in third.html
    assert "javascript" not in third.html
    assert "id: EXA-011\n</code>" in third.html


def test_a_narrative_leads_to_hand_written_pages_and_downloads(example: Manual) -> None:
    body = "[a](../../docs/guide/x.md#b) [c](../../docs/index.md) [d](../../docs/list.csv)\n"
    pages = (Source("docs/guide/x.md"), Source("docs/index.md"))
    manual = replace(
        changed(example, "EXA-010", body=body), pages=pages, files=frozenset({"docs/list.csv"})
    )
    html_text = whole(page_of(manual, "processes/EXA-010/index.html"))
    for address in ("guide/x.html#b", "index.html", "list.csv"):
        assert f'<a href="../../{address}">' in html_text


HEADINGS = """
# A *plain* one, with `code()`
## a plain one, with code
## Äpfel & Birnen: 3.1 (new!)
## See [the list](x.md), snake_case and __bold__ ##
Underlined
----------
## ...
## ...
"""


def test_anchors_of_a_hand_written_page_are_those_that_its_readers_get(example: Manual) -> None:
    page = Source("docs/x.md", body=HEADINGS)
    manual = replace(example, pages=(page,))
    ours = list(on_page(words for _, words in headings(manual, page)))
    made = Markdown(extensions=["toc"]).convert(HEADINGS)
    assert ours == re.findall(r' id="(.*?)"', made)


@given(
    st.text(
        alphabet=st.sampled_from("ab#*_`<>&[](){}!|-:\n \\\"'EXA-010\u00a0\u0002\u0003"),
        max_size=80,
    )
)
@settings(max_examples=150, deadline=None)
def test_any_narrative_is_content_only(example: Manual, body: str) -> None:
    manual = changed(example, "EXA-011", body=body)
    links = Links(manual, "processes/EXA-011/index.html")
    for part in narrative.sections(narrative.convert(manual.current["EXA-011"], links)):
        assert Reader(str(part.html)).odd == []
        assert part.anchor.startswith("text")


def test_a_procedure_shows_inherited_values_as_inherited(example: Manual) -> None:
    page = page_of(example, "processes/EXA-011/index.html")
    assert "Head of IT (inherited from EXA-010)" in text(page)
    assert "inherited from" in section(page, "clauses")
    assert "inherited from" in section(page, "kpis")


def test_a_definition_can_be_found_by_what_people_search_for(
    shipped: tuple[Manual, Site],
) -> None:
    page = shipped[1].by_address["processes/RES-014/index.html"]
    said = f"{page.title} {text(page)}"
    for words in (
        "RES-014",
        "something is broken",
        "Service desk analyst",
        "8.6.1",
        "Service desk tool",
    ):
        assert words in said


def test_a_role_page_says_what_the_role_does_step_by_step(example: Manual) -> None:
    page = page_of(example, "roles/desk-analyst/index.html")
    steps = section(page, "in-EXA-010")
    assert '<a href="../../processes/EXA-010/index.html#step-A1">A1 Record the fault</a>' in steps
    assert "Responsible" in steps


def test_pages_do_not_depend_on_the_order_of_files(example: Manual) -> None:
    turned = replace(example, definitions=tuple(reversed(example.definitions)))
    assert build_site(turned) == build_site(example)


def test_an_empty_manual_has_pages(example: Manual) -> None:
    site = build_site(Manual(AS_OF, example.policy))
    assert list(broken_links(Manual(AS_OF, example.policy), site)) == []
