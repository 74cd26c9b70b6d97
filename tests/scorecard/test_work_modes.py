"""Short statements about where one works, judged by the shipped English vocabulary (T4, S25)."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import pytest

from coldstop.policy.load import load_text
from coldstop.scorecard.resolve import resolve
from support.judging import fired, judged, mail
from support.workmail import STATEMENTS, policy

if TYPE_CHECKING:
    from coldstop.scorecard.resolve import Scorecard


@functools.cache
def card(home: str = "Albany, NY") -> Scorecard:
    """Make the scorecard of somebody who lives there."""
    return resolve(load_text(policy(home)))


@pytest.mark.parametrize(("statement", "state"), STATEMENTS.items())
def test_statement_is_understood(statement: str, state: str) -> None:
    """Remote cancels distance only if it is full-time and open to the reader; negations count."""
    assert set(fired(judged(mail(statement), card()))) == ({state} if state else set())


@pytest.mark.parametrize(
    ("home", "statement", "remote"),
    [
        ("Austin, TX", "Remote role - must reside in TX", True),
        ("Austin, TX", "Fully remote, must be located in Texas", True),
        ("Austin, TX", "Remote role - must reside in NY", False),
        ("Berlin, Germany", "100% remote (US only)", False),
        ("Berlin, Germany", "Fully remote, must be based in Germany", True),
        ("London, UK", "100% remote (UK only)", True),
        ("London, UK", "This position is remote within the UK", True),
        ("Toronto, ON", "Fully remote, must live in Ontario", True),
        ("Toronto, ON", "Fully remote, must live in the US", False),
    ],
)
def test_residency_is_seen_from_home(home: str, statement: str, remote: bool) -> None:
    """Who lives where one must live is not limited by it."""
    assert ("remote" in fired(judged(mail(statement), card(home)))) is remote
