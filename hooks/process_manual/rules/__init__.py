"""The rules, a family a module. Importing this package registers all of them."""

from process_manual.rules import (
    activities,
    citations,
    clauses,
    confidential,
    connections,
    documents,
    identity,
    interfaces,
    kpis,
    lifecycle,
    links,
    raci,
    records,
    references,
    reviews,
    roles,
    safeguards,
    safety,
    style,
    waivers,
)
from process_manual.rules.engine import REGISTRY, Checked, Fault, Rule, rule, run

FAMILIES = (
    documents,
    identity,
    roles,
    raci,
    activities,
    interfaces,
    connections,
    citations,
    clauses,
    kpis,
    records,
    safeguards,
    references,
    links,
    lifecycle,
    reviews,
    waivers,
    style,
    confidential,
    safety,
)
"""The families in the order in which the rules page shows them."""

__all__ = ["FAMILIES", "REGISTRY", "Checked", "Fault", "Rule", "rule", "run"]
