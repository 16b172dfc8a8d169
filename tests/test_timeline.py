"""Which version was in force when: the cases that auditors ask about, and any chain of editions."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from process_manual.editions.definitions import DefinitionRow
from process_manual.editions.store import EditionSummary
from process_manual.views.editions import Period, reign_on, reigns, timeline
from tests.chains import edition, row

START = datetime.date(2026, 1, 1)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def told(periods: Sequence[Period]) -> list[str]:
    """Return periods as texts, such as ``1.0 2026-01-10..2026-02-01 retired``."""
    return [f"{p.row.version} {p.since}..{p.until or ''} {p.ended}".strip() for p in periods]


def test_a_version_holds_from_its_publication_when_that_is_later() -> None:
    chain = [edition(1, "a", "2026-01-10", [row(effective_from="2026-01-01")])]
    (period,) = timeline(chain)["EXA-010"]
    assert told([period]) == ["1.0 2026-01-10.."]
    assert (period.row.effective_from, period.published) == (day("2026-01-01"), day("2026-01-10"))


def test_a_coming_version_takes_over_on_its_day_inside_an_editions_life() -> None:
    coming = row(version="1.1", state="coming", coming=True, effective_from="2026-02-15")
    chain = [
        edition(1, "a", "2026-01-10", [row(), coming]),
        edition(2, "b", "2026-03-01", [row(version="1.1", effective_from="2026-02-15")]),
    ]
    first, second = timeline(chain)["EXA-010"]
    assert told([first, second]) == ["1.0 2026-01-10..2026-02-15 version 1.1", "1.1 2026-02-15.."]
    assert second.published == day("2026-01-10")
    assert (first.editions, second.editions) == (("a",), ("a", "b"))


def test_a_coming_version_that_is_only_drafted_does_not_take_over() -> None:
    draft = row(version="1.1", state="draft", coming=True, effective_from="2026-02-15")
    chain = [edition(1, "a", "2026-01-10", [row(), draft])]
    assert told(timeline(chain)["EXA-010"]) == ["1.0 2026-01-10.."]


def test_what_is_retired_holds_until_readers_could_know_it() -> None:
    retired = row(state="retired", retired_on="2026-01-20")
    chain = [edition(1, "a", "2026-01-10", [row()]), edition(2, "b", "2026-02-01", [retired])]
    assert told(timeline(chain)["EXA-010"]) == ["1.0 2026-01-10..2026-02-01 retired"]


def test_what_is_retired_from_a_later_day_on_holds_until_then() -> None:
    retired = row(state="retired", retired_on="2026-02-20")
    chain = [edition(1, "a", "2026-01-10", [row()]), edition(2, "b", "2026-02-01", [retired])]
    (period,) = timeline(chain)["EXA-010"]
    assert told([period]) == ["1.0 2026-01-10..2026-02-20 retired"]
    assert period.editions == ("a", "b")


def test_other_content_under_the_same_version_is_told_apart() -> None:
    chain = [
        edition(1, "a", "2026-01-10", [row(digest="v1:sha256:a")]),
        edition(2, "b", "2026-02-01", [row(digest="v1:sha256:b")]),
    ]
    assert told(timeline(chain)["EXA-010"]) == [
        "1.0 2026-01-10..2026-02-01 other content under the same version",
        "1.0 2026-02-01..",
    ]


def test_after_a_withdrawal_the_edition_before_speaks_again() -> None:
    chain = [
        edition(1, "a", "2026-01-10", [row()]),
        edition(2, "b", "2026-02-01", [row(version="1.1")], withdrawn="2026-02-05"),
    ]
    assert told(timeline(chain)["EXA-010"]) == [
        "1.0 2026-01-10..2026-02-01 version 1.1",
        "1.1 2026-02-01..2026-02-05 version 1.0",
        "1.0 2026-02-05..",
    ]


def test_nothing_is_told_of_the_days_of_an_edition_that_was_taken_away() -> None:
    chain = [
        edition(1, "a", "2026-01-10", [row()]),
        edition(2, "b", "2026-02-01", [], withdrawn="2026-02-05"),
    ]
    assert told(timeline(chain)["EXA-010"]) == [
        "1.0 2026-01-10..2026-02-01 its edition was withdrawn and taken away",
        "1.0 2026-02-05..",
    ]
    reign = reign_on(chain, day("2026-02-03"))
    assert reign
    assert not reign.is_known


def test_with_its_only_edition_withdrawn_nothing_is_in_force() -> None:
    chain = [edition(1, "a", "2026-01-10", [row()], withdrawn="2026-01-20")]
    assert told(timeline(chain)["EXA-010"]) == [
        "1.0 2026-01-10..2026-01-20 no edition stood any more"
    ]
    assert reign_on(chain, day("2026-01-20")) is None


def test_of_two_editions_of_one_day_the_later_holds() -> None:
    chain = [
        edition(1, "a", "2026-01-10", [row()]),
        edition(2, "b", "2026-01-10", [row(version="1.1")]),
    ]
    assert [each.edition.name for each in reigns(chain)] == ["b"]
    assert told(timeline(chain)["EXA-010"]) == ["1.1 2026-01-10.."]


# Any chain --------------------------------------------------------------------------------------

days = st.integers(0, 60).map(lambda number: START + datetime.timedelta(number))
versions = st.sampled_from(["1.0", "1.1", "2.0"])


@st.composite
def definition_rows(draw: st.DrawFn) -> list[DefinitionRow]:
    """What an edition may say of one definition, likely or not."""
    states = st.sampled_from(["in force", "coming", "superseded", "draft", "in review", "retired"])
    found = []
    for coming in draw(st.sampled_from([(), (False,), (True,), (False, True)])):
        found.append(
            row(
                version=draw(versions),
                state=draw(states),
                coming=coming,
                effective_from=draw(st.none() | days),
                retired_on=draw(st.none() | days),
                approved_on=draw(st.none() | days),
            )
        )
    return found


@st.composite
def chains(draw: st.DrawFn) -> list[EditionSummary]:
    """Editions in the order of their days, some of them withdrawn, some of those taken away."""
    found = []
    for number, published in enumerate(sorted(draw(st.lists(days, max_size=6))), 1):
        withdrawn = draw(st.none() | days.map(lambda day, first=published: max(day, first)))  # type: ignore[misc]
        gone = withdrawn is not None and draw(st.booleans())
        rows = [] if gone else draw(definition_rows())
        found.append(edition(number, f"e{number}", published, rows, withdrawn))
    return found


def by_hand(chain: Sequence[EditionSummary], day: datetime.date) -> DefinitionRow | None:
    """Answer for one day as one would with the editions on the table."""
    standing = [
        each
        for each in chain
        if each.published.date() <= day
        and (each.withdrawn is None or day < each.withdrawn.published.date())
    ]
    if not standing:
        return None
    holding = [
        each
        for each in standing[-1].definitions
        if each.effective_from
        and each.effective_from <= day
        and (
            each.state in ("in force", "coming", "superseded")
            or (
                each.state == "retired"
                and each.approved_on
                and each.retired_on
                and day < each.retired_on
            )
        )
    ]
    return holding[-1] if holding else None


@given(chains())
def test_on_each_day_the_timeline_says_what_the_edition_of_that_day_says(
    chain: list[EditionSummary],
) -> None:
    periods = timeline(chain).get("EXA-010", ())
    for number in range(-1, 63):
        day = START + datetime.timedelta(number)
        expected = by_hand(chain, day)
        found = [period for period in periods if period.covers(day)]
        content = [(period.row.version, period.row.digest) for period in found]
        assert content == ([(expected.version, expected.digest)] if expected else [])


@given(chains())
def test_periods_are_in_order_and_each_ends_with_a_reason(chain: list[EditionSummary]) -> None:
    names = {each.name for each in chain}
    for periods in timeline(chain).values():
        for one, two in pairwise(periods):
            assert one.until is not None
            assert one.until <= two.since
        for period in periods:
            assert period.until is None or period.since < period.until
            assert bool(period.ended) == (period.until is not None)
            assert period.editions
            assert set(period.editions) <= names
            assert period.row.effective_from
            assert period.since >= max(period.row.effective_from, period.published)
