"""The areas: an index, and a page each with everything written and planned in it."""

from __future__ import annotations

from process_manual.model.manual import Manual
from process_manual.pages import addresses
from process_manual.pages.page import Page
from process_manual.pages.render import make_page
from process_manual.views.lifecycle import State, presented
from process_manual.views.progress import AreaProgress, Planned, progress


def area_pages(manual: Manual) -> tuple[Page, ...]:
    """Return the index of areas and the page of each area."""
    index = make_page(
        manual,
        "areas.html",
        addresses.AREAS,
        "Areas",
        facts={"areas": progress(manual), "written": written},
        kind="areas",
        search_boost=0.5,
    )
    return index, *(_area_page(manual, each) for each in progress(manual))


def written(area: AreaProgress) -> tuple[Planned, ...]:
    """Return what somebody has begun to write in an area, retired definitions left out."""
    return tuple(e for e in area.entries if e.state not in (State.PLANNED, State.RETIRED))


def _area_page(manual: Manual, area: AreaProgress) -> Page:
    row = manual.registers.areas.get(area.area)
    return make_page(
        manual,
        "area.html",
        addresses.area(area.area),
        area.title,
        facts={
            "area": area,
            "row": row,
            "written": written(area),
            "planned": tuple(e for e in area.entries if e.state is State.PLANNED),
            "retired": tuple(e for e in area.entries if e.state is State.RETIRED),
            "shown": presented(manual),
        },
        description=(row.description if row else None) or "",
        kind="area",
    )
