"""MAN: how far the manual has come."""

from __future__ import annotations

from collections.abc import Iterator

from process_manual.model.manual import Manual
from process_manual.rules.engine import Fault, rule


@rule("MAN-004", "plan-not-written", warning=True)
def plan_not_written(manual: Manual) -> Iterator[Fault]:
    """What the plan lists is written, up to the percentage that `manual.yml` sets.

    Why: a planned process without a definition is a gap, and the share that is written shows how
    far the manual has come. It is one finding, however many are missing; the page of the plan
    lists them.

    Bad:
        # registers/plan.yml
        plan:
        - {id: EXA-012, title: "Urgent faults", area: example, kind: procedure, parent: EXA-010}

    Good:
        # registers/plan.yml
        plan:
        - {id: EXA-012, title: "Urgent faults", area: example, kind: procedure, parent: EXA-010}
        # example/EXA-012-urgent-faults.md, a copy of EXA-011
        id: EXA-012
        title: "Urgent faults"
    """
    plan = manual.registers.plan
    missing = [id_ for id_ in plan if not manual.knows(id_)]
    written = len(plan) - len(missing)
    if missing and written * 100 < manual.policy.limits.written_percent * len(plan):
        share = written * 100 // len(plan)
        message = f"{written:,} of {len(plan):,} planned definitions are written ({share} %)"
        hint = "nothing to mend here; write the next one, or set limits: written_percent"
        message += f", {len(missing):,} are not"
        yield Fault(plan.source.at_key("plan"), message, hint, planned=True)
