r"""Fold a text so that phrases can be found by plain search.

One pass settles everything that a phrase may meet in several spellings: tags, U+00A0, `&nbsp;` and
white space, in runs of any kind, become one space; the spellings of the apostrophe become `'`,
those of the hyphen `-`, and `&amp;` becomes `&`; ASCII letters become lower case. Other bytes stay.

A `<` that meets another `<` or the end of the text before a `>` is no tag. What it hides is
replaced by one `\0`, which no phrase holds: no phrase begins in it and none runs across.

Any bytes are accepted, nothing is raised, the time is linear in the length.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# A whole run of tags at once, possessively: one piece less for each tag but the first, and no
# state kept for going back (1 MB of `<>`: 7 ms, 54 ms otherwise).
_TAGS = re.compile(rb"<[^<>]*+>(?:\s*+<[^<>]*+>)*+")
_SPACES = bytes.maketrans(b"\t\n\v\f\r", b"     ")
_DENSE = 8
"""Runs of white space closer together than this many bytes are split word by word."""


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text. Both are of equal length, so that a span fits either."""

    folded: bytes
    """ASCII letters in lower case: what phrases are found in."""

    cased: bytes
    """The same with the case as it came: what is quoted, and where state codes are found."""


def fold(text: bytes) -> Folded:
    """Fold a text of UTF-8 bytes (any bytes will do)."""
    if b"<" in text:
        pieces = _TAGS.split(text)
        text = b" ".join(pieces)
        if b"<" in text:
            # No `>` can follow a lone `<` within a piece, or the two would have been a tag.
            text = b" ".join([_without_hidden(piece) for piece in pieces])
    if b"\xa0" in text:
        text = text.replace(b"\xc2\xa0", b" ")
    if b"&" in text:
        text = _without_entities(text)
    if b"\xe2" in text:
        text = _one_spelling(text)
    cased = _one_space(text)
    return Folded(cased.lower(), cased)


def _without_hidden(piece: bytes) -> bytes:
    shown, bracket, _ = piece.partition(b"<")
    return shown + b"\0" if bracket else shown


def _without_entities(text: bytes) -> bytes:
    """Replace the entities that phrases know; `&amp;` last, for `&amp;nbsp;` is no space."""
    if b"&nbsp;" in text:
        text = text.replace(b"&nbsp;", b" ")
    if b"&#" in text:
        text = text.replace(b"&#39;", b"'").replace(b"&#8217;", b"'")
    if b"&rsquo;" in text:
        text = text.replace(b"&rsquo;", b"'")
    if b"&a" in text:
        text = text.replace(b"&apos;", b"'").replace(b"&amp;", b"&")
    return text


def _one_spelling(text: bytes) -> bytes:
    """Replace the apostrophe U+2019 and the hyphens U+2010, U+2011 and U+2013."""
    if b"\xe2\x80\x99" in text:
        text = text.replace(b"\xe2\x80\x99", b"'")
    if b"\xe2\x80\x90" in text:
        text = text.replace(b"\xe2\x80\x90", b"-")
    if b"\xe2\x80\x91" in text:
        text = text.replace(b"\xe2\x80\x91", b"-")
    if b"\xe2\x80\x93" in text:
        text = text.replace(b"\xe2\x80\x93", b"-")
    return text


def _one_space(text: bytes) -> bytes:
    """Collapse white space; at both ends it says nothing and goes.

    Splitting at double spaces makes few objects where splitting at every word makes many.
    """
    parts = text.translate(_SPACES).split(b"  ")
    if len(parts) == 1:
        return parts[0].strip(b" ")
    if len(parts) * _DENSE > len(text):
        return b" ".join(text.split())
    return b" ".join(filter(None, map(bytes.strip, parts)))
