"""Mail that was written without a look at any rule: what it is, and what is recognised."""

from __future__ import annotations

import itertools
import json

import pytest

from coldstop.message.reader import read
from coldstop.scorecard.resolve import load_scorecard
from measure import blind

RECALL = 0.76
"""Of 370 pitches that no rule was fitted to, 108 of them excerpts; 284 are recognised."""
WRONG = 18
"""Of 300 other mails, more than half about jobs, that no rule was fitted to; so many are taken for
pitches, some because they quote one. It was 16 while a field to unsubscribe by weighed six points:
of pitches that have one (`clothes`) 32 more are recognised since."""


def test_mail_that_no_rule_was_fitted_to() -> None:
    """The floor under recognition, and the most that may be mistaken: raise, never fit them."""
    found = blind.measure(load_scorecard("passive"), "unfitted")
    assert found.recall.value >= RECALL, found.by_label
    assert len(found.wrong) <= WRONG, found.wrong


def test_the_figures_become_json() -> None:
    """Both halves stand in the JSON of the bench, with their intervals."""
    data = json.loads(json.dumps(blind.as_json(blind.both(load_scorecard("passive")))))
    for one, half in zip(data["blind"], blind.HALVES, strict=True):
        assert one["half"] == half
        assert 0 < one["recall"]["low"] < one["recall"]["high"] <= 1


@pytest.mark.parametrize(("kind", "half"), [*itertools.product(("pitch", "ham"), blind.HALVES)])
def test_the_mailboxes_are_whole(kind: blind.Kind, half: blind.Half) -> None:
    """Every message is labelled, reads without a defect and has a text."""
    found = blind.letters(kind, half)
    assert len(found) == (370 if kind == "pitch" else 300)
    assert len({one.name for one in found}) == len(found)
    for one in found:
        message = read(one.raw)
        assert one.label, one.name
        assert message.defects == (), one.name
        assert message.parts, one.name
        assert message.parts[0].text.strip(), one.name
