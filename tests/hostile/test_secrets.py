"""Nothing from outside ``processes/`` and ``docs/`` gets into any output: canaries would tell.

They stand beside the manual, in its repository and in the environment; a hundred texts, fields and
links try to bring them in. Built with the checks, without them, and as a preview.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from process_manual.checking import check
from process_manual.loading import load
from tests.hostile.manuals import UNCHECKED
from tests.projects import AS_HOOK, CONFIG, THEME, project, run
from tests.support import AS_OF, ROOT, shown

HEAD = (
    "---\nid: EXA-{}\ntitle: T\narea: example\nkind: process\nstatus: draft\nversion: '0.1'\n---\n"
)
SECRETS = {
    "outside.md": "canary-outside-md",
    "outside.yml": "canary-outside-yml",
    ".git/config": "canary-git-config",
    ".git/logs/HEAD": "canary-git-log",
    ".env": "canary-env-file",
    "mkdocs-secret.yml": "canary-beside-mkdocs",
}
ENVIRONMENT = {"CANARY": "canary-environment", "HOME_CANARY": "canary-home"}
SNOOPING = (
    '--8<-- "outside.md"\n\n--8<-- "../outside.md"\n\n;--8<-- "outside.md"\n',
    "--8<--\noutside.md\n../outside.md\n.git/config\n--8<--\n",
    "{% include 'outside.md' %}\n\n{% include '../outside.md' %}\n\n{!../outside.md!}\n",
    "{{ config }} {{ env }} {{ environ['CANARY'] }} {{ self.__init__.__globals__ }} ${CANARY}\n",
    "{{ config.extra }} %CANARY% $CANARY ~/.env !ENV CANARY `!ENV CANARY`\n",
    "[a](../outside.md) [b](../.git/config) [c](../../outside.md) [d](/outside.md) [e](../.env)\n",
    "![a](../outside.md) ![b](../.git/config) ![c](../.git/logs/HEAD)\n",
    "![a](file:///etc/hostname) [b](file:///etc/hostname)\n",
    "<object data='../outside.md'></object> <!--#include file='../outside.md' -->\n",
    ".. include:: ../outside.md\n\n::: ../outside.md\n\n@import '../outside.md'\n",
    '```{literalinclude} ../outside.md\n```\n\n``` yaml file="../outside.md"\n```\n',
)
SNOOPING_FIELDS = (
    "title: !ENV CANARY",
    "title: !ENV [CANARY, x]",
    "title: !!python/object/apply:os.getenv [CANARY]",
    "title: !!python/name:os.environ",
    "title: !relative ../outside.md",
    "title: !include ../outside.md",
    "INHERIT: ../mkdocs-secret.yml",
    "template: ../outside.md",
    "title: '{{ config }} ${CANARY}'",
    "description: '{% include \"outside.md\" %}'",
)
LINKED = {
    "processes/example/EXA-091-linked.md": "outside.md",
    "processes/registers/glossary.yml": "outside.yml",
    "processes/standards/linked.yml": "outside.yml",
    "docs/linked.md": "outside.md",
    "docs/linked.txt": "outside.md",
    "docs/environment.txt": "/proc/self/environ",
    "docs/repository": ".git",
    "docs/everything": ".",
    "processes/everything": ".",
}


def _secrets_in(text: str) -> list[str]:
    return [secret for secret in (*SECRETS.values(), *ENVIRONMENT.values()) if secret in text]


@pytest.fixture(scope="module")
def snooping(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project whose pages and definitions try to show secrets."""
    files: dict[str, str | bytes] = {"mkdocs.yml": CONFIG + THEME + AS_HOOK}
    files |= {"unchecked.py": UNCHECKED, **SECRETS}
    for i, text in enumerate(SNOOPING):
        files[f"docs/text-{i}.md"] = f"# Page\n\n{text}" if "file:" not in text else "# Page\n"
        files[f"processes/example/EXA-{i + 100}-x.md"] = HEAD.format(i + 100) + text
    for i, fields in enumerate(SNOOPING_FIELDS):
        files[f"docs/fields-{i}.md"] = f"---\n{fields}\n---\n# Page\n"
    return project(tmp_path_factory.mktemp("snooping"), files=files)


DOORS = {
    "with the checks": ("mkdocs", "build"),
    "without them": ("unchecked",),
    "as a preview": ("tests.hostile.preview",),
}


@pytest.mark.parametrize("door", DOORS)
def test_nothing_from_outside_gets_into_any_output(door: str, snooping: Path) -> None:
    done = run(snooping, *DOORS[door], PYTHONPATH=str(ROOT), **ENVIRONMENT)
    assert not _secrets_in(done.stdout + done.stderr)
    made = [path for path in (snooping / "site").rglob("*") if path.is_file()]
    assert bool(made) == (door != "with the checks")
    assert not any(path.is_symlink() for path in made)
    output = "".join(path.read_bytes().decode("utf-8", "replace") for path in made)
    assert not _secrets_in(output)
    assert not made or "EXA-100" in output


def test_the_canaries_would_be_found(tmp_path: Path) -> None:
    """The control: a page that MkDocs reads through a link."""
    root = project(tmp_path, "hooks: []\n", SECRETS)
    (root / "docs/linked.md").symlink_to(root / "outside.md")
    assert run(root, "mkdocs", "build", "-q").returncode == 0
    assert _secrets_in((root / "site/linked/index.html").read_text("utf-8"))


@pytest.mark.parametrize("path", LINKED)
def test_a_link_to_the_outside_is_refused_and_publishes_nothing(path: str, tmp_path: Path) -> None:
    root = project(tmp_path, files=SECRETS)
    target = LINKED[path]
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).symlink_to(target if target.startswith("/") else root / target)
    findings = [f for f in load(root, AS_OF).findings if f.code == "SAF-001"]
    assert [f.location.path for f in findings] == [path], shown(findings)
    report = check(root, AS_OF)
    assert report.errors
    assert not _secrets_in(repr(report.findings))
    assert not _secrets_in(repr([d.source for d in report.manual.definitions]))
