"""Mail built to stall a filter: read and judged within the limit, by the richest policy."""

from __future__ import annotations

import datetime as dt

import pytest

from coldstop.message.reader import read
from coldstop.scorecard.explain import explain
from coldstop.scorecard.judge import judge
from coldstop.scorecard.resolve import Scorecard, load_scorecard
from support.hostile import hostile_set
from support.judging import mail
from support.stopwatch import cpu_seconds

LIMIT = 0.250
TODAY = dt.date(2026, 6, 1)
PITCH = (
    b"Subject: Immediate requirement: Java Developer in Plano, TX\r\n\r\n"
    b"Location: Plano, TX\r\nDuration: 6 months\r\nPlease send your updated resume.\r\n"
)


@pytest.fixture(scope="module")
def ray() -> Scorecard:
    """The example policy, which asks about everything."""
    return load_scorecard("ray")


HOSTILE = hostile_set() | {
    "pitch, then places": PITCH + b"Location: Plano, TX " * 50_000,
    "pitch, then labels": PITCH + b"Location:\r\n" * 90_000,
    "pitch, then cues": PITCH + b"looking for a position for a role as a " * 26_000,
    "pitch, then half phrases": PITCH + b"we met at a looking for relocation client " * 24_000,
    "pitch, then <br>": PITCH + b"<br>" * 250_000,
    "pitch, then <": PITCH + b"<" * 1_000_000,
    "pitch, then capitals": PITCH + b"located in A B C D E F " * 43_000,
    "pitch, quoted": PITCH + b"> On Monday Bob wrote:\r\n" * 40_000,
    "subject of a megabyte": b"Subject: " + b"Plano, TX opportunity " * 47_000 + b"\r\n\r\nhi\r\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mail_is_judged_in_time(name: str, ray: Scorecard) -> None:
    """No mail costs more than the limit, and none raises."""
    raw = HOSTILE[name]
    spent = cpu_seconds(lambda: judge(read(raw), ray, today=TODAY), LIMIT)
    assert spent <= LIMIT, f"{name}: {spent * 1000:.0f} ms"


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mail_can_be_explained(name: str, ray: Scorecard) -> None:
    """Explaining asks every node once more; it does not raise either."""
    found = explain(read(HOSTILE[name]), ray, today=TODAY)
    assert found.judgement.policy == "ray"


def test_a_pitch_behind_padding_is_still_seen(ray: Scorecard) -> None:
    """Within the size limit no amount of padding hides a pitch."""
    padded = mail("x " * 100_000 + "\nWe have an immediate requirement. Send your updated resume.")
    assert judge(read(padded), ray, today=TODAY).recruiting
