"""REC: the evidence that a definition leaves, and how long it is kept."""

from __future__ import annotations

from collections.abc import Iterator

from process_manual.diagnostics import Location
from process_manual.model.manual import Manual
from process_manual.rules.engine import Fault, rule
from process_manual.rules.wording import did_you_mean, quoted


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
