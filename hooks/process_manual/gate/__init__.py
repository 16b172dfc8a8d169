"""The gate: reads a built site with a parser that made none of it, and refuses what is not listed.

It stands after everything else, so it knows nothing of definitions, templates or MkDocs: whatever
slipped through is found in what readers would get. What may be on a page is written down once, in
``policy``; the security policy that browsers enforce is made from the same list (``csp``).

======= ===========================================================================================
GAT-001 a file cannot be read as a page: a link or pipe, too large, not UTF-8, too slow to parse
GAT-002 an element that pages are not made of: frame, object, base, style, noscript, and the like
GAT-003 a script file, on a page or on the site, that is not one of the theme's or ours
GAT-004 an inline script that is not one of the theme's, word for word
GAT-005 an attribute that would run a script (``onclick``)
GAT-006 a ``style`` or ``srcdoc`` attribute
GAT-007 an address with another scheme than http, https, mailto or tel
GAT-008 something is loaded from another host
GAT-009 ``meta`` or ``link`` orders the browser about, or the page does not say that it is UTF-8
GAT-010 a form or field that is not the theme's
GAT-011 a link leads to a file that is not there, or out of the site
GAT-012 a link names a place (``#…``) that its page does not have
GAT-013 an id stands twice on a page
GAT-014 the theme's settings or the search index are not what the build writes
======= ===========================================================================================
"""

from process_manual.gate.site import inspect

__all__ = ["inspect"]
