"""The words without which a phrase cannot stand in a text: what a cheap look asks for first.

Letters and digits of a phrase stand unbroken in raw text, whatever gaps are made of, so every run
of them that a phrase cannot do without is a *needed word*; where a phrase has a choice, each choice
names one. Words that stand in nearly every mail are none: a look for them would spare nothing.

Refuses nothing and cannot fail.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from coldstop.lexicon.lower import Alt, Lit, Mark, Node, Rep, Seq, lower

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from coldstop.lexicon.phrase import Phrase

_RUN = re.compile(rb"[0-9a-z]+")
_COMMON = frozenset(
    b"a about after all also am an and any are as at back be been best but by can click could "
    b"dear do email first for free from get good have hello help here hi how i if in information "
    b"into is it its just know like ll looking mail me month more most my name need new next no "
    b"not now of on one only or other our out over please re read right s see send service so some "
    b"sum t team than thank that the their them then there these they this time to today two up us "
    b"use ve view was way we week well were what when which who will with work would year you "
    b"your".split()
)
_FREQUENT = frozenset(
    b"account based business call company contact day email experience find follow following full "
    b"group interest interested job jobs lead level link make manager market meet message note "
    b"number offer open opportunity order part people position product program project put reach "
    b"receive required role search services share site skills start support take talk technical "
    b"track updated years".split()
)
"""Words that stand in much mail that is no pitch."""


class Word(NamedTuple):
    """A run of letters and digits, in lower case."""

    text: str
    left: bool
    """No letter or digit stands before it."""
    right: bool
    """No letter or digit stands behind it."""


Words: TypeAlias = frozenset[Word]


def needed_words(phrase: Phrase) -> Words | None:
    """Words of which one stands in whatever holds the phrase; None: only common ones, or none."""
    words = _of(lower(phrase), left=True, right=True)
    return None if words is None or any(_cost(word) >= 1 for word in words) else words


def _of(node: Node, *, left: bool, right: bool) -> Words | None:
    """The rarest words; `left`, `right`: what stands there is no letter or digit."""
    match node:
        case Lit():
            return _rarest(
                frozenset({_word(node.text, found, left=left, right=right)})
                for found in _RUN.finditer(node.text)
            )
        case Seq():
            return _rarest(_parts(node.parts, left=left, right=right))
        case Alt():
            each = [_of(one, left=left, right=right) for one in node.branches]
            known = [words for words in each if words is not None]
            return frozenset().union(*known) if len(known) == len(each) else None
        case Rep() if node.low:
            once = node.high == 1
            return _of(node.node, left=left and once, right=right and once)
        case _:
            return None


def _word(text: bytes, found: re.Match[bytes], *, left: bool, right: bool) -> Word:
    return Word(
        found[0].decode(),
        left or found.start() > 0,
        right or found.end() < len(text),
    )


def _parts(parts: Sequence[Node], *, left: bool, right: bool) -> Iterator[Words]:
    for at, part in enumerate(parts):
        words = _of(
            part,
            left=_set_off(parts[:at][::-1], -1, edge=left),
            right=_set_off(parts[at + 1 :], 0, edge=right),
        )
        if words is not None:
            yield words


def _set_off(parts: Sequence[Node], side: int, *, edge: bool) -> bool:
    """Say whether what comes next is certainly no letter or digit; `side` -1: to the left."""
    for part in parts:
        match part:
            case Lit():
                return not part.text[side : side + 1 or None].isalnum()
            case Mark.JOINT:
                return True
            case Rep():
                inner = part.node.parts if isinstance(part.node, Seq) else (part.node,)
                if not _set_off(inner[::-1] if side else inner, side, edge=False):
                    return False
                if part.low:
                    return True
            case _:
                return False
    return edge


def _rarest(choices: Iterable[Words]) -> Words | None:
    return min(choices, key=lambda words: sum(map(_cost, words)), default=None)


def _cost(word: Word) -> float:
    if word.text.encode() in _COMMON:
        return 1.0
    if is_frequent(word):
        return 0.1
    return min(0.9, 2.0 ** -len(word.text) * (1 if word.left and word.right else 3))


def is_frequent(word: Word) -> bool:
    """Say whether mail of every sort has the word."""
    return word.text.encode() in _FREQUENT


def fewest(words: Words) -> Words:
    """Leave out words that hold another one: where they stand, it stands, too."""
    kept: list[Word] = []
    for word in sorted(words, key=lambda word: (len(word.text), word.left + word.right)):
        if not any(_within(short, word) for short in kept):
            kept.append(word)
    return frozenset(kept)


def _within(short: Word, word: Word) -> bool:
    if short.left and not (word.left and word.text.startswith(short.text)):
        return False
    if short.right and not (word.right and word.text.endswith(short.text)):
        return False
    if short.left and short.right:
        return short.text == word.text
    return short.text in word.text
