"""The command line, ``process-manual``: a module for each group of commands."""

from process_manual.cli import check, gate, impact, proof
from process_manual.cli.shared import main

__all__ = ["check", "gate", "impact", "main", "proof"]
