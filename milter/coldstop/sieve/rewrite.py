"""Change every string of a tree, or the names of its variables, and nothing else.

Refuses nothing and cannot fail.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from coldstop.sieve.quote import joined
from coldstop.sieve.script import (
    AddFlag,
    AddressTest,
    Always,
    Block,
    BodyTest,
    Branch,
    Command,
    Comment,
    DateTest,
    Discard,
    Every,
    Exists,
    FileInto,
    HeaderTest,
    If,
    Match,
    Negation,
    Ref,
    Reject,
    Set,
    SizeOver,
    Some,
    Stop,
    StringTest,
    Test,
    Vacation,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coldstop.sieve.script import String


def rename(block: Block, names: Mapping[str, str]) -> Block:
    """Give variables other names."""

    def renamed(string: String) -> String:
        if isinstance(string, str):
            return string
        return tuple(
            Ref(names.get(piece.name, piece.name)) if isinstance(piece, Ref) else piece
            for piece in string
        )

    def in_command(command: Command) -> Command:
        if isinstance(command, Set):
            return replace(command, name=names.get(command.name, command.name))
        return command

    return _block(block, renamed, renamed, in_command)


def change_regexes(block: Block, change: Callable[[String], String]) -> Block:
    """Replace the keys of all `:regex` tests."""
    return _block(block, lambda string: string, change, lambda command: command)


def change_sets(block: Block, change: Callable[[String], String]) -> Block:
    """Replace the values that variables are set to."""

    def in_command(command: Command) -> Command:
        return (
            replace(command, value=change(command.value)) if isinstance(command, Set) else command
        )

    return _block(block, lambda string: string, lambda string: string, in_command)


def change_guards(block: Block, size: int) -> Block:
    """Let all guards ask for another size of message (`lower.text.guarded`)."""
    sized = SizeOver(size)

    def in_test(test: Test) -> Test:
        match test:
            case SizeOver():
                return sized
            case Every():
                return Every(tuple(map(in_test, test.tests)))
            case Some():
                return Some(tuple(map(in_test, test.tests)))
            case Negation():
                return Negation(in_test(test.test))
            case _:
                return test

    def in_command(command: Command) -> Command:
        if not isinstance(command, If):
            return command
        branches = tuple(
            Branch(in_test(one.test), tuple(map(in_command, one.block))) for one in command.branches
        )
        return If(branches, tuple(map(in_command, command.otherwise)))

    return tuple(map(in_command, block))


def without_comments(block: Block) -> Block:
    """Leave out what only people read."""
    return tuple(
        replace(
            command,
            branches=tuple(
                replace(branch, block=without_comments(branch.block)) for branch in command.branches
            ),
            otherwise=without_comments(command.otherwise),
        )
        if isinstance(command, If)
        else command
        for command in block
        if not isinstance(command, Comment)
    )


def expanded(string: String, values: Mapping[str, String]) -> str:
    """Give a string with its variables written out, as a host will see it."""
    return "".join(
        piece if isinstance(piece, str) else expanded(values.get(piece.name, ""), values)
        for piece in joined(string)
    )


def _block(
    block: Block,
    plain: Callable[[String], String],
    regex: Callable[[String], String],
    command_: Callable[[Command], Command],
) -> Block:
    def in_test(test: Test) -> Test:
        match test:
            case Every():
                return Every(tuple(map(in_test, test.tests)))
            case Some():
                return Some(tuple(map(in_test, test.tests)))
            case Negation():
                return Negation(in_test(test.test))
            case HeaderTest():
                return replace(
                    test, names=tuple(map(plain, test.names)), keys=_keys(test.keys, test.match)
                )
            case AddressTest() | BodyTest():
                return replace(test, keys=_keys(test.keys, test.match))
            case Exists():
                return Exists(plain(test.name))
            case StringTest():
                (key,) = _keys((test.key,), test.match)
                return replace(test, source=plain(test.source), key=key)
            case Always() | DateTest() | SizeOver():
                return test
            case _ as never:
                assert_never(never)

    def _keys(keys: tuple[String, ...], match: Match) -> tuple[String, ...]:
        return tuple(map(regex if match is Match.REGEX else plain, keys))

    def in_command(command: Command) -> Command:
        command = command_(command)
        match command:
            case Set():
                return replace(command, value=plain(command.value))
            case FileInto():
                return replace(command, folder=plain(command.folder))
            case AddFlag():
                return replace(command, flag=plain(command.flag))
            case Reject():
                return replace(command, reason=plain(command.reason))
            case Vacation():
                return replace(
                    command,
                    handle=plain(command.handle),
                    subject=plain(command.subject),
                    reason=plain(command.reason),
                )
            case If():
                branches = tuple(
                    Branch(in_test(branch.test), tuple(map(in_command, branch.block)))
                    for branch in command.branches
                )
                return If(branches, tuple(map(in_command, command.otherwise)))
            case Comment() | Discard() | Stop():
                return command
            case _ as never:
                assert_never(never)

    return tuple(map(in_command, block))
