"""Seeded mutants of the shipped samples: every one judged, none slow (`make fuzz` runs more)."""

from __future__ import annotations

from pathlib import Path

import pytest

from coldstop.scorecard.resolve import load_scorecard
from fuzz.mutate import mutants
from fuzz.run import run, samples

COUNT = 50_000
SEED = 20261122


@pytest.mark.slow
def test_fifty_thousand_mutants_are_judged() -> None:
    """No exception, and nothing over 250 ms."""
    result = run(mutants(samples(), COUNT, SEED), load_scorecard("ray"))
    assert result.count == COUNT
    assert result.raised == []
    assert result.slow == []


def test_the_torture_corpus_is_judged() -> None:
    """Odd MIME from the suites of well-known parsers, where the corpora are at hand."""
    folder = Path(__file__).resolve().parents[3] / "shared" / "corpora" / "torture"
    found = [file.read_bytes() for file in sorted(folder.glob("*.eml"))]
    mails = found or samples()
    result = run(mails, load_scorecard("ray"))
    print(f"judged {result.count} messages, {len(found)} of them from the torture corpus")
    assert (result.raised, result.slow) == ([], [])
    assert result.count == len(mails)
