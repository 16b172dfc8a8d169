"""The start page of an audit pack: what an auditor asks, each with the place of the answer."""

from __future__ import annotations

from collections.abc import Set
from importlib import resources

from process_manual.editions.entry import Entry, Withdrawal
from process_manual.editions.store import EDITIONS, Stored
from process_manual.pages import addresses
from process_manual.pages.public import commands
from process_manual.pages.render import environment

START, STYLE = "START.html", "START.css"
_QUESTIONS = (
    ("What is in force, in which version, and who owns it?", "documents", "register.csv"),
    ("Who approved what, when, and on what evidence?", "approvals", ""),
    ("Who may approve which change, and who held that role on a day?", "authority", ""),
    ("What changed since the edition before, and why?", addresses.CHANGED, "changes.xml"),
    ("Which definition fulfils which clause?", addresses.STANDARDS, "coverage.csv"),
    ("Where is the documented information that a standard requires?", addresses.INFORMATION, ""),
    ("Which records are kept, where, and for how long?", "records", ""),
    ("What was reviewed, and what is due for review?", "reviews", ""),
    ("What is not followed for now, and who allowed it?", "waivers", ""),
    ("What has been retired, and what took its place?", "retired", ""),
    ("Which targets are set, and for what?", "kpis", ""),
    ("What is planned and not written yet?", addresses.PLAN, ""),
)  # fmt: skip
"""A question, the page with its answer, and the same as a file for a spreadsheet or reader."""


def start_files(stored: Stored, chain: tuple[Stored, ...], paths: Set[str]) -> dict[str, bytes]:
    """Return the start page and its style; a question whose page the edition lacks is left out."""
    entry = stored.entry
    assert isinstance(entry, Entry)
    own, answers = f"{EDITIONS}/{entry.name}", []
    for question, place, data in _QUESTIONS:
        page = f"{own}/site/{place if '/' in place else addresses.register(place)}"
        file = f"{own}/site/{data}"
        if page in paths:
            answers.append((question, page, file if file in paths else ""))
    before = [each.entry.name for each in chain if each.sha256 == entry.previous]
    withdrawn = (each.entry for each in chain if isinstance(each.entry, Withdrawal))
    text = (
        environment()
        .get_template("pack/START.html")
        .render(
            entry=entry,
            sha256=stored.sha256,
            signed=stored.signed,
            witness=chain[-1].witness,
            chain=chain,
            is_edition=lambda each: isinstance(each.entry, Entry),
            withdrawal=next((each for each in withdrawn if each.withdraws == entry.name), None),
            answers=answers,
            has=lambda path: path in paths,
            own=own,
            commands=commands(before[0] if before else None),
        )
    )
    style = resources.files("process_manual") / "assets" / "public" / "public.css"
    return {START: text.encode("utf-8"), STYLE: style.read_bytes()}
