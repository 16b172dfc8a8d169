"""The one place that turns ids into links, so that no link of ours can break.

A reference is a kind and an id: ``("role", "incident-manager")``. What is not written yet but
planned leads to the plan; what nobody knows stays plain text (the rules speak about it).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup, escape

from process_manual.gate.codes import codes
from process_manual.model.definition import ALL, ANY, PARTY, RECORD, Activity, Definition
from process_manual.model.manual import Manual
from process_manual.model.registers import ROW_TYPES
from process_manual.pages import addresses
from process_manual.rules.engine import REGISTRY
from process_manual.views.lifecycle import presented, upcoming

ID = re.compile(r"(?<![\w/.-])[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+(?![\w-])")
"""What looks like an id in a text; whether it is one, the manual knows."""
PLAIN_WORDS = {ANY: "any definition", RECORD: "kept as a record", ALL: "all services"}
"""What the words that stand for no single thing say to a reader."""
OWN_PAGES = frozenset({"areas", "plan", "roles"})
"""Registers whose rows have a page each, or a place of another form."""
HIDDEN = frozenset({"people"})
"""Registers that no page shows."""
ROWS = {row.noun.lower(): name for name, row in ROW_TYPES.items() if name not in OWN_PAGES | HIDDEN}
"""The register, and the register page, of each kind of row."""
GUESSES = ("definition", "plan", "role", *ROWS, "kpi", "area", "rule")
"""Kinds in which an id of unknown kind is looked up, in this order."""
PAGE_OF = {"retention": "records"}
"""Registers that share a page with another subject."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a link leads, what it says, and what it says on hovering."""

    address: str
    text: str
    title: str = ""


@lru_cache(maxsize=4)
def targets(manual: Manual) -> Mapping[tuple[str, str], Target]:
    """Return everything that can be linked to, by kind and id."""
    return dict(_targets(manual))


def _targets(manual: Manual) -> Iterator[tuple[tuple[str, str], Target]]:
    registers = manual.registers
    plan_page = addresses.PLAN
    for entry in registers.plan.values():
        where = f"{plan_page}#{addresses.safe(entry.id)}"
        yield ("plan", entry.id), Target(where, f"{entry.id} {entry.title}", entry.title)
    for id_, definition in presented(manual).items():
        where, title = addresses.definition(id_), definition.title
        yield ("definition", id_), Target(where, f"{id_} {title}", title)
        if upcoming(manual, id_):
            yield ("coming", id_), Target(addresses.coming(id_), f"{id_} {title}", title)
        for kpi in definition.kpis:
            place = f"{where}#{addresses.safe(kpi.id)}"
            yield ("kpi", kpi.id), Target(place, kpi.title, kpi.title)
    for role in registers.roles.values():
        yield ("role", role.id), Target(addresses.role(role.id), role.title)
    for area in registers.areas.values():
        yield ("area", area.id), Target(addresses.area(area.id), area.title)
    for kind, name in ROWS.items():
        page = addresses.register(PAGE_OF.get(name, name))
        for row in getattr(registers, name).values():
            text = row.term if kind == "term" else getattr(row, "title", row.id)
            yield (kind, row.id), Target(f"{page}#{addresses.safe(row.id)}", text, text)
    for standard in manual.standards.values():
        page = addresses.standard(standard.id)
        yield ("standard", standard.id), Target(page, standard.title)
        for clause in standard.clauses:
            where = f"{page}#clause-{addresses.safe(clause.id)}"
            key = ("clause", f"{standard.id}:{clause.id}")
            yield key, Target(where, f"{clause.id} {clause.title}", clause.title)
        for item_id, (_, item) in standard.items.items():
            where = f"{addresses.INFORMATION}#{addresses.safe(item_id)}"
            yield ("item", item_id), Target(where, f"{item.id} {item.item}", item.item)
    names = {code: rule.name for code, rule in REGISTRY.items()}
    names |= {code: each.name for code, each in codes().items()}
    for code, name in names.items():
        yield ("rule", code), Target(addresses.rule(code), f"{code} {name}", name)


