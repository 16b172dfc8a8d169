"""Signatures as ``ssh-keygen -Y`` makes and checks them: no cryptography of our own."""

from __future__ import annotations

import base64
import binascii
import datetime
import os
import re
import subprocess
import textwrap
from pathlib import Path

from process_manual.editions.names import EditionError, shown

NAMESPACE = "process-manual-edition"
"""Keeps a signature that was made for something else from counting here."""
LARGEST = 65_536
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_COLUMNS = 70
_SECONDS = 300


def sign(message: bytes, key: Path) -> bytes:
    """Return the armoured signature of a message; EditionError when the key cannot sign.

    A key with a passphrase is asked for on the terminal; a public key is found in the agent.
    """
    if not key.is_file():
        raise EditionError(f"{shown(key)}: no such key to sign with")
    done = _run("sign", "-f", str(key), "-n", NAMESPACE, message=message)
    if done.returncode:
        raise EditionError(f"{shown(key)}: cannot sign: {_reason(done)}")
    if fault := armour_fault(done.stdout):
        raise EditionError(f"{shown(key)}: cannot sign: the signature is {fault}")
    return done.stdout


def signature_fault(
    message: bytes, signature: Path, signers: Path | None, at: datetime.datetime
) -> str | None:
    """Return why a signature does not hold; None when it does.

    ``signers`` is an allowed-signers file, as ssh-keygen(1) describes it; the key must be valid at
    the time ``at``. Without it, any key will do, and only damage is found.
    """
    signature = signature.resolve()
    if signers is None:
        done = _run("check-novalidate", "-n", NAMESPACE, "-s", str(signature), message=message)
        return f"the signature does not hold: {_reason(done)}" if done.returncode else None
    time = f"verify-time={at.strftime('%Y%m%d%H%M%S')}"
    known = ("-f", str(signers.resolve()), "-s", str(signature), "-O", time)
    found = _run("find-principals", *known)
    if found.returncode:
        return f"signed with a key that {shown(signers)} does not allow at that time"
    names = found.stdout.decode("utf-8", "replace").splitlines()
    for name in dict.fromkeys([*names, *_principals(signers)]):
        done = _run("verify", *known, "-n", NAMESPACE, "-I", name, message=message)
        if done.returncode == 0:
            return None
    return f"the signature does not hold: {_reason(done)}"


def _principals(signers: Path) -> list[str]:
    """Return who is named in a file; ssh-keygen finds only the first line that has the key."""
    lines = signers.read_text("utf-8", "replace").splitlines()
    fields = [line.split()[0] for line in lines if line.strip() and not line.startswith("#")]
    return [field.strip('"').split(",")[0] for field in fields]


def armour_fault(data: bytes) -> str | None:
    """Return why bytes are not a signature in the one way it is written; None when they are.

    ``ssh-keygen`` reads past much that does not belong there, such as a field that it reserves.
    """
    try:
        lines = data.decode("ascii").split("\n")
        blob = base64.b64decode("".join(lines[1:-2]), validate=True)
    except (UnicodeDecodeError, binascii.Error):
        return "not an armoured signature"
    body = textwrap.wrap(base64.b64encode(blob).decode("ascii"), _COLUMNS)
    if lines != [_BEGIN, *body, _END, ""]:
        return "not an armoured signature in its canonical form"
    magic, version, fields = blob[:6], blob[6:10], _fields(blob[10:])
    if magic != b"SSHSIG" or version != b"\0\0\0\1" or fields is None or len(fields) != 5:
        return "not a signature that ssh-keygen made"
    if fields[1] != NAMESPACE.encode("ascii"):
        return f"made for `{shown(fields[1].decode('utf-8', 'replace'))}`, not for `{NAMESPACE}`"
    if fields[2] or fields[3] not in (b"sha256", b"sha512"):
        return "not a signature that ssh-keygen made"
    return None


def _fields(blob: bytes) -> list[bytes] | None:
    """Return the strings of which the rest of a signature consists; None when it is cut."""
    fields = []
    while blob:
        length = int.from_bytes(blob[:4], "big")
        if len(blob) < 4 + length or len(blob) < 4:
            return None
        fields.append(blob[4 : 4 + length])
        blob = blob[4 + length :]
    return fields


def _run(action: str, *options: str, message: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    # ssh-keygen reads `verify-time` in the time zone of the machine.
    settings = {**os.environ, "LC_ALL": "C", "TZ": "UTC0"}
    command = ["ssh-keygen", "-Y", action, *options]
    try:
        return subprocess.run(
            command, input=message, capture_output=True, env=settings, timeout=_SECONDS
        )
    except FileNotFoundError:
        raise EditionError("ssh-keygen is not installed, or not on the path") from None
    except (OSError, subprocess.TimeoutExpired):
        raise EditionError("ssh-keygen cannot be run, or gives no answer") from None


def _reason(done: subprocess.CompletedProcess[bytes]) -> str:
    told = done.stderr.decode("utf-8", "replace").strip().split("\n")[-1]
    return shown(re.sub(r"^Signature verification failed: ", "", told)) or "no reason given"
