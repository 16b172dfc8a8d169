"""A new definition from the template of its kind, with what is known filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from process_manual.editing.manualfile import ManualFile
from process_manual.model.source import KeyPath, Plain

TEMPLATES = Path(__file__).with_name("templates")
"""A definition for each kind, to be edited like any other; words in <…> are for the author."""


def filled(kind: str, name: str, values: Mapping[str, str]) -> ManualFile:
    """Return the template of ``kind`` as the file ``name``; ``<key>`` becomes the value of key.

    What ``values`` does not hold stays as it is.
    """
    file = ManualFile.read(name, (TEMPLATES / f"{kind}.md").read_bytes())
    for path, text in list(_texts(file.source.data, ())):
        full = re.sub("<([^<>]+)>", lambda match: values.get(match[1], match[0]), text)
        if full != text:
            file = file.set(path, full)
    return file


def _texts(data: Plain, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(data, str):
        yield path, data
    else:
        for key, each in data.items() if isinstance(data, Mapping) else enumerate(data):
            yield from _texts(each, (*path, key))
