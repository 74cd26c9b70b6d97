"""Authentication-Results as senders would like to have them.

`forgeries(count, seed)`: true fields of known software about a sender who is nobody, holding
encoded words wherever such a field repeats what he chose, so that whoever decodes them first reads
of `goodfirm.example`: one word or several, nested, split over two values so that what stands
between is swallowed, in odd character sets, and as it is.
"""

from __future__ import annotations

import base64
import itertools
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from support.authresults import ID, QUOTED_B

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FIRM: Final = "goodfirm.example"
EVIL: Final = "evil.example"
_WANTED: Final = (
    f"dmarc=pass header.from={FIRM}",
    f"dmarc=pass (p=none dis=none) header.from={FIRM}",
    f"dkim=pass header.d={FIRM}",
    f"dkim=pass (2048-bit key; unprotected) header.d={FIRM} header.i=@{FIRM} {QUOTED_B}",
    f"spf=pass smtp.mailfrom={FIRM}",
)
_TEXTS: Final = (
    *(f"x;{one} " for one in _WANTED),
    *(f"x; {one};" for one in _WANTED),
    *(f'x";{one} "' for one in _WANTED),
    *(f"x);{one} (" for one in _WANTED),
    *(f"{one}" for one in _WANTED),
    FIRM,
    f"{FIRM} ",
    f"{FIRM};",
    f"{FIRM} (",
    f'"{FIRM}"',
    f"x@{FIRM}",
    f"x@{FIRM} ",
    f"@{FIRM}",
    f"{FIRM} header.i=@{FIRM}",
    f"{FIRM} header.i=@{FIRM} {QUOTED_B}",
    f"{FIRM} header.i=@{FIRM} {QUOTED_B}; x=",
    f"{FIRM}\theader.i=@{FIRM} {QUOTED_B} ; dkim-atps=neutral",
    f"x@{FIRM} smtp.helo=x",
    f"x header.from={FIRM}",
    f"; {ID}; dmarc=pass header.from={FIRM}",
    "(",
    '"',
    ")",
)
_CHARSETS: Final = ("utf-8", "UTF-8", "us-ascii", "iso-8859-1", "utf-8*en", "nope", "utf-7")


def _quoted(text: str, charset: str, rng: random.Random) -> str:
    coded = "".join(
        "_"
        if char == " " and rng.random() < 0.8
        else char
        if char.isalnum() and rng.random() < 0.9
        else f"={ord(char):02X}"
        for char in text
    )
    return f"=?{charset}?{rng.choice('qQ')}?{coded}?="


def _base64(text: str, charset: str, rng: random.Random) -> str:
    coded = base64.b64encode(text.encode()).decode().rstrip("=" if rng.random() < 0.5 else "")
    return f"=?{charset}?{rng.choice('bB')}?{coded}?="


def _word(text: str, rng: random.Random) -> str:
    return rng.choice((_quoted, _base64))(text, rng.choice(_CHARSETS), rng)


def _split(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text) + 1)
    return _word(text[:at], rng) + rng.choice(("", " ", "\n ")) + _word(text[at:], rng)


def _nested(text: str, rng: random.Random) -> str:
    return _word(_word(text, rng), rng)


