"""Blind mail in the clothes of sending tools: what is a pitch stays one."""

from __future__ import annotations

import json

import pytest

from coldstop.message.reader import read
from coldstop.scorecard.resolve import load_scorecard
from measure import clothes
from measure.blind import HALVES, Half, letters

FLOORS = {
    "opt-out": 0.77,
    "legal": 0.80,
    "equal": 0.82,
    "signature": 0.89,
    "reminder": 0.95,
    "html": 0.76,
}
"""Of 370 pitches in clothes that no rule was fitted to; undressed 284 are recognised."""
WRONG = {"opt-out": 12, "html": 18}
"""Of 300 other mails, of which 18 are taken for pitches undressed."""


def test_a_pitch_in_other_clothes_is_still_one() -> None:
    """The floor under recognition in every outfit, and the most that may be mistaken."""
    found = {one.outfit: one for one in clothes.measure(load_scorecard("passive"), "unfitted")}
    assert {name: one.recall.value >= FLOORS[name] for name, one in found.items()} == dict.fromkeys(
        FLOORS, True
    )
    worn = {name: len(one.wrong) for name, one in found.items() if one.wanted}
    assert worn.keys() == WRONG.keys()
    assert all(worn[name] <= most for name, most in WRONG.items()), worn


@pytest.mark.parametrize("half", HALVES)
def test_what_is_dressed_is_whole_mail(half: Half) -> None:
    """It reads without a defect and says what the letter said."""
    for outfit, (of_pitches, _) in clothes.OUTFITS.items():
        for one in letters("pitch", half)[:40]:
            message = read(of_pitches(one))
            assert message.defects == (), (outfit, one.name)
            assert message.header("To") == read(one.raw).header("To")
            said = message.parts[0].text
            for word in one.raw.rpartition(b"\n\n")[2].split()[:3]:
                assert outfit == "html" or word in said, (outfit, one.name)


def test_the_figures_become_json() -> None:
    """Every outfit of a half stands in the JSON of the bench, with its interval."""
    every = tuple(clothes.measure(load_scorecard("passive"), "fitted"))
    data = json.loads(json.dumps(clothes.as_json(every)))["clothes"]
    assert [one["outfit"] for one in data] == list(clothes.OUTFITS)
    assert all(0 < one["recall"]["low"] < one["recall"]["high"] < 1 for one in data)
