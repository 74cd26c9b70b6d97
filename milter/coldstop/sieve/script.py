"""The syntax tree of a script: what is written, with no text of its own.

Plain frozen data, compared by value. Only `render` knows how any of it is spelled. A `String` is
literal text, or pieces of it with variables between them; literal text never holds a variable,
whatever it looks like (`quote`).

Refuses nothing and cannot fail.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, TypeAlias, assert_never

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Ref:
    """The value of a variable inside a string."""

    name: str


String: TypeAlias = str | tuple[str | Ref, ...]


class Match(StrEnum):
    """How a value is compared with a key."""

    IS = "is"
    CONTAINS = "contains"
    MATCHES = "matches"
    REGEX = "regex"
    COUNT_EQ = 'count "eq"'


class Comparator(StrEnum):
    """How letters are compared. A `string` test has no default that all hosts share."""

    OCTET = "i;octet"
    CASEMAP = "i;ascii-casemap"
    NUMERIC = "i;ascii-numeric"


# --- tests ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Always:
    """`true` or `false`."""

    value: bool


@dataclass(frozen=True, slots=True)
class Negation:
    """`not`."""

    test: Test


@dataclass(frozen=True, slots=True)
class Every:
    """`allof`."""

    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """`anyof`."""

    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class HeaderTest:
    """`header`: every instance, unfolded and decoded; with `index` only that instance."""

    names: tuple[String, ...]
    match: Match
    keys: tuple[String, ...]
    comparator: Comparator = Comparator.CASEMAP
    index: int = 0


class Part(StrEnum):
    """Which part of an address is compared."""

    ALL = "all"
    DOMAIN = "domain"
    LOCAL = "localpart"


@dataclass(frozen=True, slots=True)
class AddressTest:
    """`address`, or `envelope` for the sender that the SMTP session named."""

    part: Part
    match: Match
    field: str | tuple[str, ...]
    keys: tuple[String, ...]
    comparator: Comparator = Comparator.CASEMAP
    envelope: bool = False


@dataclass(frozen=True, slots=True)
class Exists:
    """`exists`, for one field."""

    name: String


@dataclass(frozen=True, slots=True)
class BodyTest:
    """`body :content ["text/plain", "text/html"]`: never any other form (facts on Sieve hosts)."""

    match: Match
    keys: tuple[String, ...]
    comparator: Comparator = Comparator.OCTET


@dataclass(frozen=True, slots=True)
class StringTest:
    """`string`, one key only (some hosts look at the last key alone)."""

    source: String
    match: Match
    key: String
    comparator: Comparator = Comparator.OCTET


@dataclass(frozen=True, slots=True)
class DateTest:
    """`currentdate`: today is that day or later."""

    since: str
    """`2027-03-01`."""


@dataclass(frozen=True, slots=True)
class SizeOver:
    """`size :over`."""

    size: int


Test: TypeAlias = (
    Always
    | Negation
    | Every
    | Some
    | HeaderTest
    | AddressTest
    | Exists
    | BodyTest
    | StringTest
    | DateTest
    | SizeOver
)

# --- commands -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Comment:
    """A line for people."""

    text: str


@dataclass(frozen=True, slots=True)
class Set:
    """`set`; with `length` the variable becomes the number of characters of the value."""

    name: str
    value: String
    length: bool = False
    lower: bool = False


@dataclass(frozen=True, slots=True)
class Branch:
    """A test and what is done where it holds."""

    test: Test
    block: Block


@dataclass(frozen=True, slots=True)
class If:
    """`if`, `elsif`, `else`."""

    branches: tuple[Branch, ...]
    otherwise: Block = ()


@dataclass(frozen=True, slots=True)
class FileInto:
    """`fileinto`."""

    folder: String
    create: bool


@dataclass(frozen=True, slots=True)
class AddFlag:
    """`addflag`."""

    flag: String


@dataclass(frozen=True, slots=True)
class Discard:
    """`discard`."""


@dataclass(frozen=True, slots=True)
class Reject:
    """`reject` or `ereject`: nothing is kept, and the sender reads why (RFC 5429)."""

    verb: Literal["reject", "ereject"]
    reason: String


@dataclass(frozen=True, slots=True)
class Vacation:
    """`vacation`: answer the sender once in so many days, whatever else is done (RFC 5230)."""

    days: int
    handle: String
    subject: String
    reason: String


@dataclass(frozen=True, slots=True)
class Stop:
    """`stop`."""


Command: TypeAlias = Comment | Set | If | FileInto | AddFlag | Discard | Reject | Vacation | Stop
Block: TypeAlias = tuple[Command, ...]

TRUE = Always(value=True)
FALSE = Always(value=False)


def when(test: Test, *block: Command) -> Block:
    """One `if` without alternatives; nothing at all where the test can never hold."""
    if test == FALSE or not block:
        return ()
    if test == TRUE:
        return block
    return (If((Branch(test, block),)),)


def below(test: Test) -> tuple[Test, ...]:
    """The tests directly inside a test."""
    match test:
        case Every() | Some():
            return test.tests
        case Negation():
            return (test.test,)
        case (
            Always()
            | HeaderTest()
            | AddressTest()
            | Exists()
            | BodyTest()
            | StringTest()
            | DateTest()
            | SizeOver()
        ):
            return ()
        case _ as never:
            assert_never(never)


def all_tests(test: Test) -> Iterator[Test]:
    """A test and all tests inside it."""
    yield test
    for one in below(test):
        yield from all_tests(one)


def all_commands(block: Block) -> Iterator[Command]:
    """The commands of a block and of all blocks inside it."""
    for command in block:
        yield command
        if isinstance(command, If):
            for branch in command.branches:
                yield from all_commands(branch.block)
            yield from all_commands(command.otherwise)


def strings_of(test: Test) -> tuple[String, ...]:
    """The strings that a test itself holds."""
    match test:
        case HeaderTest():
            return (*test.names, *test.keys)
        case AddressTest() | BodyTest():
            return test.keys
        case Exists():
            return (test.name,)
        case StringTest():
            return (test.source, test.key)
        case Always() | Negation() | Every() | Some() | DateTest() | SizeOver():
            return ()
        case _ as never:
            assert_never(never)
