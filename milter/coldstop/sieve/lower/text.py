"""`text`: phrases in the subject and in the text parts.

The sender's own words cannot be told from quotes there: a rule about them looks at the whole text
(`sieve: approximate`), or is left out (`sieve: omit`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.lexicon.model import alternatives
from coldstop.message.limits import LIMITS as MESSAGE
from coldstop.policy.model import Zone
from coldstop.sieve.lower.meaning import Length, Meaning, Sum, Unit
from coldstop.sieve.lower.spelling import keys_for
from coldstop.sieve.script import (
    Block,
    BodyTest,
    Branch,
    Every,
    HeaderTest,
    If,
    Match,
    Ref,
    Set,
    SizeOver,
    Some,
    StringTest,
    Test,
    when,
)
from coldstop.sieve.simplify import every, negated, some

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from coldstop.lexicon.phrase import Phrase
    from coldstop.policy.model import TextTest
    from coldstop.sieve.lower.context import Lowering
    from coldstop.sieve.script import String

OWN_WORDS = "the sender's own words cannot be told from quoted ones: the whole text is searched"
NO_BODY = "the host shows scripts no text: only the subject is searched"


def lower_text(test: TextTest, lowering: Lowering) -> Meaning:
    """Any of the phrases, in any of the zones; each counts once."""
    phrases = [lowering.phrases.parse(one) for one in lowering.entries(*test.text)]
    subject = Zone.SUBJECT in test.zone
    body = Zone.ALL in test.zone or Zone.OWN in test.zone
    if Zone.OWN in test.zone and Zone.ALL not in test.zone:
        lowering.note(OWN_WORDS)

    def any_of(wanted: Sequence[Phrase]) -> Test:
        # A choice with too many branches for one expression may be looked for in several.
        parts = [part for one in wanted for part in alternatives(one)]
        return phrase_test(lowering, parts, subject=subject, body=body)

    any_of_them = any_of(phrases)

    def each() -> tuple[Test, ...]:
        return tuple(any_of((one,)) for one in phrases)

    if test.at_least == 1:
        return Meaning(any_of_them, lambda: Sum(tuple(map(Unit, each()))), counted=True)
    if test.at_least > len(phrases):
        return Meaning(some(()))
    name = lowering.fact_name("phrases", (*test.text, *test.zone))

    def counted() -> Block:
        block = tuple(c for one in each() for c in when(one, Set(name, (Ref(name), "x"))))
        # Most mail has none: one look at the text instead of one a phrase.
        return block if lowering.target.compact else when(any_of_them, *block)

    lowering.fact(name, counted)
    return Meaning(several(name, test.at_least), lambda: Length(name, len(phrases)))


def several(name: str, number: int) -> Test:
    """A variable that counts in characters has at least so many."""
    # Not `:matches "??*"`: Pigeonhole 2.3.19 aborts where the value has fewer characters.
    return StringTest((Ref(name),), Match.CONTAINS, "x" * number)


def phrase_test(
    lowering: Lowering, phrases: Sequence[Phrase], *, subject: bool, body: bool
) -> Test:
    """Any of the phrases stands in the subject or in a text part."""
    tests: list[Test] = []
    if subject:
        tests.append(header_test(lowering, ("subject",), phrases))
    if body:
        tests.append(body_test(lowering, phrases))
    return some(tests)


def header_test(lowering: Lowering, names: tuple[String, ...], phrases: Sequence[Phrase]) -> Test:
    """Any of the phrases stands in any instance of the fields."""
    keys = keys_for(lowering, phrases)
    return some(HeaderTest(names, one.match, one.keys, one.comparator) for one in keys)


def body_test(lowering: Lowering, phrases: Sequence[Phrase]) -> Test:
    """Any of the phrases stands in a text part."""
    if lowering.target.strategy == "headers-only":
        if phrases:
            lowering.note(NO_BODY)
        return some(())
    keys = keys_for(lowering, phrases)
    return guarded(BodyTest(one.match, one.keys, one.comparator) for one in keys)


def guarded(tests: Iterable[Test]) -> Test:
    """Text tests, for messages that are small enough (a hostile megabyte takes seconds)."""
    return every((negated(SizeOver(MESSAGE.message_bytes)), some(tests)))


_GUARD = negated(SizeOver(MESSAGE.message_bytes))


def under_one_guard(block: Block) -> Block:
    """Ask for the size once for several commands, each of which asks for it by itself.

    The subject of a message over the limit is not searched, then: a loss, told in the report.
    """

    def unguarded(test: Test) -> Test:
        match test:
            case Every():
                return every(unguarded(one) for one in test.tests if one != _GUARD)
            case Some():
                return some(map(unguarded, test.tests))
            case _:
                return test

    inner = tuple(
        If(tuple(Branch(unguarded(b.test), b.block) for b in command.branches), command.otherwise)
        if isinstance(command, If)
        else command
        for command in block
    )
    return block if inner == block else when(_GUARD, *inner)
