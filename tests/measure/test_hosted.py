"""The bench's figures for a script, on a real Dovecot."""

from __future__ import annotations

import pytest

from coldstop.policy.load import load_policy
from measure import sets
from measure.hosted import deliver, lines

pytestmark = [pytest.mark.real, pytest.mark.slow]


def test_script_and_judge_recognise_the_same_samples() -> None:
    """Each shipped sample is delivered, read back and counted in its group."""
    samples = [one for one in sets.load().samples if one.group.startswith(sets.EXAMPLE)]
    found = deliver(load_policy("passive"), samples)
    assert not found.refused
    assert not found.differs
    assert {group: script.of for group, script, _ in found.groups} == {
        sets.EXAMPLE: sum(one.group == sets.EXAMPLE for one in samples),
        sets.EXAMPLE_WANTED: sum(one.group == sets.EXAMPLE_WANTED for one in samples),
    }
    assert all(script == judge for _, script, judge in found.groups)
    assert any("agree on every message" in line for line in lines(found))
