"""`Content-Type` and `Content-Transfer-Encoding` values (RFC 2045 §5, §6; RFC 2231).

Pigeonhole hides a part whose `Content-Type` breaks the grammar (no semicolon, junk between
parameters, an unclosed quote) or whose encoding it does not know. Readers' mail programs show such
parts, so hiding them would be a way past the judge: here they are read, and a defect is recorded.
A type that cannot be made out at all is text/plain (RFC 2045 §5.2).

Where a header can be read in several ways mail programs do read it in several ways. `describe`
gives the likeliest first and the others as second readings: each of several fields, each value of
a parameter that stands twice, the encodings that a broken name may mean; and, of a multipart that
is in doubt, its bytes as one plain text, preamble and epilogue included.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, TypeAlias
from urllib.parse import unquote_to_bytes

from coldstop.message.charset import codec_of, reservation
from coldstop.message.defects import Defect
from coldstop.message.limits import LIMITS
from coldstop.message.transfer import DECODED, IDENTITY

if TYPE_CHECKING:
    from collections.abc import Sequence

_TYPE: Final = re.compile(rb"\s*+([^\s/;,=\"]++)\s*+/\s*+([^\s/;,=\"]++)\s*+")
_PARAMETER: Final = re.compile(
    rb"[;\s]*+([^\s=;\"]++)\s*+=\s*+(?:\"([^\"\\]*+(?:\\.[^\"\\]*+)*+)(\"?)|([^;\s]*+))", re.DOTALL
)
_ESCAPE: Final = re.compile(rb"\\(.)", re.DOTALL)
_COMMENTS: Final = re.compile(rb"\"[^\"\\]*+(?:\\.[^\"\\]*+)*+\"?|\([^()]*+\)", re.DOTALL)
_CONTROLS: Final = bytes({*range(32), 127} - {9})
"""Mail programs do not see them; a fold's line end is one."""
_ODD_TOKEN: Final = re.compile(rb"[^a-z0-9.+_-]")
# Bare words that are surely no text; anything else that is no type is read (RFC 2045 §5.2).
_NO_TEXT: Final = frozenset(
    {b"application", b"audio", b"font", b"image", b"message", b"model", b"video"}
)


@dataclass(frozen=True, slots=True)
class Media:
    """What a header says about its content."""

    shape: Literal["text/plain", "text/html", "multipart", "message", "other"]
    codec: str
    """The text's Python codec; "" for a charset without one."""
    boundary: bytes
    """Of a multipart; b"" where it has none."""
    digest: bool
    """multipart/digest: its parts are messages unless they say otherwise (RFC 2046 §5.1.5)."""
    broken: bool
    """Whether the value breaks the grammar."""
    note: Defect | None = Defect.UNLABELLED_8BIT
    """What is wrong with a text beyond ASCII under this label (`charset.reservation`)."""
    others: tuple[Media, ...] = ()
    """What the value may mean as well."""


Readings: TypeAlias = tuple[tuple[Media, bytes], ...]
"""Second readings of one content: media type and transfer encoding of each."""

PLAIN: Final = Media("text/plain", "utf-8", b"", digest=False, broken=False)
"""Content without a `Content-Type`."""
MESSAGE: Final = Media("message", "utf-8", b"", digest=False, broken=False)
"""A part of a digest without a `Content-Type`."""
PLAIN_TEXT: Final[Readings] = ((PLAIN, b""),)
"""The second reading of what may have no structure at all."""
_NAMES: Final = {name: b"" for name in IDENTITY if name} | {name: name for name in DECODED}


def describe(
    types: Sequence[bytes], encodings: Sequence[bytes], default: Media, defects: set[Defect]
) -> tuple[Media, bytes, Readings]:
    """Give type and encoding of a content, and the second readings that it needs."""
    if len(types) > 1 or len(encodings) > 1:
        return _describe_doubtful(types, encodings, default, defects)
    media = parse(types[0]) if types else default
    name: bytes | None = b""
    if encodings:
        name = _NAMES.get(encodings[0])
        if name is None:
            name = _NAMES.get(_named(encodings[0]))
    if name is None or media.broken:
        return _describe_doubtful(types, encodings, default, defects)
    return media, name, ()


def _describe_doubtful(
    types: Sequence[bytes], encodings: Sequence[bytes], default: Media, defects: set[Defect]
) -> tuple[Media, bytes, Readings]:
    """Combine every type with every encoding that is meant by none, some or all mail programs."""
    media = choose(types, default, defects)
    name = encoding(encodings, defects)
    kinds = [media, *media.others]
    if len(types) > 1:
        kinds += [parse(types[0]), parse(types[-1])]
    if media.shape == "multipart" and (media.broken or len(types) > 1):
        kinds.append(PLAIN)
    names = [name]
    for value in (encodings[0], encodings[-1]) if encodings else ():
        names += _guesses(_named(value))
    pairs = {
        (kind.shape, kind.codec, kind.boundary, one): (kind, one)
        for kind in kinds
        for one in names
        if kind.shape != "other"
    }
    if media.shape != "other":
        pairs.pop((media.shape, media.codec, media.boundary, name), None)
    return media, name, tuple(pairs.values())


def _guesses(name: bytes) -> list[bytes]:
    """Give the encodings that a name may stand for; none is always one, if the name is unknown."""
    if name in DECODED:
        return [name]
    found = [b""]
    if b"base64" in name:
        found.append(b"base64")
    if b"quoted" in name:
        found.append(b"quoted-printable")
    if name.startswith((b"uu", b"x-uu")):
        found.append(b"uuencode")
    return found


