"""Anything at all as a page, a style sheet, a drawing: findings, no exception."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress

import pytest

from process_manual.gate import drawing, stylesheet
from process_manual.gate.checks import findings
from process_manual.gate.document import UnreadableError, elements
from process_manual.gate.page import Page

CSS = """@import|url(|"|'|\\|/*|*/|//x|)|\\72|image-set(|@charset |a{}|\n| |\\110000
|\\d800 |data:x|;"""
XML = """<svg xmlns="http://www.w3.org/2000/svg">|<a|>|</|/>|<![CDATA[|]]>|&x;|&#xd800;
|<!DOCTYPE x [|<!ENTITY x "y">|]>|<?x|?>|<style>|href="|"| xlink:href="#a"|xmlns:y="z"|<y:z|é
|<!--|-->|svg|\n"""
HTML = """<p|<meta|<link|<script| id=__config| type=application/json|>|{"base":|{}|</script>|<svg>|'
|<a href=|"//x"|<template>|<!--|-->|&#x0;| rel=stylesheet| href=x| charset=utf-8| name=|<form|<math>
| http-equiv=content-security-policy| data-md-component=source|<![CDATA[|[|]|1e999|NaN"""


def _page(text: str) -> None:
    with suppress(UnreadableError):
        list(findings(Page("a/b.html", text, elements(text))))


READERS: dict[str, tuple[Callable[[str], object], str]] = {
    "style sheet": (lambda text: list(stylesheet.read(text)), CSS),
    "drawing": (lambda text: list(drawing.read("a.svg", text)), XML),
    "page": (_page, HTML),
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("seed", range(4))
def test_anything_at_all_ends_in_findings(seed: int, reader: str) -> None:
    read, splices = READERS[reader]
    chance = random.Random(seed)
    for _ in range(150):
        read("".join(chance.choices(splices.split("|"), k=chance.randint(0, 40))))
