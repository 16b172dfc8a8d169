"""Reading: files to one Manual and findings, with exact places; nothing is raised for bad input."""

from process_manual.loading.before import Compared, edition_before, load_edition
from process_manual.loading.load import Loaded, Overlay, id_in, load, load_policy

__all__ = [
    "Compared",
    "Loaded",
    "Overlay",
    "edition_before",
    "id_in",
    "load",
    "load_edition",
    "load_policy",
]
