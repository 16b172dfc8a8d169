"""The menu below the home page: areas with definitions, roles, registers and so on."""

from __future__ import annotations

from process_manual.model.manual import Manual
from process_manual.pages import addresses
from process_manual.pages.page import Menu, Page
from process_manual.views.lifecycle import presented


def menu(manual: Manual, pages: tuple[Page, ...]) -> tuple[Menu, ...]:
    """Return the menu of the site; only pages that want to be in it are."""
    return (
        Menu("Areas", addresses.AREAS, _areas(manual, pages)),
        Menu("Roles", addresses.ROLES, _below(pages, addresses.ROLES)),
        Menu("Registers", addresses.REGISTERS, _below(pages, addresses.REGISTERS)),
        Menu("Standards", addresses.STANDARDS, _below(pages, addresses.STANDARDS)),
        Menu("Plan", addresses.PLAN),
        Menu("Rules", addresses.RULES),
        Menu("What changed", addresses.CHANGED),
    )


def _below(pages: tuple[Page, ...], index: str) -> tuple[Menu, ...]:
    """Return the pages in the folder of an index page."""
    folder = index.removesuffix("index.html")
    return tuple(
        Menu(page.title, page.address)
        for page in pages
        if page.address.startswith(folder) and page.address != index and page.in_menu
    )


def _areas(manual: Manual, pages: tuple[Page, ...]) -> tuple[Menu, ...]:
    """Return the areas in which something is written; the others stand on the areas page."""
    wanted = {page.address for page in pages if page.kind == "definition" and page.in_menu}
    by_area: dict[str, list[Menu]] = {}
    for id_, definition in presented(manual).items():
        if (address := addresses.definition(id_)) in wanted:
            entry = Menu(f"{id_} {definition.title}", address)
            by_area.setdefault(definition.area, []).append(entry)
    return tuple(
        Menu(area.title, addresses.area(area.id), tuple(by_area.get(area.id, ())))
        for area in manual.registers.areas.values()
    )
