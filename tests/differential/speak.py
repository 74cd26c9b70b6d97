"""Say phrases and addresses: from what a policy asks for to what answers it, or nearly.

What stands between two words is drawn from everything that counts as a gap, so that a phrase runs
over line ends, tags and no-break spaces.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

from coldstop.lexicon.model import Group, Literal, Number, Phrase, Token, Words

if TYPE_CHECKING:
    import random

FILLER: Final = ("lorem", "ipsum", "dolor", "amet", "elit", "7", "Zed", "quux", "v2")
PLAIN_GAPS: Final = (" ",) * 12 + ("\n", "\n", "  ", "\t", "\n ", " \n\t", "\u00a0", " \u00a0 ")
HTML_GAPS: Final = (*PLAIN_GAPS, "<br>", "<br>\n", "</b> <i>", "&nbsp;", " &nbsp;\n", "<p class=x>")
HEADER_GAPS: Final = (" ",) * 10 + ("  ", "\u00a0")
_JOINTS: Final = ("-", "-", " ", "\u2010", "\u2011", "\u2013", "- ", "&nbsp;")
_APOSTROPHES: Final = ("'", "'", "\u2019", "&rsquo;", "&#39;", "&#8217;", "&apos;")


def say(phrase: Phrase, rng: random.Random, gaps: tuple[str, ...] = PLAIN_GAPS) -> str:
    """Give one reading of the phrase; most readings match, some come out as near misses."""
    items: list[str] = []
    for item in phrase.items:
        match item:
            case Words():
                items += rng.choices(FILLER, k=rng.randint(item.low, item.high))
            case Token():
                if not (item.optional and rng.random() < 0.5):
                    items.append("".join(_piece(piece, rng, gaps) for piece in item.pieces))
            case _ as never:
                assert_never(never)
    said = items[0] if items else ""
    for word in items[1:]:
        said += rng.choice(gaps) + word
    roll = rng.random()
    if roll < 0.08:
        said = said.upper()
    elif roll < 0.25:
        said = said[:1].upper() + said[1:]
    return said


def spoil(said: str, rng: random.Random) -> str:
    """Make a near miss of it: what a careless reader would still take for the phrase."""
    match rng.randrange(6):
        case 0:
            return said + "s"
        case 1:
            return "x" + said
        case 2:
            return said.replace(" ", "", 1)
        case 3:
            return said.replace(" ", " - ", 1)
        case 4:
            return f'<a title="{said}">'
        case _:
            return f"< {said}"


def beside(entry: str, rng: random.Random) -> str:
    """Make an address of a list's entry (an address or a domain), or one beside it."""
    name = entry.lstrip("@")
    address = name if "@" in name else f"{rng.choice(('bob', 'Bob.Jones', 'jobs+x'))}@{name}"
    local, _, domain = address.rpartition("@")
    match rng.randrange(10):
        case 0:
            return f"{local}@mail.{domain}"
        case 1:
            return f"{local}@not{domain}"
        case 2:
            return f"{local}@{domain}.example"
        case 3:
            return f"{local.upper()}@{domain.title()}"
        case _:
            return address


def _piece(piece: Literal | Number | Group, rng: random.Random, gaps: tuple[str, ...]) -> str:
    match piece:
        case Literal():
            text = "".join(
                rng.choice(_JOINTS)
                if char == "-"
                else rng.choice(_APOSTROPHES)
                if char == "'"
                else char
                for char in piece.text
            )
            if text[-1:] in ":," and rng.random() < 0.2:
                text = text[:-1] + rng.choice(gaps) + text[-1]
            return text + (rng.choice(("", "ing", "ment9")) if piece.stem else "")
        case Number():
            low = 0 if piece.low is None else piece.low
            high = low + 99 if piece.high is None else piece.high
            number = rng.randint(low, high) + rng.choice((0, 0, 0, 0, -1, 1, 1000))
            return f"{max(0, number):,}" if rng.random() < 0.3 else str(max(0, number))
        case Group():
            if piece.optional and rng.random() < 0.5:
                return ""
            return say(rng.choice(piece.branches), rng, gaps)
        case _ as never:
            assert_never(never)