def choose(values: Sequence[bytes], default: Media, defects: set[Defect]) -> Media:
    """Pick what counts among the `Content-Type` values of one header.

    The first that is a multipart, else the last that is text, else the last: Pigeonhole takes its
    boundary from the first field and the type from the last.
    """
    if not values:
        return default
    if len(values) == 1:
        media = parse(values[0])
    else:
        defects.add(Defect.REPEATED_CONTENT_FIELD)
        every = [parse(value) for value in values[: LIMITS.parts]]
        texts = [one for one in every if one.shape in ("text/plain", "text/html")]
        multiparts = [one for one in every if one.boundary]
        media = (multiparts[:1] or texts[-1:] or every[-1:])[0]
    if media.broken:
        defects.add(Defect.BAD_CONTENT_TYPE)
    return media


def encoding(values: Sequence[bytes], defects: set[Defect]) -> bytes:
    """Name the transfer encoding: b"base64", b"quoted-printable" or b"" for none.

    The last field counts, as in Pigeonhole; an unknown encoding is none, with a defect.
    """
    if not values:
        return b""
    if len(values) > 1:
        defects.add(Defect.REPEATED_CONTENT_FIELD)
    name = _named(values[-1])
    if name in DECODED:
        return name
    if name not in _NAMES:
        defects.add(Defect.UNKNOWN_ENCODING)
    return b""


def _named(value: bytes) -> bytes:
    if b"(" in value:
        value = _COMMENTS.sub(b" ", value[: LIMITS.content_type_bytes])
    return value.partition(b";")[0].strip().lower()


def parse(value: bytes) -> Media:
    """Read one `Content-Type` value (folds included)."""
    if len(value) > LIMITS.content_type_bytes:
        value = value[: LIMITS.content_type_bytes]
    return _parse(value)


@lru_cache(maxsize=512)
def _parse(value: bytes) -> Media:
    value = value.translate(None, _CONTROLS)
    if b"(" in value:
        value = _COMMENTS.sub(_keep_quoted, value)
    match = _TYPE.match(value)
    if match is None:
        word = value.partition(b";")[0].strip(b" \t\"'").lower()
        main, _, sub = word.partition(b"/")
        rest, broken = value.partition(b";")[2], True
    else:
        main, sub = match[1].lower(), match[2].lower()
        rest = value[match.end() :]
        broken = rest[:1] not in (b"", b";")
    if main == b"multipart":
        values, junk = _parameter(rest, b"boundary")
        return _several(
            [
                Media("multipart", "", one, digest=sub == b"digest", broken=broken or junk)
                for one in (value[: LIMITS.boundary_bytes].rstrip() for value in values)
            ]
        )
    if match is not None and main != b"text":
        shape: Literal["message", "other"] = "other"
        if main == b"message" and sub == b"rfc822":
            shape = "message"
        return Media(shape, "", b"", digest=False, broken=broken)
    odd = _ODD_TOKEN.search(sub) is not None  # `text/html?`: no subtype, so no unknown one
    if (match is None and main in _NO_TEXT) or (
        match is not None and not odd and sub not in (b"plain", b"html")
    ):
        return Media("other", "", b"", digest=False, broken=broken)
    values, junk = _parameter(rest, b"charset")
    charsets = [value.decode("latin-1").strip("'\" ") for value in values]
    return _several(
        [
            Media(
                "text/html" if sub.startswith(b"html") else "text/plain",
                codec_of(charset),
                b"",
                digest=False,
                broken=broken or junk or odd,
                note=reservation(charset),
            )
            for charset in charsets
        ]
    )


def _several(medias: Sequence[Media]) -> Media:
    """Make one of the readings of one value: the first counts, the others may be meant."""
    if len(medias) == 1:
        return medias[0]
    others = tuple(one for one in medias[1:] if one != medias[0])
    return replace(medias[0], broken=medias[0].broken or bool(others), others=others)


def _keep_quoted(match: re.Match[bytes]) -> bytes:
    return match[0] if match[0][:1] == b'"' else b" "


def _parameter(rest: bytes, wanted: bytes) -> tuple[list[bytes], bool]:
    """Give a parameter's values, and whether there is anything but parameters.

    There is at least one value. The one in RFC 2231 sections comes last.
    """
    found: list[bytes] = []
    pieces: dict[int, bytes] = {}
    at = 0
    junk = False
    for match in _PARAMETER.finditer(rest):
        if rest[at : match.start()].strip() or rest[match.start() : match.start(1)].count(b";") > 1:
            junk = True
        at = match.end()
        if match[3] == b"":
            junk = True
        name = match[1].lower()
        if not name.startswith(wanted):
            continue
        value = match[4] if match[2] is None else _ESCAPE.sub(rb"\1", match[2])
        if name == wanted:
            found.append(value)
        elif name[len(wanted) : len(wanted) + 1] == b"*":
            _continue(pieces, name[len(wanted) + 1 :], value)
    if rest[at:].strip(b"; \t\r\n"):
        junk = True
    if pieces or not found:
        found.append(b"".join(pieces[number] for number in sorted(pieces)))
    if len(found) > 2:
        found = [found[0], found[-1]]
    return found, junk


def _continue(pieces: dict[int, bytes], section: bytes, value: bytes) -> None:
    """File one RFC 2231 section: `*`, `*0`, `*0*`; the charset of the value is left aside."""
    number, star, _ = section.partition(b"*")
    encoded = bool(star) or not section
    index = int(number) if number.isdigit() and len(number) < 4 else 0
    if encoded:
        if index == 0 and value.count(b"'") >= 2:
            value = value.split(b"'", 2)[2]
        value = unquote_to_bytes(value)
    pieces.setdefault(index, value)
