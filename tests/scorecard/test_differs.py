"""`differs`: by mails for which it holds and mails for which it does not."""

from __future__ import annotations

import pytest

from support.kindmail import DIFFERS, DIFFERS_POLICY, judged


@pytest.mark.parametrize(("raw", "fires"), DIFFERS)
def test_differs(raw: bytes, fires: dict[str, int]) -> None:
    """Exactly the rules fire, for the points, that a person would say."""
    assert judged(DIFFERS_POLICY, raw) == fires
