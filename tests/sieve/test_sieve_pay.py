"""`pay` in a real Pigeonhole: a script fires the rules that the judge fires."""

from __future__ import annotations

from support.kindmail import PAY, PAY_POLICY, agree


def test_script_and_judge_agree_about_pay() -> None:
    """Rules and points are the same on every message, and scripts of all engines compile."""
    agree(PAY_POLICY, PAY)
