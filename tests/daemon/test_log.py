"""Log lines: one line an event, whatever the values hold."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest
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


def test_lines_of_a_file_have_date_and_time(tmp_path: Path) -> None:
    """ISO 8601 with the offset, in front of the process."""
    Log(str(tmp_path / "log")).event("one")
    (line,) = (tmp_path / "log").read_text().splitlines()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4} coldstop\[\d+\]: one", line)


_WRITER = """
import sys
from coldstop.daemon.log import Log
log = Log()
for number in range(5_000):
    log.event("message", queue=number, rules="x" * 150)
print("done", flush=True)
sys.stdin.readline()
log.event("last")
"""


@pytest.mark.parametrize("kind", ["pipe", "socket"])
def test_a_reader_who_does_not_read_holds_nobody(kind: str) -> None:
    """5,000 lines into a full pipe or socket: lost, counted, and told afterwards (H30)."""
    if kind == "pipe":
        ours, theirs = os.pipe()
    else:
        ends = socket.socketpair()
        ours, theirs = (one.detach() for one in ends)
    process = subprocess.Popen(
        [sys.executable, "-c", _WRITER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
    )
    os.close(theirs)
    with process, os.fdopen(ours, encoding="ascii") as reader:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "done\n"
        first = [reader.readline() for _ in range(20)]
        assert first[0].endswith("queue=0 rules=" + "x" * 150 + "\n")
        lines: list[str] = []
        drained = threading.Thread(target=lambda: lines.extend(reader))
        drained.start()
        time.sleep(0.2)  # until there is room again
        process.stdin.write("go\n")
        process.stdin.close()
        drained.join()
    assert lines[-1].endswith(": last\n")
    assert re.search(r": log outcome=lost lines=\d{3,}$", lines[-2])


def test_a_pipe_as_log_file_does_not_hold_the_start(tmp_path: Path) -> None:
    """Without a reader it cannot be opened; with one that sleeps, lines are lost."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with pytest.raises(OSError, match="No such device"):
        Log(str(path))
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        log = Log(str(path))
        for _ in range(2_000):
            log.event("message", rules="x" * 150)
    finally:
        os.close(reader)
