"""A phrase as a regular expression: what a Sieve host reads, and what the milter confirms with.

`raw_regex` is the reference meaning, for text as it came (transfer and charset decoded, HTML not
stripped): a POSIX extended regular expression that libc `regcomp` in the C locale, PCRE and RE2
read alike, byte by byte. Letters are written `[Hh]`: glibc's own ignore-case matching goes
quadratic on hostile mail. `folded_regex` says the same of `Folded.folded`.

The prefix of the raw form says: at the start of the text or after `>`, then no bracket, then no
letter or digit; that is, not inside a tag and not inside a longer word. A lone `<` that meets
another `<` or the end of the text before a `>` hides what follows it, in both forms.

Nothing here is refused; `phrase.parse` has refused what could not be said.
"""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, assert_never

from coldstop.lexicon.lower import Alt, Digit, Lit, Mark, Node, Rep, Seq, lower
from coldstop.lexicon.model import Group, Phrase, Token

if TYPE_CHECKING:
    from collections.abc import Iterable

RAW_PREFIX = b"(^|>)([^<>]*[^[:alnum:]<>])?"
RAW_SUFFIX = b"([^[:alnum:]]|$)"
FOLDED_PREFIX = b"(^|[^0-9a-z])"
FOLDED_SUFFIX = b"([^0-9a-z]|$)"

_HYPHENS = b"-|\xe2\x80\x90|\xe2\x80\x91|\xe2\x80\x93"
_GAPS = b"[[:space:]]|\xc2\xa0|&nbsp;|<[^<>]*>"
GAP = b"(" + _GAPS + b")"
"""One gap in raw text; between two words of a phrase stand one or more of them."""
_RAW_MARKS = {
    Mark.MAYGAP: GAP + b"*",
    Mark.JOINT: b"(" + _HYPHENS + b"|" + _GAPS + b")+",
    Mark.WORD: b"[[:alnum:]]+",
    Mark.TAIL: b"[[:alnum:]]*",
}
_FOLDED_MARKS = {
    Mark.MAYGAP: b" ?",
    Mark.JOINT: b"[- ]+",
    Mark.WORD: b"[0-9a-z]+",
    Mark.TAIL: b"[0-9a-z]*",
}
_GATE_MARKS = _FOLDED_MARKS | {Mark.WORD: b"[0-9a-z]++"}


def _plain(byte: int) -> bytes:
    """Spell one byte. `[.]` needs no backslash, which a Sieve string would have to double."""
    char = bytes((byte,))
    if char in b"\\^[":
        return b"\\" + char
    return b"[" + char + b"]" if char in b".$|()*+?{" else char


_FOLDED_BYTES = tuple(_plain(b) for b in range(256))


def exact(text: bytes) -> bytes:
    """Spell text for an expression that means just these bytes, in POSIX, PCRE and RE2 alike."""
    return b"".join([_FOLDED_BYTES[byte] for byte in text])


_RAW_BYTES = tuple(
    {
        ord(" "): GAP + b"+",
        ord("'"): b"('|\xe2\x80\x99|&rsquo;|&#39;|&#8217;|&apos;)",
        ord("&"): b"(&|&amp;)",
        ord("-"): b"(" + _HYPHENS + b")",
    }.get(b, b"[%c%c]" % (b - 32, b) if chr(b) in string.ascii_lowercase else _plain(b))
    for b in range(256)
)


def raw_core(phrase: Phrase) -> bytes:
    """Spell the phrase for raw text without what must stand before and after it."""
    return _spell(lower(phrase), _RAW_BYTES, _RAW_MARKS)


def raw_regex(phrase: Phrase) -> bytes:
    """Spell the phrase for raw text: the reference meaning."""
    return raw_alternation((phrase,))


def raw_alternation(phrases: Iterable[Phrase]) -> bytes:
    """Spell one expression that finds any of the phrases in raw text; at least one is needed."""
    return RAW_PREFIX + b"(" + b"|".join(map(raw_core, phrases)) + b")" + RAW_SUFFIX


def folded_core(phrase: Phrase) -> bytes:
    """Spell the phrase for `Folded.folded` without what must stand before and after it."""
    return spell_folded(lower(phrase))


def spell_folded(node: Node) -> bytes:
    """Spell a lowered phrase for `Folded.folded`."""
    return _spell(node, _FOLDED_BYTES, _FOLDED_MARKS)


def spell_gate(node: Node) -> bytes:
    """Spell a lowered phrase for Python's `re`: no captures, no way back into a word."""
    return _spell(node, _FOLDED_BYTES, _GATE_MARKS, b"(?:")


def folded_regex(phrase: Phrase) -> bytes:
    """Spell the phrase for `Folded.folded`."""
    return FOLDED_PREFIX + b"(" + folded_core(phrase) + b")" + FOLDED_SUFFIX


def branches(phrase: Phrase) -> int:
    """Count the alternatives that the phrase adds to an expression, itself included."""
    extra = 0
    for item in phrase.items:
        if isinstance(item, Token):
            for piece in item.pieces:
                if isinstance(piece, Group):
                    extra += sum(map(branches, piece.branches)) - 1
    return 1 + extra


def _spell(
    node: Node, table: tuple[bytes, ...], marks: dict[Mark, bytes], opening: bytes = b"("
) -> bytes:
    match node:
        case Lit():
            return b"".join([table[byte] for byte in node.text])
        case Digit():
            return b"[%d-%d]" % (node.low, node.high)
        case Mark():
            return marks[node]
        case Seq():
            return b"".join([_spell(part, table, marks, opening) for part in node.parts])
        case Alt():
            spelled = [_spell(branch, table, marks, opening) for branch in node.branches]
            return opening + b"|".join(spelled) + b")"
        case Rep():
            inner = _spell(node.node, table, marks, opening)
            if not isinstance(node.node, Digit | Alt):
                inner = opening + inner + b")"
            return inner + _count(node.low, node.high)
        case _ as never:
            assert_never(never)


def _count(low: int, high: int | None) -> bytes:
    if (low, high) == (0, 1):
        return b"?"
    if (low, high) == (0, None):
        return b"*"
    if high is None:
        return b"{%d,}" % low
    return b"{%d}" % low if low == high else b"{%d,%d}" % (low, high)
