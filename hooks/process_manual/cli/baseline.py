"""``check --baseline``: what is wrong today may wait; afterwards the list only gets shorter."""

from __future__ import annotations

import datetime
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from process_manual.checking import Report, check
from process_manual.cli.shared import write_text
from process_manual.loading.baseline import FILE, known_before
from process_manual.rules.baseline import identity_of, may_wait
from process_manual.views.fingerprints import Identity, identity
from process_manual.writers import text

_HEAD = """\
# Findings that were known on the day below, and wait to be mended. Made by
# `process-manual check --baseline`, which only ever takes out what is mended.
"""


def renew(root: Path, report: Report, dry_run: bool) -> Report:
    """Write the baseline of the manual in ``root``, or take out what is mended.

    Returns what the check comes to with it. Nothing is written while something cannot be read:
    what is wrong there is not known yet.
    """
    if not report.complete:
        click.echo(f"{FILE} was not written: mend first what cannot be read", err=True)
        return report
    baseline = report.manual.baseline
    if baseline is None:
        known, taken = _first(root, report), ""
    else:
        known = [identity(report.manual, finding) for finding in report.known]
        taken = f", {len(baseline.known) - len(known):,} taken out"
    if baseline is not None and len(baseline.known) == len(known):
        click.echo(f"{FILE} stays as it is: nothing in it is mended", err=True)
    else:
        day = baseline.as_of if baseline else report.manual.as_of
        write_text(root / FILE, as_text(day, known), dry_run)
        click.echo(f"{FILE}: {text.count(len(known), 'known finding')}{taken}", err=True)
        if not dry_run:
            report = check(root, report.manual.as_of)
    if report.errors and not dry_run:
        click.echo("the errors listed cannot go into the baseline: mend them", err=True)
    return report


def _first(root: Path, report: Report) -> list[Identity]:
    """Return what a first baseline holds; no more than the one of the commit before, if any."""
    found = [identity(report.manual, each) for each in report.errors if may_wait(each.code)]
    before = known_before(root)
    if before is None:
        return found
    return list((Counter(found) & Counter(map(identity_of, before))).elements())


def as_text(as_of: datetime.date, known: Sequence[Identity]) -> str:
    """Return the text of a baseline, an entry a line."""
    if not known:
        return f"{_HEAD}as_of: {as_of}\nknown: []\n"
    return f"{_HEAD}as_of: {as_of}\nknown:\n{''.join(_lines(known))}"


def _lines(known: Iterable[Identity]) -> Iterable[str]:
    for rule, where, message in known:
        # A text of one line in JSON is the same text in YAML.
        shown = (json.dumps(each, ensure_ascii=False) for each in (where, message))
        yield "- {{rule: {}, where: {}, message: {}}}\n".format(rule, *shown)
