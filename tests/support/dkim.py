"""DKIM signatures (RFC 6376) of real keys, with whatever identity a test wants in `i=`.

The usual signers refuse an identity that a forger would write, so this is a signer of few lines:
rsa-sha256, header `relaxed`, body `simple`. `openssl` does the cryptography.
"""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_SIGNED = ("from", "to", "subject", "message-id")
_BLANKS = re.compile(rb"[ \t\r\n]+")


def make_key(folder: Path, name: str) -> Path:
    """Make a private key."""
    path = folder / f"{name}.pem"
    _openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", str(path))
    return path


def public_record(key: Path) -> str:
    """Give the DNS record of a key (RFC 6376 §3.6.1)."""
    der = _openssl("pkey", "-in", str(key), "-pubout", "-outform", "DER")
    return "v=DKIM1; k=rsa; p=" + base64.b64encode(der).decode("ascii")


def sign(raw: bytes, domain: str, key: Path, *, selector: str = "s1", identity: str = "") -> bytes:
    """Put a signature of `domain` on top of a message with CRLF line ends."""
    head, _, body = raw.partition(b"\r\n\r\n")
    body = body.rstrip(b"\r\n") + b"\r\n"
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode("ascii")
    agent = f" i={identity};" if identity else ""
    text = (
        f"v=1; a=rsa-sha256; c=relaxed/simple; d={domain}; s={selector};{agent}\r\n"
        f" h={':'.join(_SIGNED)}; bh={digest};\r\n b="
    )
    fields = _fields(head)
    canonical = [f"{name}:".encode() + fields[name] + b"\r\n" for name in _SIGNED]
    canonical.append(b"dkim-signature:" + _relaxed(text.encode()))
    signed = _openssl("dgst", "-sha256", "-sign", str(key), stdin=b"".join(canonical))
    return f"DKIM-Signature: {text}{base64.b64encode(signed).decode('ascii')}\r\n".encode() + raw


def _fields(head: bytes) -> dict[str, bytes]:
    """Read the header: the last field of each name, relaxed (RFC 6376 §3.4.2, §5.4.2)."""
    found = {}
    for line in re.split(rb"\r\n(?![ \t])", head):
        name, _, value = line.partition(b":")
        found[name.decode("ascii").lower()] = _relaxed(value)
    return found


def _relaxed(value: bytes) -> bytes:
    return _BLANKS.sub(b" ", value).strip()


def _openssl(*arguments: str, stdin: bytes = b"") -> bytes:
    command = ["openssl", *arguments]
    done = subprocess.run(command, input=stdin, capture_output=True, check=True)
    return done.stdout
