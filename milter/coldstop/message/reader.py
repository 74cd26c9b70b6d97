"""The reader: bytes to a `Message`, for any bytes, within `Limits`, never raising.

Two doors, one meaning: `read` takes a whole message (a file, a test case), `read_fields` what a
milter collects callback by callback. CRLF and LF give the same message; so does a mixture.

Text = every text/plain and text/html leaf (nested and attached ones too), transfer-decoded,
charset-decoded to UTF-8, HTML not stripped, up to its first NUL. Content without a `Content-Type`
is text/plain. The standard library's parser is not used: it raises on hostile mail and costs ten
times as much (H7).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coldstop.message import media as media_types
from coldstop.message.defects import Defect
from coldstop.message.header import (
    behind_cr,
    header_end,
    split_fields,
    stray_line,
    unmarked_body,
    vital,
)
from coldstop.message.limits import LIMITS
from coldstop.message.mime import Leaves
from coldstop.message.model import Envelope, Message

if TYPE_CHECKING:
    from collections.abc import Sequence

_NOBODY: Final = Envelope()


def read(raw: bytes, envelope: Envelope = _NOBODY) -> Message:
    """Read a whole message; a leading mbox `From ` line is dropped."""
    defects: set[Defect] = set()
    size = len(raw)
    if raw.startswith((b"From ", b">From ")):
        # mbox separators are no field: a field has its colon right behind the name.
        line = raw.find(b"\n") + 1
        raw = raw[line:] if line else b""
    if b"\n" not in raw and b"\r" in raw:
        defects.add(Defect.BARE_CR)
        raw = raw.replace(b"\r", b"\n")
    if len(raw) > LIMITS.message_bytes:
        defects.add(Defect.MESSAGE_OVER_LIMIT)
        raw = raw[: LIMITS.message_bytes]
    end, body = header_end(raw, 0, len(raw))
    if end == body:
        end = body = unmarked_body(raw, 0, body, defects)
    return _message(
        envelope, split_fields(raw[:end], defects), raw, body, size=size, defects=defects
    )


def read_fields(
    fields: Sequence[tuple[bytes, bytes]],
    body: bytes,
    envelope: Envelope,
    *,
    truncated: bool = False,
) -> Message:
    """Read what a milter collected: (name, value) of every field in order, and the body.

    `truncated` says that the milter kept less of the body than came. `Message.size` is then the
    size of what it kept; line ends and the header's colons are counted as on the wire.
    """
    defects: set[Defect] = set()
    header_bytes = 0
    kept: list[tuple[bytes, bytes]] = []
    late: list[tuple[bytes, bytes]] = []
    bare_cr = False
    for name, received in fields:
        value = received
        if b"\r" in received:
            value = received.replace(b"\r\n", b"\n")
            bare_cr = bare_cr or b"\r" in value
        header_bytes += len(name) + len(value) + 3
        if header_bytes > LIMITS.header_bytes or len(kept) >= LIMITS.header_fields:
            defects.add(Defect.HEADERS_OVER_LIMIT)
            late.append((name.strip(), value.strip(b"\r\n").lstrip(b" \t")))
            continue
        kept.append((name.strip(), value.strip(b"\r\n").lstrip(b" \t")))
    seen = len(kept)
    if late:
        kept += vital(late)
    if bare_cr:
        kept += behind_cr(kept, defects)
    size = header_bytes + seen + 2 + len(body)
    if truncated or header_bytes + len(body) >= LIMITS.message_bytes:
        defects.add(Defect.MESSAGE_OVER_LIMIT)
        body = body[: max(0, LIMITS.message_bytes - header_bytes - 1)]
    # A delimiter needs the line end before it, also at the very start of a body.
    return _message(envelope, kept, b"\n" + body, 1, size=size, defects=defects)


def _message(
    envelope: Envelope,
    fields: list[tuple[bytes, bytes]],
    raw: bytes,
    body: int,
    *,
    size: int,
    defects: set[Defect],
) -> Message:
    index: dict[bytes, list[bytes]] = {}
    for name, value in fields:
        key = name.lower()
        if key in index:
            index[key].append(value)
        else:
            index[key] = [value]
    media, encoding, readings = media_types.describe(
        index.get(b"content-type", ()),
        index.get(b"content-transfer-encoding", ()),
        media_types.PLAIN,
        defects,
    )
    leaves = Leaves(defects)
    if readings:
        leaves.again(raw[body:], readings)
    if defects:
        _end_early(leaves, fields, raw, body)
    if media.shape in ("text/plain", "text/html"):  # most mail: no tree to walk
        data = raw[body:]
        if encoding:
            data = leaves.decode(data, encoding)
        leaves.text(media.shape, data, media.codec, media.note)
    else:
        leaves.walk(raw, body, media, encoding)
    if leaves.doubtful:
        leaves.finish(raw[body:])
    return Message(envelope, fields, index, leaves.parts, size=size, defects=defects)


def _end_early(
    leaves: Leaves, fields: Sequence[tuple[bytes, bytes]], raw: bytes, body: int
) -> None:
    """Read as text what follows the place where some mail programs end a broken header."""
    if Defect.BAD_HEADER_LINE in leaves.defects:
        stray = stray_line(raw, 0, body)
        if stray < body:
            leaves.again(raw[stray:], media_types.PLAIN_TEXT)
    if Defect.BARE_CR in leaves.defects:
        ends = [value.partition(b"\r\r")[2] for _, value in fields if b"\r\r" in value]
        if ends:
            leaves.again(b"\n".join([*ends, raw[body:]]), media_types.PLAIN_TEXT)
