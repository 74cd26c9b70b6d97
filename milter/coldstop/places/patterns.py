"""Places as patterns that POSIX, PCRE and RE2 read alike, on raw text.

Three patterns for each side. `subject_pattern` wants a town and its region, with a comma between:
`Plano, TX`. `text_pattern` wants a cue in front, at most three words between, and then the comma
may be missing. `bare_pattern` wants a cue and a town of the reader's own country, alone: the words
between are in lower case or of a short list ("Hybrid", "Greater", the country), so that "New York"
is not York; and neither another region behind a comma nor a lone two-letter code may follow, so
that `Manchester, NH` and `Paris, Texas` are not the towns at home.

In a town's name, a letter with an accent stands for itself, for its plain letter, for the two
letters that German and Danish write instead, and for its HTML entity: `München`, `Munchen`,
`Muenchen`, `M&uuml;nchen`. Letters outside ASCII are alternatives, never members of a bracket: libc
and RE2 read bytes here, PCRE may read characters, and a Sieve script must be UTF-8.
"""

from __future__ import annotations

import functools
import unicodedata
from html.entities import codepoint2name
from typing import TYPE_CHECKING, Final

from coldstop.lexicon.regex import GAP, RAW_PREFIX, exact

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coldstop.places.sides import Towns

_WORD: Final = rb"[A-Z][A-Za-z.']*"
_WIDE_WORD: Final = b"[^[:space:][:punct:][:cntrl:]a-z0-9][^[:space:][:punct:][:cntrl:]]*"
"""A word that begins with a capital or with a letter outside ASCII."""
_BEFORE: Final = b"(" + _WORD + b"(-|" + GAP + b"+)){0,3}"
"""Capitalised words in front of the town's own name."""
_SPACE: Final = b"[[:space:]]+"
_STOP: Final = b"([-:,()/|]|" + GAP + b")"
_BETWEEN: Final = _STOP + b"*([A-Za-z0-9%]+" + _STOP + b"+){0,3}"
"""Up to three words between a cue and a place."""
_COMMA: Final = GAP + b"*," + GAP + b"*"
_COMMA_OR_GAP: Final = b"(" + _COMMA + b"|" + GAP + b"+)"
_END: Final = (
    # Whatever may follow a region, but a postal code: five digits, a gap or a hyphen before them.
    # POSIX cannot look ahead, so it says what may stand there instead.
    b"("
    + GAP
    + b"*(-?($|[^[:alnum:][:space:]<&\xc2\xa0-]|&[^n])|-([[:space:]<-]|&n))|("
    + GAP
    + b"+-?|-)([A-Za-z]|[0-9]{1,4}([^0-9]|$)))"
)
_SUBJECT_CUES: Final = (b"[Ii][Nn]", b"[Nn]ear")
"""In a Subject these will do: "Data Engineer in Berlin"."""
_FILLERS: Final = (
    *("Hybrid", "Remote", "Onsite", "On-site", "On-Site", "Office", "Homeoffice", "City of"),
    *("Central", "Greater", "Downtown", "Inner", "North", "South", "East", "West"),
    *("Großraum", "Raum", "Nähe", "Zentrum"),
)
_SHUT: Final = b"(|/;:!?.)\"'*-"
"""ASCII that may stand right behind a bare town; a comma is another matter."""


def subject_pattern(groups: Iterable[Towns]) -> bytes:
    """Find a town of the groups in a Subject: `Plano, TX`. Bare groups need their region too."""
    return RAW_PREFIX + _places(groups, _COMMA) + _END


def text_pattern(groups: Iterable[Towns], cues: Iterable[bytes]) -> bytes:
    """Find a town of the groups behind a cue; there the comma may be missing."""
    return head_of_text(cues) + _places(groups, _COMMA_OR_GAP) + _END


def bare_pattern(groups: Iterable[Towns], cues: Iterable[bytes]) -> bytes:
    """Find a town of the bare groups behind a cue, with or without its region."""
    groups = tuple(groups)
    names = b"|".join(named(group) for group in groups)
    return head_of_bare(groups, cues) + b"(" + names + b")" + _bare_end(_behind(groups))


