"""The command line, ``process-manual``: a module for each group of commands."""

from process_manual.cli import approve, bump, check, fold, gate, new, proof, retire, review
from process_manual.cli.shared import main

__all__ = [
    "approve",
    "bump",
    "check",
    "fold",
    "gate",
    "main",
    "new",
    "proof",
    "retire",
    "review",
]
