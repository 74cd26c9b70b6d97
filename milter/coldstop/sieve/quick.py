"""Make a script quick where libc reads its regular expressions: the same tests for less work.

glibc compiles an expression each time that it is asked for, and one that may begin anywhere, as
`(^|>)...` may, it tries anew at every character. Two changes, neither of which can change a result:

* *Words first.* What every match of some tests must hold (`lower.words`) is looked for once, for a
  group of them; where no such word stands, none of the tests is made. Words are looked for without
  regard to what stands around them, so they are found too often, never too rarely.
* *One beginning at a time.* `(^|>)X` in a text part becomes `>X` and `^X`: libc skips to the next
  `>`, or tries once at the start. `X` is written once, in a variable.

Refuses nothing and cannot fail.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING, Final, TypeAlias

from coldstop.sieve.lower.spelling import common_head, factored
from coldstop.sieve.lower.text import guarded
from coldstop.sieve.lower.words import Words, fewest, is_frequent
from coldstop.sieve.script import (
    Block,
    BodyTest,
    Branch,
    Command,
    Comparator,
    Every,
    HeaderTest,
    If,
    Match,
    Negation,
    Ref,
    Set,
    Some,
    String,
    StringTest,
    Test,
    all_tests,
    when,
)
from coldstop.sieve.simplify import every, negated, some

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_BEGINNING: Final = "(^|>)"
_WORDS, _TEXT = "words", "text"
_IN_SUBJECT, _IN_TEXT = "s", "t"
MOST_WORDS: Final = 60
"""Words that one look asks for; more are found too often."""
LEAST_TESTS: Final = 6
"""Expressions that a look must spare to be worth its own cost; a phrase has two."""
LONG: Final = 2_000
"""Bytes from which it pays to write a common beginning once."""
PIECE: Final = 3_900
"""Bytes of one variable; Pigeonhole cuts a value at 4,096."""


def quick(block: Block, needed: Mapping[String, Words]) -> Block:
    """Give commands that do the same; `needed` maps expressions to the words that they need."""
    return _one_beginning(_Words(needed).first(block))


# --- words first ----------------------------------------------------------------------------


@dataclass(slots=True)
class _Group:
    """Tests that share a look for their words."""

    at: int
    """The command in front of which the look stands."""
    words: Words = frozenset()
    tests: int = 0
    name: str = ""
    """The variable of its result; empty: not worth it."""


_Wrap: TypeAlias = "Callable[[Test, Words], Test]"


@dataclass(slots=True)
class _Words:
    needed: Mapping[String, Words]
    _names: int = 0

    def first(self, block: Block) -> Block:
        """Put looks for words into a block and the blocks inside it."""
        groups, members = self._grouped(block)
        for group in groups:
            if group.tests >= LEAST_TESTS:
                self._names += 1
                group.name = f"{_WORDS}{self._names}"
        looks: dict[int, Block] = {}
        for group in groups:
            if group.name:
                looks[group.at] = (*looks.get(group.at, ()), *_look(group))
        order = iter(members)

        def wrap(test: Test, _words: Words) -> Test:
            return self._asked(test, next(order))

        done: list[Command] = []
        for at, command in enumerate(block):
            done += looks.get(at, ())
            done.append(self._command(command, wrap))
        return tuple(done)

    def _grouped(self, block: Block) -> tuple[list[_Group], list[_Group]]:
        """Give the groups of a block, and for each place where words count the group it is in."""
        groups: list[_Group] = []
        members: list[_Group] = []
        filling: dict[bool, _Group] = {}
        for at, command in enumerate(block):
            for words, tests in self._places(command):
                # What is often found must not make a look vain for what is not.
                often = any(map(is_frequent, words))
                group = filling.get(often)
                if group is None or len(fewest(group.words | words)) > MOST_WORDS:
                    group = filling[often] = _Group(at)
                    groups.append(group)
                group.words |= words
                group.tests += tests
                members.append(group)
        return groups, members

    def _places(self, command: Command) -> list[tuple[Words, int]]:
        found: list[tuple[Words, int]] = []

        def note(test: Test, words: Words) -> Test:
            regexes = [one for one in all_tests(test) if isinstance(one, HeaderTest | BodyTest)]
            found.append((words, len(regexes)))
            return test

        if isinstance(command, If):
            for branch in command.branches:
                self._wrapped(branch.test, note)
        return found

    def _command(self, command: Command, wrap: _Wrap) -> Command:
        if not isinstance(command, If):
            return command
        tests = [self._wrapped(branch.test, wrap) for branch in command.branches]
        return If(
            tuple(
                Branch(test, self.first(branch.block))
                for test, branch in zip(tests, command.branches, strict=True)
            ),
            self.first(command.otherwise),
        )

    def _wrapped(self, test: Test, wrap: _Wrap) -> Test:
        """Wrap the largest parts of a test that cannot hold without some word."""
        words = self._of(test)
        if words is not None:
            return wrap(test, words)
        match test:
            case Every():
                return every([self._wrapped(one, wrap) for one in test.tests])
            case Some():
                parts = [(one, self._of(one)) for one in test.tests]
                rest = [self._wrapped(one, wrap) for one, words in parts if words is None]
                known = [words for _, words in parts if words is not None]
                if not known:
                    return some(rest)
                whole = some(one for one, words in parts if words is not None)
                return some((*rest, wrap(whole, frozenset().union(*known))))
            case Negation():
                return negated(self._wrapped(test.test, wrap))
            case _:
                return test

    def _of(self, test: Test) -> Words | None:
        """Give words of which one stands in the subject or the text wherever the test holds."""
        match test:
            case HeaderTest() if test.names == ("subject",):
                return self._of_keys(test.keys)
            case BodyTest():
                return self._of_keys(test.keys)
            case Some():
                each = [self._of(one) for one in test.tests]
                known = [words for words in each if words is not None]
                return frozenset().union(*known) if len(known) == len(each) else None
            case Every():
                found = [words for one in test.tests if (words := self._of(one)) is not None]
                return min(found, key=len, default=None)
            case _:
                return None

    def _of_keys(self, keys: tuple[String, ...]) -> Words | None:
        found = [self.needed[key] for key in keys if key in self.needed]
        return frozenset().union(*found) if len(found) == len(keys) else None

    def _asked(self, test: Test, group: _Group) -> Test:
        """Ask for the words of a group before each test that needs them."""
        words = self._of(test)
        match test:
            case Some():
                return some([self._asked(one, group) for one in test.tests])
            case Every():
                return every([self._asked(one, group) for one in test.tests])
            case HeaderTest() | BodyTest() if group.name and words and words <= group.words:
                where = _IN_TEXT if isinstance(test, BodyTest) else _IN_SUBJECT
                return every((StringTest((Ref(group.name),), Match.CONTAINS, where), test))
            case _:
                return test


def _look(group: _Group) -> Block:
    """Note in the variable of a group where one of its words stands."""
    texts = _Texts()
    rest = texts.of(look_regex(fewest(group.words)).removeprefix(_BEGINNING))
    subject = HeaderTest(("subject",), Match.REGEX, ((_BEGINNING, *rest),), Comparator.OCTET)
    text = guarded((BodyTest(Match.REGEX, ((">", *rest), ("^", *rest))),))
    looks = (
        command
        for test, where in ((subject, _IN_SUBJECT), (text, _IN_TEXT))
        for command in when(test, Set(group.name, (Ref(group.name), where)))
    )
    return (*texts.commands, *looks)


def look_regex(words: Words) -> str:
    """Find any of the words outside tags, set off where they are known to be."""
    kinds: dict[tuple[bool, bool], list[str]] = {}
    for word in sorted(words):
        kinds.setdefault((word.left, word.right), []).append(word.text)
    either = "|".join(
        ("([^<>]*[^[:alnum:]<>])?" if left else "[^<>]*")
        + _any_case(f"({factored(texts)})")
        + ("([^[:alnum:]]|$)" if right else "")
        for (left, right), texts in kinds.items()
    )
    return f"{_BEGINNING}({either})" if len(kinds) > 1 else _BEGINNING + either


def _any_case(regex: str) -> str:
    return re.sub("[a-z]", lambda found: f"[{found[0].upper()}{found[0]}]", regex)


# --- one beginning at a time ----------------------------------------------------------------


@dataclass(slots=True)
class _Texts:
    """Variables for the expressions of one command."""

    head: str = ""
    """What several of them begin with."""
    values: dict[str, tuple[Ref, ...]] = field(default_factory=dict)
    commands: list[Set] = field(default_factory=list)

    def of(self, rest: str) -> tuple[Ref, ...]:
        """Give the variables that hold a text together."""
        if self.head and rest != self.head and rest.startswith(self.head):
            return (*self.of(self.head), *self.of(rest.removeprefix(self.head)))
        if rest not in self.values:
            refs: list[Ref] = []
            for piece in _pieces(rest):
                ref = Ref(f"{_TEXT}{len(self.commands) + 1}")
                self.commands.append(Set(ref.name, piece))
                refs.append(ref)
            self.values[rest] = tuple(refs)
        return self.values[rest]


def _pieces(text: str) -> Iterator[str]:
    """Cut a text into pieces of `PIECE` bytes at most, between characters."""
    while text:
        piece = text.encode()[:PIECE].decode("utf-8", "ignore")
        yield piece
        text = text[len(piece) :]


def _one_beginning(block: Block) -> Block:
    done: list[Command] = []
    for flags, run in groupby(block, key=_flags_of):
        inside = tuple(one for command in run for one in _with_texts(command))
        # Texts are put together only where they may be asked for.
        some_word = some(negated(StringTest((Ref(flag),), Match.IS, "")) for flag in sorted(flags))
        done += when(some_word, *inside) if flags else inside
    return tuple(done)


def _with_texts(command: Command) -> Block:
    if not isinstance(command, If):
        return (command,)
    shared = {
        key
        for branch in command.branches
        for test in all_tests(branch.test)
        if isinstance(test, BodyTest) and test.match is Match.REGEX
        for key in test.keys
    }
    texts = _Texts(_shared_head(shared))
    branches = tuple(
        Branch(_taken_apart(branch.test, shared, texts), _one_beginning(branch.block))
        for branch in command.branches
    )
    return (*texts.commands, If(branches, _one_beginning(command.otherwise)))


def _shared_head(keys: set[String]) -> str:
    """What several long expressions begin with, such as the cues of places."""
    alike: dict[str, list[str]] = {}
    for key in keys:
        if isinstance(key, str) and key.startswith(_BEGINNING) and len(key) > LONG:
            alike.setdefault(key[: LONG // 4], []).append(key)
    most = max(alike.values(), key=lambda texts: (len(texts), texts), default=[])
    return common_head(most).removeprefix(_BEGINNING) if len(most) > 1 else ""


def _flags_of(command: Command) -> frozenset[str]:
    """Give variables of looks that are not all empty wherever a command does anything."""
    if not isinstance(command, If) or len(command.branches) > 1 or command.otherwise:
        return frozenset()
    return _flags(command.branches[0].test)


def _flags(test: Test) -> frozenset[str]:
    match test:
        case StringTest((Ref(name),), Match.CONTAINS) if name.startswith(_WORDS):
            return frozenset({name})
        case Every():
            return next(filter(None, map(_flags, test.tests)), frozenset())
        case Some():
            each = list(map(_flags, test.tests))
            return frozenset().union(*each) if all(each) else frozenset()
        case _:
            return frozenset()


def _taken_apart(test: Test, shared: set[String], texts: _Texts) -> Test:
    """Write the body's expressions with one beginning each; those of headers stay as they are."""

    def rest(key: String) -> str | None:
        if key in shared and isinstance(key, str) and key.startswith(_BEGINNING):
            return key.removeprefix(_BEGINNING)
        return None

    match test:
        case Every():
            return Every(tuple(_taken_apart(one, shared, texts) for one in test.tests))
        case Some():
            return Some(tuple(_taken_apart(one, shared, texts) for one in test.tests))
        case Negation():
            return Negation(_taken_apart(test.test, shared, texts))
        case HeaderTest():
            keys: list[String] = []
            for key in test.keys:
                after = rest(key)
                keys.append(key if after is None else (_BEGINNING, *texts.of(after)))
            return replace(test, keys=tuple(keys))
        case BodyTest():
            keys = []
            for key in test.keys:
                after = rest(key)
                if after is None:
                    keys.append(key)
                else:
                    keys += [(">", *texts.of(after)), ("^", *texts.of(after))]
            return replace(test, keys=tuple(keys))
        case _:
            return test
