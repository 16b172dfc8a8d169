"""Document control as pages show it: approvals, authority, the load of reviews, calendars."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from process_manual.exports import files
from process_manual.exports.calendars import as_icalendar
from process_manual.loading import load
from process_manual.model.definition import ChangeType
from process_manual.model.manual import Manual
from process_manual.pages.site import build_site
from process_manual.views.approvals import approval_log, authority_matrix
from process_manual.views.dues import Due, DueKind, dues_by_role
from process_manual.views.review_load import proposals, review_load
from tests.patches import patched
from tests.support import AS_OF, ROOT

SHIPPED = datetime.date(2026, 11, 23)


@pytest.fixture(scope="module")
def shipped() -> Manual:
    return load(ROOT, SHIPPED).manual


def _example(root: Path, patch: str = "", as_of: datetime.date = AS_OF) -> Manual:
    return load(patched(root, patch or "# EXA-010, text added\nMore.\n"), as_of).manual


def test_every_approval_is_in_the_log_newest_first(shipped: Manual) -> None:
    log = approval_log(shipped)
    days = [entry.approval.date for entry in log]
    assert days == sorted(days, reverse=True)
    written = {(d.id, a.version, a.date) for d in shipped.definitions for a in d.approvals}
    assert {(e.definition.id, e.approval.version, e.approval.date) for e in log} == written
    assert len(log) == len(written)


def test_an_edit_after_the_approval_shows_in_the_log(tmp_path: Path) -> None:
    manual = _example(tmp_path, "# EXA-010\nid: EXA-010\n")
    path = tmp_path / "processes/example/EXA-010-fault-handling.md"
    path.write_text(path.read_text("utf-8") + "\nOne word more.\n", "utf-8")
    edited = load(tmp_path, AS_OF).manual
    for each, holds in ((manual, True), (edited, False)):
        (entry,) = (
            e
            for e in approval_log(each)
            if e.definition.id == "EXA-010" and e.approval.version == e.definition.version
        )
        assert entry.holds is holds


AREAS = """# manual.yml
approval:
  major: [owner]
  editorial: [owner, manager]
  areas:
  - {area: example, type: minor, roles: [desk-lead]}
"""


def test_the_matrix_says_what_house_policy_says_and_whom_it_means(tmp_path: Path) -> None:
    (example,) = (e for e in authority_matrix(_example(tmp_path, AREAS)) if e.area == "example")
    assert example.rule[ChangeType.MAJOR] == ("owner",)
    assert example.rule[ChangeType.MINOR] == ("desk-lead",)
    assert example.roles[ChangeType.MINOR] == ("desk-lead",)
    assert set(example.roles[ChangeType.EDITORIAL]) > set(example.roles[ChangeType.MAJOR])


def test_reviews_are_only_moved_forward_and_none_is_lost(shipped: Manual) -> None:
    load_ = review_load(shipped)
    due = [each.definition.id for month in load_ for each in month.due]
    levelled = [each.definition.id for month in load_ for each in month.levelled]
    assert sorted(due) == sorted(levelled)
    assert max(len(m.levelled) for m in load_) < max(len(m.due) for m in load_)
    for each in proposals(load_):
        assert each.proposed is not None
        assert SHIPPED <= each.proposed < each.due
        assert each.proposed.weekday() < 5


@settings(deadline=None)  # a busy machine is slow, not wrong
@given(st.dates(datetime.date(2024, 1, 1), datetime.date(2030, 12, 31)))
def test_any_day_has_a_load(shipped: Manual, day: datetime.date) -> None:
    months = review_load(Manual(day, shipped.policy, definitions=shipped.definitions))
    assert [month.first.day for month in months] == [1] * 12
    for each in proposals(months):
        assert each.proposed is not None
        assert day <= each.proposed < max(each.due, day + datetime.timedelta(days=32))


def test_a_role_with_dates_has_a_calendar_that_its_page_links_to(shipped: Manual) -> None:
    made = files(shipped)
    pages = build_site(shipped).by_address
    for role, dues in dues_by_role(shipped).items():
        text = made[f"roles/{role}/calendar.ics"].decode()
        assert text.count("BEGIN:VEVENT") == len(dues)
        assert any("calendar.ics" in s.html for s in pages[f"roles/{role}/index.html"].sections)


TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=200)


@settings(deadline=None)  # a busy machine is slow, not wrong
@given(TEXT, st.lists(st.tuples(TEXT, st.dates()), max_size=4))
def test_a_calendar_is_well_formed_whatever_the_titles(
    title: str, events: list[tuple[str, datetime.date]]
) -> None:
    dues = [Due(day, DueKind.REVIEW, "definition", "EXA-010", text) for text, day in events]
    raw = as_icalendar(title, dues, AS_OF)
    assert raw.endswith(b"END:VCALENDAR\r\n")
    physical = raw.split(b"\r\n")[:-1]
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in physical)
    lines = raw.decode().replace("\r\n ", "").split("\r\n")[:-1]
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == len(events)
    assert len({line for line in lines if line.startswith("UID:")}) == len(events)
    names = {line.partition(":")[0].partition(";")[0] for line in lines}
    known = {"BEGIN", "END", "VERSION", "PRODID", "CALSCALE", "METHOD", "X-WR-CALNAME"}
    assert names <= known | {"UID", "DTSTAMP", "DTSTART", "SUMMARY", "TRANSP"}


def test_my_definitions_tell_what_an_owner_has_to_think_of(shipped: Manual) -> None:
    page = build_site(shipped).by_address["roles/incident-manager/index.html"]
    (mine,) = (section.html for section in page.sections if section.heading == "My definitions")
    assert "RES-014 Incident management" in mine
    assert "../../processes/RES-016/next/index.html" in mine
    assert "20 March 2027" in mine
