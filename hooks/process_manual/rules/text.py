"""TXT: what must not be written in a definition."""

from __future__ import annotations

import re
from collections.abc import Iterator

from process_manual.model.manual import Manual
from process_manual.rules.engine import Fault, rule
from process_manual.rules.prose import holds_any, search, words

_TOKENS = {
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----",
    "an AWS key": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "a GitHub token": r"\bgh[pousr]_[A-Za-z0-9]{36,}|\bgithub_pat_\w{22,}",
    "a GitLab token": r"\bgl(?:pat|dt|rt|cbt)-[\w-]{20,}",
    "a Slack token": r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}|\bhooks\.slack\.com/services/\w+/\w+/\w+",
    "a Teams address with a key": r"\bwebhook\.office\.com/webhookb2/[\w@/-]{20,}",
    "a Google key": r"\bAIza[\w-]{35}",
    "a Stripe key": r"\b[rs]k_live_[0-9A-Za-z]{16,}",
    "an API key": r"\bsk-[A-Za-z0-9_-]{20,}",
    "an npm token": r"\bnpm_[A-Za-z0-9]{36}\b",
    "a PyPI token": r"\bpypi-AgEI[\w-]{20,}",
    "a web token": r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}",
    "an Azure key": r"\bAccountKey=[A-Za-z0-9+/=]{40,}",
    "an address with a password": r"\b[a-z][a-z+]{1,9}://[^\s/:@<>`]+:[^\s/@<>`]{3,}@[\w.-]+",
}
_SIGNS = ["-----BEGIN", "AKIA", "ASIA", "AIza", "eyJ", "github_pat_", "k_live_", "npm_", "pypi-"]
_SIGNS += ["hooks.slack", "webhookb2", "AccountKey"]
_OTHER_SIGNS = (
    re.compile(r"gh[pousr]_|gl(?:pat|dt|rt|cbt)-"),
    re.compile(r"xox[abeoprs]-"),
    re.compile(r"sk-[A-Za-z0-9_-]{20}"),
    re.compile(r"://[^\s/]*@"),
)
"""One of these signs occurs in every text that has a token."""

_TOKEN = re.compile("|".join(f"(?P<t{i}>{p})" for i, p in enumerate(_TOKENS.values())))
_NAMES = tuple(_TOKENS)

_WORD = (
    r"pass(?:word|code|phrase)|passwd|pwd|pin|secret|token|community string"
    r"|(?:api|access|secret|private|client)[ _-]?(?:key|secret)|(?:door|entry|alarm|safe)[ -]code"
)
_PASSWORD = re.compile(
    rf"(?<![\w-])(?:{_WORD})[`\"'*]{{0,3}} {{0,2}}(?:[:=]|is:?) {{0,2}}[`\"'*]{{0,3}}"
    r"(?P<value>[^\s`\"'<>|]{4,})",
    re.IGNORECASE,
)
_ENDINGS = ("word", "code", "phrase", "passwd", "pwd", "pin", "secret", "token", "string", "key")
_AFTER = re.compile(r"[`\"'*]{0,3} {0,2}(?:[:=]|is)")
_MEASURE = re.compile(r"\d+[- ]?(?:character|digit|letter|word|day|hour|minute|month)", re.I)
_REFERENCE = re.compile(r"[A-Z]{2,8}(?:-[A-Z]{2,8})?-\d[\d-]*[.,;]?")
_MASK = re.compile(r"[*x•.…#_-]+|\$.*|%.*%?|\{.*|https?://.*|\d{4}-\d\d.*", re.IGNORECASE)
_MIXED = re.compile(r"(?=.*[a-z])(?=.*(?:\d|[!@#$%^&*+=~?]\w|\w[!@#$%^&*+=~]))", re.IGNORECASE)


@rule("TXT-004", "secret", always=True)
def secret(manual: Manual) -> Iterator[Fault]:
    """No password, key or token stands in a definition.

    Why: the manual is widely read and every version of it is kept for ever. What was in it once
    must be changed at once.

    Bad:
        # EXA-010, text added
        The password: Winter-2026

    Good:
        # EXA-010, text added
        The password is in the safe of the desk; a password reset takes a minute.
    """
    hint = "take it out and change it now: what was committed counts as known"
    for definition in manual.definitions:
        text = words(manual)[definition.source.path]
        if holds_any(text, _SIGNS) or any(sign.search(text) for sign in _OTHER_SIGNS):
            for location, match in search(definition.source, _TOKEN):
                name = _NAMES[int((match.lastgroup or "t0")[1:])]
                yield Fault(location, f"this looks like {name}", hint)
        if _may_tell(text.lower()) and any(map(_is_secret, _PASSWORD.finditer(text))):
            for location, match in search(definition.source, _PASSWORD):
                if _is_secret(match):
                    yield Fault(location, "this looks like a password or another secret", hint)


def _may_tell(text: str) -> bool:
    """Tell quickly whether one of the words for secrets may be followed by what it is."""
    for ending in _ENDINGS:
        at = text.find(ending)
        while at >= 0:
            if _AFTER.match(text, at + len(ending)):
                return True
            at = text.find(ending, at + 1)
    return False


def _is_secret(match: re.Match[str]) -> bool:
    """Tell whether what follows the word looks like a secret and not like a sentence."""
    value = match["value"].rstrip(".,;:)")
    if _MEASURE.match(value) or _REFERENCE.fullmatch(value) or _MASK.fullmatch(value):
        return False
    if re.fullmatch(r"\d{4,10}", value):
        return bool(re.match(r"pin|passcode|.*code", match[0], re.IGNORECASE))
    return _MIXED.match(value) is not None


_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_TELEPHONE = re.compile(
    r"(?<![\w/.-])(?:\+44 ?(?:\(0\) ?)?|\(?0)[1-9](?:[ ()-]{0,2}\d){8,9}(?![\w/]|[.-]\d)", re.ASCII
)
_PERSON = re.compile(r"\b(?:Mr|Mrs|Ms|Dr)\.? [A-Z][a-z]+(?:-[A-Z][a-z]+)?")
_PRIVATE = (
    (re.compile("@"), _EMAIL, "an e-mail address"),
    (re.compile(r"\+44|0[1-9][\d ()-]{8}"), _TELEPHONE, "a telephone number"),
    (re.compile(r"Mr|Ms|Dr"), _PERSON, "the name of a person"),
)
"""A quick sign that a text is worth searching, what to search for, and what it looks like."""


@rule("TXT-005", "personal-data", warning=True)
def personal_data(manual: Manual) -> Iterator[Fault]:
    """No name, e-mail address or telephone number of a person stands in a definition.

    Why: every leaver would force a new version, and published editions are never changed. Roles
    have their contact in the register of roles.

    Bad:
        # EXA-011, text added
        When in doubt, ring 01632 960123.

    Good:
        # EXA-011, text added
        When in doubt, ring the desk lead.
    """
    hint = "name the role; its contact is in registers/roles.yml"
    for definition in manual.living:
        text = words(manual)[definition.source.path]
        for sign, pattern, name in _PRIVATE:
            if sign.search(text) and pattern.search(text):
                for location, match in search(definition.source, pattern):
                    yield Fault(location, f"`{match[0]}` looks like {name}", hint)
