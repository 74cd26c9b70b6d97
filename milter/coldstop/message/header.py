"""Header fields: bytes to fields, and a field's value to text.

A field is a name, a colon and a value that may be folded (RFC 5322 §2.2.3). A line that is
neither field nor fold is skipped and the header goes on, as in Pigeonhole; the standard library
would end the header there. Only if no blank line ends the header at all does the body begin at that
line, so that no text is lost. Unfolding removes the line end; a fold that begins with a tab becomes
a space (Pigeonhole; Cyrus keeps the tab). RFC 2047 words are decoded wherever they stand, also
inside quotes and next to other letters, and white space between two of them goes: measured,
Pigeonhole does the same. Two things are read more kindly than there: a character split over two
words of one charset is joined, and bytes that are no UTF-8 are read as Latin-1.

Some mail programs end a line at a CR without LF. A subject, a content field or a sender that only
they see counts as one more field of its name.

NUL becomes U+FFFD; CR, LF and NUL out of an encoded word become a space, so that no decoded value
has a second line.
"""

from __future__ import annotations

import re
from binascii import a2b_qp
from collections import Counter
from typing import TYPE_CHECKING, Final

from coldstop.message.charset import codec_of, reservation, to_utf8
from coldstop.message.defects import Defect
from coldstop.message.limits import LIMITS
from coldstop.message.transfer import decode_base64

if TYPE_CHECKING:
    from collections.abc import Iterable

# Possessive quantifiers: each line is read once, whatever it holds.
# A line that is no field matches empty-handed, so that it shows in the result.
_FIELD: Final = re.compile(
    rb"^(?:([!-9;-~]++)[ \t]*+:[ \t]*+([^\n]*+(?:\n[ \t][^\n]*+)*+)|[^\n])", re.MULTILINE
)
_BAD_LINE: Final = (b"", b"")
# The same with names that stand for themselves, line by line and faster: (name, value, stray line).
_PART_FIELD: Final = re.compile(
    rb"(?:([!-9;-~]++)[ \t]*+:[ \t]*+([^\n]*+(?:\n[ \t][^\n]*+)*+)|([^\n]++))\n*+"
)
_READING: Final = frozenset({b"subject", b"content-type", b"content-transfer-encoding"})
"""What a reader sees, and what decides about it."""
# That, and whoever may have written it (nobody is believed in such a header, but who is blocked
# stays so): not even too long a header may hide it.
VITAL: Final = frozenset(
    {
        *_READING,
        *(b"from", b"sender", b"reply-to", b"author"),
        *(b"x-original-from", b"x-original-sender", b"original-from"),
    }
)
_VITAL_FIELD: Final = re.compile(
    rb"^(" + rb"|".join(sorted(VITAL)) + rb")[ \t]*+:[ \t]*+([^\n]*+(?:\n[ \t][^\n]*+)*+)",
    re.MULTILINE | re.IGNORECASE,
)
_NO_FIELD: Final = re.compile(rb"^(?![!-9;-~]++[ \t]*+:|[ \t]|\r?\n)[^\n]", re.MULTILINE)
_WORD: Final = re.compile(r"=\?([^?\s]{1,75})\?([bBqQ])\?([^?]*+)\?=")
_RAW_CONTROLS: Final = {0: "\N{REPLACEMENT CHARACTER}", 10: " ", 13: " "}
_WORD_CONTROLS: Final = {0: " ", 10: " ", 13: " "}


def header_end(raw: bytes, start: int, end: int) -> tuple[int, int]:
    """Find where the header that begins at `start` ends, and where its body begins.

    The first is the offset behind the last header line; both are `end` without a blank line.
    """
    line = raw.find(b"\n", start, end)
    if line < 0:
        return end, end
    if line == start:
        return start, start + 1
    if raw[line - 1] != 0x0D:
        lf = raw.find(b"\n\n", line, end)
        stop = end if lf < 0 else lf
        crlf = -1 if raw.find(b"\r", line, stop) < 0 else raw.find(b"\n\r\n", line, stop)
    elif line == start + 1:
        return start, start + 2
    else:
        crlf = raw.find(b"\n\r\n", line, end)
        lf = raw.find(b"\n\n", line, end if crlf < 0 else crlf)
        if lf >= 0:
            crlf = -1
    if crlf >= 0:
        return crlf + 1, crlf + 3
    if lf >= 0:
        return lf + 1, lf + 2
    return end, end


