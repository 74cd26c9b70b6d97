"""The standard library's reading of the same mail: the reference of the differential tests.

`text_leaves` walks `email`'s tree (compat32) and says the same thing as coldstop's parts: kind and
UTF-8 text with LF line ends. Children of `message/*` types other than rfc822 are no leaves there.
Charsets go through coldstop's table (Python's own names fail on `us-ascii` with 8-bit bytes).
"""

from __future__ import annotations

import email
from typing import TYPE_CHECKING

from coldstop.message.charset import codec_of, to_utf8

if TYPE_CHECKING:
    from email.message import Message

Leaf = tuple[str, bytes]


def text_leaves(raw: bytes) -> list[Leaf]:
    """Give (kind, text) of every text/plain and text/html leaf."""
    found: list[Leaf] = []
    _walk(email.message_from_bytes(raw), found)
    return found


def fields_of(raw: bytes) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """Take a message apart as an MTA would: fields, and the body behind the blank line."""
    newline = b"\r\n" if b"\r\n" in raw else b"\n"
    head, _, body = raw.partition(newline * 2)
    fields: list[tuple[bytes, bytes]] = []
    for line in head.split(newline):
        if line[:1] in (b" ", b"\t") and fields:
            fields[-1] = (fields[-1][0], fields[-1][1] + newline + line)
        elif line:
            name, _, value = line.partition(b":")
            fields.append((name, value.removeprefix(b" ")))
    return fields, body


def _walk(part: Message, found: list[Leaf]) -> None:
    kind = part.get_content_type()
    payload = part.get_payload()
    if isinstance(payload, list):
        if not kind.startswith("message/") or kind == "message/rfc822":
            for child in payload:
                assert not isinstance(child, str)
                _walk(child, found)
        return
    if kind not in ("text/plain", "text/html"):
        return
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    charset = part.get_content_charset("us-ascii")
    text = to_utf8(data, codec_of(charset), set()).partition(b"\0")[0]
    found.append((kind, text.replace(b"\r\n", b"\n")))
