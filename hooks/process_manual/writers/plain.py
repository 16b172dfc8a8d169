"""A report as plain text for a terminal; ``click.echo`` takes the colours out of pipes."""

from __future__ import annotations

from collections.abc import Iterator

import click

from process_manual.writers.outline import (
    Diff,
    Item,
    Outline,
    Part,
    Row,
    Section,
    one_line,
    printable,
)

_COLOURS = {"+": "green", "-": "red"}


def as_text(outline: Outline) -> Iterator[str]:
    """Yield a report as lines with terminal colours, the details last."""
    yield click.style(one_line(outline.title), bold=True)
    for item in outline.lead:
        yield f"  {_parts(item.parts)}"
    for section in outline.sections:
        yield from _section(section)


def _section(section: Section) -> Iterator[str]:
    yield ""
    yield click.style(one_line(section.title), bold=True)
    for item in section.items:
        yield from _item(item)


def _item(item: Item) -> Iterator[str]:
    if isinstance(item, Row):
        yield f"  {one_line(item.what)}"
        yield click.style(f"    - {one_line(item.before)}", fg="red")
        yield click.style(f"    + {one_line(item.after)}", fg="green")
    elif isinstance(item, Diff):
        yield f"  {one_line(item.title)}"
        for line in item.lines:
            yield click.style(f"    {printable(line)}", fg=_COLOURS.get(line[:1]))
    else:
        yield f"  {_parts(item.parts)}"


def _parts(parts: tuple[Part, ...]) -> str:
    return "".join(one_line(part if isinstance(part, str) else part.text) for part in parts)
