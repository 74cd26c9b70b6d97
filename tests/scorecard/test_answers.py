"""`answers`: by mails for which it holds and mails for which it does not."""

from __future__ import annotations

import pytest

from support.kindmail import ANSWERS, ANSWERS_POLICY, STRANGE_ANSWERS, judged


@pytest.mark.parametrize(("raw", "fires"), [*ANSWERS, *STRANGE_ANSWERS])
def test_answers(raw: bytes, fires: dict[str, int]) -> None:
    """Exactly the rules fire, for the points, that a person would say."""
    assert judged(ANSWERS_POLICY, raw) == fires
