"""Manuals of any size, made from the shipped one: whole copies of it under other ids.

Every copy keeps its own interfaces, procedures and owners, so that no rule finds an error.
"""

from __future__ import annotations

import re
import shutil
from itertools import count
from pathlib import Path

import yaml

from tests.patches import stamp
from tests.support import ROOT

_ID = r"\b({prefixes})-(\d{{3}})\b"


def manual(target: Path, definitions: int) -> int:
    """Write a manual with at least so many definitions below ``target``; return how many."""
    shutil.copytree(ROOT / "processes", target / "processes")
    processes = target / "processes"
    registers = processes / "registers"
    areas = yaml.safe_load((registers / "areas.yml").read_text("utf-8"))["areas"]
    used = [area for area in areas if (processes / area["id"]).is_dir()]
    originals = {
        path: path.read_text("utf-8")
        for path in sorted(processes.glob("*/*.md"))
        if path.parent.name not in ("registers", "standards")
    }
    pattern = re.compile(_ID.format(prefixes="|".join(area["prefix"] for area in areas)))
    planned = _planned(registers / "plan.yml", "".join(originals.values()))
    written = len(originals)
    for number in count(1):
        if written >= definitions:
            stamp(target)
            return written
        letters = _letters(number)
        for path, text in originals.items():
            _copy(processes, path, text, pattern, letters)
        _append(registers / "areas.yml", [_renamed(area, letters) for area in used])
        rows = re.sub(rf"area: ({'|'.join(a['id'] for a in used)}),", _area(letters) + ",", planned)
        rows = pattern.sub(rf"\1{letters}-\2", rows)
        with (registers / "plan.yml").open("a", encoding="utf-8") as file:
            file.write(re.sub(r'title: "(.*?)"', rf'title: "\1 {letters}"', rows))
        written += len(originals)
    raise AssertionError("unreachable")


def plain_pages(source: Path, target: Path) -> int:
    """Write the same definitions as plain Markdown pages of the same size; return how many."""
    number = 0
    for path in sorted((source / "processes").glob("*/*.md")):
        front, body = path.read_text("utf-8").split("\n---\n", 1)
        page = target / "docs" / path.parent.name / path.name
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(f"# {path.stem}\n\n{_as_markdown(front)}\n{body}", "utf-8")
        number += 1
    (target / "docs/index.md").write_text("# Home\n", "utf-8")
    (target / "mkdocs.yml").write_text(
        "site_name: Plain\ntheme: {name: material, font: false,\n"
        "  features: [navigation.prune, navigation.indexes, navigation.tabs]}\n"
        "plugins: [search]\nuse_directory_urls: false\n"
        "markdown_extensions: [admonition, tables, sane_lists]\n",
        "utf-8",
    )
    return number


def _planned(path: Path, text: str) -> str:
    """Return the rows of the plan that the definitions name, with their parents."""
    rows = {
        match[1]: line
        for line in path.read_text("utf-8").splitlines(keepends=True)
        if (match := re.match(r"- \{id: ([A-Z]{3}-\d{3})", line))
    }
    named = set(re.findall(r"[A-Z]{3}-\d{3}", text)) & set(rows)
    named |= {
        parent for id_ in named for parent in re.findall(r"parent: ([A-Z]{3}-\d{3})", rows[id_])
    }
    return "".join(rows[id_] for id_ in sorted(named))


def _as_markdown(front: str) -> str:
    """Turn fields into headings and lists, about as long as they were."""
    lines = []
    for line in front.removeprefix("---\n").split("\n"):
        if match := re.match(r"([a-z_]+):\s*(.*)", line):
            lines += [f"\n## {match[1]}\n", match[2]]
        elif line.strip() and not line.lstrip().startswith("#"):
            lines.append("- " + line.strip().removeprefix("- ").replace("`", ""))
    return "\n".join(lines)


def _letters(number: int) -> str:
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def _area(letters: str) -> str:
    return rf"area: \1-{letters.lower()}"


def _renamed(area: dict[str, str], letters: str) -> dict[str, str]:
    return {
        **area,
        "id": f"{area['id']}-{letters.lower()}",
        "prefix": area["prefix"] + letters,
        "title": f"{area['title']} {letters}",
    }


def _copy(processes: Path, path: Path, text: str, pattern: re.Pattern[str], letters: str) -> None:
    text = pattern.sub(rf"\1{letters}-\2", text)
    text = re.sub(r"(?m)^area: ([\w-]+)", _area(letters), text)
    text = text.replace(", lead: true", "")  # one lead a clause: the original
    text = re.sub(r'(?m)^title: "?(.*?)"?$', rf'title: "\1 {letters}"', text)
    folder = processes / f"{path.parent.name}-{letters.lower()}"
    folder.mkdir(exist_ok=True)
    (folder / pattern.sub(rf"\1{letters}-\2", path.name)).write_text(text, "utf-8")


def _append(path: Path, rows: list[dict[str, str]]) -> None:
    text = yaml.safe_dump(rows, sort_keys=False, allow_unicode=True, width=10_000)
    with path.open("a", encoding="utf-8") as file:
        file.write(text)
