"""The order of what a reader minds, whatever the points are; `pairs.yaml` says which."""

from __future__ import annotations

import pytest

from coldstop.scorecard.resolve import Scorecard, load_scorecard
from measure.pairs import OPEN, Book, Pair, Side, load

BOOK = load()


@pytest.fixture(scope="module")
def ray() -> Scorecard:
    """The policy that the pairs are judged by."""
    return load_scorecard("ray")


@pytest.mark.parametrize("pair", BOOK.pairs, ids=lambda pair: pair.name)
def test_one_change_moves_the_sum_in_the_right_direction(pair: Pair, ray: Scorecard) -> None:
    """The side that the reader minds more has the higher sum."""
    low, high = pair.judged(BOOK, ray)
    if pair.by == "pitch":
        assert low.pitch < high.pitch, (low, high)
        return
    assert low.recruiting
    assert high.recruiting
    assert low.score < high.score, (low, high)


def test_a_pair_has_a_name_of_its_own() -> None:
    """No name stands twice, so that each failure can be found."""
    names = [pair.name for pair in BOOK.pairs]
    assert len(names) == len(set(names)) >= 25


def test_open_pairs_can_be_judged(ray: Scorecard) -> None:
    """Pairs without a rule are kept in order, too: their letters and changes are read."""
    book = load(OPEN)
    assert not {pair.name for pair in book.pairs} & {pair.name for pair in BOOK.pairs}
    for pair in book.pairs:
        low, high = pair.judged(book, ray)
        assert low.recruiting, pair.name
        assert high.recruiting, pair.name


def test_a_change_must_hit_one_place() -> None:
    """Text that is not there, or twice there, is refused: both sides would be equal."""
    letters = {"plain": {"from": "a@b.example", "text": "one two two"}}
    book = Book.model_validate({"letters": letters, "pairs": []})
    for missing in ("three", "two"):
        side = Side.model_validate({"text": {missing: ""}})
        with pytest.raises(ValueError, match="times in the letter"):
            side.letter(book.letters["plain"])
