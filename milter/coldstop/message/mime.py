"""The MIME splitter: bytes to text leaves, in one pass and without recursion.

A delimiter is a line that *begins* with `--` and an open boundary (RFC 2046 §5.1.1); where several
open boundaries fit, the longest wins, and among equals the innermost. An outer delimiter ends every
inner part, closed or not. Preambles and epilogues are no text: no mail program shows them. Inner
parts and `message/rfc822` contents count like outer ones; other `message/*` types and everything
else that is no text/plain or text/html is stepped over without decoding. All of that is what
Pigeonhole does.

Where the structure is in doubt mail programs differ in what they show, so the same bytes are read
again, in another sense, behind everything else: `Leaves.again`. A pitch must not pass because it
stands where one program looks and another does not. A second reading comes with a defect, always.

Each open boundary is searched for with `bytes.find` over bytes that no outer boundary has claimed
yet, and each of its finds is kept until passed: the cost is bounded by message size times depth,
whatever the message holds (a hostile message cannot make a search start over).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from coldstop.message import media as media_types
from coldstop.message.charset import STATEFUL, misread, to_utf8
from coldstop.message.defects import Defect
from coldstop.message.header import content_fields, header_end, stray_line, unmarked_body
from coldstop.message.limits import LIMITS
from coldstop.message.part import Part
from coldstop.message.transfer import (
    decode_base64,
    decode_quoted_printable,
    decode_uuencode,
    encoded_runs,
)

if TYPE_CHECKING:
    from typing import Literal

    from coldstop.message.media import Media, Readings

_UTF8: Final = "utf-8"


class Leaves:
    """Collects the text parts of one message within `Limits`."""

    __slots__ = ("_again", "_entities", "_late", "_room", "defects", "parts")

    def __init__(self, defects: set[Defect]) -> None:
        self.defects = defects
        self.parts: list[Part] = []
        self._room = LIMITS.text_bytes
        self._entities = 0
        self._again: list[tuple[bytes, Media, bytes]] = []
        self._late: list[tuple[Literal["text/plain", "text/html"], bytes]] = []

    @property
    def doubtful(self) -> bool:
        """Whether anything is left for `finish` to do."""
        return bool(self._again or self._late)

    def text(
        self,
        kind: Literal["text/plain", "text/html"],
        data: bytes,
        codec: str,
        note: Defect | None = None,
    ) -> None:
        """Keep one leaf: transfer-decoded bytes in the given codec (`note`: see `Media`)."""
        defects = self.defects
        if codec != _UTF8 or not data.isascii():
            if codec in STATEFUL and misread(data, codec, defects):
                self._late.append((kind, data))
            data = to_utf8(data, codec, defects, note)
        end = data.find(b"\0")
        if end >= 0:
            defects.add(Defect.NUL_IN_TEXT)
            whole = data.translate(None, b"\0")
            data = data[:end]
            if len(whole) > end:
                self._late.append((kind, whole))
        if b"\r" in data:
            data = data.replace(b"\r\n", b"\n")
        size = len(data)
        if size > self._room:
            defects.add(Defect.TEXT_OVER_LIMIT)
            size = self._room
            while size and data[size] & 0xC0 == 0x80:  # not inside a character
                size -= 1
            data = data[:size]
            self._room = 0
        else:
            self._room -= size
        self.parts.append(Part(kind, data))

    def decode(self, data: bytes, encoding: bytes) -> bytes:
        """Undo a transfer encoding."""
        if encoding == b"base64":
            return decode_base64(data, self.defects)
        if encoding == b"quoted-printable":
            return decode_quoted_printable(data)
        return decode_uuencode(data) if encoding else data

    def again(self, data: bytes, readings: Readings) -> None:
        """Let a content be read in other senses, too, once all is read in the likeliest."""
        self._again += [(data, media, encoding) for media, encoding in readings]

    def unread(self, data: bytes) -> None:
        """Keep bytes without a structure as one text, and what stands encoded in them as another.

        Not bounded by `Limits.parts`: a pitch may not hide behind two hundred empty parts.
        """
        self.text("text/plain", data, _UTF8)
        runs = [self.decode(run, encoding) for encoding, run in encoded_runs(data)]
        if runs:
            self._late.append(("text/plain", b"\n".join(runs)))

    def finish(self, body: bytes) -> None:
        """Do the second readings; `body` is the message's, for where they are too many."""
        self._entities = 0
        done = 0
        while self._again and done < LIMITS.second_readings:
            data, media, encoding = self._again.pop(0)
            # The line end is what a delimiter needs before it.
            self.walk(b"\n" + data, 1, media, encoding)
            done += 1
        if self._again:
            self.defects.add(Defect.TOO_MANY_PARTS)
            self.unread(body)
        late, self._late = self._late, []
        for kind, data in late:
            self.text(kind, data.translate(None, b"\0"), _UTF8)

    def walk(self, raw: bytes, start: int, media: Media, encoding: bytes, level: int = 0) -> None:
        """Read the content that begins at `start`, described by `media` and `encoding`.

        `start` is 0 only where no delimiter can stand at once; else the byte before it is the line
        end that a delimiter needs. `level` counts transfer-encoded messages around `raw`.
        """
        _Walk(self, raw, level).run(start, media, encoding)

    def take(self) -> bool:
        """Count one entity; false when there are too many."""
        self._entities += 1
        return self._entities <= LIMITS.parts


