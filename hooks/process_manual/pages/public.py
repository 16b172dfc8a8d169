"""The pages beside the editions: which there are, and what was in force on a day.

They are made anew whenever the store changes, from nothing but what its entries say, and are
complete without a script; with one, the look-up asks for a date.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from typing import Any

from markupsafe import Markup

from process_manual.editions.store import EditionSummary
from process_manual.gate import csp
from process_manual.pages.render import environment
from process_manual.views.editions import Period, reigns, timeline
from process_manual.views.lifecycle import State

ASSETS = ("public.css", "public.js")
LANDING, AS_AT = "index.html", "as-at.html"


def public_files(editions: Sequence[EditionSummary]) -> dict[str, bytes]:
    """Return the landing page, the as-at look-up and what they need, by their paths."""
    folder = resources.files("process_manual") / "assets" / "public"
    assets = {f"assets/{name}": (folder / name).read_bytes() for name in ASSETS}
    return {LANDING: _landing(editions), AS_AT: _as_at(editions), **assets}


def commands() -> str:
    """Return the five commands with which an auditor checks an edition, one a line."""
    template = resources.files("process_manual") / "pages/templates/public/commands.txt"
    return template.read_text(encoding="utf-8")


def _landing(editions: Sequence[EditionSummary]) -> bytes:
    newest_first = sorted(editions, key=lambda each: -each.entry.sequence)
    standing = [each for each in newest_first if each.withdrawn is None]
    return _page(
        LANDING,
        editions=newest_first,
        latest=standing[0] if standing else None,
        newest=_newest(editions),
        in_force=lambda edition: sum(
            row.state == State.IN_FORCE.value for row in edition.definitions
        ),
        commands=commands(),
    )


def _newest(editions: Sequence[EditionSummary]) -> EditionSummary | None:
    """Return the edition at the end of the chain; None when a withdrawal stands there."""
    last = max(editions, key=lambda each: each.entry.sequence, default=None)
    withdrawn = (each.withdrawn.sequence for each in editions if each.withdrawn)
    return last if last and last.entry.sequence > max(withdrawn, default=0) else None


def _as_at(editions: Sequence[EditionSummary]) -> bytes:
    standing = {each.name for each in editions if each.withdrawn is None}
    periods = [period for each in timeline(editions).values() for period in each]
    return _page(
        AS_AT,
        reigns=reigns(editions),
        periods=periods,
        readable=lambda period: _readable(period, standing),
        is_standing=lambda name: name in standing,
    )


def _readable(period: Period, standing: set[str]) -> str:
    """Return the last edition in which a version can still be read; empty when there is none."""
    return next((name for name in reversed(period.editions) if name in standing), "")


def _page(name: str, **facts: Any) -> bytes:
    """Return a page with the same security policy as those of the editions."""
    policy = Markup('<meta http-equiv="Content-Security-Policy" content="{}">').format(csp.meta())
    text = environment().get_template(f"public/{name}").render(policy=policy, **facts)
    return text.encode("utf-8")
