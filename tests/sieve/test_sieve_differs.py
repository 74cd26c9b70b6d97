"""`differs` in a real Pigeonhole: a script fires the rules that the judge fires."""

from __future__ import annotations

from support.kindmail import DIFFERS, DIFFERS_POLICY, agree


def test_script_and_judge_agree_about_differs() -> None:
    """Rules and points are the same on every message, and scripts of all engines compile."""
    agree(DIFFERS_POLICY, DIFFERS)
