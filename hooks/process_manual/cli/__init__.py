"""The command line, ``process-manual``: a module for each group of commands."""

from process_manual.cli import check, codeowners, gate, impact, proof, status
from process_manual.cli.shared import main

__all__ = ["check", "codeowners", "gate", "impact", "main", "proof", "status"]
