"""Log lines: one line an event, whatever the values hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from coldstop.daemon.limits import LIMITS
from coldstop.daemon.log import Log, quoted, token

if TYPE_CHECKING:
    from pathlib import Path

ANYTHING = st.text(st.characters(codec=None), max_size=600)


@settings(max_examples=150, deadline=None)
@given(ANYTHING)
def test_no_value_makes_a_second_line(text: str) -> None:
    """A word has neither spaces nor control characters, a reason no line end (H22)."""
    assert re.fullmatch(r"[\x21-\x7e]{1,200}", token(text))
    assert re.fullmatch(r'"([^"\\\n]|\\.)*"', quoted(text))


def test_values_are_cut_at_the_limit() -> None:
    """A value at the limit stays whole, one past it is cut."""
    assert len(token("x" * LIMITS.log_value)) == LIMITS.log_value
    assert len(token("x" * (LIMITS.log_value + 1))) == LIMITS.log_value


def test_an_error_is_named_without_its_text(tmp_path: Path) -> None:
    """What an exception says may quote mail: only its type and place are logged."""
    log = Log(str(tmp_path / "log"))
    try:
        int("secret subject line")
    except ValueError as error:
        log.failure("eom", error)
    line = (tmp_path / "log").read_text()
    assert "error where=eom type=ValueError at=test_log.py:" in line
    assert "secret" not in line


def test_a_rotated_file_is_opened_anew(tmp_path: Path) -> None:
    """After rotation and reopen, lines go into the new file."""
    path = tmp_path / "log"
    log = Log(str(path))
    log.event("one")
    path.rename(tmp_path / "old")
    log.reopen()
    log.event("two")
    assert path.read_text().endswith(": two\n")
    assert (tmp_path / "old").read_text().endswith(": one\n")
