"""The registers and lists: one row of ``REGISTER_PAGES`` and one template each.

To add one: a template ``registers/<name>.html``, and a line here that says what it is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from process_manual.diagnostics import Finding
from process_manual.model.manual import Manual
from process_manual.pages import addresses, control
from process_manual.pages.page import Page
from process_manual.pages.render import make_page
from process_manual.rules.engine import in_date
from process_manual.views.coverage import item_holders
from process_manual.views.document_register import document_register
from process_manual.views.dues import dues
from process_manual.views.interfaces import Flow, flows, is_open_end
from process_manual.views.lifecycle import presented, state
from process_manual.views.progress import progress
from process_manual.views.usage import users

Facts = Callable[[Manual], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """A page of the registers: its name in the address, its title, and what it is about."""

    name: str
    title: str
    about: str
    facts: Facts
    register: str = ""
    """Register whose file the page's edit link opens."""
    in_menu: bool = True


def _living(manual: Manual) -> dict[str, Any]:
    return {
        "definitions": [d for d in presented(manual).values() if not d.is_retired],
        "state_of": lambda definition: state(manual, definition),
    }


def _rows(name: str) -> Facts:
    """Return what a plain register page is told: its rows, and who refers to each."""

    def facts(manual: Manual) -> dict[str, Any]:
        used = users(manual)
        rows = manual.registers[name].values()
        return {"rows": tuple(rows), "used_by": lambda row: used.get((name, row.id), ())}

    return facts


def _documents(manual: Manual) -> dict[str, Any]:
    used = users(manual)
    return {
        "entries": document_register(manual),
        "rows": tuple(manual.registers.documents.values()),
        "used_by": lambda row: used.get(("documents", row.id), ()),
    }


def _interfaces(manual: Manual) -> dict[str, Any]:
    return {"flows": flows(manual), "verdict": verdict}


def verdict(flow: Flow) -> str:
    """Say in words whether both ends of a flow state it."""
    if not flow.taken:
        return "one-sided: only the giver says so"
    if not flow.given:
        return "one-sided: only the taker says so"
    return "open end" if is_open_end(flow.giver) or is_open_end(flow.taker) else "agreed"


def _retired(manual: Manual) -> dict[str, Any]:
    return {"definitions": [d for d in presented(manual).values() if d.is_retired]}