@dataclass(frozen=True)
class Links:
    """Makes the links of one page; ``here`` is the address of that page."""

    manual: Manual
    here: str

    def __call__(self, kind: str, id_: str | None, text: str = "") -> Markup:
        """Return a link to ``id_``, saying ``text`` or the target's own words."""
        return _link(self.manual, addresses.up(self.here), kind, id_ or "", text)

    def many(self, kind: str, ids: Iterable[str]) -> Markup:
        """Return links to several things, with commas between them."""
        up = addresses.up(self.here)
        return Markup(", ").join([_link(self.manual, up, kind, id_, "") for id_ in ids])

    def definitions(self, definitions: Iterable[Definition]) -> Markup:
        """Return links to several definitions, with commas between them."""
        return self.many("definition", [definition.id for definition in definitions])

    def step(self, definition: Definition, activity: Activity) -> Markup:
        """Return a link to a step of another definition."""
        address, anchor = addresses.definition(definition.id), addresses.step(activity.id)
        return self.page(address, f"{activity.id} {activity.title}", anchor)

    def page(self, address: str, text: str, anchor: str = "") -> Markup:
        """Return a link to a page of the site by its address."""
        return _anchor(addresses.up(self.here) + address + (f"#{anchor}" if anchor else ""), text)

    def text(self, value: str) -> Markup:
        """Return plain text in which every known id is a link; an id alone becomes its title."""
        if ID.fullmatch(value):
            return self("any", value)
        return Markup(ID.sub(self._named, str(escape(value))))

    def _named(self, match: re.Match[str]) -> str:
        id_ = match[0]
        href = self.href("any", id_)
        if href is None:
            return id_
        title = escape(self.title("any", id_))
        return f'<a href="{escape(href)}" title="{title}">{escape(id_)}</a>'

    def href(self, kind: str, id_: str) -> str | None:
        """Return the way from this page to ``id_``, or None when it has no place."""
        target = _find(self.manual, kind, id_)
        return addresses.up(self.here) + target.address if target else None

    def to_file(self, path: str) -> str | None:
        """Return the way to the hand-written page or download at a path, or None for another."""
        if path not in self.manual.files and not any(p.path == path for p in self.manual.pages):
            return None
        return addresses.up(self.here) + addresses.handwritten(path)

    def words(self, kind: str, id_: str, otherwise: str) -> str:
        """Return what a link to ``id_`` says by itself."""
        target = _find(self.manual, kind, id_)
        return target.text if target else otherwise

    def title(self, kind: str, id_: str) -> str:
        """Return the title of ``id_``, or the id itself when it has none."""
        target = _find(self.manual, kind, id_)
        return target.title or target.text if target else id_


def _anchor(href: str, text: str) -> Markup:
    return Markup(f'<a href="{escape(href)}">{escape(text)}</a>')


@lru_cache(maxsize=20_000)
def _link(manual: Manual, up: str, kind: str, id_: str, text: str) -> Markup:
    if id_ in PLAIN_WORDS and kind in ("end", "service"):
        return escape(PLAIN_WORDS[id_])
    if kind == "end":
        kind, id_ = ("party", id_.removeprefix(PARTY)) if id_.startswith(PARTY) else ("any", id_)
    if kind == "role" and id_.startswith(PARTY):
        kind, id_ = "party", id_.removeprefix(PARTY)
    target = _find(manual, kind, id_)
    if target is None:
        return escape(text or id_)
    link = _anchor(up + target.address, text or target.text)
    known = targets(manual)
    if target is known.get(("plan", id_)):
        return link + Markup(' <span class="pm-planned">(planned)</span>')
    return link


def _find(manual: Manual, kind: str, id_: str) -> Target | None:
    """Return the target of a reference; a definition nobody has written may be in the plan."""
    known = targets(manual)
    if kind == "definition":
        return known.get((kind, id_)) or known.get(("plan", id_))
    if kind == "any":
        return next((known[k, id_] for k in GUESSES if (k, id_) in known), None)
    return known.get((kind, id_))
