"""What changed since the edition before: the page of all, each definition's section, the feed."""

from __future__ import annotations

import datetime
import html
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from process_manual import exports
from process_manual.gate import inspect
from process_manual.loading import load
from process_manual.model.manual import Before, Manual
from process_manual.pages import Site, addresses, build_site
from process_manual.views.since import Kind, since
from tests.projects import example_files
from tests.support import AS_OF, write

FILE = "processes/example/EXA-010-fault-handling.md"
ATOM = "{http://www.w3.org/2005/Atom}"
Replacements = Mapping[str, tuple[str, str] | None]


def manual(folder: Path, changes: Replacements = None, as_of: datetime.date = AS_OF) -> Manual:
    """Return the example manual with texts of files replaced, or a file taken away (None)."""
    if changes is None:
        changes = {}
    files: dict[str, str | bytes] = dict(example_files())
    for path, change in changes.items():
        if change is None:
            del files[path]
            continue
        text = example_files()[path].decode()
        assert change[0] in text
        files[path] = text.replace(*change)
    return load(write(folder, files), as_of).manual


def compared(
    folder: Path,
    now: Replacements = None,
    before: Replacements = None,
    as_of: datetime.date = AS_OF,
) -> Manual:
    """Return a manual that knows the edition before it."""
    if before is None:
        before = {}
    if now is None:
        now = {}
    old = manual(folder / "before", before, as_of)
    return replace(manual(folder / "now", now), before=Before("2026-05", old, "c" * 40))


def words(site: Site, address: str, section: str = "") -> str:
    """Return the text of a page, or of one of its sections."""
    page = site.by_address[address]
    parts = [each.html for each in page.sections if section in ("", each.anchor)]
    found = "".join(parts if section else [page.lead_html, *parts])
    running = re.sub(r"</?(?:a|ins|del|span|strong|time)\b[^>]*>", "", found)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", running)).split())


def test_the_first_edition_says_that_it_is(tmp_path: Path) -> None:
    first = manual(tmp_path)
    assert "This is the first edition" in words(build_site(first), addresses.CHANGED)
    feed = ElementTree.fromstring(exports.files(first)["changes.xml"])
    assert feed.findall(f"{ATOM}entry") == []
    assert feed.findtext(f"{ATOM}updated") == "2026-06-30T00:00:00Z"


def test_nothing_changed_is_said(tmp_path: Path) -> None:
    site = build_site(compared(tmp_path))
    assert "Nothing changed." in words(site, addresses.CHANGED)
    assert words(site, addresses.definition("EXA-010"), "changed") == ""


def test_a_change_is_told_field_by_field_with_before_and_now(tmp_path: Path) -> None:
    site = build_site(compared(tmp_path, {FILE: ("Record the fault", "Write the fault down")}))
    for address in (addresses.CHANGED, addresses.definition("EXA-010")):
        told = words(site, address, "changed")
        assert "Record the fault Write the fault down" in told
        assert "Version 1.1, in force" in told
    assert "2026-05" in words(site, addresses.CHANGED)
    header = site.by_address[addresses.definition("EXA-010")].lead_html
    assert 'href="#changed"' in header


def test_a_new_version_comes_with_the_reason_from_its_history(tmp_path: Path) -> None:
    entry = (
        '- {version: "1.1", date: 2026-03-10, by: p-3, type: minor, '
        'summary: "Known causes are tried first"}\n'
    )
    now = compared(tmp_path, before={FILE: (entry, "")})
    told = words(build_site(now), addresses.CHANGED, "changed")
    assert "Why: Known causes are tried first (version 1.1, minor, 10 March 2026)" in told


def test_new_and_removed_definitions_are_told_apart(tmp_path: Path) -> None:
    gone: Replacements = {"processes/example/EXA-011-fault-priority.md": None}
    new = since(compared(tmp_path / "a", before=gone))
    assert new
    assert [each.definition.id for each in new.of(Kind.NEW)] == ["EXA-011"]
    site = build_site(compared(tmp_path / "b", now=gone))
    assert "EXA-011" in words(site, addresses.CHANGED, "retired")
    assert "processes/EXA-011" not in site.by_address[addresses.CHANGED].sections[-1].html


