"""The rules, a family a module. Importing this package registers all of them."""

from process_manual.rules import (
    activities,
    approvals,
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
    overdue,
    plan,
    raci,
    records,
    references,
    reviews,
    roles,
    safeguards,
    safety,
    staffing,
    style,
    waivers,
)
from process_manual.rules.engine import REGISTRY, Checked, Fault, Rule, rule, run

FAMILIES = (
    documents,
    identity,
    roles,
    staffing,
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
    approvals,
    reviews,
    overdue,
    waivers,
    style,
    confidential,
    plan,
    safety,
)
"""The families in the order in which the rules page shows them."""

__all__ = ["FAMILIES", "REGISTRY", "Checked", "Fault", "Rule", "rule", "run"]
