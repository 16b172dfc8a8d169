"""``python -m process_manual.cli``."""

from process_manual.cli import main

main()