@dataclass(slots=True)
class _Open:
    """An open multipart."""

    delimiter: bytes
    """LF, two dashes, the boundary."""
    next: int
    """No delimiter of this multipart begins before this offset."""
    start: int
    """Where its preamble began."""
    depth: int
    media: Media
    encoding: bytes
    """A multipart has none; in some mail it has."""
    seen: bool = False


class _Walk:
    """One pass over one run of bytes."""

    __slots__ = ("_leaves", "_level", "_odd", "_open", "_raw")

    def __init__(self, leaves: Leaves, raw: bytes, level: int) -> None:
        self._leaves = leaves
        self._raw = raw
        self._level = level
        self._open: list[_Open] = []
        self._odd: tuple[int, Media, bytes] | None = None
        """The text that goes on over odd delimiters, if those are none."""

    def run(self, start: int, media: Media, encoding: bytes) -> None:
        raw, leaves = self._raw, self._leaves
        defects = leaves.defects
        depth = 0
        while True:
            # `start` is where the content of one entity begins.
            stop, owner = self._next(start - 1)
            if not leaves.take():
                defects.add(Defect.TOO_MANY_PARTS)
                leaves.unread(raw[start:])
                return
            if media.shape == "multipart" and media.boundary:
                if depth < LIMITS.depth:
                    depth += 1
                    self._open.append(
                        _Open(b"\n--" + media.boundary, start - 1, start, depth, media, encoding)
                    )
                    stop, owner = self._next(start - 1)
                    self._behind_cr(start, stop)
                else:
                    defects.add(Defect.TOO_DEEP)
                    leaves.unread(self._content(start, stop))
            elif media.shape == "message":
                if encoding:
                    self._encoded_message(start, stop, encoding)
                elif depth < LIMITS.depth:
                    depth += 1
                    start, media, encoding = self._header(start, stop, media_types.PLAIN)
                    continue
                else:
                    defects.add(Defect.TOO_DEEP)
                    leaves.unread(self._content(start, stop))
            elif media.shape == "multipart":
                defects.add(Defect.MISSING_BOUNDARY)
                leaves.unread(leaves.decode(self._content(start, stop), encoding))
            elif media.shape != "other":
                data = self._content(start, stop)
                if encoding:
                    data = leaves.decode(data, encoding)
                leaves.text(media.shape, data, media.codec, media.note)
            elif self._open:
                self._behind_cr(start, stop)
            # Step over delimiters until one opens a part.
            while True:
                if owner is None:
                    self._end(len(raw))
                    return
                if self._odd is not None:
                    self._pass_odd(owner, stop)
                self._close_inner(owner, stop)
                after = stop + len(owner.delimiter)
                owner.next = after
                owner.seen = True
                line = raw.find(b"\n", after)
                tail = raw[after : line if line >= 0 else len(raw)]
                if tail.removeprefix(b"--").strip():
                    defects.add(Defect.ODD_DELIMITER)
                    if self._odd is None and media.shape in ("text/plain", "text/html"):
                        self._odd = start, media, encoding
                if raw.startswith(b"--", after):
                    self._open.pop()
                    if line < 0 or not self._open:
                        self._end(len(raw))
                        return
                    stop, owner = self._next(after)
                    continue
                break
            if line < 0:
                self._end(len(raw))
                return
            depth = owner.depth
            stop, _ = self._next(line)
            start, media, encoding = self._header(
                line + 1, stop, media_types.MESSAGE if owner.media.digest else media_types.PLAIN
            )

    def _pass_odd(self, owner: _Open, stop: int) -> None:
        """At a delimiter: read the text that it ends, unless it is odd as well."""
        raw = self._raw
        after = stop + len(owner.delimiter)
        line = raw.find(b"\n", after)
        if not raw[after : line if line >= 0 else len(raw)].removeprefix(b"--").strip():
            self._read_odd(stop)

    def _read_odd(self, stop: int) -> None:
        if self._odd is not None:
            start, media, encoding = self._odd
            self._leaves.again(self._content(start, stop), ((media, encoding),))
            self._odd = None

    def _behind_cr(self, start: int, stop: int) -> None:
        """Look in what is unread for a delimiter behind a bare CR, which ends a line for some."""
        entry = self._open[-1]
        if self._raw.find(b"\r" + entry.delimiter[1:], start, stop) < 0:
            return
        self._leaves.defects.add(Defect.BARE_CR)
        content = self._content(start, stop).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        self._leaves.again(content, ((entry.media, b""),))

    def _next(self, at: int) -> tuple[int, _Open | None]:
        """Find the first delimiter at or behind `at`, and the multipart it belongs to."""
        raw = self._raw
        limit = len(raw)
        first = limit
        for entry in self._open:
            entry.next = max(entry.next, at)
            found = raw.find(entry.delimiter, entry.next, limit + len(entry.delimiter))
            if found < 0:
                found = limit
            entry.next = found
            if found < first:
                first = limit = found
        if first == len(raw):
            return first, None
        owner: _Open | None = None
        for entry in self._open:
            if (owner is None or len(entry.delimiter) >= len(owner.delimiter)) and raw.startswith(
                entry.delimiter, first
            ):
                owner = entry
        return first, owner

    def _content(self, start: int, stop: int) -> bytes:
        """Cut out a part; the line end before a delimiter belongs to the delimiter."""
        raw = self._raw
        if stop < len(raw) and stop > start and raw[stop - 1] == 0x0D:
            stop -= 1
        return raw[start:stop]

    def _header(self, start: int, stop: int, default: Media) -> tuple[int, Media, bytes]:
        """Read the header of an inner entity; give its content's start, type and encoding."""
        defects = self._leaves.defects
        if stop < len(self._raw) and self._raw[stop - 1] == 0x0D:
            stop -= 1  # this blank line's LF begins the delimiter
        if start >= stop:
            return max(start, stop), default, b""
        end, body = header_end(self._raw, start, stop)
        if end == body:
            end = body = unmarked_body(self._raw, start, stop, defects)
        types, encodings, stray = content_fields(self._raw, start, end, defects)
        media, encoding, readings = media_types.describe(types, encodings, default, defects)
        if readings:
            self._leaves.again(self._content(body, stop), readings)
        if stray:  # some mail programs end the header there
            line = stray_line(self._raw, start, body)
            early = line if line < body else start
            self._leaves.again(self._content(early, stop), media_types.PLAIN_TEXT)
        return body, media, encoding

    def _encoded_message(self, start: int, stop: int, encoding: bytes) -> None:
        leaves = self._leaves
        leaves.defects.add(Defect.ENCODED_MESSAGE)
        data = leaves.decode(self._content(start, stop), encoding)
        if self._level >= LIMITS.encoded_messages:
            leaves.defects.add(Defect.TOO_DEEP)
            leaves.unread(data)
            return
        end, body = header_end(data, 0, len(data))
        types, encodings, _ = content_fields(data, 0, end, leaves.defects)
        media, inner, readings = media_types.describe(
            types, encodings, media_types.PLAIN, leaves.defects
        )
        leaves.again(data[body:], readings)
        leaves.walk(data, body, media, inner, self._level + 1)

    def _close_inner(self, owner: _Open, stop: int) -> None:
        """An outer delimiter at `stop` ends whatever is open inside `owner`."""
        while self._open[-1] is not owner:
            self._unfinished(self._open.pop(), stop)

    def _end(self, stop: int) -> None:
        self._read_odd(stop)
        while self._open:
            self._unfinished(self._open.pop(), stop)

    def _unfinished(self, entry: _Open, stop: int) -> None:
        leaves = self._leaves
        if entry.seen:
            leaves.defects.add(Defect.MISSING_FINAL_BOUNDARY)
            return
        # No part at all: the boundary is wrong, and a mail program may show what is there.
        leaves.defects.add(Defect.MISSING_BOUNDARY)
        content = self._content(entry.start, stop)
        if entry.encoding:
            leaves.again(leaves.decode(content, entry.encoding), ((entry.media, b""),))
        leaves.unread(content)
