"""REC: the evidence that a definition leaves, and how long it is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from process_manual.diagnostics import Location
from process_manual.model.definition import RECORD, Definition
from process_manual.model.manual import Manual
from process_manual.rules.engine import Fault, rule
from process_manual.rules.subjects import children, has_unread_procedure, versions
from process_manual.rules.wording import did_you_mean, quoted
from process_manual.views.interfaces import same_item


@rule("REC-001", "record-missing")
def record_missing(manual: Manual) -> Iterator[Fault]:
    """A process leaves at least one record, and each record says where it is and who keeps it.

    Why: what is not recorded did not happen, and a record that nobody finds proves nothing.

    Bad:
        # EXA-020
        records:
        - {title: "Known causes", where: fault-log, retention: RS-01}

    Good:
        # EXA-020
        records:
        - {title: "Known causes", where: fault-log, kept_by: cause-lead, retention: RS-01}
    """
    for definition in manual.living:
        if definition.is_process and not definition.records:
            hint = "add under `records` what proves that the work was done"
            yield Fault(definition.at("records"), "the process leaves no record", hint)
        for i, record in enumerate(definition.records):
            if missing := [key for key in ("where", "kept_by") if not getattr(record, key)]:
                message = f"`{record.title}` does not have {quoted(missing)}"
                hint = "say where it is kept and which role keeps it"
                yield Fault(definition.at("records", i), message, hint)


@rule("REC-002", "retention-unknown")
def retention_unknown(manual: Manual) -> Iterator[Fault]:
    """Each record has a line of the retention schedule.

    Why: a record must be kept long enough (7.5.3) and, when it is about people, not longer (UK
    GDPR). The schedule says how long, from when, and what happens then.

    Bad:
        # EXA-020
        records:
        - {title: "Known causes", where: fault-log, kept_by: cause-lead, retention: RS-10}

    Good:
        # EXA-020
        records:
        - {title: "Known causes", where: fault-log, kept_by: cause-lead, retention: RS-01}
    """
    for definition in manual.living:
        for i, record in enumerate(definition.records):
            if record.retention is None:
                hint = "add `retention:` with a code of registers/retention.yml"
                message = f"nothing says how long `{record.title}` is kept"
                yield Fault(definition.at("records", i), message, hint)
            else:
                place = definition.at("records", i, "retention")
                yield from _unknown(manual, record.retention, place)
    for document in manual.registers.documents.values():
        if document.retention:
            yield from _unknown(manual, document.retention, document.at("retention"))


def _unknown(manual: Manual, code: str, location: Location) -> Iterator[Fault]:
    schedule = manual.registers.retention
    if not schedule.knows(code):
        hint = did_you_mean(code, schedule, "add it to registers/retention.yml")
        yield Fault(location, f"the retention schedule has no line `{code}`", hint)


@rule("REC-003", "record-not-produced", warning=True)
def record_not_produced(manual: Manual) -> Iterator[Fault]:
    """A step makes each record, and each output that goes to `record` is listed under `records`.

    Why: an auditor follows the step to its record and back. A record that no step makes is a wish,
    and one that is on no list has no keeper and no retention. The steps of the procedures that
    belong to a process, or that it calls, count too.

    Bad:
        # EXA-020
        records:
        - {title: "Known causes", where: fault-log, kept_by: cause-lead, retention: RS-01}
        - {title: "Cause report", where: fault-log, kept_by: cause-lead, retention: RS-01}

    Good:
        # EXA-020
        records:
        - {title: "Known causes", where: fault-log, kept_by: cause-lead, retention: RS-01}
        - {title: "Cause report", where: fault-log, kept_by: cause-lead, retention: RS-01}
        activities:
        - id: A2
          outputs: ["Known causes", "Cause report"]
    """
    for definition in manual.living:
        helpers = tuple(_helpers(manual, definition))
        if any(each is None or each.id in manual.partial for each in (definition, *helpers)):
            continue  # the step may stand in what could not be read, or is not written yet
        working = [definition, *(each for each in helpers if each)]
        made = [item for each in working for step in each.activities for item in step.outputs]
        yield from _not_made(definition, made)
        parent = manual.parent_of(definition)
        listed = [x.title for each in (*working, parent) if each for x in each.records]
        yield from _not_listed(definition, listed)


def _helpers(manual: Manual, definition: Definition) -> Iterator[Definition | None]:
    """Yield each procedure that does a part of the work; None for one that cannot be read."""
    yield from children(manual).get(definition.id, ())
    for activity in definition.activities:
        if activity.procedure:
            yield from versions(manual).get(activity.procedure, (None,))
    if has_unread_procedure(manual, definition):
        yield None


def _not_made(definition: Definition, made: Iterable[str]) -> Iterator[Fault]:
    names = set(map(same_item, made))
    for i, record in enumerate(definition.records):
        if same_item(record.title) not in names:
            cure = "add it to the `outputs` of the step that makes it"
            hint = did_you_mean(record.title, made, cure)
            place = definition.at("records", i, "title")
            yield Fault(place, f"no step makes the record `{record.title}`", hint)


def _not_listed(definition: Definition, listed: Iterable[str]) -> Iterator[Fault]:
    names = set(map(same_item, listed))
    for i, output in enumerate(definition.outputs):
        if RECORD in output.consumers and same_item(output.item) not in names:
            cure = "add it there, with where it is kept, by whom and how long"
            message = f"`{output.item}` is kept as a record, but is not under `records`"
            hint = did_you_mean(output.item, listed, cure)
            yield Fault(definition.at("outputs", i, "item"), message, hint)


@rule("REC-004", "personal-data-unmarked", warning=True)
def personal_data_unmarked(manual: Manual) -> Iterator[Fault]:
    """A record of personal data has a classification and names its processing activity (`ropa`).

    Why: the organisation answers for the data of people. It must be able to say who may see them,
    and under which entry of its record of processing activities (UK GDPR, article 30).

    Bad:
        # EXA-020
        records:
        - title: "Known causes"
          where: fault-log
          kept_by: cause-lead
          retention: RS-01
          personal_data: true
          classification: official
        approvals:
        - version: "1.0"
          date: 2026-03-20
          by: p-1
          role: head-of-it
          evidence: "https://git.example.gov.uk/manual/pulls/4"
          consulted: [{consultee: information-governance, date: 2026-03-17, by: p-5}]
        consultees: [information-governance]

    Good:
        # EXA-020
        records:
        - title: "Known causes"
          where: fault-log
          kept_by: cause-lead
          retention: RS-01
          personal_data: true
          classification: official
          ropa: ROPA-7
        approvals:
        - version: "1.0"
          date: 2026-03-20
          by: p-1
          role: head-of-it
          evidence: "https://git.example.gov.uk/manual/pulls/4"
          consulted: [{consultee: information-governance, date: 2026-03-17, by: p-5}]
        consultees: [information-governance]
    """
    for definition in manual.living:
        for i, record in enumerate(definition.records):
            if not record.personal_data:
                continue
            if missing := [key for key in ("classification", "ropa") if not getattr(record, key)]:
                message = (
                    f"`{record.title}` holds personal data but does not have {quoted(missing)}"
                )
                hint = "add what is missing, or set `personal_data: false` where it names nobody"
                yield Fault(definition.at("records", i), message, hint)
