"""Lint's own reader: what the compiler writes is read back as it was, and nothing makes it fail."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coldstop.sieve.lint.engines import engine_names, load_engine
from coldstop.sieve.lint.findings import Code
from coldstop.sieve.lint.lint import check
from coldstop.sieve.lint.parse import DEEPEST, Call, parse
from coldstop.sieve.quote import joined
from coldstop.sieve.render import Renderer
from coldstop.sieve.script import (
    AddFlag,
    BodyTest,
    Branch,
    Comparator,
    Every,
    Exists,
    FileInto,
    HeaderTest,
    If,
    Match,
    Negation,
    Ref,
    Set,
    SizeOver,
    Some,
    Stop,
    StringTest,
    strings_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldstop.sieve.script import Block, String, Test

ENGINES = tuple(map(load_engine, engine_names()))
TEXTS = st.text(alphabet='ab"\\ ${}[](),;#/*:.é', max_size=12)
STRINGS = TEXTS | st.lists(TEXTS | st.builds(Ref, st.sampled_from(["v", "w"])), max_size=4).map(
    tuple
)
KEYS = st.lists(STRINGS, min_size=1, max_size=3).map(tuple)
TESTS = st.recursive(
    st.builds(HeaderTest, KEYS, st.sampled_from(Match), KEYS, st.sampled_from(Comparator))
    | st.builds(BodyTest, st.sampled_from([Match.CONTAINS, Match.REGEX]), KEYS)
    | st.builds(StringTest, STRINGS, st.sampled_from(Match), STRINGS)
    | st.builds(Exists, STRINGS)
    | st.builds(SizeOver, st.integers(1, 10**8)),
    lambda inner: (
        st.builds(Negation, inner)
        | st.builds(Every, st.lists(inner, min_size=1, max_size=3).map(tuple))
        | st.builds(Some, st.lists(inner, min_size=1, max_size=3).map(tuple))
    ),
    max_leaves=5,
)
COMMANDS = st.recursive(
    st.builds(Set, st.sampled_from(["v", "w"]), STRINGS)
    | st.builds(FileInto, STRINGS, st.booleans())
    | st.builds(AddFlag, STRINGS)
    | st.just(Stop()),
    lambda inner: st.builds(
        If,
        st.lists(
            st.builds(Branch, TESTS, st.lists(inner, max_size=2).map(tuple)), min_size=1, max_size=2
        ).map(tuple),
        st.lists(inner, max_size=2).map(tuple),
    ),
    max_leaves=8,
)


def written(string: String) -> str:
    """A string as a reader finds it: the variables by their names, `${` through `dollar`."""
    return "".join(
        f"${{{piece.name}}}" if isinstance(piece, Ref) else piece.replace("${", "${dollar}{")
        for piece in joined(string)
    )


def of_test(test: Test) -> object:
    """What is to be read of a test."""
    name = {
        HeaderTest: "header",
        BodyTest: "body",
        StringTest: "string",
        Exists: "exists",
        SizeOver: "size",
        Negation: "not",
        Every: "allof",
        Some: "anyof",
    }[type(test)]
    inner = (
        test.tests
        if isinstance(test, Every | Some)
        else (test.test,)
        if isinstance(test, Negation)
        else ()
    )
    return name, [written(one) for one in strings_of(test)], [of_test(one) for one in inner]


def of_block(block: Block) -> Iterator[object]:
    """What is to be read of commands."""
    for command in block:
        match command:
            case Set():
                yield "set", [command.name, written(command.value)], [], None
            case FileInto():
                yield "fileinto", [written(command.folder)], [], None
            case AddFlag():
                yield "addflag", [written(command.flag)], [], None
            case Stop():
                yield "stop", [], [], None
            case If():
                for number, branch in enumerate(command.branches):
                    verb = "elsif" if number else "if"
                    yield verb, [], [of_test(branch.test)], list(of_block(branch.block))
                if command.otherwise:
                    yield "else", [], [], list(of_block(command.otherwise))


def read_test(call: Call) -> object:
    """What was read of a test."""
    found = [item.value for strings in call.strings for item in strings.items]
    return call.name, found, [read_test(one) for one in call.tests]


def read_block(calls: list[Call]) -> Iterator[object]:
    """What was read of commands."""
    for call in calls:
        found = [item.value for strings in call.strings for item in strings.items]
        block = None if call.block is None else list(read_block(call.block))
        yield call.name, found, [read_test(one) for one in call.tests], block


@given(st.lists(COMMANDS, max_size=4).map(tuple), st.booleans(), st.booleans())
@settings(max_examples=300, deadline=None)
def test_what_is_written_is_read(block: Block, compact: bool, crlf: bool) -> None:
    """The reader finds every command, test and string that the compiler wrote."""
    text = Renderer(compact=compact).program(block)
    script = parse(text.replace("\n", "\r\n") if crlf else text)
    assert script.fault is None
    assert list(read_block(script.calls)) == list(of_block(block))


@given(
    st.text(max_size=200)
    | st.text(alphabet='if true{}[]();,"\\:#/*text.\r\n0K${}', max_size=200)
    | st.lists(
        st.sampled_from(
            ["if", "not", "set", "(", ")", "{", "}", "[", "]", ",", ";", ":regex", '"a"', '"']
        ),
        max_size=60,
    ).map(" ".join)
)
@settings(max_examples=500, deadline=None)
def test_anything_can_be_linted(text: str) -> None:
    """Whatever the text is: findings with a place in it, and no exception."""
    lines = text.split("\n")
    for one in check(text, ENGINES):
        assert 1 <= one.line <= len(lines)
        assert 1 <= one.column <= len(lines[one.line - 1]) + 1


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('redirect "a\\"b\\\\c\\d";', ['a"b\\cd']),
        ("redirect text: # why\r\none\r\n..two\r\n.\r\n;", ["one\r\n.two\r\n"]),
        ("redirect text:\n.\n;", [""]),
        ('/* a "b */ redirect # c"\n ["a", /* , */ "b"];', ["a", "b"]),
        ("REDIRECT :Copy 10K;", []),
    ],
)
def test_spellings(text: str, values: list[str]) -> None:
    """Every way to write a string, comments anywhere, words in any case."""
    script = parse(text)
    assert script.fault is None
    (call,) = script.calls
    assert call.name == "redirect"
    assert [item.value for one in call.strings for item in one.items] == values


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ('keep;\n redirect "a', (2, 11), "has no end"),
        ("keep;\nredirect text:\na\n", (2, 10), "line of one dot"),
        ("keep; /* ", (1, 7), "comment has no end"),
        ("keep; §", (1, 7), "no part of Sieve"),
        ("if true { keep;", (1, 16), "} is missing"),
        ("keep", (1, 5), "is missing"),
        ("keep; }", (1, 7), "should be"),
        ("if anyof(true; false) {}", (1, 14), "is missing"),
        ('fileinto ["a" "b"];', (1, 15), "is missing"),
        ("fileinto [];", (1, 11), "string is missing"),
        ("not " * (DEEPEST + 9) + "true;", (1, 4 * DEEPEST + 5), "inside one another"),
    ],
)
def test_what_is_no_sieve(text: str, place: tuple[int, int], says: str) -> None:
    """It is told where the text stops being Sieve, once an engine."""
    found = [one for one in check(text, ENGINES[:1]) if one.code is Code.SYNTAX]
    (one,) = found
    assert ((one.line, one.column), bool(re.search(says, one.message))) == (place, True), one


@pytest.mark.parametrize(
    "text",
    [
        "if true {" * 200_000,
        "if not (" * 200_000,
        "[" * 1_000_000,
        '"' + "\\" * 1_000_000,
        "/*" * 500_000,
        "if " + "anyof(" * 100_000,
        'require ["regex", "variables"]; if header :regex "a" "' + "[" * 1_000_000 + '" {}',
        'require ["regex", "variables"]; if header :regex "a" "' + "[[:" * 300_000 + '" {}',
        'require "variables"; set "a" "' + "x" * 500_000 + '";' + 'set "b" "${a}${a}";' * 20_000,
        'require "variables"; set "a" "x";' + 'set "a" "${a}${a}${a}";' * 20_000,
    ],
)
def test_hostile_scripts_are_bounded(text: str) -> None:
    """Nothing takes long, whatever somebody hands to it."""
    started = time.process_time()
    check(text, ENGINES)
    assert time.process_time() - started < 20
