"""Changing a file of the manual at one place; every other byte stays as its owner wrote it."""

from process_manual.editing.manualfile import ManualFile, RefusedError
from process_manual.editing.replace import move_over, replace_file

__all__ = ["ManualFile", "RefusedError", "move_over", "replace_file"]
