"""A manual as pages: plain values that any site generator can be handed, made by templates.

``build_site`` makes all of them. To add a page type: a function that returns pages, a template,
and a line in ``site.py``. To show another field: a line in the template of its page.
"""

from process_manual.pages.page import Menu, Page, Section, Site
from process_manual.pages.site import build_site

__all__ = ["Menu", "Page", "Section", "Site", "build_site"]
