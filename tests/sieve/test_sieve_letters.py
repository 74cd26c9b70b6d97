"""`letters` in a real Pigeonhole: a script fires the rules that the judge fires."""

from __future__ import annotations

from support.kindmail import LETTERS, LETTERS_POLICY, agree


def test_script_and_judge_agree_about_letters() -> None:
    """Rules and points are the same on every message, and scripts of all engines compile."""
    agree(LETTERS_POLICY, LETTERS)
