"""`greets`: by mails for which it holds and mails for which it does not."""

from __future__ import annotations

import pytest

from coldstop.message.reader import read
from coldstop.policy.load import load_text
from coldstop.policy.model import Reader
from coldstop.scorecard.explain import explain
from coldstop.scorecard.resolve import resolve
from coldstop.scorecard.tests.greets import own_names
from support.judging import TODAY, mail
from support.kindmail import GREETS, GREETS_POLICY, judged, policy


@pytest.mark.parametrize(("raw", "fires"), GREETS)
def test_greets(raw: bytes, fires: dict[str, int]) -> None:
    """Exactly the rules fire, for the points, that a person would say."""
    assert judged(GREETS_POLICY, raw) == fires


def test_without_a_reader_nothing_holds() -> None:
    """And `explain` says what is missing."""
    source = policy("a: {when: {greets: other}, points: -1}\nb: {when: {header: X}, points: 2}")
    assert judged(source, mail("Hi Bob,\n")) == {}
    told = explain(read(mail("x")), resolve(load_text(source)), today=TODAY)
    assert told.absent[0].missing.endswith("(the policy says no reader.names)")


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["Ray Kim", "Raymond"], ("Ray", "Kim", "Raymond")),
        (["J. R. Kim"], ("Kim",)),
        (["J."], ("J",)),
        (["O'Neil (Ray)"], ("O'Neil", "Ray")),
    ],
)
def test_each_word_of_a_name_is_a_name(names: list[str], words: tuple[str, ...]) -> None:
    """Initials count only for those who have nothing else."""
    assert own_names(Reader.model_validate({"names": names})) == words
