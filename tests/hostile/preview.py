"""Builds the project in the present folder as ``mkdocs serve`` does: it shows findings and goes on.

Run as ``python -m tests.hostile.preview``. It is the door through which everything is rendered
that the checks refuse, with all limits in place.
"""

from __future__ import annotations

from mkdocs.commands.build import build
from mkdocs.config import load_config

if __name__ == "__main__":
    config = load_config()
    config.plugins.on_startup(command="serve", dirty=False)
    build(config, serve_url="http://127.0.0.1:8000/")
