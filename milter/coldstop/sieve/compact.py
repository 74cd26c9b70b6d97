"""Make a script small, for hosts that hold little: the same tests in fewer bytes.

What regular expressions have in common, from a gap between two words to a whole list, is written
once, in a variable; variables get short names; nobody's comments. A host puts the values in before
it reads the expression, so nothing changes but the length: `expanded` of the result is what went
in, and a test holds it to that.

Refuses nothing and cannot fail.
"""

from __future__ import annotations

import re
from collections import Counter
from heapq import nsmallest
from itertools import product
from string import ascii_letters
from typing import TYPE_CHECKING

from coldstop.sieve.quote import DOLLAR, joined
from coldstop.sieve.requires import regexes, set_names, strings
from coldstop.sieve.rewrite import change_regexes, rename, without_comments
from coldstop.sieve.script import Ref, Set

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from coldstop.sieve.script import Block, String

_TOKEN = re.compile(
    r"[A-Za-z0-9]+|\[\[:[a-z]+:\]\]|\[\^?[^\]]*\]|\\.|\$\)?|\{\d+,?\d*\}|.", re.DOTALL
)
_LONGEST = 30
"""Tokens of one shared piece; a longer one is found in two rounds."""
_ROUNDS = 12
_CANDIDATES = 150
"""Pieces that one round looks at."""
_ENOUGH = 40
"""Bytes that a round must save for there to be another."""
_REF = 5
"""Bytes of a variable inside a string, about."""
_SET = 12
"""Bytes of a command that sets one, besides its value."""


class _Alphabet:
    """Tokens as single characters, so that texts are plain strings while pieces are looked for."""

    def __init__(self) -> None:
        self._chars: dict[str | Ref, str] = {}
        self._tokens: dict[str, str | Ref] = {}
        self._sizes: dict[str, int] = {}

    def char(self, token: str | Ref) -> str:
        """Give the character that stands for a token."""
        if token not in self._chars:
            char = chr(_FIRST + len(self._chars))
            self._chars[token] = char
            self._tokens[char] = token
            self._sizes[char] = _REF if isinstance(token, Ref) else len(token.encode())
        return self._chars[token]

    def text(self, string: String) -> str:
        """Write a string in this alphabet."""
        return "".join(
            self.char(token)
            for piece in joined(string)
            for token in ((piece,) if isinstance(piece, Ref) else _TOKEN.findall(piece))
        )

    def string(self, text: str) -> String:
        """Read it back."""
        return tuple(self._tokens[char] for char in text)

    def saving(self, text: str, count: int) -> int:
        """Bytes that a variable for a text saves where the text stands so often."""
        size = sum(map(self._sizes.__getitem__, text))
        return size * count - (_REF * count + _SET + size)


_FIRST = 0xF0000
"""Where private use begins; no token is a character of it, for tokens are never compared."""


def compact(block: Block) -> tuple[Block, Block]:
    """Give the commands that define shared pieces, and the block that uses them."""
    block = without_comments(block)
    alphabet = _Alphabet()
    uses = Counter(regexes(block))
    corpus = {string: alphabet.text(string) for string in uses}
    whole = {
        string: Ref(f"text{number}")
        for number, (string, count) in enumerate(uses.items())
        if alphabet.saving(corpus[string], count) > 0
    }
    pieces: dict[str, str] = {}
    for _ in range(_ROUNDS):
        saved = 0
        for text in _candidates(corpus.values(), alphabet):
            count = sum(one.count(text) for one in corpus.values())
            if alphabet.saving(text, count) > 0:
                saved += alphabet.saving(text, count)
                char = alphabet.char(Ref(f"piece{len(pieces) + 1}"))
                pieces[char] = text
                corpus = {string: one.replace(text, char) for string, one in corpus.items()}
        if saved < _ENOUGH:
            break
    # Later pieces swallow uses of earlier ones: what is used once is no longer worth a name.
    for char in list(pieces):
        if sum(one.count(char) for one in (*pieces.values(), *corpus.values())) == 1:
            value = pieces.pop(char)
            pieces = {name: one.replace(char, value) for name, one in pieces.items()}
            corpus = {string: one.replace(char, value) for string, one in corpus.items()}
    defined = [
        Set(name.name, alphabet.string(text))
        for char, text in pieces.items()
        for name in alphabet.string(char)
        if isinstance(name, Ref)
    ]
    defined += [Set(ref.name, alphabet.string(corpus[string])) for string, ref in whole.items()]
    block = change_regexes(
        block,
        lambda string: (whole[string],) if string in whole else alphabet.string(corpus[string]),
    )
    return tuple(defined), block


def _candidates(corpus: Iterable[str], alphabet: _Alphabet) -> list[str]:
    """Pieces that stand several times, those that save most first."""
    worth: dict[str, int] = {}
    places = [(text, start) for text in corpus for start in range(len(text))]
    for length in range(1, _LONGEST + 1):
        here = [text[start : start + length] for text, start in places]
        seen = Counter(here)
        # A piece that stands once cannot begin a longer one that stands twice.
        places = [
            place
            for place, piece in zip(places, here, strict=True)
            if seen[piece] > 1 and place[1] + length < len(place[0])
        ]
        for text, count in seen.items():
            if count > 1 and (saved := alphabet.saving(text, count)) > 0:
                worth[text] = saved
    return nsmallest(_CANDIDATES, worth, key=lambda text: (-worth[text], len(text), text))


def shorten(block: Block) -> Block:
    """Give every variable the shortest name that is free, the most used first."""
    uses = Counter(
        piece.name
        for string in strings(block)
        if not isinstance(string, str)
        for piece in string
        if isinstance(piece, Ref) and not piece.name.isdigit()
    )
    # `quote` writes the dollar of a literal `${` by its own name.
    free = {*uses, *set_names(block)} - {DOLLAR}
    names = sorted(free, key=lambda name: (-uses[name], name))
    return rename(block, dict(zip(names, _names(), strict=False)))


def _names() -> Iterator[str]:
    # Names of variables ignore case (RFC 5229 §3).
    letters = ascii_letters[:26]
    yield from letters
    for pair in product(letters, letters + "0123456789"):
        yield "".join(pair)
    for three in product(letters, repeat=3):
        yield "".join(three)
