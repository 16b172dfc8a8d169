"""EXC: waivers of rules, and exceptions from a definition."""

from __future__ import annotations

from collections.abc import Iterator

from process_manual.model.manual import Manual
from process_manual.model.registers import ROW_TYPES, Waiver
from process_manual.rules.engine import REGISTRY, UNWAIVABLE, Fault, rule
from process_manual.rules.wording import did_you_mean, quoted

_WAIVER = ("rule", "applies_to", "reason", "approved_by", "until")
_EXCEPTION = ("approved_by", "until")
POLICY = "manual"


@rule("EXC-001", "waiver-incomplete")
def waiver_incomplete(manual: Manual) -> Iterator[Fault]:
    """A waiver names its rule, what it holds for, the reason, the approver and the last day.

    Why: a check that somebody switched off must itself be under control. The same holds for an
    exception from a definition.

    Bad:
        # registers/waivers.yml
        waivers:
        - id: WV-01
          rule: ACT-006
          applies_to: EXA-010
          reason: "The old titles stay until the training is over"
          until: 2026-12-31

    Good:
        # registers/waivers.yml
        waivers:
        - id: WV-01
          rule: ACT-006
          applies_to: EXA-010
          reason: "The old titles stay until the training is over"
          approved_by: head-of-it
          until: 2026-12-31
    """
    for waiver in manual.registers.waivers.values():
        if missing := [key for key in _WAIVER if not getattr(waiver, key)]:
            message = f"the waiver `{waiver.id}` does not have {quoted(missing)}"
            yield Fault(waiver.at(), message, "until it has, it does not hold")
        yield from _pointless(manual, waiver)
    for definition in manual.living:
        for i, exception in enumerate(definition.exceptions):
            if missing := [key for key in _EXCEPTION if not getattr(exception, key)]:
                message = f"the exception does not have {quoted(missing)}"
                hint = "say which role approved it, and until when it holds"
                yield Fault(definition.at("exceptions", i), message, hint)


def _pointless(manual: Manual, waiver: Waiver) -> Iterator[Fault]:
    """Tell what keeps a waiver from ever holding."""
    if waiver.rule and waiver.rule not in REGISTRY:
        hint = did_you_mean(waiver.rule, REGISTRY, "give the code of a rule, such as ACT-006")
        yield Fault(waiver.at("rule"), f"there is no rule `{waiver.rule}`", hint)
    elif waiver.rule and (why := UNWAIVABLE.get(waiver.rule[:4])):
        message = f"`{waiver.rule}` {why} and cannot be waived"
        yield Fault(waiver.at("rule"), message, "take the waiver out")
    files = {*ROW_TYPES, *manual.standards, POLICY}
    for i, id_ in enumerate(waiver.applies_to):
        if id_ not in files and not manual.knows(id_):
            known = [*files, *manual.current]
            hint = did_you_mean(id_, known, "name a definition that is written, or a register")
            yield Fault(waiver.at("applies_to", i), f"there is no `{id_}` to waive it for", hint)
    if waiver.approved_on and waiver.until and waiver.until < waiver.approved_on:
        message = f"the waiver ends before it was approved on {waiver.approved_on}"
        yield Fault(waiver.at("until"), message, "correct one of the dates")


@rule("EXC-002", "waiver-expired", calendar=True)
def waiver_expired(manual: Manual) -> Iterator[Fault]:
    """A waiver or an exception that has passed its last day is taken out or approved again.

    Why: what was meant for a while becomes a habit. An expired waiver holds nothing back.

    Bad:
        # EXA-010
        exceptions:
        - text: "At weekends the duty team closes faults without asking the user"
          approved_by: head-of-it
          until: 2026-05-31

    Good:
        # EXA-010
        exceptions:
        - text: "At weekends the duty team closes faults without asking the user"
          approved_by: head-of-it
          until: 2026-12-31
    """
    hint = "take it out, or have it approved again"
    for waiver in manual.registers.waivers.values():
        if waiver.until and waiver.until < manual.as_of:
            message = f"the waiver `{waiver.id}` ended on {waiver.until}"
            yield Fault(waiver.at("until"), message, hint)
    for definition in manual.living:
        for i, exception in enumerate(definition.exceptions):
            if exception.until and exception.until < manual.as_of:
                message = f"the exception ended on {exception.until}"
                yield Fault(definition.at("exceptions", i, "until"), message, hint)