def subject_cues(cues: Iterable[bytes]) -> tuple[bytes, ...]:
    """The cues that count in a Subject."""
    return (*cues, *_SUBJECT_CUES)


def head_of_subject() -> bytes:
    """What stands before a place in a Subject."""
    return RAW_PREFIX


def head_of_text(cues: Iterable[bytes]) -> bytes:
    """What stands before a place in the text: a cue and some words."""
    return RAW_PREFIX + b"(" + b"|".join(cues) + b")" + _BETWEEN


def head_of_bare(groups: Iterable[Towns], cues: Iterable[bytes]) -> bytes:
    """What stands before a bare town: a cue and some words of few kinds."""
    word = b"([a-z]+|[0-9]{1,3}%?|" + _listed(_FILLERS) + b"|" + _behind(groups) + b")"
    between = _STOP + b"*(" + word + _STOP + b"+){0,3}"
    return RAW_PREFIX + b"(" + b"|".join(cues) + b")" + between


def _behind(groups: Iterable[Towns]) -> bytes:
    return _listed(dict.fromkeys(name for group in groups for name in group.regions))


def _bare_end(behind: bytes) -> bytes:
    capital = b"[A-Z]($|[^A-Z0-9]|[A-Z][A-Za-z])"
    gap_then = b"($|[a-z0-9]|" + capital + b"|&[^n]|[^A-Za-z0-9,<&[:space:]\xc2\xa0])"
    comma_then = b"($|[^[:alnum:]<&[:space:]\xc2\xa0]|[a-z]|" + behind + b"([^[:alnum:]]|$))"
    return (
        b"($|[" + _SHUT + b"]|&[^n]|" + "(\u2013|\u2014|\u2026|\u2019|\u201d)".encode()
        + b"|" + GAP + b"+" + gap_then
        + b"|" + _COMMA + comma_then + b")"
    )  # fmt: skip


def _places(groups: Iterable[Towns], comma: bytes) -> bytes:
    spelled = (
        named(group) + (_COMMA if group.abroad else comma) + _listed(group.regions)
        for group in groups
    )
    return b"(" + _BEFORE + b"(" + b"|".join(spelled) + b"))"


def _listed(names: Iterable[str]) -> bytes:
    return b"(" + b"|".join(exact(name.encode()) for name in names) + b")"


def named(group: Towns) -> bytes:
    """Spell the towns of a group, as they are written and in capitals."""
    if not group.names:
        return _WIDE_WORD if group.abroad else _WORD
    spellings = dict.fromkeys(spelling for name in group.names for spelling in (name, name.upper()))
    return b"(" + b"|".join(map(_town, spellings)) + b")"


def _town(name: str) -> bytes:
    words = [b"".join(map(_letter, word)) for word in name.split()]
    if name.casefold() == "new york city":  # so GeoNames has it, and no recruiter
        return words[0] + _SPACE + words[1] + b"(" + _SPACE + words[2] + b")?"
    return _SPACE.join(words)


_TWO_LETTERS: Final = dict(zip("ÄÖÜÅÆØ", ("AE", "OE", "UE", "AA", "AE", "OE"), strict=True)) | dict(
    zip("äöüåæøß", ("ae", "oe", "ue", "aa", "ae", "oe", "ss"), strict=True)
)
_PLAIN: Final = {"Ø": "O", "ø": "o", "Ł": "L", "ł": "l", "Đ": "D", "đ": "d"}


@functools.lru_cache(maxsize=512)
def _letter(char: str) -> bytes:
    if char.isascii() and char != "'":
        return exact(char.encode())
    if char in "'\u2018\u2019":
        return "('|\u2019|&rsquo;|&#39;)".encode()
    plain = _PLAIN.get(char, unicodedata.normalize("NFD", char)[0])
    # Capitals stand in Subjects, where there are no entities.
    entity = "" if char.isupper() else codepoint2name.get(ord(char))
    two = _TWO_LETTERS.get(char, "")
    ways = [char, plain + two[1:] + "?" if two.startswith(plain) and two else plain]
    if two and not two.startswith(plain):
        ways.append(two)
    if entity:
        ways.append(f"&{entity};")
    return (
        f"({'|'.join(way for way in dict.fromkeys(ways) if way == char or way.isascii())})".encode()
    )
