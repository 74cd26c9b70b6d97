"""Seeded generation of valid MIME messages together with the text leaves that they hold.

Trees of multiparts, digests and embedded messages; text in several charsets and every transfer
encoding; boundaries that are prefixes of one another; preambles and epilogues that look like text.
"""

from __future__ import annotations

import base64
import quopri
import random
from dataclasses import dataclass, field

Leaf = tuple[str, bytes]
"""Kind and text: UTF-8 with LF line ends."""

_WORDS = tuple(
    word
    for line in (
        "opportunity remote contract client resume Location: Duration: W2 C2C $85/hr 日本",
        "Zürich café naïve über “quoted” <b>bold</b> &nbsp; =3D =20 100% -- --b --b1 привет",
        "help desk >From From:",
    )
    for word in line.split()
)
_CHARSETS = (
    "utf-8",
    "us-ascii",
    "iso-8859-1",
    "windows-1252",
    "koi8-r",
    "shift_jis",
    "gb18030",
    "iso-2022-jp",
    "utf-16be",
)


@dataclass
class Mail:
    """A generated message and what a reader must find in it."""

    raw: bytes
    leaves: list[Leaf] = field(default_factory=list)


def mail(seed: int) -> Mail:
    """Generate one message with LF line ends."""
    rng = random.Random(seed)
    leaves: list[Leaf] = []
    head = b"From: Bob <bob@agency.example>\nTo: ray@reader.example\nSubject: s%d\n" % seed
    return Mail(head + _entity(rng, leaves, depth=rng.randint(0, 4), inner=False), leaves)


def _entity(rng: random.Random, leaves: list[Leaf], depth: int, *, inner: bool) -> bytes:
    """Generate the Content fields, the blank line and the content of one entity."""
    roll = rng.random()
    if depth and roll < 0.6:
        return _multipart(rng, leaves, depth)
    if depth and inner and roll < 0.75:
        head = b"Subject: an embedded message\n" if rng.random() < 0.7 else b""
        return (
            b"Content-Type: message/rfc822\n\n"
            + head
            + _entity(rng, leaves, depth - 1, inner=False)
        )
    if roll > 0.9:
        data = base64.encodebytes(rng.randbytes(60))
        return b"Content-Type: image/png\nContent-Transfer-Encoding: base64\n\n" + data
    return _text(rng, leaves)


def _multipart(rng: random.Random, leaves: list[Leaf], depth: int) -> bytes:
    boundary = rng.choice((b"=_%d" % rng.randrange(10**9), b"b" * depth + b"q", b"q" * (6 - depth)))
    boundary += b"=_%d" % depth
    kind = rng.choice((b"mixed", b"alternative", b"related", b"digest"))
    quoted = b'"' + boundary + b'"' if b"=" in boundary or rng.random() < 0.5 else boundary
    out = [b"Content-Type: multipart/" + kind + rng.choice((b"; ", b";\n\t", b"; x=y;\n "))]
    out.append(b"boundary=" + quoted + b"\n\n")
    out.append(rng.choice((b"", b"This is a message in MIME format.\n")))
    for _ in range(rng.randint(1, 4)):
        out.append(b"--" + boundary + rng.choice((b"", b" ", b"\t ")) + b"\n")
        if kind == b"digest":
            out.append(b"\nSubject: in a digest\n")
        out.append(_entity(rng, leaves, depth - 1, inner=True))
        out.append(b"\n")
    out.append(b"--" + boundary + b"--")
    out.append(rng.choice((b"", b"\n", b"\nan epilogue\n")))
    return b"".join(out)


def _text(rng: random.Random, leaves: list[Leaf]) -> bytes:
    charset = rng.choice(_CHARSETS)
    words = rng.choices(_WORDS, k=rng.randint(0, 60))
    text = "".join(word + rng.choice((" ", " ", " ", "\n")) for word in words)
    if "\n--" in "\n" + text:
        text = text.replace("--", "__")  # no generated text may contain a delimiter
    data = text.encode(charset, "ignore")
    text = data.decode(charset)
    kind = rng.choice(("text/plain", "text/html"))
    binary = charset == "utf-16be"
    coding = rng.choice(("base64",) if binary else ("base64", "quoted-printable", "8bit", ""))
    fields = []
    bare = kind == "text/plain" and data.isascii() and charset == "us-ascii"
    if not bare or rng.random() < 0.5:
        label = rng.choice((charset, charset.upper(), f'"{charset}"'))
        fields.append(
            rng.choice(
                (
                    f"Content-Type: {kind}; charset={label}",
                    f"Content-type: {kind};\n charset={label}; format=flowed",
                    f"CONTENT-TYPE: {kind.upper()} (note); charset={label}",
                )
            )
        )
    if coding:
        fields.append(f"Content-Transfer-Encoding: {rng.choice((coding, coding.upper()))}")
    rng.shuffle(fields)
    if coding == "base64":
        body = base64.encodebytes(data)
    elif coding == "quoted-printable":
        body = quopri.encodestring(data)
    else:
        body = data
    leaves.append((kind, text.encode()))
    return "".join(line + "\n" for line in fields).encode() + b"\n" + body
