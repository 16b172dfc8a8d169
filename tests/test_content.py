"""No definition of the shipped manual says what another says: each is about its own work.

A legitimate exception is listed by hand in ``content_exceptions.yml``, with its reason.
"""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
import yaml

from process_manual.loading import load
from process_manual.model.definition import Definition
from process_manual.model.manual import Manual
from process_manual.views.lifecycle import presented
from tests.support import ROOT

EXCEPTIONS = yaml.safe_load(
    Path(__file__).with_name("content_exceptions.yml").read_text(encoding="utf-8")
)
LONGEST_SHARE = 0.30
"""Largest part of the word 5-grams of a narrative that another one may have, too."""


@cache
def _manual() -> Manual:
    return load(ROOT, datetime.date(2026, 11, 23)).manual


def _definitions() -> tuple[Definition, ...]:
    return tuple(each for each in presented(_manual()).values() if not each.is_retired)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[\w%/£-]+", text.casefold()))


def _step_titles(definition: Definition) -> Iterator[str]:
    for step in definition.activities:
        for role in step.raci.get("R", ()):
            yield f"{_plain(step.title)} | {role}"


def _risks(definition: Definition) -> Iterator[str]:
    return (_plain(risk.title) for risk in definition.risks)


def _purpose(definition: Definition) -> Iterator[str]:
    return (_plain(part) for part in re.split(r"(?<=[.!?])\s+", definition.purpose or ""))


def _formulas(definition: Definition) -> Iterator[str]:
    return (_plain(kpi.formula or "") for kpi in definition.kpis)


KINDS = {
    "step titles with the same role": _step_titles,
    "risks": _risks,
    "sentences of the purpose": _purpose,
    "KPI formulas": _formulas,
}


def _shared(texts: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    found = defaultdict(list)
    for id_, each in texts.items():
        for text in set(each) - {""}:
            found[text].append(id_)
    return {text: ids for text, ids in sorted(found.items()) if len(ids) > 1}


@pytest.mark.parametrize("kind", KINDS)
def test_no_two_definitions_share(kind: str) -> None:
    shared = _shared({each.id: KINDS[kind](each) for each in _definitions()})
    allowed = EXCEPTIONS.get(kind, {})
    assert {text: ids for text, ids in shared.items() if text not in allowed} == {}
    assert set(allowed) <= set(shared), "an exception that is no longer needed"


def _grams(text: str, size: int = 5) -> frozenset[tuple[str, ...]]:
    words = _plain(text).split()
    return frozenset(tuple(words[i : i + size]) for i in range(len(words) - size + 1))


def test_no_two_narratives_are_alike() -> None:
    grams = {each.id: _grams(each.body) for each in _definitions()}
    alike = {}
    for one, two in combinations(grams, 2):
        shortest = min(len(grams[one]), len(grams[two]))
        if shortest and (share := len(grams[one] & grams[two]) / shortest) > LONGEST_SHARE:
            alike[one, two] = f"{share:.0%}"
    assert alike == {}


def test_what_is_the_same_would_be_found() -> None:
    one, two = _definitions()[:2]
    assert _shared({"a": _step_titles(one), "b": _step_titles(one), "c": _step_titles(two)})
    assert len(_grams(one.body) & _grams(one.body)) > 100
