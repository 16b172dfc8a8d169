"""The Content-Security-Policy made from the gate's list, and samples for two web servers."""

from __future__ import annotations

from collections.abc import Mapping

from process_manual.gate import policy

HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
"""What a server should say beside the policy; none of it depends on the site.

``no-cache`` lets browsers keep a page and makes them ask whether it is still the latest. Without
it they guess, and show a process that has been replaced for days (RFC 9111, 4.2.2).
"""

_CADDY = """\
header {served_at}* {{
{headers}
}}
handle_errors {{
	@missing {{
		path {served_at}*
		expression `{{http.error.status_code}} == 404`
	}}
	handle @missing {{
		rewrite * {served_at}404.html
		file_server
	}}
}}
"""

_HEADER_ONLY = frozenset({"frame-ancestors"})
"""What browsers ignore in a ``meta`` element."""


def directives(served_at: str = "/") -> dict[str, tuple[str, ...]]:
    """Return what a browser may load and run for a page of the manual; all else is refused."""
    scripts = (f"'{each}'" for each in policy.hashes(served_at))
    return {
        "default-src": ("'none'",),
        "script-src": ("'self'", *scripts, "'wasm-unsafe-eval'"),
        "style-src": ("'self'",),
        "img-src": ("'self'", "data:"),
        "font-src": ("'self'",),
        "connect-src": ("'self'",),
        "worker-src": ("'self'",),
        "manifest-src": ("'none'",),
        "object-src": ("'none'",),
        "frame-src": ("'none'",),
        "frame-ancestors": ("'none'",),
        "base-uri": ("'none'",),
        "form-action": ("'none'",),
    }


def header(served_at: str = "/") -> str:
    """Return the value of the header ``Content-Security-Policy``."""
    return _joined(directives(served_at))


def meta(served_at: str = "/") -> str:
    """Return the policy for a ``meta`` element, without what browsers ignore there."""
    found = directives(served_at)
    return _joined({name: each for name, each in found.items() if name not in _HEADER_ONLY})


def nginx(served_at: str = "/") -> str:
    """Return lines for the ``server`` or ``location`` of the manual in nginx.

    A folder without a page of its own is 403 there, and an address that does not exist to readers.
    """
    lines = [f'add_header {name} "{value}" always;' for name, value in _headers(served_at)]
    return "\n".join(
        ["charset utf-8;", *lines, f"error_page 403 404 =404 {served_at}404.html;", ""]
    )


def caddy(served_at: str = "/") -> str:
    """Return lines for the site block of the manual in a Caddyfile.

    Caddy before 2.8 takes no number behind ``handle_errors``.
    """
    lines = [f'\t{name} "{value}"' for name, value in _headers(served_at)]
    return _CADDY.format(served_at=served_at, headers="\n".join(lines))


def files(served_at: str = "/") -> dict[str, str]:
    """Return the policy and the samples by file name."""
    return {
        "csp.txt": header(served_at) + "\n",
        "nginx.conf": nginx(served_at),
        "Caddyfile": caddy(served_at),
    }


def _headers(served_at: str) -> list[tuple[str, str]]:
    return [("Content-Security-Policy", header(served_at)), *HEADERS.items()]


def _joined(found: Mapping[str, tuple[str, ...]]) -> str:
    return "; ".join(" ".join((name, *values)) for name, values in found.items())