REGISTER_PAGES: tuple[RegisterPage, ...] = (
    RegisterPage(
        "documents",
        "Controlled documents",
        "Every definition and every other controlled document: version, owner, approval, review.",
        _documents,
        "documents",
    ),
    RegisterPage(
        "approvals",
        "Approval log",
        "Every approval on record: what was approved, by which role, when and on what evidence.",
        control.approvals,
    ),
    RegisterPage(
        "authority",
        "Authority to approve",
        "Who may approve which type of change in each area, and who held these roles when.",
        control.authority,
    ),
    RegisterPage(
        "reviews",
        "Review calendar",
        "The reviews of the next twelve months, and how to spread them evenly.",
        control.review_calendar,
    ),
    RegisterPage(
        "interfaces",
        "Interfaces",
        "What each process gives to and takes from others. Both sides must say the same.",
        _interfaces,
    ),
    RegisterPage(
        "kpis",
        "KPIs",
        "Every key performance indicator with the target now in force.",
        _living,
    ),
    RegisterPage(
        "records",
        "Records and retention",
        "Every record that the processes leave, who keeps it, and how long.",
        lambda manual: _living(manual) | _rows("retention")(manual),
        "retention",
    ),
    RegisterPage(
        "documented-information",
        "Required documented information",
        "What an auditor asks to see by the standards, and which record or document answers.",
        lambda manual: {"items": item_holders(manual)},
    ),
    RegisterPage(
        "services",
        "Services",
        "The services of the catalogue, and the definitions that concern them.",
        _rows("services"),
        "services",
    ),
    RegisterPage(
        "slas",
        "Service level agreements",
        "What has been promised, and to whom.",
        _rows("slas"),
        "slas",
    ),
    RegisterPage(
        "suppliers",
        "Suppliers",
        "Who delivers parts of our services, and which processes they take part in.",
        _rows("suppliers"),
        "suppliers",
    ),
    RegisterPage(
        "parties",
        "Other parties",
        "Everybody outside the manual who gives something to a process or takes something from it.",
        lambda manual: _rows("parties")(manual) | {"flows": flows(manual)},
        "parties",
    ),
    RegisterPage(
        "tools",
        "Tools",
        "The systems that work is done with, and the steps that need them.",
        _rows("tools"),
        "tools",
    ),
    RegisterPage(
        "training",
        "Training",
        "Courses and briefings, and the roles that need them.",
        lambda manual: _rows("training")(manual) | _living(manual),
        "training",
    ),
    RegisterPage(
        "objectives",
        "Objectives",
        "What service management is to achieve, and the KPIs that show it.",
        lambda manual: _rows("objectives")(manual) | _living(manual),
        "objectives",
    ),
    RegisterPage(
        "calendar",
        "Dates",
        "Reviews, agreements, exceptions and new versions in the order of their days.",
        lambda manual: {"dues": dues(manual)},
    ),
    RegisterPage(
        "plan",
        "Plan",
        "Every process and procedure that the manual is to have, and how far each has come.",
        lambda manual: {"areas": progress(manual)},
        "plan",
    ),
    RegisterPage(
        "glossary",
        "Glossary",
        "Words and abbreviations as this manual uses them.",
        _rows("glossary"),
        "glossary",
    ),
    RegisterPage(
        "retired",
        "Retired definitions",
        "What has left the manual, and what took its place.",
        _retired,
        in_menu=False,
    ),
)


def register_pages(
    manual: Manual, waived: tuple[Finding, ...], known: tuple[Finding, ...]
) -> tuple[Page, ...]:
    """Return the index of registers, the page of each, and the page of waivers."""
    pages = [_page(manual, each, each.facts(manual)) for each in REGISTER_PAGES]
    pages.append(_page(manual, WAIVERS, _waivers(manual, waived, known)))
    index = make_page(
        manual,
        "registers.html",
        addresses.REGISTERS,
        "Registers",
        facts={"pages": (*REGISTER_PAGES, WAIVERS), "address": addresses.register},
        kind="registers",
        search_boost=0.5,
    )
    return index, *pages


def _page(manual: Manual, each: RegisterPage, facts: Mapping[str, Any]) -> Page:
    source = getattr(manual.registers, each.register).source.path if each.register else ""
    return make_page(
        manual,
        f"registers/{each.name}.html",
        addresses.register(each.name),
        each.title,
        facts={"about": each.about, **facts},
        source_path=source or None,
        searchable=each.in_menu,
        search_boost=0.5,
        in_menu=each.in_menu,
        description=each.about,
        kind="register",
    )


WAIVERS = RegisterPage(
    "waivers",
    "Waivers and exceptions",
    "Dated, approved exceptions: to a rule of the checks, or to a definition itself.",
    lambda manual: {},
    "waivers",
)


def _waivers(
    manual: Manual, waived: tuple[Finding, ...], known: tuple[Finding, ...]
) -> dict[str, Any]:
    held = {
        waiver.id: [
            finding
            for finding in waived
            if finding.code == waiver.rule and _subject(manual, finding) in waiver.applies_to
        ]
        for waiver in manual.registers.waivers.values()
    }
    return {
        "rows": tuple(manual.registers.waivers.values()),
        "held": held,
        "holds": lambda waiver: in_date(manual, waiver),
        "baseline": manual.baseline,
        "known": known,
        "by_path": manual.by_path,
        **_living(manual),
    }


def _subject(manual: Manual, finding: Finding) -> str:
    """Return the definition id or register name that a finding speaks of."""
    definition = manual.by_path.get(finding.location.path)
    return definition.id if definition else finding.location.path.rsplit("/", 1)[-1][:-4]
