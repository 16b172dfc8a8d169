"""What each code of the gate asks for, and why; the examples in it are tested."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

KIND = "an error; the site must not be published"
"""How bad a finding of the gate is, in words."""


@dataclass(frozen=True, slots=True)
class Code:
    """A code with its name; ``documentation`` has the form of a rule's docstring."""

    code: str
    name: str
    documentation: str


@cache
def codes() -> Mapping[str, Code]:
    """Return everything that the gate may find, by code."""
    file = resources.files("process_manual.gate") / "codes.toml"
    found = tomllib.loads(file.read_text(encoding="utf-8"))
    return {code: Code(code, each["name"], each["documentation"]) for code, each in found.items()}
