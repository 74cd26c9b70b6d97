"""The regular expressions of a script as the host will see them, their variables written out.

A script's values are set at the top or in front of the test that asks for them, so one walk in the
order of the text knows them. Refuses nothing and cannot fail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.sieve.quote import joined
from coldstop.sieve.requires import keys_of
from coldstop.sieve.script import BodyTest, If, Ref, Set, all_tests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldstop.sieve.script import Block, String


def seen(block: Block, values: dict[str, str] | None = None) -> Iterator[tuple[str, bool]]:
    """Give every expression, and whether the host keeps what its groups matched.

    It does for a `body` test on no host that is known (RFC 5229 leaves it open), for others always.
    """
    known = {} if values is None else values

    def written(string: String) -> str:
        return "".join(
            known.get(piece.name, "") if isinstance(piece, Ref) else piece
            for piece in joined(string)
        )

    for command in block:
        if isinstance(command, Set):
            known[command.name] = written(command.value)
        elif isinstance(command, If):
            for branch in command.branches:
                for test in all_tests(branch.test):
                    kept = not isinstance(test, BodyTest)
                    yield from ((written(key), kept) for key in keys_of(test))
                yield from seen(branch.block, known)
            yield from seen(command.otherwise, known)
