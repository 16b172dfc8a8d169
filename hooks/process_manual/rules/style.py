"""DOC-006 and TXT: how a definition reads: its sections, sentences and abbreviations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import pairwise

from process_manual.diagnostics import Location
from process_manual.model.definition import Definition
from process_manual.model.manual import Manual
from process_manual.model.source import KeyPath
from process_manual.rules.engine import Fault, rule
from process_manual.rules.language import count_words, paragraphs, sentences
from process_manual.rules.prose import capitals, headings, in_body, plain, search
from process_manual.rules.subjects import SETTLED
from process_manual.rules.wording import nearest, quoted


@rule("DOC-006", "sections-differ", warning=True)
def sections_differ(manual: Manual) -> Iterator[Fault]:
    """The text of a definition has the sections that `manual.yml` lists, in that order.

    Why: staff who know one page find the same thing in the same place on all others. Other
    sections may stand before, between and after, and a heading may go on after a colon.

    Bad:
        # manual.yml
        sections: {process: ["When the fault comes back", "Worked example"]}
        # EXA-020, text added
        ## Worked example

        A printer stops each Monday. It stops on the test bench too, when the print queue is long.

        ## When the fault comes back

        Start again with the steps above.

    Good:
        # manual.yml
        sections: {process: ["When the fault comes back"]}
        # EXA-020, text added
        ## When the fault comes back: where to start

        Start again with the steps above.
    """
    house = manual.policy.sections
    for definition in manual.living:
        asked = house.process if definition.is_process else house.procedure
        if not asked or definition.status not in SETTLED:
            continue
        found = [text for _, text in headings(manual, definition.source)]
        at = {name: place for name in asked for place in [_place_of(name, found)] if place >= 0}
        if missing := [name for name in asked if name not in at]:
            message = f"the text does not have {_sections(missing)}"
            yield Fault(definition.source.in_body(1), message, _cure(missing, found))
        yield from _out_of_order(manual, definition, tuple(at), at)


def _cure(missing: list[str], found: list[str]) -> str:
    for name in missing:
        if meant := nearest(name, found):
            return f"rename the section `{meant}` to `{name}`"
    return f"add it under the heading `## {missing[0]}`"


def _sections(names: list[str]) -> str:
    return f"the section{'s' if len(names) > 1 else ''} {quoted(names)}"


def _place_of(name: str, found: list[str]) -> int:
    """Return the number of the heading that is ``name``, alone or before a colon; -1 for none."""
    wanted = name.casefold()
    for place, text in enumerate(found):
        if text.casefold().partition(":")[0].strip() == wanted or text.casefold() == wanted:
            return place
    return -1


def _out_of_order(
    manual: Manual, definition: Definition, names: tuple[str, ...], at: Mapping[str, int]
) -> Iterator[Fault]:
    places = [offset for offset, _ in headings(manual, definition.source)]
    for before, after in pairwise(names):
        if at[before] > at[after]:
            yield Fault(
                in_body(definition.source, places[at[after]]),
                f"the section `{after}` stands before `{before}`",
                f"the order of the house is {quoted(names)}",
            )


@rule("TXT-001", "sentence-too-long", warning=True)
def sentence_too_long(manual: Manual) -> Iterator[Fault]:
    """The purpose is short, and no sentence is longer than `limits` in `manual.yml` allows.

    Why: staff read a page once, often in a hurry. The purpose, in one to three sentences, tells
    whether it is the right one. Titles, formulas and tables are not looked at.

    Bad:
        # EXA-011
        activities:
        - id: A1
          detail: >-
            Ask the user how many people in the room and in the rooms beside it cannot work at all
            or only in part, then look for other reports of the last hour in the fault log and add
            the people in them too.

    Good:
        # EXA-011
        activities:
        - id: A1
          detail: >-
            Ask the user how many people in the room and in the rooms beside it cannot work at all
            or only in part. Then look for other reports of the last hour in the fault log, and add
            the people in them too.
    """
    most = manual.policy.limits.sentence_words
    for definition in manual.living:
        yield from _purpose(manual, definition)
        for path, text in _prose(definition):
            if text.count(" ") >= most:
                for _, sentence in sentences(text):
                    if fault := _too_long(sentence, most):
                        yield Fault(definition.at(*path), *fault)
        text = plain(manual)[definition.source.path]
        for start, paragraph in paragraphs(text, most):
            for offset, sentence in sentences(paragraph):
                if fault := _too_long(sentence, most):
                    blank = len(sentence) - len(sentence.lstrip())
                    yield Fault(in_body(definition.source, start + offset + blank), *fault)


def _purpose(manual: Manual, definition: Definition) -> Iterator[Fault]:
    limits, purpose = manual.policy.limits, definition.purpose or ""
    place = definition.at("purpose")
    number = sum(1 for _ in sentences(purpose))
    if number > limits.purpose_sentences:
        message = f"the purpose has {number} sentences; {limits.purpose_sentences} say enough"
        yield Fault(place, message, "say why it exists; how it goes belongs to the steps")
    elif count_words(purpose) > limits.purpose_words:
        message = f"the purpose has {count_words(purpose)} words; {limits.purpose_words} say enough"
        yield Fault(place, message, "say why it exists; how it goes belongs to the steps")


def _prose(definition: Definition) -> Iterator[tuple[KeyPath, str]]:
    """Yield the fields that staff read as sentences."""
    if definition.purpose:
        yield ("purpose",), definition.purpose
    if definition.scope:
        yield from ((("scope", "includes", i), t) for i, t in enumerate(definition.scope.includes))
        yield from ((("scope", "excludes", i), t) for i, t in enumerate(definition.scope.excludes))
    yield from ((("policy", i), text) for i, text in enumerate(definition.policy))
    yield from ((("triggers", i), text) for i, text in enumerate(definition.triggers))
    for i, activity in enumerate(definition.activities):
        if activity.detail:
            yield ("activities", i, "detail"), activity.detail
    for i, kpi in enumerate(definition.kpis):
        if kpi.on_breach:
            yield ("kpis", i, "on_breach"), kpi.on_breach
    yield from ((("exceptions", i, "text"), e.text) for i, e in enumerate(definition.exceptions))


def _too_long(sentence: str, most: int) -> tuple[str, str] | None:
    """Return message and hint for a sentence of too many words."""
    if sentence.count(" ") + sentence.count("\n") < most or (n := count_words(sentence)) <= most:
        return None
    opening = " ".join(sentence.split()[:5])
    return f"a sentence of {n} words: “{opening} …”", f"cut it; {most} words are read in one go"


_SHORT_FORMS = re.compile(r"[A-Z][A-Z0-9]*[A-Z]")
_WORDS = frozenset({"OK"})
"""What is written in capitals and stands for nothing longer."""
_NOT_PROSE = frozenset(
    {
        "id",
        "synonyms",
        "raci",
        "raci_model",
        "unit",
        "classification",
        "ropa",
        "retention",
        "change",
    }
    | {"from", "to", "evidence", "digest", "history", "approvals", "reviews", "satisfies", "sla"}
)
"""Keys below which stand ids, search words, or what can no longer be changed."""


@rule("TXT-002", "abbreviation-unexplained", warning=True)
def abbreviation_unexplained(manual: Manual) -> Iterator[Fault]:
    """Each abbreviation in capitals is in the glossary register.

    Why: whoever is new does not know them, and two teams may mean different things by the same
    letters. Told once a definition, at the first place. Ids, search words, titles of roles and
    tools, and what stands between backticks are left alone; without a glossary all are.

    Bad:
        # registers/glossary.yml
        glossary:
        - {id: mfa, term: "MFA", abbreviation_of: "Multi-factor sign-in", definition: "Proof."}
        # EXA-010, text added
        The CAB hears of every fault that a change has caused.

    Good:
        # registers/glossary.yml
        glossary:
        - {id: cab, term: "CAB", abbreviation_of: "Change advisory board", definition: "Decides."}
        # EXA-010, text added
        The CAB hears of every fault that a change has caused.
    """
    glossary = manual.registers.glossary
    if not glossary or glossary.unreadable or glossary.broken:
        return
    known = _known(manual)
    for definition in manual.living:
        for short in sorted(capitals(manual)[definition.source.path] - known):
            if _is_short_form(short) and (place := _first(definition, short)):
                message = f"`{short}` is not in the glossary"
                hint = "write it out, or put it into registers/glossary.yml; no capitals for stress"
                yield Fault(place, message, hint)


def _is_short_form(word: str) -> bool:
    """Tell an abbreviation from an id, from a sheet size or model, and from a Roman number."""
    return bool(_SHORT_FORMS.fullmatch(word)) and not re.fullmatch("[IVX]+", word)


@lru_cache(maxsize=4)
def _known(manual: Manual) -> frozenset[str]:
    """Return the abbreviations that somebody explains, or that belong to a name."""
    registers = manual.registers
    texts = [f"{term.term} {term.abbreviation_of or ''}" for term in registers.glossary.values()]
    texts += [role.title for role in registers.roles.values()]
    texts += [tool.title for tool in registers.tools.values()]
    texts += [mark.upper() for mark in manual.policy.classifications]
    return _WORDS.union(_SHORT_FORMS.findall(" ".join(texts)))


def _first(definition: Definition, short: str) -> Location | None:
    """Return where an abbreviation stands first as a word; addresses and parts of ids are none."""
    pattern = re.compile(
        rf"https?://\S*|(?<![A-Z0-9]-)(?<![\w.@])(?P<short>{short})(?=s?(?!\w|-[A-Z0-9]))"
    )
    for place, match in search(definition.source, pattern, code=False, leave=_NOT_PROSE):
        if match["short"]:
            return place
    return None


@rule("TXT-003", "image-without-text")
def image_without_text(manual: Manual) -> Iterator[Fault]:
    """An image on a hand-written page says in words what it shows.

    Why: who cannot see it has only the words, and the law asks for them (accessibility regulations
    2018, for intranets too). Definitions hold no images at all (SAF-005).

    Bad:
        # ../docs/desk.svg, new file
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"></svg>
        # ../docs/desk.md, new file
        ![](desk.svg)

    Good:
        # ../docs/desk.svg, new file
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"></svg>
        # ../docs/desk.md, new file
        ![Way from the main door to the service desk on the first floor](desk.svg)
    """
    hint = "say in the square brackets what the image tells; a few words will do"
    for page in manual.pages:
        for match in _EMPTY_IMAGE.finditer(plain(manual)[page.path]):
            yield Fault(in_body(page, match.start()), "the image has no words", hint)


_EMPTY_IMAGE = re.compile(r"!\[\s*\](?=[(\[])")
