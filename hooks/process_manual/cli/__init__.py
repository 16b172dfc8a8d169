"""The command line, ``process-manual``: a module for each group of commands."""

from process_manual.cli import (
    approve,
    bump,
    bundle,
    check,
    codeowners,
    fold,
    gate,
    impact,
    new,
    proof,
    retire,
    review,
    schema,
    status,
)
from process_manual.cli.shared import main

__all__ = [
    "approve",
    "bump",
    "bundle",
    "check",
    "codeowners",
    "fold",
    "gate",
    "impact",
    "main",
    "new",
    "proof",
    "retire",
    "review",
    "schema",
    "status",
]
