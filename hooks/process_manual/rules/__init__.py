"""The rules, a family a module. Importing this package registers all of them."""

from process_manual.rules import (
    activities,
    baseline,
    clauses,
    documents,
    identity,
    interfaces,
    kpis,
    lifecycle,
    raci,
    records,
    references,
    reviews,
    roles,
    safety,
    text,
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
    clauses,
    kpis,
    records,
    references,
    lifecycle,
    reviews,
    waivers,
    baseline,
    text,
    safety,
)
"""The families in the order in which the rules page shows them."""

__all__ = ["FAMILIES", "REGISTRY", "Checked", "Fault", "Rule", "rule", "run"]
