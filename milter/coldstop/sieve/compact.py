"""Make a script small, for hosts that hold little: the same tests in fewer bytes.

What regular expressions have in common, from a gap between two words to a whole list, is written
once, in a variable; variables get short names; nobody's comments. A host puts the values in before
it reads the expression, so nothing changes but the length: `expanded` of the result is what went
in, and a test holds it to that.

Refuses nothing and cannot fail.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from heapq import heapreplace, nlargest, nsmallest
from itertools import product
from string import ascii_letters
from typing import TYPE_CHECKING

from coldstop.sieve.quote import DOLLAR, joined
from coldstop.sieve.requires import references, regexes, set_names, strings
from coldstop.sieve.rewrite import change_regexes, change_sets, rename, without_comments
from coldstop.sieve.script import Branch, If, Ref, Set

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from coldstop.sieve.script import Block, Command, String

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
        self.sizes: dict[str, int] = {}

    def char(self, token: str | Ref) -> str:
        """Give the character that stands for a token."""
        if token not in self._chars:
            char = chr(_FIRST + len(self._chars))
            self._chars[token] = char
            self._tokens[char] = token
            self.sizes[char] = _REF if isinstance(token, Ref) else len(token.encode())
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
        size = sum(map(self.sizes.__getitem__, text))
        return size * count - (_REF * count + _SET + size)


_FIRST = 0xF0000
"""Where private use begins; no token is a character of it, for tokens are never compared."""
_END = chr(_FIRST - 1)
"""Between two texts."""


def compact(block: Block, *, variables: int | None = None) -> tuple[Block, Block]:
    """Give the commands that define shared pieces, and the block that uses them.

    `variables`: how many a script may have in all.
    """
    block = without_comments(block)
    room = sys.maxsize
    values: set[String] = set()
    if variables is not None:
        # Few variables are left for what is shared; these serve again for each command.
        block = _said_once(block, values)
        room = variables - _own(block)
    alphabet = _Alphabet()
    uses = Counter((*regexes(block), *values))
    corpus = {string: alphabet.text(string) for string in uses}
    whole = {
        string: Ref(f"text{number}")
        for number, (string, count) in enumerate(uses.items())
        if alphabet.saving(corpus[string], count) > 0
    }
    if len(whole) > room:
        kept = nlargest(max(0, room), whole, lambda one: alphabet.saving(corpus[one], uses[one]))
        whole = {string: whole[string] for string in kept}
    # One text, so that counting and replacing are one look each.
    text = _END.join(corpus.values())
    pieces: dict[str, str] = {}
    for _ in range(_ROUNDS):
        saved = 0
        for piece in _candidates(text.split(_END), alphabet):
            count = text.count(piece)
            if len(whole) + len(pieces) < room and alphabet.saving(piece, count) > 0:
                saved += alphabet.saving(piece, count)
                char = alphabet.char(Ref(f"piece{len(pieces) + 1}"))
                pieces[char] = piece
                text = text.replace(piece, char)
        if saved < _ENOUGH:
            break
    # Later pieces swallow uses of earlier ones: what is used once is no longer worth a name.
    for char in list(pieces):
        if text.count(char) + sum(one.count(char) for one in pieces.values()) == 1:
            value = pieces.pop(char)
            pieces = {name: one.replace(char, value) for name, one in pieces.items()}
            text = text.replace(char, value)
    corpus = dict(zip(corpus, text.split(_END), strict=False))
    defined = [
        Set(name.name, alphabet.string(text))
        for char, text in pieces.items()
        for name in alphabet.string(char)
        if isinstance(name, Ref)
    ]
    defined += [Set(ref.name, alphabet.string(corpus[string])) for string, ref in whole.items()]

    def shared(string: String) -> String:
        return (whole[string],) if string in whole else alphabet.string(corpus[string])

    block = change_sets(block, lambda value: shared(value) if value in values else value)
    return tuple(defined), change_regexes(block, shared)


def _said_once(block: Block, values: set[String]) -> Block:
    """Set variables, always the same, to what a command asks for twice: in Subject and text."""
    done: list[Command] = []
    for command in block:
        if not isinstance(command, If):
            done.append(command)
            continue
        tests_ = If(tuple(Branch(branch.test, ()) for branch in command.branches))
        often = [key for key, count in Counter(regexes((tests_,))).items() if count > 1]
        again: dict[String, String] = {
            key: (Ref(f"again{number}"),) for number, key in enumerate(often, 1)
        }
        values.update(often)
        done += [Set(f"again{number}", key) for number, key in enumerate(often, 1)]
        (told,) = change_regexes((tests_,), lambda key, again=again: again.get(key, key))  # type: ignore[misc]
        assert isinstance(told, If)  # noqa: S101 - what went in
        branches = tuple(
            Branch(one.test, _said_once(branch.block, values))
            for one, branch in zip(told.branches, command.branches, strict=True)
        )
        done.append(If(branches, _said_once(command.otherwise, values)))
    return tuple(done)


def _own(block: Block) -> int:
    """How many variables a block has without shared pieces, that of the dollar included."""
    return len({DOLLAR, *set_names(block), *references(block)})


def _candidates(corpus: Iterable[str], alphabet: _Alphabet) -> list[str]:
    """Pieces that stand several times, those that save most first.

    Sorted beginnings of all that is left of a text: pieces that stand several times are what
    neighbours have in common.
    """
    tails = sorted(text[at : at + _LONGEST] for text in corpus for at in range(len(text)))
    sizes = alphabet.sizes
    found: list[tuple[int, int, str]] = []
    best = [0] * _CANDIDATES
    # Pieces that go on: where they begin among the tails, and how long they are.
    open_: list[tuple[int, int]] = []
    last = ""
    for at, tail in enumerate((*tails, "")):
        same = _in_common(last, tail)
        first = at
        while open_ and open_[-1][1] > same:
            first, length = open_.pop()
            shorter = max(same, open_[-1][1] if open_ else 0)
            count = at - first
            size = sum(map(sizes.__getitem__, last[:length]))
            for end in range(length, shorter, -1):
                saved = size * (count - 1) - _REF * count - _SET  # as `saving` says
                if saved <= 0 or saved < best[0]:
                    break  # what is shorter saves less
                found.append((-saved, end, last[:end]))
                heapreplace(best, saved)
                size -= sizes[last[end - 1]]
        if same and (not open_ or open_[-1][1] < same):
            # The first tail that shares so much is the one before, or where a longer one began.
            open_.append((min(first, at - 1), same))
        last = tail
    return [piece for _, _, piece in nsmallest(_CANDIDATES, found)]


def _in_common(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    at = 0
    for here, there in zip(one, other, strict=False):
        if here != there:
            break
        at += 1
    return at


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
