"""How much a script takes of a target, and what is refused.

Nothing is cut here: a script over a limit is an error that says what to drop. Only when asked
(`--trim`) is something left out (`trimming`).

Fails: SieveError.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.sieve.errors import SieveCode, SieveError
from coldstop.sieve.quote import quote
from coldstop.sieve.requires import set_names, strings, tests
from coldstop.sieve.script import Block, If, all_commands, below

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coldstop.sieve.script import Test
    from coldstop.sieve.targets import Target


def check(body: Block, text: str, target: Target, sizes: Mapping[str, int]) -> None:
    """Raise SieveError for the first limit of the target that a script passes.

    `sizes` gives the bytes of every rule, for the hint.
    """
    limits = target.limits
    largest = sorted(sizes, key=lambda name: -sizes[name])[:3]
    drop = "switch off a rule that takes much: " + ", ".join(
        f"{name} ({sizes[name]:,} bytes)" for name in largest
    )
    size = len(text.encode()) + text.count("\n")
    _within(
        SieveCode.SCRIPT_TOO_LARGE,
        "bytes of script",
        size,
        limits.script_bytes,
        target,
        f"{drop}; or leave out what matters least with --trim",
    )
    literal = max((len(quote(one).encode()) - 2 for one in strings(body)), default=0)
    _within(
        SieveCode.LITERAL_TOO_LONG,
        "bytes of one string",
        literal,
        limits.literal_bytes,
        target,
        "shorten the longest phrase, folder or address",
    )
    _within(
        SieveCode.TOO_MANY_VARIABLES,
        "variables",
        len(set_names(body)),
        limits.variables,
        target,
        drop,
    )
    _within(
        SieveCode.TOO_DEEP,
        "blocks inside one another",
        _depth(body),
        limits.blocks,
        target,
        "take conditions apart",
    )
    deepest = max(map(_test_depth, tests(body)), default=0)
    _within(
        SieveCode.TOO_DEEP,
        "tests inside one another",
        deepest,
        limits.tests,
        target,
        "take conditions apart into rules of their own",
    )
    count = sum(1 for _ in all_commands(body)) + sum(1 for _ in tests(body))
    _within(
        SieveCode.TOO_MANY_INSTRUCTIONS,
        "commands and tests",
        count,
        limits.instructions,
        target,
        drop,
    )


def _within(  # noqa: PLR0917 - the parts of a sentence, in their order
    code: SieveCode, what: str, found: int, limit: int | None, target: Target, hint: str
) -> None:
    if limit is not None and found > limit:
        raise SieveError(code, f"{found:,} {what}; {target.title} holds {limit:,}", hint)


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
