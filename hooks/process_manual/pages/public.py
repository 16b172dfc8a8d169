"""The pages beside the editions: which there are, and what was in force on a day.

They are made anew whenever the store changes, from nothing but what its entries say, and are
complete without a script; with one, the look-up asks for a date.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from typing import Any

from markupsafe import Markup

from process_manual.editions.entry import Withdrawal, sha256
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


def commands(before: str | None) -> str:
    """Return the five commands with which an auditor checks an edition, one a line.

    They stand in the guide too. ``before`` is the name of the entry before; the first edition has
    none, and so no fifth command.
    """
    template = resources.files("process_manual") / "pages/templates/public/commands.txt"
    lines = template.read_text(encoding="utf-8").splitlines(keepends=True)
    return "".join(lines[:-1]) + (lines[-1].replace("2026-10", before) if before else "")


def _landing(editions: Sequence[EditionSummary]) -> bytes:
    newest_first = sorted(editions, key=lambda each: -each.entry.sequence)
    standing = [each for each in newest_first if each.withdrawn is None]
    return _page(
        LANDING,
        editions=newest_first,
        latest=standing[0] if standing else None,
        witness=_witness(editions),
        hash_of=_hash_of,
        in_force=lambda edition: sum(
            row.state == State.IN_FORCE.value for row in edition.definitions
        ),
        commands=commands(_before(editions, standing[0])) if standing else "",
    )


def _before(editions: Sequence[EditionSummary], edition: EditionSummary) -> str | None:
    """Return the name of the entry before an edition, be it an edition or a withdrawal."""
    names = {each.sha256: each.name for each in editions}
    names |= {_hash_of(e.withdrawn): e.withdrawn.name for e in editions if e.withdrawn}
    return names.get(edition.entry.previous or "")


def _witness(editions: Sequence[EditionSummary]) -> str:
    """Return sequence and hash of the newest entry, which may be a withdrawal; empty for none."""
    entries = [(each.entry.sequence, each.sha256) for each in editions]
    entries += [(e.withdrawn.sequence, _hash_of(e.withdrawn)) for e in editions if e.withdrawn]
    return "{}:{}".format(*max(entries)) if entries else ""


def _hash_of(withdrawal: Withdrawal) -> str:
    """Return the SHA-256 of the ENTRY of a withdrawal: there is one way to write it."""
    return sha256(withdrawal.encode())


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
