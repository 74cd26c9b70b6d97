"""Mail that was written without a look at any rule: what it is, and what is recognised."""

from __future__ import annotations

import itertools

import pytest

from coldstop.message.reader import read
from coldstop.scorecard.resolve import load_scorecard
from measure import blind

RECALL = 0.8
"""Of 240 pitches that no rule was fitted to; 199 are recognised."""
WRONG = 10
"""Of 200 other mails, most of them about jobs, that no rule was fitted to; so many are taken for
pitches, some because they quote one."""


def test_mail_that_no_rule_was_fitted_to() -> None:
    """The floor under recognition, and the most that may be mistaken: raise, never fit them."""
    found = blind.measure(load_scorecard("passive"), "unfitted")
    assert found.recall.value >= RECALL, found.by_label
    assert len(found.wrong) <= WRONG, found.wrong


@pytest.mark.parametrize(("kind", "half"), [*itertools.product(("pitch", "ham"), blind.HALVES)])
def test_the_mailboxes_are_whole(kind: blind.Kind, half: blind.Half) -> None:
    """Every message is labelled, reads without a defect and has a text."""
    found = blind.letters(kind, half)
    assert len(found) == (240 if kind == "pitch" else 200)
    assert len({one.name for one in found}) == len(found)
    for one in found:
        message = read(one.raw)
        assert one.label, one.name
        assert message.defects == (), one.name
        assert message.parts, one.name
        assert message.parts[0].text.strip(), one.name
