"""The manual that ships: sound, approved with real digests, and what the first set promises."""

from __future__ import annotations

import datetime

import pytest

from process_manual.checking import Report, check
from process_manual.model.definition import Kind, Status
from process_manual.model.digest import digest
from process_manual.views.lifecycle import State, presented, state, upcoming
from tests.support import ROOT

AS_OF = datetime.date(2026, 11, 23)


@pytest.fixture(scope="module")
def report() -> Report:
    return check(ROOT, AS_OF)


def test_it_has_no_errors(report: Report) -> None:
    assert report.errors == ()


def test_warnings_are_only_of_the_kinds_that_a_growing_manual_has(report: Report) -> None:
    """What is planned and not written yet, and the draft."""
    drafts = {d.source.path for d in report.manual.definitions if d.status is Status.DRAFT}
    odd = [
        finding
        for finding in report.findings
        if finding.location.path not in drafts and not finding.planned and finding.code != "MAN-004"
    ]
    assert odd == []


def test_every_approval_holds_the_digest_of_what_is_in_the_file(report: Report) -> None:
    approved = [d for d in report.manual.definitions if d.status is not Status.DRAFT]
    assert approved
    for definition in approved:
        (approval,) = [a for a in definition.approvals if a.version == definition.version]
        assert approval.digest == digest(definition), definition.source.path


def test_every_approver_held_the_role_and_wrote_none_of_the_version(report: Report) -> None:
    roles = report.manual.registers.roles
    for definition in report.manual.definitions:
        for approval in definition.approvals:
            held = [
                holder
                for holder in roles[approval.role].holders
                if holder.person == approval.by
                and holder.since <= approval.date
                and (holder.until is None or approval.date <= holder.until)
            ]
            authors = {h.by for h in definition.history if h.version == approval.version}
            assert held, f"{definition.id}: {approval.by} was not {approval.role}"
            assert approval.by not in authors, definition.id


def test_the_first_set_is_there(report: Report) -> None:
    manual = report.manual
    states = {id_: state(manual, d) for id_, d in presented(manual).items()}
    in_force = [presented(manual)[id_] for id_, s in states.items() if s is State.IN_FORCE]
    assert sum(d.kind is Kind.PROCESS for d in in_force) >= 12
    assert sum(d.kind is Kind.PROCEDURE for d in in_force) >= 6
    assert State.DRAFT in states.values()
    assert State.RETIRED in states.values()
    assert [id_ for id_ in states if upcoming(manual, id_)]
    assert [finding.code for finding in report.waived] == ["ROL-004"]