def test_a_date_that_is_reached_brings_a_version_into_force_with_no_file_changed(
    tmp_path: Path,
) -> None:
    now = compared(tmp_path, as_of=datetime.date(2026, 3, 31))
    found = since(now)
    assert found
    assert "EXA-010" in [each.definition.id for each in found.of(Kind.CHANGED)]
    assert "in force since 1 April 2026 (coming before)" in words(
        build_site(now), addresses.definition("EXA-010"), "changed"
    )


def test_a_review_alone_is_no_change_of_content(tmp_path: Path) -> None:
    review = "- {date: 2026-03-02, by: p-3, role: desk-lead, outcome: changed}"
    now = compared(tmp_path, before={FILE: (f"reviews:\n{review}\n", "")})
    found = since(now)
    assert found
    assert [each.definition.id for each in found.of(Kind.CONFIRMED)] == ["EXA-010"]
    assert found.of(Kind.CHANGED) == ()
    assert words(build_site(now), addresses.definition("EXA-010"), "changed") == ""


def test_rows_of_registers_are_told_but_never_people(tmp_path: Path) -> None:
    people = "processes/registers/people.yml"
    now = compared(
        tmp_path,
        {
            people: ('{id: p-1, post: "1001"}', '{id: p-1, post: "1009"}'),
            "processes/registers/roles.yml": ("person: p-3", "person: p-4"),
        },
    )
    told = words(build_site(now), addresses.CHANGED)
    assert "(roles)" in told
    assert "people" not in told
    assert not re.search(r"\bp-[0-9]\b", told)


def test_the_feed_is_atom_with_the_same_ids_in_every_build(tmp_path: Path) -> None:
    change: Replacements = {FILE: ("Record the fault", "Write the fault down")}
    one, two = (
        exports.files(compared(tmp_path / name, change))["changes.xml"] for name in ("a", "b")
    )
    assert one == two
    feed = ElementTree.fromstring(one)
    entries = feed.findall(f"{ATOM}entry")
    for part in (feed, *entries):
        assert (part.findtext(f"{ATOM}id") or "").startswith("urn:uuid:")
        assert part.findtext(f"{ATOM}title")
        assert part.findtext(f"{ATOM}updated") == "2026-06-30T00:00:00Z"
        assert part.find(f"{ATOM}link") is not None
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    ids = [each.findtext(f"{ATOM}id") for each in (feed, *entries)]
    assert len(set(ids)) == len(ids) == 2


def test_another_edition_gives_the_same_definition_another_id(tmp_path: Path) -> None:
    change: Replacements = {FILE: ("Record the fault", "Write the fault down")}
    one = compared(tmp_path, change)
    two = replace(one, as_of=AS_OF + datetime.timedelta(days=30))
    ids = [
        ElementTree.fromstring(exports.files(each)["changes.xml"]).findtext(f"{ATOM}entry/{ATOM}id")
        for each in (one, two)
    ]
    assert ids[0] != ids[1]


BAD_FEEDS = {
    "another element": b'<feed xmlns="http://www.w3.org/2005/Atom"><p xmlns="http://www.w3.org/1999/xhtml"/></feed>',
    "a style sheet": b'<?xml-stylesheet href="x.xsl"?><feed xmlns="http://www.w3.org/2005/Atom"/>',
    "a link that runs": b'<feed xmlns="http://www.w3.org/2005/Atom"><link href="javascript:x()"/></feed>',  # noqa: E501
    "a link to nothing": b'<feed xmlns="http://www.w3.org/2005/Atom"><link href="no.html"/></feed>',
}


@pytest.mark.parametrize("case", BAD_FEEDS)
def test_the_gate_reads_the_feed(case: str, tmp_path: Path) -> None:
    write(tmp_path, {"changes.xml": BAD_FEEDS[case]})
    assert [each for each in inspect(tmp_path) if each.location.path == "changes.xml"]
    write(tmp_path, {"changes.xml": b'<feed xmlns="http://www.w3.org/2005/Atom"/>'})
    assert [each for each in inspect(tmp_path) if each.location.path == "changes.xml"] == []
