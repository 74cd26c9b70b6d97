"""What a phrase means on text: the tree of `model`, lowered to a small regular expression.

Here, once, it is settled where a gap stands, which hyphen joins words and where punctuation may
stand off; `regex` spells the result for raw and for folded text, `literals` lists its spellings,
`entities` looks for readings that the two texts could tell apart.

* Between two items that are there stands one gap. An item that is missing takes its gap along, so
  no phrase begins or ends with a gap and no two gaps meet: on text where a run of white space has
  become one space, both would mean something else.
* A hyphen with a word character or a bracket on either side joins: hyphens and gaps in any number
  may stand there, but one of them must. Any other hyphen is a hyphen, so is one beside which the
  word may be missing, as in `(co)?-founder`.
* `:` and `,` that end a token may stand off by a gap (`Role :`).
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias, assert_never

from coldstop.lexicon.model import (
    Group,
    Item,
    Literal,
    Number,
    Phrase,
    Piece,
    Token,
    Words,
    can_be_absent,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORD = frozenset(string.ascii_lowercase + string.digits)


class Mark(Enum):
    """The atoms that are spelled differently on raw and on folded text."""

    MAYGAP = "maygap"
    JOINT = "joint"
    WORD = "word"
    TAIL = "tail"


@dataclass(frozen=True, slots=True)
class Lit:
    """Bytes of folded text. A space is a gap, for no literal holds one."""

    text: bytes


@dataclass(frozen=True, slots=True)
class Digit:
    """One digit from `low` to `high`, both 0-9."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Seq:
    """One node after the other."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Alt:
    """Any one of the nodes."""

    branches: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Rep:
    """The node from `low` to `high` times; None is without end."""

    node: Node
    low: int
    high: int | None


Node: TypeAlias = Lit | Digit | Mark | Seq | Alt | Rep

GAP = Lit(b" ")
_ANY_DIGIT = Digit(0, 9)
_COMMA = Rep(Lit(b","), 0, 1)
_THOUSANDS = Seq((_COMMA, Rep(_ANY_DIGIT, 3, 3)))


def sequence(parts: Iterable[Node]) -> Node:
    """Join nodes in a row, nested rows flattened and neighbouring bytes merged."""
    flat: list[Node] = []
    for part in parts:
        for piece in part.parts if isinstance(part, Seq) else (part,):
            last = flat[-1] if flat else None
            if isinstance(piece, Lit) and isinstance(last, Lit):
                flat[-1] = Lit(last.text + piece.text)
            else:
                flat.append(piece)
    return flat[0] if len(flat) == 1 else Seq(tuple(flat))


def lower(phrase: Phrase) -> Node:
    """Lower a phrase that can not match nothing (`phrase.parse` refuses those that can)."""
    items = phrase.items
    words = _plain_words(items)
    if words is not None:
        return Lit(" ".join(words).encode())
    first = next(i for i, item in enumerate(items) if not can_be_absent(item))
    parts: list[Node] = []
    for item in items[:first]:
        high = item.high if isinstance(item, Words) else 1
        parts.append(Rep(sequence((_one(item), GAP)), 0, high))
    fixed = items[first]
    parts.append(_one(fixed))
    if isinstance(fixed, Words) and fixed.high > 1:
        parts.append(Rep(Seq((GAP, Mark.WORD)), fixed.low - 1, fixed.high - 1))
    for item in items[first + 1 :]:
        after = sequence((GAP, _one(item)))
        match item:
            case Words():
                parts.append(Rep(after, item.low, item.high))
            case Token():
                parts.append(Rep(after, 0, 1) if item.optional else after)
            case _ as never:
                assert_never(never)
    return sequence(parts)


def _plain_words(items: tuple[Item, ...]) -> list[str] | None:
    """Return the words of a phrase that is only words: most are, and policies hold thousands."""
    words: list[str] = []
    for item in items:
        if not isinstance(item, Token) or item.optional or len(item.pieces) > 1:
            return None
        piece = item.pieces[0]
        if not isinstance(piece, Literal) or piece.stem or not piece.text.isalnum():
            return None
        words.append(piece.text)
    return words


def _one(item: Item) -> Node:
    """Lower one item as it stands where it is there (one word of `Words`)."""
    if isinstance(item, Words):
        return Mark.WORD
    parts: list[Node] = []
    pieces = item.pieces
    for i, piece in enumerate(pieces):
        match piece:
            case Literal():
                parts.append(_literal(piece, pieces[:i], pieces[i + 1 :]))
            case Number():
                parts.append(_number(piece.low, piece.high))
            case Group():
                group = Alt(tuple(lower(branch) for branch in piece.branches))
                parts.append(Rep(group, 0, 1) if piece.optional else group)
            case _ as never:
                assert_never(never)
    return sequence(parts)


def _literal(piece: Literal, before: tuple[Piece, ...], after: tuple[Piece, ...]) -> Node:
    text = piece.text
    if text.isalnum() and not piece.stem:
        return Lit(text.encode())
    parts: list[Node] = []
    start = 0
    last = len(text) - 1
    for i, char in enumerate(text):
        if char == "-":
            left = text[i - 1] in _WORD if i else _word_is_next(before[::-1], -1)
            right = text[i + 1] in _WORD if i < last else _word_is_next(after, 0)
            if left and right:
                parts += (Lit(text[start:i].encode()), Mark.JOINT)
                start = i + 1
        elif char in ":," and i == last and not after and (i or _is_fixed(before)):
            parts += (Lit(text[start:i].encode()), Mark.MAYGAP)
            start = i
    parts.append(Lit(text[start:].encode()))
    if piece.stem:
        parts.append(Mark.TAIL)
    return sequence(part for part in parts if part != Lit(b""))


def _word_is_next(pieces: tuple[Piece, ...], side: int) -> bool:
    """Say whether a word stands there, whatever may be missing; `side` -1: read to the left.

    Beside another hyphen, or beside nothing, a gap would meet a gap or an edge.
    """
    for piece in pieces:
        if isinstance(piece, Literal):
            return piece.text[side] in _WORD
        if not isinstance(piece, Group) or not piece.optional:
            return True
    return False


def _is_fixed(pieces: tuple[Piece, ...]) -> bool:
    """Say whether something certainly stands there: a gap beside nothing would be an edge."""
    return any(not isinstance(piece, Group) or not piece.optional for piece in pieces)


def _number(low: int | None, high: int | None) -> Node:
    """Whole numbers as digit ranges, a comma allowed before each group of three digits."""
    if low is None and high is None:
        return Seq((Rep(_ANY_DIGIT, 1, 3), Rep(_THOUSANDS, 0, None)))
    least = low or 0
    branches: list[Node] = []
    if high is None:
        digits = len(str(least))
        _add_ranges(branches, least, 10**digits - 1)
        groups = digits // 3
        if digits % 3:  # fill up to a whole group of three, then count groups only
            groups += 1
            _add_ranges(branches, 10**digits, 1000**groups - 1)
        leading = Seq((Digit(1, 9), Rep(_ANY_DIGIT, 0, 2)))
        branches.append(Seq((leading, Rep(_THOUSANDS, groups, None))))
    else:
        _add_ranges(branches, least, high)
    return Alt(tuple(branches))


def _add_ranges(branches: list[Node], low: int, high: int) -> None:
    """Add every number from `low` to `high`, by count of digits."""
    for digits in range(len(str(low)), len(str(high)) + 1):
        least = max(low, 10 ** (digits - 1) if digits > 1 else 0)
        most = min(high, 10**digits - 1)
        for row in _rows(str(least), str(most)):
            parts: list[Node] = []
            for i, (a, b) in enumerate(row):
                if i and (digits - i) % 3 == 0:
                    parts.append(_COMMA)
                parts.append(Lit(b"%d" % a) if a == b else Digit(a, b))
            branches.append(sequence(parts))


def _rows(low: str, high: str) -> list[list[tuple[int, int]]]:
    """Cut a range of numbers of equal length into rows of independent digit ranges."""
    if not low:
        return [[]]
    rest = len(low) - 1
    a, b = int(low[0]), int(high[0])
    if a == b:
        return [[(a, a), *row] for row in _rows(low[1:], high[1:])]
    rows: list[list[tuple[int, int]]] = []
    tail: list[list[tuple[int, int]]] = []
    if low[1:] != "0" * rest:
        rows += [[(a, a), *row] for row in _rows(low[1:], "9" * rest)]
        a += 1
    if high[1:] != "9" * rest:
        tail = [[(b, b), *row] for row in _rows("0" * rest, high[1:])]
        b -= 1
    if a <= b:
        rows.append([(a, b), *[(0, 9)] * rest])
    return rows + tail
