"""The tag ``edition/NAME``: a witness of the edition that lies outside the store."""

from __future__ import annotations

from pathlib import Path

from process_manual.editing import RefusedError
from process_manual.repository import RepositoryError, git

PREFIX = "edition/"


def require_free(root: Path, name: str) -> None:
    """Refuse when the tag of an edition is there already, or when git knows nobody to make it."""
    try:
        if git(root, "for-each-ref", f"refs/tags/{PREFIX}{name}"):
            raise RefusedError(
                f"the tag {PREFIX}{name} is there already; choose another name, or publish with "
                "--no-tag"
            )
        git(root, "var", "GIT_COMMITTER_IDENT")
    except RepositoryError as error:
        raise RefusedError(
            f"the tag {PREFIX}{name} cannot be made: {error}; mend that, or publish with --no-tag"
        ) from None


def make(root: Path, name: str, commit: str, witness: str, key: Path | None) -> str:
    """Tag the commit of an edition, and return the tag's name.

    The message holds ``witness``, the sequence number and the hash of the entry. Signed with the
    SSH key when there is one.
    """
    sequence = witness.partition(":")[0]
    message = f"Edition {name}\n\nSequence: {sequence}\nEntry: {witness}\n"
    settings = ["-c", "tag.gpgSign=false"]
    how = "--annotate"
    if key is not None:
        settings = ["-c", "gpg.format=ssh", "-c", f"user.signingKey={key.resolve()}"]
        how = "--sign"
    try:
        git(root, *settings, "tag", how, f"--message={message}", f"{PREFIX}{name}", commit)
    except RepositoryError as error:
        raise RefusedError(
            f"the edition {name} is published, but its tag cannot be made: {error}; keep "
            f"{witness} elsewhere"
        ) from None
    return f"{PREFIX}{name}"
