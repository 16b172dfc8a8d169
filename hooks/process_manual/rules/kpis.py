"""KPI: key performance indicators, their completeness and their thresholds."""

from __future__ import annotations

import re
from collections.abc import Iterator

from process_manual.model.definition import Definition, Direction, Kpi, KpiTarget
from process_manual.model.manual import Manual
from process_manual.rules.engine import Fault, rule
from process_manual.rules.subjects import SETTLED
from process_manual.rules.wording import quoted

_NUMBER = re.compile(r"[1-9]\d*", re.ASCII)
_BAND = ("lower", "upper", "amber_lower", "amber_upper")
_ONE_SIDED = ("target", "amber")
_NEEDED = ("formula", "unit", "direction", "targets", "frequency", "source", "collector")


def _kpis(manual: Manual) -> Iterator[tuple[Definition, int, Kpi]]:
    for definition in manual.living:
        for i, kpi in enumerate(definition.kpis):
            yield definition, i, kpi


def _thresholds(kpi: Kpi) -> tuple[str, ...]:
    """Return the values that each target of a KPI consists of."""
    return _BAND if kpi.direction is Direction.BAND else _ONE_SIDED


@rule("KPI-001", "kpi-missing")
def kpi_missing(manual: Manual) -> Iterator[Fault]:
    """A process in review or approved has a KPI, or says in `no_kpi_reason` why not.

    Why: what is not measured is not managed (8.1, 9.1). For some processes a count says nothing;
    then somebody should say so.

    Bad:
        # EXA-020
        no_kpi_reason:

    Good:
        # EXA-020
        no_kpi_reason: "Three to five causes a year are too few to count."
    """
    for definition in manual.living:
        is_due = definition.is_process and definition.status in SETTLED
        if is_due and not (definition.kpis or definition.no_kpi_reason):
            hint = "add `kpis:`, or say why none helps in `no_kpi_reason:`"
            yield Fault(definition.at("kpis"), "the process has no KPI", hint)


@rule("KPI-002", "kpi-incomplete")
def kpi_incomplete(manual: Manual) -> Iterator[Fault]:
    """A KPI has a formula, unit, direction, frequency, source, collector, target and tolerance.

    Why: what two people would measure differently cannot be compared from month to month.

    Bad:
        # EXA-010
        kpis:
        - id: KPI-EXA-010-1
          formula:

    Good:
        # EXA-010
        kpis:
        - id: KPI-EXA-010-1
          formula: "faults closed on the same day / all faults closed in the month"
    """
    for definition, i, kpi in _kpis(manual):
        if missing := [key for key in _NEEDED if not getattr(kpi, key)]:
            message = f"`{kpi.id}` does not have {quoted(missing)}"
            yield Fault(definition.at("kpis", i), message, "add what is missing")
        if kpi.direction is None:
            continue
        for j, target in enumerate(kpi.targets):
            missing = [key for key in _thresholds(kpi) if getattr(target, key) is None]
            if missing:
                message = f"the target from {target.since} does not have {quoted(missing)}"
                hint = f"direction {kpi.direction} needs {quoted(_thresholds(kpi))}"
                yield Fault(definition.at("kpis", i, "targets", j), message, hint)


@rule("KPI-003", "kpi-id-wrong")
def kpi_id_wrong(manual: Manual) -> Iterator[Fault]:
    """The id of a KPI is unique: KPI, the id of its definition, and a number.

    Why: the measured values are kept in files with this name, for years.

    Bad:
        # EXA-020
        kpis:
        - id: KPI-EXA-010-1
          title: "Causes found"
          formula: "causes found in the quarter"
          unit: count
          direction: higher
          targets: [{from: 2026-Q2, target: 3, amber: 1}]
          frequency: quarterly
          source: "Fault log, page Causes"
          collector: cause-lead

    Good:
        # EXA-020
        kpis:
        - id: KPI-EXA-020-1
          title: "Causes found"
          formula: "causes found in the quarter"
          unit: count
          direction: higher
          targets: [{from: 2026-Q2, target: 3, amber: 1}]
          frequency: quarterly
          source: "Fault log, page Causes"
          collector: cause-lead
    """
    for definition in manual.living:
        seen: set[str] = set()
        for i, kpi in enumerate(definition.kpis):
            if kpi.id in seen:
                place = definition.at("kpis", i, "id")
                yield Fault(place, f"`{kpi.id}` stands here twice", "give it the next number")
            elif not _NUMBER.fullmatch(kpi.id.removeprefix(f"KPI-{definition.id}-")):
                # With the definition's id in it, no two definitions can have the same one.
                message = f"`{kpi.id}` is not the id of a KPI of {definition.id}"
                place = definition.at("kpis", i, "id")
                yield Fault(place, message, f"write KPI-{definition.id}- and a number")
            seen.add(kpi.id)


