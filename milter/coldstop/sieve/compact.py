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

from coldstop.sieve.requires import regexes, set_names, strings
from coldstop.sieve.rewrite import change_regexes, rename, without_comments
from coldstop.sieve.script import Ref, Set

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from coldstop.sieve.script import Block, String

_TOKEN = re.compile(
    r"[A-Za-z0-9]+|\[\[:[a-z]+:\]\]|\[\^?[^\]]*\]|\\.|\$\)?|\{\d+,?\d*\}|.", re.DOTALL
)
_LONGEST = 20
"""Tokens of one shared piece; a longer one is found in two rounds."""
_ROUNDS = 8
_CANDIDATES = 150
"""Pieces that one round looks at."""
_REF = 5
"""Bytes of a variable inside a string, about."""
_SET = 12
"""Bytes of a command that sets one, besides its value."""

Tokens = tuple[str | Ref, ...]


def compact(block: Block) -> tuple[Block, Block]:
    """Give the commands that define shared pieces, and the block that uses them."""
    block = without_comments(block)
    uses = Counter(regexes(block))
    whole = {
        string: Ref(f"text{number}")
        for number, string in enumerate(uses)
        if _saving(_tokens(string), uses[string]) > 0
    }
    corpus = {string: _tokens(string) for string in uses}
    pieces: dict[Ref, Tokens] = {}
    for _ in range(_ROUNDS):
        found = _candidates(corpus.values())
        taken = 0
        for tokens in found:
            texts = list(corpus.values())
            if _saving(tokens, sum(_count(text, tokens) for text in texts)) <= 0:
                continue
            ref = Ref(f"piece{len(pieces) + 1}")
            pieces[ref] = tokens
            corpus = {string: _replaced(text, tokens, ref) for string, text in corpus.items()}
            taken += 1
        if not taken:
            break
    # Later pieces swallow uses of earlier ones: what is used once is no longer worth a name.
    for ref in list(pieces):
        texts = [*pieces.values(), *corpus.values()]
        if sum(text.count(ref) for text in texts) == 1:
            value = pieces.pop(ref)
            pieces = {one: _filled(text, ref, value) for one, text in pieces.items()}
            corpus = {one: _filled(text, ref, value) for one, text in corpus.items()}
    defined = [Set(ref.name, tokens) for ref, tokens in pieces.items()]
    defined += [Set(ref.name, corpus[string]) for string, ref in whole.items()]
    block = change_regexes(
        block, lambda string: (whole[string],) if string in whole else corpus[string]
    )
    return tuple(defined), block


def shorten(block: Block) -> Block:
    """Give every variable the shortest name that is free, the most used first."""
    uses = Counter(
        piece.name
        for string in strings(block)
        if not isinstance(string, str)
        for piece in string
        if isinstance(piece, Ref) and not piece.name.isdigit()
    )
    names = sorted({*uses, *set_names(block)}, key=lambda name: (-uses[name], name))
    return rename(block, dict(zip(names, _names(), strict=False)))


def _names() -> Iterator[str]:
    # Names of variables ignore case (RFC 5229 §3).
    letters = ascii_letters[:26]
    yield from letters
    for pair in product(letters, letters + "0123456789"):
        yield "".join(pair)
    for three in product(letters, repeat=3):
        yield "".join(three)


def _tokens(string: String) -> Tokens:
    pieces = (string,) if isinstance(string, str) else string
    return tuple(
        token
        for piece in pieces
        for token in ((piece,) if isinstance(piece, Ref) else _TOKEN.findall(piece))
    )


def _size(token: str | Ref) -> int:
    return _REF if isinstance(token, Ref) else len(token.encode())


def _candidates(corpus: Iterable[Tokens]) -> list[Tokens]:
    """Pieces that stand several times, those that save most first."""
    seen: Counter[Tokens] = Counter()
    for tokens in corpus:
        for start in range(len(tokens)):
            for end in range(start + 1, min(len(tokens), start + _LONGEST) + 1):
                seen[tokens[start:end]] += 1
    worth = {
        tokens: saved
        for tokens, count in seen.items()
        if count > 1 and (saved := _saving(tokens, count)) > 0
    }
    return nsmallest(_CANDIDATES, worth, key=lambda one: (-worth[one], len(one), str(one)))


def _count(text: Tokens, tokens: Tokens) -> int:
    if tokens[0] not in text:
        return 0
    found = at = 0
    while at + len(tokens) <= len(text):
        if text[at : at + len(tokens)] == tokens:
            found += 1
            at += len(tokens)
        else:
            at += 1
    return found


def _saving(tokens: Tokens, count: int) -> int:
    size = sum(map(_size, tokens))
    return size * count - (_REF * count + _SET + size)


def _filled(text: Tokens, ref: Ref, value: Tokens) -> Tokens:
    if ref not in text:
        return text
    at = text.index(ref)
    return (*text[:at], *value, *text[at + 1 :])


def _replaced(text: Tokens, tokens: Tokens, ref: Ref) -> Tokens:
    if tokens[0] not in text:
        return text
    result: list[str | Ref] = []
    at, length = 0, len(tokens)
    while at < len(text):
        if text[at : at + length] == tokens:
            result.append(ref)
            at += length
        else:
            result.append(text[at])
            at += 1
    return tuple(result)
