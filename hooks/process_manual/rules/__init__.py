"""The rules, a family a module. Importing this package registers all of them."""

from process_manual.rules.engine import REGISTRY, Checked, Fault, Rule, rule, run

__all__ = ["REGISTRY", "Checked", "Fault", "Rule", "rule", "run"]
