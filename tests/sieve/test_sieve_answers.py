"""`answers` in a real Pigeonhole: a script fires the rules that the judge fires."""

from __future__ import annotations

from support.kindmail import ANSWERS, ANSWERS_POLICY, STRANGE_ANSWERS, agree


def test_script_and_judge_agree_about_answers() -> None:
    """Rules and points are the same on every message, and scripts of all engines compile."""
    agree(ANSWERS_POLICY, [*ANSWERS, *STRANGE_ANSWERS])