def unmarked_body(raw: bytes, start: int, end: int, defects: set[Defect]) -> int:
    """Find where the body begins in a header that no blank line ends.

    Pigeonhole sees no body there; mail programs show one from the first line that is no field.
    """
    at = stray_line(raw, start, end)
    if at < end:
        defects.add(Defect.BAD_HEADER_LINE)
    return at


def stray_line(raw: bytes, start: int, end: int) -> int:
    """Find the first line of a header that is neither field nor fold; `end` where there is none."""
    match = _NO_FIELD.search(raw, start, end)
    return end if match is None else match.start()


def split_fields(block: bytes, defects: set[Defect]) -> list[tuple[bytes, bytes]]:
    """Split a header block (without its blank line) into (name, value) as received.

    Line ends become LF; values lose leading blanks and keep their folds.
    """
    bare_cr = False
    if b"\r" in block:
        block = block.replace(b"\r\n", b"\n")
        bare_cr = b"\r" in block
    late: list[tuple[bytes, bytes]] = []
    if len(block) > LIMITS.header_bytes:
        defects.add(Defect.HEADERS_OVER_LIMIT)
        cut = block.rfind(b"\n", 0, LIMITS.header_bytes) + 1
        late = _VITAL_FIELD.findall(block, cut)
        block = block[:cut]
    fields: list[tuple[bytes, bytes]] = _FIELD.findall(block)
    if _BAD_LINE in fields:
        defects.add(Defect.BAD_HEADER_LINE)
        fields = [field for field in fields if field[0]]
    if len(fields) > LIMITS.header_fields:
        defects.add(Defect.HEADERS_OVER_LIMIT)
        late = fields[LIMITS.header_fields :] + late
        del fields[LIMITS.header_fields :]
    if late:
        fields += vital(late)
    return fields + behind_cr(fields, defects) if bare_cr else fields


