"""The impact of a change for machines: the same facts as the report, by id, with no person code."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from process_manual.exports.whole import plain
from process_manual.model.base import Model
from process_manual.model.definition import Definition
from process_manual.views.changes import DefinitionChange
from process_manual.views.differences import Change
from process_manual.views.impact import Impact
from process_manual.views.reach import label
from process_manual.views.text_changes import SectionChange


def as_plain(impact: Impact, compared: Mapping[str, str], notes: tuple[str, ...]) -> dict[str, Any]:
    """Return an impact as plain values, in an order that does not depend on the machine."""
    return {
        **changes_plain(impact, compared, notes),
        "not_in_force_any_more": [each.id for each in impact.left],
        "approvals": [
            {
                **_version(each.definition),
                "effect": each.effect.name.lower(),
                "reason": each.reason,
                "may_approve": {
                    role: [kind.value for kind in kinds] for role, kinds in each.may_approve.items()
                },
            }
            for each in impact.approvals
        ],
        "reached": [
            {"id": each.definition.id, "because": list(each.because)} for each in impact.reached
        ],
        "touched": [
            {"kind": each.kind.lower(), "id": each.id, "how": list(each.how)}
            for each in impact.touched
        ],
        "tell": [
            {
                "role": each.role,
                "host_team": each.host_team,
                "contact": plain(each.contact) if each.contact else None,
                "because": [why.format(", ".join(what)) for why, what in each.because.items()],
            }
            for each in impact.tell
        ],
    }


def changes_plain(
    impact: Impact, compared: Mapping[str, str], notes: tuple[str, ...]
) -> dict[str, Any]:
    """Return what changed, without what follows from it for a request."""
    found = impact.changes
    return {
        "compared": dict(compared),
        "as_of": impact.after.as_of.isoformat(),
        "changed": bool(found),
        "definitions": [_definition(impact, each) for each in found.definitions],
        "registers": [
            {
                "register": row.register,
                "id": row.id,
                "event": row.event.name.lower(),
                "fields": [_change(each) for each in row.fields],
            }
            for row in found.rows
        ],
        "pages": [
            {"path": p.path, "event": p.event.name.lower(), "text": [*map(_section, p.text)]}
            for p in found.pages
        ],
        "not_compared": list(found.unread),
        "notes": list(notes),
    }


def _definition(impact: Impact, change: DefinitionChange) -> dict[str, Any]:
    return {
        **_version(change.definition),
        "title": change.definition.title,
        "event": change.event.name.lower(),
        "version_before": change.before.version if change.before else None,
        "moved_from": change.moved_from,
        "remarks": list(impact.remarks.get(label(change), ())),
        "fields": [_change(each) for each in change.fields],
        "text": [_section(each) for each in change.text],
    }


def _version(definition: Definition) -> dict[str, Any]:
    return {
        "id": definition.id,
        "coming": definition.is_coming,
        "version": definition.version,
        "path": definition.source.path,
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "path": [str(step) for step in change.path],
        "words": list(change.words),
        "kind": change.kind.name.lower(),
        "before": _value(change, change.before),
        "after": _value(change, change.after),
    }


def _value(change: Change, value: Any) -> Any:
    return None if change.register == "people" else _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return plain(value)
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return value.isoformat() if isinstance(value, datetime.date) else value


def _section(section: SectionChange) -> dict[str, Any]:
    return {
        "heading": section.heading,
        "kind": section.kind.name.lower(),
        "spacing_only": section.spacing,
        "lines": list(section.lines),
    }
