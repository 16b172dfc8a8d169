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
    publish,
    retire,
    review,
    schema,
    status,
    verify,
    withdraw,
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
    "publish",
    "retire",
    "review",
    "schema",
    "status",
    "verify",
    "withdraw",
]