def vital(late: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Give those of the fields beyond a limit that count nevertheless."""
    seen: Counter[bytes] = Counter()
    kept: list[tuple[bytes, bytes]] = []
    for field in late:
        name = field[0].lower()
        seen[name] += 1
        if name in VITAL and seen[name] <= LIMITS.vital_fields:
            kept.append(field)
    return kept


def behind_cr(
    fields: Iterable[tuple[bytes, bytes]], defects: set[Defect]
) -> list[tuple[bytes, bytes]]:
    """Give the vital fields that stand behind a bare CR in the value of another."""
    found: list[tuple[bytes, bytes]] = []
    ended = False
    for _, value in fields:
        if b"\r" in value:
            hidden = _VITAL_FIELD.findall(value.partition(b"\r")[2].replace(b"\r", b"\n"))
            # Not the senders: a CR could bring in a friend.
            found += [field for field in hidden if field[0].lower() in _READING]
            ended = ended or b"\r\r" in value
    if found or ended:
        defects.add(Defect.BARE_CR)
    return vital(found)


def content_fields(
    raw: bytes, start: int, end: int, defects: set[Defect]
) -> tuple[list[bytes], list[bytes], bool]:
    """Give the `Content-Type` and `Content-Transfer-Encoding` values of an inner part's header.

    The last says that some mail programs end it early: at a line that is neither field nor fold,
    at one that holds a bare CR.
    """
    block = raw[start:end]
    if b"\r" in block:
        block = block.replace(b"\r\n", b"\n")
        if b"\r" in block:
            return _doubtful_fields(block, defects)
    if len(block) > LIMITS.part_header_bytes:
        return _doubtful_fields(block, defects)
    types: list[bytes] = []
    encodings: list[bytes] = []
    stray = False
    for name, value, line in _PART_FIELD.findall(block):
        key = name.lower()
        if key == b"content-type":
            types.append(value)
        elif key == b"content-transfer-encoding":
            encodings.append(value)
        elif line and line[0] not in b" \t":
            stray = True
    if stray:
        defects.add(Defect.BAD_HEADER_LINE)
    return types, encodings, stray


def _doubtful_fields(block: bytes, defects: set[Defect]) -> tuple[list[bytes], list[bytes], bool]:
    """Find the content fields of a header that is very long or holds a bare CR."""
    found = _VITAL_FIELD.findall(block)
    if b"\r" in block:
        more = _VITAL_FIELD.findall(block.replace(b"\r", b"\n"))
        if more != found:
            defects.add(Defect.BARE_CR)
            found += more
    types = [value for name, value in found if len(name) == 12]
    if len(block) > LIMITS.part_header_bytes:  # a type so far off may say that it is no text
        defects.add(Defect.HEADERS_OVER_LIMIT)
        near = _VITAL_FIELD.findall(block, 0, LIMITS.part_header_bytes)
        types = [value for name, value in near if len(name) == 12]
    ended = b"\r\r" in block or b"\n\r" in block
    if ended:
        defects.add(Defect.BARE_CR)
    return types, [value for name, value in found if len(name) == 25], ended


def to_text(value: bytes, defects: set[Defect]) -> str:
    """Unfold a raw value to text: UTF-8, or Latin-1 where it is no UTF-8."""
    if len(value) > LIMITS.value_bytes:
        defects.add(Defect.VALUE_OVER_LIMIT)
        value = value[: LIMITS.value_bytes]
    try:
        text = value.decode()
    except UnicodeDecodeError:
        defects.add(Defect.RAW_8BIT_HEADER)
        text = value.decode("latin-1")
    if not text.isprintable():
        text = text.replace("\n\t", " ").replace("\n ", " ")
        if not text.isprintable():  # most fields were only folded
            text = text.translate(_RAW_CONTROLS)
    return text


class WordDecoder:
    """Decodes RFC 2047 words, up to `Limits.encoded_words` in its lifetime (one message)."""

    __slots__ = ("_defects", "_left")

    def __init__(self, defects: set[Defect]) -> None:
        self._defects = defects
        self._left = LIMITS.encoded_words

    def decode(self, text: str) -> str:
        """Decode every encoded word in `text`; what is none stays as it is."""
        if "=?" not in text:
            return text
        out: list[str] = []
        pending: list[bytes] = []  # payloads of adjacent words of one charset
        charset = ""
        at = 0
        for match in _WORD.finditer(text):
            if not self._left:
                self._defects.add(Defect.TOO_MANY_ENCODED_WORDS)
                break
            self._left -= 1
            between = text[at : match.start()]
            at = match.end()
            label = match[1].partition("*")[0].lower()  # RFC 2231 §5: a language may follow
            joined = bool(pending) and (not between or between.isspace())
            if pending and not (joined and label == charset):
                out.append(self._recode(pending, charset))
                pending = []
            if not joined:
                out.append(between)
            charset = label
            pending.append(self._payload(match[2], match[3]))
        if pending:
            out.append(self._recode(pending, charset))
        out.append(text[at:])
        return "".join(out)

    def _payload(self, coding: str, payload: str) -> bytes:
        data = payload.encode()
        if coding in "qQ":
            return a2b_qp(data, header=True)
        found: set[Defect] = set()
        data = decode_base64(data, found)
        if found:
            self._defects.add(Defect.BAD_ENCODED_WORD)
        return data

    def _recode(self, pending: list[bytes], charset: str) -> str:
        found: set[Defect] = set()
        codec, note = codec_of(charset), reservation(charset)
        text = to_utf8(b"".join(pending), codec, found, note).decode("utf-8", "replace")
        if len(pending) > 1 and not text.isascii():
            for piece in pending:  # RFC 2047 §5 (3): a character may not lie in two words
                to_utf8(piece, codec, found)
        if found or "\0" in text:
            self._defects.add(Defect.BAD_ENCODED_WORD)
        if not text.isprintable():
            text = text.translate(_WORD_CONTROLS)
        return text
