"""Judge every sample under every policy, on all cores, and keep what the figures need.

The day is fixed, so that the same policy and mail give the same figures. Nothing of a message's
text is kept. A worker that fails ends the run: bad mail never does.
"""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from coldstop.message.reader import read
from coldstop.scorecard.judge import facts_for, weigh
from coldstop.scorecard.standing import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from coldstop.message.model import Message
    from coldstop.scorecard.facts import Facts
    from coldstop.scorecard.resolve import Scorecard
    from measure.sets import Sample

TODAY: Final = dt.date(2026, 6, 1)
_CHUNK: Final = 64
"""Messages handed to a worker at a time."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What one policy makes of one sample."""

    pitch: int
    """The sum of all evidence; unlike `Judgement.pitch` it may be negative."""
    recruiting: bool
    kind: str
    score: int
    verdict: str
    fired: tuple[tuple[str, int], ...]
    """Names and points of the rules that fired."""


@dataclass(frozen=True, slots=True)
class Work:
    """What the workers inherit."""

    samples: Sequence[Sample]
    cards: Mapping[str, Scorecard]


_work: Work | None = None


def judge_all(samples: Sequence[Sample], cards: Mapping[str, Scorecard]) -> dict[str, list[Trial]]:
    """For each policy the trials, in the order of the samples."""
    global _work  # noqa: PLW0603 - forked workers inherit it; mail and policies are not copied
    _work = Work(samples, cards)
    try:
        if len(samples) <= _CHUNK:
            rows = [_judge_under_each(number) for number in range(len(samples))]
            return _columns(rows, cards)
        with multiprocessing.get_context("fork").Pool(os.cpu_count()) as pool:
            rows = pool.map(_judge_under_each, range(len(samples)), _CHUNK)
    finally:
        _work = None
    return _columns(rows, cards)


def _columns(rows: Sequence[Sequence[Trial]], names: Iterable[str]) -> dict[str, list[Trial]]:
    return {name: [row[number] for row in rows] for number, name in enumerate(names)}


def _judge_under_each(number: int) -> list[Trial]:
    if _work is None:
        raise RuntimeError("no work")
    message = read(_work.samples[number].raw)
    return [trial(message, card) for card in _work.cards.values()]


def trial(message: Message, card: Scorecard) -> Trial:
    """Judge one message."""
    return _trial(facts_for(message, card, UNKNOWN, TODAY), card)


def _trial(facts: Facts, card: Scorecard) -> Trial:
    judgement = weigh(facts, card)
    return Trial(
        pitch=sum(one.points for one in judgement.fired if one.tally == "pitch"),
        recruiting=judgement.recruiting,
        kind=judgement.kind,
        score=judgement.score,
        verdict=str(judgement.verdict),
        fired=tuple((one.name, one.points) for one in judgement.fired),
    )
