"""REF: where links and ids in a text lead."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from urllib.parse import unquote

from process_manual.model.definition import Definition
from process_manual.model.manual import Manual
from process_manual.model.source import Source
from process_manual.rules.engine import REGISTRY, Fault, rule
from process_manual.rules.markdown import links
from process_manual.rules.prose import (
    capitals,
    headings,
    holds_any,
    in_body,
    plain,
    search,
    words,
)
from process_manual.rules.subjects import definition_ids, is_planned
from process_manual.rules.wording import did_you_mean
from process_manual.views import anchors

MOST = 50
"""How many broken links of one text are told; to look for what was meant takes time."""
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
_OURS = (anchors.STEP, anchors.TEXT)
_IDS: Mapping[str, Callable[[Manual], Collection[str]]] = {
    "processes": lambda manual: {*manual.current, *manual.coming, *manual.broken},
    "roles": lambda manual: manual.registers.roles,
    "areas": lambda manual: manual.registers.areas,
    "rules": lambda manual: REGISTRY,
}
"""What has a page each, by the folder of these pages."""
_FOLDERS = frozenset(
    {"registers", "standards", "schema", "assets", *_IDS, "plan.md", "rules.md", "changes.md"}
)
_MADE_TOO = frozenset({".json", ".csv", ".ics"})
"""Folders and kinds of files that the manual makes itself."""


@rule("REF-001", "link-broken")
def link_broken(manual: Manual) -> Iterator[Fault]:
    """A link within the manual leads to a page, and to a place on it, that is there.

    Why: a broken link is found in the middle of a major incident. In a definition, write the id of
    another one, or the path of its file or of a page under `docs/`; the id alone in the text
    becomes a link too. On a hand-written page, write paths from that page, with `.md`.

    Bad:
        # EXA-010, text added
        See [how causes are found](EXA-021).

    Good:
        # EXA-010, text added
        See [how causes are found](EXA-020), or [the first step](#step-A1).
    """
    for source in (*(definition.source for definition in manual.definitions), *manual.pages):
        yield from islice(_broken(manual, source), MOST)


def _broken(manual: Manual, source: Source) -> Iterator[Fault]:
    definition = manual.by_path.get(source.path)
    for offset, url, is_image in links(plain(manual)[source.path]):
        if not url or _ELSEWHERE.match(url) or (is_image and definition):
            continue  # an image in a definition is the affair of SAF-005
        if definition:
            fault = _from_definition(manual, definition, url)
        else:
            fault = _from_page(manual, source, url)
        if fault:
            yield Fault(in_body(source, offset), *fault)


def _from_definition(manual: Manual, definition: Definition, url: str) -> tuple[str, str] | None:
    """Return what is wrong with a link in the text of a definition, and the cure."""
    path, _, anchor = url.partition("#")
    if not path:
        return _own_place(manual, definition, anchor)
    folder = posixpath.dirname(definition.source.path)
    target = posixpath.normpath(posixpath.join(folder, path))
    if target in _pages(manual):
        return _place_on(manual, _pages(manual)[target], anchor)
    if path in _ids(manual) or target in manual.by_path:
        hint = f"write `{path}` alone"
        return (f"`{url}` names a place on another page", hint) if anchor else None
    if target in manual.files or posixpath.basename(target).startswith(tuple(manual.broken)):
        return None
    paths = (posixpath.relpath(each, folder) for each in (*manual.by_path, *_pages(manual)))
    known = [*_ids(manual), *paths]
    cure = "write the id of a definition, or the path of its file or of a page under docs/"
    return f"`{url}` leads to nothing", did_you_mean(path, known, cure)


def _own_place(manual: Manual, definition: Definition, anchor: str) -> tuple[str, str] | None:
    """Tell whether a place on the page of a definition is missing: a heading, or a step.

    Other places on it (`#kpis`, `#records`) are made from fields; the gate looks at those.
    """
    steps = (anchors.STEP + activity.id for activity in definition.activities)
    known = [*_anchors(manual, definition.source), *steps]
    heading = anchors.TEXT + anchor
    if anchor in known or not (anchor.startswith(_OURS) or heading in known):
        return None
    meant = heading if heading in known else anchor
    hint = did_you_mean(f"#{meant}", (f"#{each}" for each in known), "name a heading or a step")
    return f"there is no `#{anchor}` on this page", hint


def _from_page(manual: Manual, page: Source, url: str) -> tuple[str, str] | None:
    """Return what is wrong with a link or image on a hand-written page, and the cure."""
    path, _, anchor = unquote(html.unescape(url)).partition("#")
    path = path.partition("?")[0]
    if path.startswith("/"):
        return f"`{url}` begins at the top of the server", "write the path from this page"
    top = page.path.partition("/")[0]
    folder = posixpath.dirname(page.path)
    target = posixpath.normpath(posixpath.join(folder, path)) if path else page.path
    if target in manual.files:
        return None
    if target in _pages(manual):
        return _place_on(manual, _pages(manual)[target], anchor)
    if not target.startswith(f"{top}/"):
        return f"`{url}` leads out of {top}/", "write ../processes/ and the id, with .md"
    return _made(manual, page, url, target.removeprefix(f"{top}/"))


def _place_on(manual: Manual, page: Source, anchor: str) -> tuple[str, str] | None:
    """Tell whether a heading is missing on a hand-written page."""
    known = _anchors(manual, page)
    if not anchor or anchor in known or anchor.startswith(("_", "fn")):
        return None
    hint = did_you_mean(anchor, known, "name a heading in small letters, with hyphens")
    return f"{page.path} has no heading `#{anchor}`", hint


def _made(manual: Manual, page: Source, url: str, target: str) -> tuple[str, str] | None:
    """Tell whether a page that the manual makes itself is missing."""
    first, _, rest = target.partition("/")
    id_ = re.sub(r"(?:/next|/index)?\.(?:md|html)$|/$", "", rest)
    known = _IDS[first](manual) if first in _IDS else None
    if known is not None and "/" not in id_ and rest.endswith((".md", ".html", "/")):
        if id_ in known or id_ == "index":
            return None
        return f"`{url}` leads to nothing", did_you_mean(id_, known, "name an id that exists")
    if first in _FOLDERS or posixpath.splitext(target)[1] in _MADE_TOO:
        return None  # which of these there are, the gate knows
    there = [
        posixpath.relpath(each, posixpath.dirname(page.path))
        for each in (*_pages(manual), *manual.files)
    ]
    cure = "name a page or file under docs/, by its path from this page"
    return f"`{url}` leads to nothing", did_you_mean(url, there, cure)


@lru_cache(maxsize=100)
def _anchors(manual: Manual, source: Source) -> tuple[str, ...]:
    """Return what a link may name on the page of a definition, or on a hand-written one."""
    texts = (text for _, text in headings(manual, source))
    is_definition = source.path in manual.by_path
    return tuple(anchors.in_definition(texts) if is_definition else anchors.on_page(texts))


@lru_cache(maxsize=4)
def _pages(manual: Manual) -> Mapping[str, Source]:
    return {page.path: page for page in manual.pages}


_REFERENCES = frozenset(
    {"id", "parent", "procedure", "from", "to", "replaced_by", "control", "sla", "satisfies"}
    | {"evidence", "digest", "change", "ropa", "retention", "history", "approvals", "reviews"}
)
"""Keys below which other rules look, or which can no longer be changed."""


@rule("REF-002", "id-unknown")
def id_unknown(manual: Manual) -> Iterator[Fault]:
    """A definition or KPI that a text names by its id exists, or the plan has it.

    Why: readers look for what they are sent to, and find nothing. What has been retired is the
    affair of LIF-008; what stands between backticks is left alone.

    Bad:
        # EXA-010, text added
        When a fault comes back for the third time, start EXA-021.

    Good:
        # EXA-010, text added
        When a fault comes back for the third time, start EXA-020.
    """
    areas, plan = manual.registers.areas, manual.registers.plan
    if not areas or areas.unreadable or areas.broken or plan.unreadable:
        return
    prefixes = "|".join(re.escape(area.prefix) for area in areas.values())
    form = manual.policy.id_pattern.replace("{prefix}", f"(?:{prefixes})")
    written = rf"KPI-(?P<of>{form})-\d+|{form}"
    alone = re.compile(written)
    pattern = re.compile(rf"(?<!\]\()(?<![\w/.#-])(?:{written})(?![\w-])")
    known, unread = _known_ids(manual), manual.broken | manual.partial
    for source in (*(definition.source for definition in manual.living), *manual.pages):
        if not any(map(alone.fullmatch, capitals(manual)[source.path] - known)):
            continue
        for place, match in search(source, pattern, code=False, leave=_REFERENCES):
            of = match["of"] or ""
            if match[0] not in known and of not in unread and not is_planned(manual, of):
                message = f"there is no {'KPI' if of else 'definition'} `{match[0]}`"
                yield Fault(place, message, _meant(match[0], known))


def _meant(id_: str, known: Iterable[str]) -> str:
    is_kpi = id_.startswith("KPI-")
    cure = "correct it" if is_kpi else "correct it, or enter it in registers/plan.yml"
    return did_you_mean(id_, (each for each in known if each.startswith("KPI-") is is_kpi), cure)


@lru_cache(maxsize=4)
def _ids(manual: Manual) -> frozenset[str]:
    return frozenset(definition_ids(manual))


@lru_cache(maxsize=4)
def _known_ids(manual: Manual) -> frozenset[str]:
    return _ids(manual).union(kpi.id for each in manual.definitions for kpi in each.kpis)


_END = r"""[^\s)\]>`"']"""
_CONTROLLED = "name the tool, or the document in registers/documents.yml, that holds it"
_UNCONTROLLED = (
    (
        (":\\", "\\\\"),
        re.compile(rf"(?<!\w)(?:[A-Z]:\\(?!\\){_END}*|\\\\\w[\w.$-]{{0,60}}\\{_END}*)"),
        "is a place on a network drive",
        _CONTROLLED,
    ),
    (
        ("file:/",),
        re.compile(rf"(?<![\w(<])file:/{_END}*"),
        "leads to a file that only some can open",
        _CONTROLLED,
    ),
    (
        ("mailto:",),
        re.compile(rf"(?<!\w)mailto:{_END}*"),
        "is a mailbox, which goes with its person or team",
        "name the role; its contact is in registers/roles.yml",
    ),
    (
        ("latest", "Latest", "LATEST"),
        re.compile(
            rf"""(?<![^\s(\[<`"'])(?:https?://{_END}{{1,300}}/latest(?=[/\s)\]>`"'.,;:]|$)"""
            r"""|(?:[^\s()\[\]<>`"']{0,300}[_/.-])?latest(?:[_.-][\w.%-]{0,80})?"""
            r"\.(?:docx?|xls[xm]?|pptx?|vsdx?|pdf|od[ts]|csv|zip)\b)",
            re.IGNORECASE,
        ),
        "changes without a version",
        "name the version, or the document in registers/documents.yml",
    ),
)
"""Quick signs, what to search for, what is wrong with it, and the cure."""


@rule("REF-003", "copy-uncontrolled", warning=True)
def copy_uncontrolled(manual: Manual) -> Iterator[Fault]:
    """No text leads to a network drive, a mailbox, or a file that is called "latest".

    Why: nobody knows which version lies there, not everybody can open it, and the drive or mailbox
    goes with its team. What stands between backticks is left alone: commands look like that.

    Bad:
        # EXA-010, text added
        Fill in S:\\Desk\\Forms\\fault.docx.

    Good:
        # EXA-010, text added
        Fill in the fault form (DOC-01).
    """
    for source in (*(definition.source for definition in manual.living), *manual.pages):
        text = words(manual).get(source.path, source.body)
        for signs, pattern, wrong, hint in _UNCONTROLLED:
            if holds_any(text, signs):
                for place, match in search(source, pattern, code=False):
                    yield Fault(place, f"`{match[0].rstrip('.,;:')}` {wrong}", hint)
