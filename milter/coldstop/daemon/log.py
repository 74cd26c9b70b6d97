"""One line an event, `key=value`, to stderr, to a file or to syslog.

Refuses to say who wrote what: the callers hand over queue ids, verdicts, numbers and names that
stand in a policy, never an address, a subject or a line of mail. Control characters and spaces in a
value are replaced and long values are cut (H22). A sink that takes no line at once loses it; it
never costs a message, nor holds one up (H30, `daemon.sink`).
"""

from __future__ import annotations

import contextlib
import os
import re
from typing import Final

from coldstop.daemon.limits import LIMITS
from coldstop.daemon.sink import open_sink

_UNSAFE: Final = re.compile(r"[^\x21-\x7e]+")
_UNPRINTABLE: Final = re.compile(r"[^\x20-\x7e]+")


def token(value: object) -> str:
    """`value` as one printable word without spaces, cut to the limit; `-` if nothing is left."""
    return _UNSAFE.sub("_", str(value))[: LIMITS.log_value] or "-"


def quoted(value: object) -> str:
    """`value` as a printable, quoted text of one line, cut to twice the limit of a word."""
    text = _UNPRINTABLE.sub(" ", str(value))[: 2 * LIMITS.log_value]
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


class Log:
    """Where the daemon's lines go: `stderr`, `syslog`, or the absolute path of a file."""

    def __init__(self, sink: str = "stderr") -> None:
        self._sink = open_sink(sink)
        self._lost = 0

    def reopen(self) -> None:
        """Open a log file anew, so that rotation followed by a reload works."""
        with contextlib.suppress(OSError):
            self._sink.reopen()

    def event(self, name: str, reason: object = None, **fields: object) -> None:
        """Write `name key=value ... reason="..."` as one line."""
        words = [name, *(f"{key}={token(value)}" for key, value in fields.items())]
        if reason is not None:
            words.append(f"reason={quoted(reason)}")
        self._write(" ".join(words))

    def _write(self, line: str) -> None:
        """Hand a line over; count what nobody takes, and say so as soon as somebody does."""
        try:
            if self._lost:
                self._sink.write(f"log outcome=lost lines={self._lost}")
                self._lost = 0
            self._sink.write(line)
        except OSError:  # BlockingIOError is one
            self._lost += 1

    def failure(self, where: str, error: BaseException, **fields: object) -> None:
        """Say that `error` was caught in `where`: its type and place, never its text.

        The text of an exception may quote the mail that caused it.
        """
        frame = error.__traceback__
        place = "-"
        while frame is not None:
            code = frame.tb_frame.f_code
            place = f"{os.path.basename(code.co_filename)}:{frame.tb_lineno}"  # noqa: PTH119
            frame = frame.tb_next
        self.event("error", where=where, type=type(error).__name__, at=place, **fields)
