"""The gate: reads a built site with a parser that made none of it, and refuses what is not listed.

It stands after everything else, so it knows nothing of definitions, templates or MkDocs: whatever
slipped through is found in what readers would get. What may be on a site is written down once, in
``policy``; the security policy that browsers enforce is made from the same list (``csp``). What it
may find, and why, is in ``codes.toml``.
"""

from process_manual.gate.site import inspect

__all__ = ["inspect"]