@rule("KPI-004", "threshold-on-wrong-side")
def threshold_on_wrong_side(manual: Manual) -> Iterator[Fault]:
    """Amber lies on the bad side of the target, a band is in order, and percent is 0 to 100.

    Why: with thresholds the wrong way round, red is shown as green.

    Bad:
        # EXA-010
        kpis:
        - id: KPI-EXA-010-1
          targets:
          - {from: 2026-04, target: 95, amber: 98}

    Good:
        # EXA-010
        kpis:
        - id: KPI-EXA-010-1
          targets:
          - {from: 2026-04, target: 95, amber: 90}
    """
    for definition, i, kpi in _kpis(manual):
        for j, target in enumerate(kpi.targets):
            for message, hint in _misplaced(kpi, target):
                place = definition.at("kpis", i, "targets", j)
                yield Fault(place, f"from {target.since}: {message}", hint)


def _misplaced(kpi: Kpi, target: KpiTarget) -> Iterator[tuple[str, str]]:
    if kpi.unit == "percent":
        for key in (*_ONE_SIDED, *_BAND):
            value = getattr(target, key)
            if value is not None and not 0 <= value <= 100:
                yield f"{key} {value:g} is not a percentage", "write a value from 0 to 100"
    if kpi.direction in (Direction.HIGHER, Direction.LOWER):
        is_higher = kpi.direction is Direction.HIGHER
        if target.target is not None and target.amber is not None:
            bad = target.amber > target.target if is_higher else target.amber < target.target
            if bad:
                values = f"amber {target.amber:g} is better than the target {target.target:g}"
                side = "below" if is_higher else "above"
                yield values, f"{kpi.direction} is better here, so amber lies {side} the target"
    elif kpi.direction is Direction.BAND:
        for low, high, may_equal in (
            ("lower", "upper", False),
            ("amber_lower", "lower", True),
            ("upper", "amber_upper", True),
        ):
            one, two = getattr(target, low), getattr(target, high)
            if (
                one is not None
                and two is not None
                and (one > two or (one == two and not may_equal))
            ):
                hint = "the order is amber_lower, lower, upper, amber_upper"
                yield f"{low} {one:g} is not below {high} {two:g}", hint


@rule("KPI-006", "too-many-kpis", warning=True)
def too_many_kpis(manual: Manual) -> Iterator[Fault]:
    """A definition has no more KPIs than `limits` in `manual.yml` allows.

    Why: nobody steers by nine figures at once. What is only of interest belongs in a report.

    Bad:
        # manual.yml
        limits: {kpis: 1}
        # EXA-010
        kpis:
        - id: KPI-EXA-010-2
          title: "Faults that came back"
          formula: "faults reported again within a week / faults closed in the month"
          unit: percent
          direction: lower
          targets: [{from: 2026-04, target: 2, amber: 4}]
          frequency: monthly
          source: "Fault log, report 2, on the second working day"
          collector: desk-lead

    Good:
        # manual.yml
        limits: {kpis: 1}
    """
    most = manual.policy.limits.kpis
    for definition in manual.living:
        if len(definition.kpis) > most:
            message = f"{len(definition.kpis)} KPIs; nobody manages more than {most}"
            hint = "keep those on which somebody acts, and put the others in a report"
            yield Fault(definition.at("kpis", most), message, hint)
