"""The pages beside the editions: complete without a script, and true to the store."""

from __future__ import annotations

import datetime
import html
import re
from pathlib import Path

import pytest

from process_manual.editions.definitions import DefinitionRow
from process_manual.editions.store import EditionSummary, Store
from process_manual.pages.public import commands, public_files
from tests.editions.stores import NOON, Office, new_key
from tests.support import ROOT


def day(number: int) -> datetime.datetime:
    return NOON + datetime.timedelta(days=number)


def row(version: str, **fields: object) -> DefinitionRow:
    values = {
        "id": "RES-014",
        "version": version,
        "state": "in force",
        "effective_from": datetime.date(2026, 1, 1),
        "digest": f"v1:sha256:{version}",
        "approved_on": datetime.date(2025, 12, 1),
        "approved_as": "head-of-it",
        "approved_by": "1001",
        "address": "processes/RES-014/index.html",
        "title": "Incidents <b>",
        **fields,
    }
    return DefinitionRow(**values)  # type: ignore[arg-type]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Three editions, the second of which was withdrawn."""
    office = Office(tmp_path, new_key(tmp_path))
    for number, (name, version) in enumerate((("a", "1.0"), ("b", "1.1"), ("c", "2.0"))):
        bundle = office.bundle(name, rows=[row(version)])
        office.put(bundle, pages=public_files, now=day(number * 10))
    office.withdraw("b", "a name <script>", pages=public_files, now=day(40))
    return office


def editions(office: Office) -> tuple[EditionSummary, ...]:
    return Store(office.store).summaries()


def text(page: bytes) -> str:
    running = re.sub(r"</?(?:a|code|s|strong|time)\b[^>]*>", "", page.decode())
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", running)).split())


def test_the_store_verifies_with_them(office: Office) -> None:
    assert office.faults() == ()


def test_the_landing_page_tells_every_edition_with_its_hash(office: Office) -> None:
    page = public_files(editions(office))["index.html"]
    for each in editions(office):
        assert each.sha256 in page.decode()
    assert "Edition b was withdrawn on 2 January 2027 (sequence 4): a name <script>" in text(page)
    assert b'href="b/' not in page
    assert b'href="latest/index.html"' in page
    assert b"a name <script>" not in page


def test_the_witness_is_that_of_the_newest_entry_even_a_withdrawal(office: Office) -> None:
    newest = Store(office.store).newest()
    assert newest
    assert newest.entry.sequence == 4
    assert newest.witness.encode() in public_files(editions(office))["index.html"]


def test_the_five_commands_are_those_of_the_guide() -> None:
    guide = (ROOT / "docs/guide/proof.md").read_text("utf-8")
    assert f"```\n{commands('2026-10')}```\n" in guide
    assert len(commands("2026-10").splitlines()) == 5
    assert "2026-10" not in commands("2026-07")
    assert "../" not in commands(None).replace("\\/", "/")


def test_the_look_up_tells_each_version_with_its_days_without_a_script(office: Office) -> None:
    page = text(public_files(editions(office))["as-at.html"])
    assert "a 23 November 2026 before 3 December 2026" in page
    assert "b (withdrawn) 3 December 2026 before 13 December 2026" in page
    line = "RES-014 Incidents <b> 1.0 23 November 2026 before 3 December 2026: version 1.1"
    assert f"{line} 1 December 2025, head of it (post 1001) a" in page
    assert "RES-014 Incidents <b> 2.0 13 December 2026 no end yet" in page


def test_what_was_withdrawn_has_no_link(office: Office) -> None:
    files = public_files(editions(office))
    links = re.findall(r'href="([^"#]*)"', (files["index.html"] + files["as-at.html"]).decode())
    public = office.store / "public"
    inside = [link for link in links if not link.startswith("data:") and "guide" not in link]
    assert inside
    for link in inside:
        assert not link.startswith("b/")
        assert (public / link.split("/")[0]).exists(), link


def test_an_empty_store_has_pages_too() -> None:
    files = public_files(())
    assert "None yet" in text(files["index.html"])
    assert "None yet" in text(files["as-at.html"])


def test_the_same_store_gives_the_same_bytes(office: Office) -> None:
    assert public_files(editions(office)) == public_files(editions(office))


def test_no_page_loads_anything_from_elsewhere(office: Office) -> None:
    for name, data in public_files(editions(office)).items():
        assert b"http:" not in data, name
        assert b"https:" not in data, name
