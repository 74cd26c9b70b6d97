"""Starting the daemon on policies that are not what they were."""

from __future__ import annotations

import pytest

from support.mta import Milter
from support.policies import wanting

CASE = """
cases:
  - {mail: {from: a@b.example, text: hi}, expect: trash}
"""


@pytest.mark.real
def test_a_case_that_no_longer_holds_does_not_keep_the_daemon_from_starting() -> None:
    """H23: cases may depend on the day; unjudged mail would be worse than a failed case."""
    files = {"p.yaml": wanting("small", extra=CASE)}
    with Milter(settings={"policy": "p.yaml"}, files=files) as running:
        (line,) = [one for one in running.lines("start") if one["outcome"] == "case-failed"]
        assert "p.yaml" in line["reason"]
