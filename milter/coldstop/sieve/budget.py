"""How much a script takes of a target, and what is refused.

Nothing is cut here: a script over a limit is an error that says what to drop. Towns, and when asked
(`--trim`) rules, are left out before it comes to that (`trimming`).

Fails: SieveError.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from coldstop.sieve.errors import SieveCode, SieveError
from coldstop.sieve.quote import quote
from coldstop.sieve.requires import set_names, strings, tests
from coldstop.sieve.script import Block, If, all_commands, below

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coldstop.sieve.script import Test
    from coldstop.sieve.targets import Target

_TOKEN: Final = re.compile(
    r'"(?:[^"\\]|\\.)*"|#[^\n]*|[A-Za-z_]+|[0-9]+[KMG]?|[][{}(),:;]', re.DOTALL
)

EACH_LESS: Final = frozenset(
    {
        SieveCode.SCRIPT_TOO_LARGE,
        SieveCode.TOO_MANY_TOKENS,
        SieveCode.TOO_MANY_VARIABLES,
        SieveCode.TOO_MANY_INSTRUCTIONS,
    }
)
"""Limits that every rule takes some of: leaving out rules helps."""


def check(body: Block, text: str, target: Target, sizes: Callable[[], Mapping[str, int]]) -> float:
    """Give how full a script makes its target: its share of the limit that is nearest.

    Raises SieveError for the first limit that it passes; `sizes` gives the bytes of every rule,
    for the hint.
    """
    limits = target.limits
    shares = [0.0]

    def drop() -> str:
        of_rules = sizes()
        largest = sorted(of_rules, key=lambda name: -of_rules[name])[:3]
        return (
            "switch off a rule that takes much: "
            + ", ".join(f"{name} ({of_rules[name]:,} bytes)" for name in largest)
            + "; or leave out what matters least with --trim"
        )

    def within(
        code: SieveCode, what: str, found: int, limit: int | None, hint: str | None = None
    ) -> None:
        if limit is None:
            return
        if code in EACH_LESS:
            shares.append(found / max(limit, 1))
        if found > limit:
            told = f"{found:,} {what}; {target.title} holds {limit:,}"
            raise SieveError(code, told, drop() if hint is None else hint, found / max(limit, 1))

    size = bytes_of(text)
    within(SieveCode.SCRIPT_TOO_LARGE, "bytes of script", size, limits.script_bytes)
    if limits.tokens is not None:
        within(SieveCode.TOO_MANY_TOKENS, "tokens", tokens_of(text), limits.tokens)
    literal = max((len(quote(one).encode()) - 2 for one in strings(body)), default=0)
    within(
        SieveCode.LITERAL_TOO_LONG,
        "bytes of one string",
        literal,
        limits.literal_bytes,
        "shorten the longest phrase, folder or address",
    )
    within(SieveCode.TOO_MANY_VARIABLES, "variables", len(set_names(body)), limits.variables)
    within(
        SieveCode.TOO_DEEP,
        "blocks inside one another",
        _depth(body),
        limits.blocks,
        "take conditions apart",
    )
    within(
        SieveCode.TOO_DEEP,
        "tests inside one another",
        max(map(_test_depth, tests(body)), default=0),
        limits.tests,
        "take conditions apart into rules of their own",
    )
    count = sum(1 for _ in all_commands(body)) + sum(1 for _ in tests(body))
    within(SieveCode.TOO_MANY_INSTRUCTIONS, "commands and tests", count, limits.instructions)
    return max(shares)


def bytes_of(text: str) -> int:
    """Give the size of a script with CRLF (RFC 5228 §2.2)."""
    return len(text.encode()) + text.count("\n")


def tokens_of(text: str) -> int:
    """Count words, numbers, strings and marks; a tag is two, its colon and its word.

    That is how go-sieve counts, the only engine that is known to.
    """
    return sum(1 for found in _TOKEN.finditer(text) if found[0][0] != "#")


def _depth(block: Block) -> int:
    inner = [
        _depth(one)
        for command in block
        if isinstance(command, If)
        for one in (*(branch.block for branch in command.branches), command.otherwise)
    ]
    return 1 + max(inner) if inner else 0


def _test_depth(test: Test) -> int:
    return 1 + max(map(_test_depth, below(test)), default=0)
