"""`labels`: the labels of a job form, at the start of a line, case-sensitive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.scorecard.tests.labels import label_regex
from coldstop.sieve.lower.meaning import Length, Meaning
from coldstop.sieve.lower.spelling import cased
from coldstop.sieve.lower.text import NO_BODY, body_test, guarded, several, under_one_guard
from coldstop.sieve.script import BodyTest, Match, Ref, Set, StringTest, when
from coldstop.sieve.simplify import every, negated, some

if TYPE_CHECKING:
    from coldstop.policy import model
    from coldstop.sieve.lower.context import Lowering
    from coldstop.sieve.script import Block, Test

NO_REGEX = "labels at the start of a line need regular expressions"


def lower_labels(test: model.LabelsTest, lowering: Lowering) -> Meaning:
    """Count different labels in a variable, one character each."""
    labels = lowering.entries(*test.labels)
    strategy = lowering.target.strategy
    if strategy != "regex" or not labels:
        if labels:
            lowering.note(NO_BODY if strategy == "headers-only" else NO_REGEX)
        return Meaning(some(()))
    name = lowering.fact_name("labels", labels)

    def counted() -> Block:
        block = under_one_guard(
            tuple(
                command
                for label in labels
                for command in when(_stands(label, lowering), Set(name, (Ref(name), "x")))
            )
        )
        any_label = label_regex(*labels).decode()
        if lowering.target.compact or len(any_label) > lowering.target.limits.regex_bytes:
            return block
        # Most mail has none: one look at the text instead of one a label.
        key = cased(lowering, any_label)
        return when(guarded((BodyTest(key.match, key.keys, key.comparator),)), *block)

    lowering.fact(name, counted)
    enough = (
        negated(StringTest((Ref(name),), Match.IS, ""))
        if test.at_least <= 1
        else several(name, test.at_least)
    )
    if test.at_least > len(labels):
        enough = some(())
    return Meaning(enough, lambda: Length(name, len(labels)), counted=test.at_least <= 1)


def _stands(label: str, lowering: Lowering) -> Test:
    key = cased(lowering, label_regex(label).decode())
    stands = guarded((BodyTest(key.match, key.keys, key.comparator),))
    if label.replace(" ", "").isalnum() and label.isascii():
        return stands
    # A label with other characters in it is read as a phrase, too, and both must be there.
    return every((stands, body_test(lowering, (lowering.phrases.parse(label),))))
