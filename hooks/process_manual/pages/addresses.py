"""Where each thing of the manual has its page. Addresses outlive titles, areas and file names."""

from __future__ import annotations

import hashlib
import re
from functools import cache

HOME = "index.html"
AREAS = "areas/index.html"
ROLES = "roles/index.html"
STANDARDS = "standards/index.html"
REGISTERS = "registers/index.html"
RULES = "rules/index.html"
PLAN = "plan/index.html"
CHANGED = "changes/index.html"
INFORMATION = "standards/documented-information/index.html"
ELSEWHERE = {"plan": PLAN, "documented-information": INFORMATION}
"""Lists that stand outside the folder of the registers."""
LONGEST = 100
"""Characters of an id in an address; a file's name may have 255."""


@cache
def safe(id_: str) -> str:
    """Return an id as a part of an address or an anchor; ids in use come back unchanged.

    What is too long for the name of a file keeps its beginning, and ends in its hash.
    """
    made = re.sub(r"[^A-Za-z0-9_.:-]+", "-", id_).strip(".-") or "unnamed"
    if len(made) <= LONGEST:
        return made
    return f"{made[:LONGEST]}-{hashlib.sha256(id_.encode()).hexdigest()[:8]}"


def definition(id_: str) -> str:
    """Return the address of the definition that readers see under an id."""
    return f"processes/{safe(id_)}/index.html"


def coming(id_: str) -> str:
    """Return the address of a definition's coming version."""
    return f"processes/{safe(id_)}/next/index.html"


def handwritten(path: str) -> str:
    """Return the address of a file below ``docs/``: of a page, or of a download as it is."""
    inside = path.partition("/")[2]
    if not inside.endswith(".md"):
        return inside
    return re.sub(r"(^|/)README$", r"\1index", inside.removesuffix(".md")) + ".html"


def step(id_: str) -> str:
    """Return the anchor of a step on the page of its definition."""
    return f"step-{safe(id_)}"


def change(id_: str, is_next: bool = False) -> str:
    """Return the anchor of a definition, or its coming version, on the page of what changed."""
    return safe(f"{id_}-next" if is_next else id_)


def area(id_: str) -> str:
    """Return the address of an area."""
    return f"areas/{safe(id_)}/index.html"


def role(id_: str) -> str:
    """Return the address of a role."""
    return f"roles/{safe(id_)}/index.html"


def standard(id_: str) -> str:
    """Return the address of the coverage page of a standard."""
    return f"standards/{safe(id_)}/index.html"


def register(name: str) -> str:
    """Return the address of a register or list."""
    return ELSEWHERE.get(name) or f"registers/{safe(name)}/index.html"


def rule(code: str) -> str:
    """Return the address of a rule."""
    return f"rules/{safe(code)}/index.html"


def beside(page: str, name: str) -> str:
    """Return the address of a file in the folder of a page."""
    return page.rpartition("/")[0] + "/" + name


def up(address: str) -> str:
    """Return the way from a page to the root of the site: ``../`` for each folder."""
    return "../" * address.count("/")
