"""Examples for rules: samples that have been judged, so that what is shown is true.

A rule is tried as if every mail were a pitch, so that score rules run. Refuses nothing. Fails:
None for a rule for which no sample holds.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from coldstop.message.reader import read
from coldstop.policy.samples import Sample, Sampler, mail
from coldstop.scorecard.judge import judge
from coldstop.scorecard.standing import Standing

if TYPE_CHECKING:
    import datetime as dt

    from coldstop.scorecard.resolve import Scorecard

_ANY_PITCH = -1_000_000


def examples(card: Scorecard, today: dt.date) -> dict[str, Sample]:
    """Give an example for each rule that can be shown by one."""
    sampler = Sampler(card.policy)
    found = {
        name: next((one for one in sampler.samples(name) if fires(card, name, one, today)), None)
        for name in card.policy.rules
    }
    return {name: sample for name, sample in found.items() if sample is not None}


def fires(card: Scorecard, name: str, sample: Sample, today: dt.date) -> bool:
    """Judge a sample as if it were a pitch; say whether the rule fires."""
    pitch = dataclasses.replace(card, threshold=_ANY_PITCH, words=None)
    judgement = judge(read(mail(sample)), pitch, Standing(sample.tier), today=today)
    return any(one.name == name for one in judgement.fired)
