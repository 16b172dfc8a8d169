"""The two files of a site that are different in every edition, written down once.

They alone hold the edition's name, so that a page which did not change is the same bytes in every
edition. The build makes them from here, and the gate allows these texts with a name put in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

SCRIPT = "assets/process-manual/edition.js"
STYLE = "assets/process-manual/edition.css"
_TEXTS: Mapping[str, str] = {
    SCRIPT: """\
/* The edition that this site is; a working copy has no name. */
document.documentElement.dataset.edition = "{name}";
""",
    STYLE: """\
/* The name, where no script fills it in. */
.pm-edition:empty::before {
  content: "{words}";
}
/* What paper says of where it comes from: at the foot of each page where the browser can put it
   there, otherwise at the end. */
@page {
  @bottom-center {
    font-size: 8pt;
    content: "{words}. Uncontrolled when printed.";
  }
}
@media print {
  body::after {
    display: block;
    font-size: 8pt;
    content: "{words}. Uncontrolled when printed.";
  }
}
""",
}
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
"""No character of a name ends a text in a script or a style sheet."""


def files(name: str) -> dict[str, bytes]:
    """Return both files of the edition ``name`` by their paths; empty for a working copy.

    Raises ValueError when that is no name of an edition.
    """
    if name and not _NAME.fullmatch(name):
        raise ValueError(f"no name of an edition: {name!r}")
    words = f"Edition {name}" if name else "Working copy"
    filled = {"{name}": name, "{words}": words}
    found = {}
    for path, text in _TEXTS.items():
        for place, value in filled.items():
            text = text.replace(place, value)
        found[path] = text.encode()
    return found


def is_as_made(path: str, text: str) -> bool:
    """Tell whether a file at the path of one of the two is what the build makes."""
    return bool(_pattern(path).fullmatch(text))


@cache
def _pattern(path: str) -> re.Pattern[str]:
    pattern = re.escape(_TEXTS[path])
    for place, value in (
        ("{name}", f"(?:{_NAME.pattern})?"),
        ("{words}", f"(?:Edition {_NAME.pattern}|Working copy)"),
    ):
        pattern = pattern.replace(re.escape(place), value)
    return re.compile(pattern)
