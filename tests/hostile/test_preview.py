"""A preview of hostile pages: it goes on, shows what is wrong, and opens nothing dangerous."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.hostile.drawings import UNSAFE
from tests.projects import project, run
from tests.support import ROOT

PAGES: dict[str, str | bytes] = {
    "address": "[a](javascript:a())\n",
    "deep": f"---\ntitle: {'[' * 40_000}\n---\n# A\n",
    "bytes": b"\xff\xfe# A\n",
    "slow": "[" * 60_000,
    "hidden": "a\u202eb\n",
    "attributes": "``` {.py #__config}\nx\n```\n",
    "404": "# Mine\n",
}
"""Pages that MkDocs cannot convert, would take hours for, or must not publish."""
SHOWN: dict[str, tuple[str, str]] = {
    "html": ("# A\n\n<script>a()</script>\n", "&lt;script&gt;a()&lt;/script&gt;"),
    "fields": ("---\nsearch: x\ntitle: [a]\nhide: 5\ntemplate: a.html\n---\nText.\n", "Text."),
    "no": ("---\ntitle: no\n---\nText.\n", "<title>no - Example</title>"),
    "header": ("title: x\ntemplate: a.html\n\nText.\n", "This page cannot be shown"),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = {f"docs/{name}.md": text for name, text in PAGES.items()}
    files |= {f"docs/{name}.md": text for name, (text, _) in SHOWN.items()}
    files |= {"docs/a.js": "alert(1)", "docs/a.svg": UNSAFE["a handler"], "secret.md": "canary"}
    root = project(tmp_path_factory.mktemp("preview"), files=files)
    for name in ("pipe.md", "pipe.png"):
        os.mkfifo(root / "docs" / name)
    (root / "docs/link.md").symlink_to(root / "secret.md")
    done = run(root, "tests.hostile.preview", PYTHONPATH=str(ROOT))
    assert done.returncode == 0, done.stderr[-2000:]
    return root / "site"


@pytest.mark.parametrize("name", [*PAGES, "pipe", "link"])
def test_a_page_that_cannot_be_shown_says_why(name: str, site: Path) -> None:
    text = (site / f"{name}.html").read_text("utf-8")
    if name != "404":  # which the theme makes
        assert "This page cannot be shown" in text
        assert f"docs/{name}.md:" in text
    assert "canary" not in text


@pytest.mark.parametrize("name", SHOWN)
def test_a_page_with_lesser_faults_is_shown_without_them(name: str, site: Path) -> None:
    assert SHOWN[name][1] in (site / f"{name}.html").read_text("utf-8")


def test_what_may_not_be_published_is_left_out(site: Path) -> None:
    assert not [path for path in site.glob("*") if path.suffix in (".svg", ".js", ".md")]
    assert not (site / "pipe.png").exists()
    assert (site / "processes/EXA-010/index.html").is_file()


def test_not_even_a_preview_follows_a_link_to_a_folder(tmp_path: Path) -> None:
    root = project(tmp_path)
    (root / "docs/all").symlink_to(root)
    done = run(root, "tests.hostile.preview", PYTHONPATH=str(ROOT))
    assert done.returncode != 0
    assert "does not follow links to folders: docs/all" in done.stderr
