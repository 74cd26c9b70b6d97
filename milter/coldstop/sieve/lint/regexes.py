r"""Regular expressions that an engine refuses, or takes and never matches.

PCRE2 keeps a frame for every choice that it may have to undo, and an engine bounds them: a group
that is repeated without end takes two a round, unless it is possessive (`(...)++`). An expression
is read with its variables written out, as the engine reads it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from coldstop.sieve.lint.engines import Quirk
from coldstop.sieve.lint.findings import Code, Effect, Fault
from coldstop.sieve.regexsize import regex_size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldstop.sieve.lint.engines import Engine
    from coldstop.sieve.lint.parse import Text
    from coldstop.sieve.lint.walk import Walk

_PIECE: Final = re.compile(
    # A bracket without an end takes the rest: else every further one would be looked for in vain.
    r"\\.|\[\^?\]?(?:\[[:.=][^\]]{0,20}[:.=]\]|[^\]])*+(?:\]|\Z)|\((?:\?(?:[-a-z^]*:|[=!>|]|<[=!]))?|\)"
    r"|(?:[*+?]|\{\d+(?:,\d*)?\})[+?]?|[|]|[^\\\[()*+?{|]++|.",
    re.DOTALL,
)
_FORM: Final = re.compile(r"(?<!\\)\((?=\?)\?[^)]?")
_FRAMES: Final = 2
"""Of one round of a repeated group, about: of a depth of 100, 48 rounds pass and 50 do not."""
_LEAST: Final = 4
_LONG: Final = 40_000
"""Characters beyond which an expression is more than any PCRE with 64 KB holds."""


@dataclass(frozen=True, slots=True)
class Expression:
    """What a regular expression is made of."""

    groups: int
    """Those that capture."""
    repeated: str
    """The first repeated group that is not possessive and may take more rounds than asked for."""


def read(regex: str, rounds: int) -> Expression:
    """Look through an expression; what is none gives some numbers."""
    groups = 0
    repeated = ""
    opened: list[int] = []
    last: int | None = None
    for found in _PIECE.finditer(regex):
        piece = found[0]
        start, last = last, None
        if piece[0] == "(":
            groups += piece == "("
            opened.append(found.start())
        elif piece == ")":
            last = opened.pop() if opened else None
        if start is not None and not repeated and _many(piece, rounds):
            repeated = regex[start : found.end()]
    return Expression(groups, repeated)


def _many(piece: str, rounds: int) -> bool:
    """Whether this repeats more than so many rounds, and could be made to take fewer."""
    count = piece
    if len(piece) > 1 and piece[-1] in "+?":
        if piece[-1] == "+":
            return False  # possessive: a round leaves nothing behind
        count = piece[:-1]
    if count in {"*", "+"}:
        return True
    if count[0] != "{" or len(count) == 1:
        return False
    low, comma, high = count[1:-1].partition(",")
    return (comma == "," and not high) or int((high or low)[:9]) > rounds


def expressions(walk: Walk, engine: Engine) -> Iterator[Fault]:
    """Every key of a `:regex` test."""
    limits = engine.limits
    rounds = max(1, ((limits.regex_depth or 0) - _LEAST) // _FRAMES)
    for visit in walk.tests():
        call = visit.call
        if "regex" not in call.tags or not call.strings:
            continue
        keeps = walk.has_variables and call.name != "body"
        for text in call.strings[-1].items:
            regex = visit.values[text]
            if regex is None:
                continue
            found = read(regex, rounds)
            if limits.regex_depth is not None and found.repeated:
                yield _depth(text, found, rounds)
            if limits.regex_groups is not None and keeps and found.groups > limits.regex_groups:
                yield Fault(
                    Code.REGEX_GROUPS,
                    Effect.SILENT,
                    text.at,
                    f"{found.groups} groups in a key of {call.name}, which keeps what they match:"
                    f" beyond {limits.regex_groups} it never matches",
                    "divide the expression into several keys",
                )
            if engine.has(Quirk.POSIX_REGEX) and (bad := _FORM.search(regex)):
                yield Fault(
                    Code.REGEX_FORM,
                    Effect.REFUSED,
                    text.at,
                    f"{bad[0]!a} is no part of a POSIX expression",
                    "a plain group",
                )
            size = _size(regex) if limits.regex_size is not None else 0
            if limits.regex_size is not None and size > limits.regex_size:
                yield Fault(
                    Code.REGEX_SIZE,
                    Effect.REFUSED,
                    text.at,
                    f"about {size:,} bytes compiled, {limits.regex_size:,} are held",
                    "divide the expression into several keys",
                )


def _size(regex: str) -> int:
    """`regex_size` for expressions that anybody wrote: bounded, and all brackets with an end."""
    if len(regex) > _LONG:
        return 2 * len(regex)
    return regex_size(regex + "]" * (regex.rfind("[") > regex.rfind("]")))


def _depth(text: Text, found: Expression, rounds: int) -> Fault:
    return Fault(
        Code.REGEX_DEPTH,
        Effect.SILENT,
        text.at,
        f"{found.repeated[:60]!a} may take more than {rounds} rounds, beyond which the whole"
        " expression does not match",
        "make it possessive: (...)++",
    )
