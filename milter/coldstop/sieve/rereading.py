"""Say the same to hosts that look for variables in the value of a variable, too.

There `${dollar}{name}` becomes `${name}` and then nothing, and every text holds nothing. So a key
with `${` is written as a pattern: `$`, any one character, and the rest. An empty block, where a
host takes none, sets a variable that nobody reads.

Where no pattern can stand, in a folder's name or an answer, the dollar stays a variable: a target
says with `never_in_folders` that the name comes out otherwise. Refuses (`SieveError`,
`unquotable`): `${` in a regular expression.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from coldstop.sieve.errors import SieveCode, SieveError
from coldstop.sieve.quote import uses_dollar, wildcards
from coldstop.sieve.script import (
    AddressTest,
    Block,
    BodyTest,
    Branch,
    Command,
    Every,
    HeaderTest,
    If,
    Match,
    Negation,
    Set,
    Some,
    StringTest,
    Test,
)
from coldstop.sieve.simplify import every, negated, some

if TYPE_CHECKING:
    from coldstop.sieve.script import String

NOTHING: Final = "nothing"
"""The variable that fills an empty block."""


def without_dollars(block: Block) -> Block:
    """Give a block none of whose keys holds `${`; raises SieveError where that cannot be."""
    return tuple(map(_command, block))


def without_empty_blocks(block: Block) -> Block:
    """Put a command into every block that has none."""
    filler = (Set(NOTHING, ""),)
    return tuple(
        If(
            tuple(
                Branch(one.test, without_empty_blocks(one.block) or filler)
                for one in command.branches
            ),
            without_empty_blocks(command.otherwise),
        )
        if isinstance(command, If)
        else command
        for command in block
    )


def _command(command: Command) -> Command:
    if not isinstance(command, If):
        return command
    return If(
        tuple(
            Branch(_test(branch.test), tuple(map(_command, branch.block)))
            for branch in command.branches
        ),
        tuple(map(_command, command.otherwise)),
    )


def _test(test: Test) -> Test:
    match test:
        case Every():
            return every(map(_test, test.tests))
        case Some():
            return some(map(_test, test.tests))
        case Negation():
            return negated(_test(test.test))
        case HeaderTest() | AddressTest() | BodyTest() if any(map(uses_dollar, test.keys)):
            rest = tuple(key for key in test.keys if not uses_dollar(key))
            odd = tuple(_pattern(key, test.match) for key in test.keys if uses_dollar(key))
            patterns = replace(test, match=Match.MATCHES, keys=odd)
            return some((replace(test, keys=rest), patterns)) if rest else patterns
        case StringTest() if uses_dollar(test.key):
            return replace(test, match=Match.MATCHES, key=_pattern(test.key, test.match))
        case _:
            return test


def _pattern(key: String, match: Match) -> String:
    """`Hi ${name}` as `*Hi $?name}*`, or without the stars where the whole has to be the same."""
    text = key if isinstance(key, str) else None
    if text is None or match not in {Match.IS, Match.CONTAINS, Match.MATCHES}:
        raise SieveError(
            SieveCode.UNQUOTABLE, "${ cannot stand there on this host", "leave the phrase out"
        )
    # In a pattern the dollar means itself, and the brace is one of all characters.
    written = (text if match is Match.MATCHES else wildcards(text)).replace("${", "$?")
    return f"*{written}*" if match is Match.CONTAINS else written