_ENCODERS: Final[tuple[Callable[[str, random.Random], str], ...]] = (
    _word,
    _word,
    _word,
    _split,
    _nested,
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a sender chooses, as servers repeat it."""

    d: str = EVIL
    i: str = f"@{EVIL}"
    s: str = "k1"
    mail: str = f"e@{EVIL}"
    helo: str = f"m.{EVIL}"
    note: str = ""
    """What a comment repeats."""


def _fields(c: Chosen) -> tuple[str, ...]:
    """Give the true fields of known software about this sender, whose From says `FIRM`."""
    note = f" ({ID}: domain of {c.note or c.mail} designates 192.0.2.6 as permitted sender)"
    none = f"dmarc=none header.from={FIRM}"
    fail = f"dmarc=fail (p=reject dis=none) header.from={FIRM}"
    key = "(2048-bit key; unprotected)"
    return (
        f"dkim=pass {key} header.d={c.d} header.i={c.i} {QUOTED_B}; dkim-atps=neutral",
        f"dkim=pass {key} header.d={c.d} header.i={c.i}",
        f"dkim=pass {key} header.d={c.d}",
        f"dkim=pass {key} header.d={c.d} header.i={c.i} header.a=rsa-sha256 header.s={c.s} header.b=BvV/Unb2; dkim-atps=neutral",
        f"dkim=pass header.d={c.d} header.s={c.s} {QUOTED_B}; spf=pass{note} smtp.mailfrom={c.mail}; {none}",
        f"{none}; dkim=pass header.d={c.d} header.s={c.s} {QUOTED_B}; spf=pass{note} smtp.mailfrom={c.mail}",
        f"spf=pass{note} smtp.mailfrom={c.mail}; {fail}; dkim=pass header.d={c.d} header.s={c.s} {QUOTED_B}",
        f"spf=pass smtp.mailfrom={c.mail}",
        f"spf=pass smtp.mailfrom={c.mail} smtp.helo={c.helo}",
        f"spf=pass{note} smtp.mailfrom={c.mail} smtp.helo={c.helo}; {none}",
        f"spf=pass (sender SPF authorized) smtp.mailfrom={c.d} (client-ip=192.0.2.6; helo={c.helo}; envelope-from={c.mail}; receiver=r@home.example)",
        f"iprev=pass ({c.helo}) smtp.remote-ip=192.0.2.6; spf=pass smtp.mailfrom={c.d}; dkim=pass header.d={c.d} header.s={c.s} header.a=rsa-sha256; {none}",
        f"dkim=pass header.i={c.i} header.s={c.s}; spf=pass smtp.mailfrom={c.d}; {none};",
        f"dkim=pass (signature was verified) header.d={c.d}; {fail}; spf=pass smtp.mailfrom={c.mail}",
        f"dkim=pass header.d={c.d} header.i={c.i} header.s={c.s}; {fail}; spf=pass smtp.mailfrom={c.mail}",
        f"arc=none (no signatures found); dkim=pass (2048-bit rsa key sha256) header.d={c.d} header.i={c.i} header.b=abc header.a=rsa-sha256 header.s={c.s} x-bits=2048; {fail}; spf=pass smtp.mailfrom={c.mail} smtp.helo={c.helo}",
        f'dkim=fail reason="bad {c.note or "key"}" {key} header.d={c.d} header.i={c.i} {QUOTED_B}',
        f"{fail}; spf=pass smtp.mailfrom={c.mail}",
        f"auth=pass smtp.auth={c.note or 'e'} smtp.mailfrom={c.mail}",
    )


_SLOTS: Final = ("d", "i", "s", "mail", "helo", "note")
# Each keeps the sender's true domain at its end where it was verified.
_PLACED: Final[dict[str, Callable[[str], tuple[str, ...]]]] = {
    "d": lambda word: (f"{word}.{EVIL}",),
    "i": lambda word: (f"{word}@{EVIL}", f"@{word}.{EVIL}", f"e{word}@{EVIL}"),
    "s": lambda word: (word, f"k{word}", f"{word}.k"),
    "mail": lambda word: (f"{word}@{EVIL}", f"e@{word}.{EVIL}", f'"{word}"@{EVIL}'),
    "helo": lambda word: (word, f"{word}.{EVIL}", f"m{word}"),
    "note": lambda word: (word, f"{word}@{EVIL}"),
}


def _swallowing(text: str, first: str, last: str, rng: random.Random) -> Chosen:
    """One word over two values: base64 ends at its first odd character, the rest is swallowed."""
    coded = base64.b64encode(text.encode()).decode()
    start = (
        f"=?{rng.choice(_CHARSETS)}?{rng.choice('bB')}?{coded}{rng.choice(('*', '.', ' ', '!'))}"
    )
    if rng.random() < 0.3:
        start = f"=?utf-8?q?{text.replace(' ', '_')}"
    return Chosen(
        **{first: rng.choice(_PLACED[first](start)), last: rng.choice(_PLACED[last]("?="))}
    )


_BEFORE: Final = (
    "x; ",
    "x ",
    f"@{EVIL}; ",
    f"@{EVIL} header.a=rsa-sha256 header.s=k header.b=Zz; ",
)
_BEHIND: Final = (
    "",
    " x.y=",
    " header.i=x",
    "; dkim=pass header.i=x",
    "; spf=none smtp.mailfrom=x",
    "; x-foo=pass policy.x=y",
    "; dkim=fail (2048-bit key; unprotected) header.d=z.example header.i=x",
)


def _as_it_is(rng: random.Random) -> str:
    """A field of software that repeats something of the sender's as it is.

    OpenDKIM undoes the quoting of `i=`; policyd-spf and rspamd write MAIL FROM into a comment.
    """
    text = rng.choice(_WANTED)
    if rng.random() < 0.5:
        i = f"{rng.choice(_BEFORE)}{text}{rng.choice(_BEHIND)}@{rng.choice(('', 'm.'))}{EVIL}"
        return rng.choice(_fields(Chosen(i=i))[:4:3])  # both write something behind it
    blank = rng.choice((" ", "()"))
    behind = rng.choice(("x=y", "auth=none", "dkim=none", "x-y=z policy.x=y"))
    text = f"x);{blank}{text};{blank}{behind}{rng.choice(('', ' '))}(".replace(" ", blank)
    mail = f'"{text}"@{EVIL}'
    if rng.random() < 0.5:
        return rng.choice(_fields(Chosen(mail=mail)))
    return rng.choice(_fields(Chosen(helo=text.replace(" ", "()").replace('"', ""))))


def forgeries(count: int, seed: int = 0) -> Iterator[tuple[str, ...]]:
    """Give the fields of so many messages, topmost first, each whole as a server would add it."""
    rng = random.Random(seed)
    pairs = list(itertools.permutations(_SLOTS, 2))
    for number in range(count):
        text = _TEXTS[number % len(_TEXTS)] if number < 4 * len(_TEXTS) else rng.choice(_TEXTS)
        if rng.random() < 0.35:
            chosen = _swallowing(text, *rng.choice(pairs), rng)
        else:
            slots = rng.sample(_SLOTS, rng.choice((1, 1, 2, 6)))
            chosen = Chosen(
                **{
                    slot: rng.choice(_PLACED[slot](rng.choice(_ENCODERS)(text, rng)))
                    for slot in slots
                }
            )
        results = rng.choice(_fields(chosen))
        if rng.random() < 0.2:
            results = _as_it_is(rng)
        server = f"{ID}{rng.choice(('', '', ' 1', '/4Zb'))}{rng.choice((';', ' ;'))}"
        yield (f"{server}{rng.choice((' ', chr(10) + chr(9)))}{results}",)
