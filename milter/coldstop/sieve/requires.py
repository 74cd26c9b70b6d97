"""What a script uses: strings, variables, extensions. The `require` line is read off the tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from coldstop.sieve.quote import joined
from coldstop.sieve.script import (
    AddFlag,
    AddressTest,
    Always,
    Block,
    BodyTest,
    Command,
    Comment,
    Comparator,
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
    Vacation,
    all_commands,
    all_tests,
    strings_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldstop.sieve.script import String, Test


def tests(block: Block) -> Iterator[Test]:
    """Every test of a block and of the blocks inside it."""
    for command in all_commands(block):
        if isinstance(command, If):
            for branch in command.branches:
                yield from all_tests(branch.test)


def strings(block: Block) -> Iterator[String]:
    """Every string that a block holds."""
    for command in all_commands(block):
        match command:
            case Set():
                yield command.value
            case FileInto():
                yield command.folder
            case AddFlag():
                yield command.flag
            case Reject():
                yield command.reason
            case Vacation():
                yield command.handle
                yield command.subject
                yield command.reason
            case If() | Comment() | Discard() | Stop():
                pass
            case _ as never:
                assert_never(never)
    for test in tests(block):
        yield from strings_of(test)


def regexes(block: Block) -> Iterator[String]:
    """Every regular expression of a block."""
    for test in tests(block):
        yield from keys_of(test)


def keys_of(test: Test) -> tuple[String, ...]:
    """The regular expressions of one test itself."""
    match test:
        case HeaderTest() | AddressTest() | BodyTest():
            return test.keys if test.match is Match.REGEX else ()
        case StringTest():
            return (test.key,) if test.match is Match.REGEX else ()
        case Always() | Negation() | Every() | Some() | Exists() | DateTest() | SizeOver():
            return ()
        case _ as never:
            assert_never(never)


def references(block: Block) -> set[str]:
    """The variables that a block reads."""
    return {
        piece.name
        for string in strings(block)
        for piece in joined(string)
        if isinstance(piece, Ref)
    }


def set_names(block: Block) -> set[str]:
    """The variables that a block sets."""
    return {command.name for command in all_commands(block) if isinstance(command, Set)}


_ORDER = (
    "fileinto",
    "mailbox",
    "imap4flags",
    "reject",
    "ereject",
    "vacation",
    "envelope",
    "body",
    "variables",
    "relational",
    "comparator-i;ascii-numeric",
    "regex",
    "date",
    "index",
)


def extensions(block: Block) -> tuple[str, ...]:
    """The extensions that a block needs, in a fixed order.

    One that has no place in that order raises ValueError: it would be missing from `require`.
    """
    needed = {one for command in all_commands(block) for one in _of_command(command)}
    needed |= {one for test in tests(block) for one in _of_test(test)}
    return tuple(sorted(needed, key=_ORDER.index))


def _of_command(command: Command) -> tuple[str, ...]:
    match command:
        case Set():
            return ("variables",)
        case FileInto():
            return ("fileinto", "mailbox") if command.create else ("fileinto",)
        case AddFlag():
            return ("imap4flags",)
        case Reject():
            return (command.verb,)
        case Vacation():
            return ("vacation",)
        case If() | Comment() | Discard() | Stop():
            return ()
        case _ as never:
            assert_never(never)


def _of_test(test: Test) -> Iterator[str]:
    match test:
        case HeaderTest():
            if test.index:
                yield "index"
            yield from _of_match(test.match, test.comparator)
        case AddressTest():
            if test.envelope:
                yield "envelope"
            yield from _of_match(test.match, test.comparator)
        case BodyTest():
            yield "body"
            yield from _of_match(test.match, test.comparator)
        case StringTest():
            yield "variables"
            yield from _of_match(test.match, test.comparator)
        case DateTest():
            yield "date"
            yield "relational"
        case Always() | Negation() | Every() | Some() | Exists() | SizeOver():
            pass
        case _ as never:
            assert_never(never)


def _of_match(match: Match, comparator: Comparator) -> Iterator[str]:
    if match is Match.REGEX:
        yield "regex"
    if match is Match.COUNT_EQ:
        yield "relational"
    if comparator is Comparator.NUMERIC:
        yield "comparator-i;ascii-numeric"
