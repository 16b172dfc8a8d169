"""Templates to pages. A template writes its lead text, and calls ``section`` for each section."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from process_manual.model.manual import Manual
from process_manual.pages import addresses, words
from process_manual.pages.links import Links
from process_manual.pages.page import Page, Section
from process_manual.rules.safety import is_web_address
from process_manual.views.lifecycle import State

TEMPLATES = Path(__file__).parent / "templates"


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the one environment: every value is escaped, every missing name is an error."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(
        date=words.date,
        day=words.day,
        period=words.period,
        plural=words.plural,
        number=words.number,
        unit=words.unit,
        first_up=words.first_up,
        anchor=addresses.safe,
        web=is_web_address,
    )
    made.globals.update(
        State=State,
        INFORMATION=addresses.INFORMATION,
        target=words.target,
        target_in_force=words.target_in_force,
    )
    return made


class Sheet:
    """Collects the sections of one page while its template runs."""

    def __init__(self) -> None:
        self.sections: list[Section] = []

    def section(
        self, heading: str, anchor: str, level: int = 2, *, caller: Callable[[], str]
    ) -> str:
        """Add a section, unless it came out empty; for ``{% call section(…) %}``."""
        made = str(caller()).strip()
        if made:
            self.sections.append(Section(heading, anchor, Markup(made), level))
        return ""

    def insert(self, sections: Iterable[Section]) -> str:
        """Add sections that were made elsewhere, at this place of the template."""
        self.sections.extend(sections)
        return ""


def make_page(
    manual: Manual, template: str, address: str, title: str, /, *, facts: dict[str, Any], **how: Any
) -> Page:
    """Return the page that ``template`` makes of ``facts``; ``how`` are fields of Page."""
    sheet, links = Sheet(), Links(manual, address)
    lead = (
        environment()
        .get_template(template)
        .render(
            manual=manual,
            link=links,
            section=sheet.section,
            insert=sheet.insert,
            **facts,
        )
    )
    return Page(address, title, tuple(sheet.sections), Markup(lead.strip()), **how)
