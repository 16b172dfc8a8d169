"""The home page: search first, then what is wrong, the areas, my role, and what is coming."""

from __future__ import annotations

from process_manual.model.manual import Manual
from process_manual.pages import addresses
from process_manual.pages.areas import written
from process_manual.pages.page import Page
from process_manual.pages.render import make_page
from process_manual.views.dues import coming_into_force
from process_manual.views.lifecycle import in_force
from process_manual.views.progress import progress


def home_page(manual: Manual) -> Page:
    """Return the home page."""
    emergencies = [d for d in in_force(manual).values() if d.emergency]
    areas = progress(manual)
    return make_page(
        manual,
        "home.html",
        addresses.HOME,
        manual.policy.title,
        facts={
            "emergencies": emergencies,
            "living": [area for area in areas if written(area)],
            "empty": [area for area in areas if not written(area)],
            "written": written,
            "roles": sorted(manual.registers.roles.values(), key=lambda r: r.title.casefold()),
            "coming": coming_into_force(manual),
        },
        description=manual.policy.description or "",
        kind="home",
    )
