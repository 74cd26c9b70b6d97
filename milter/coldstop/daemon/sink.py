"""Where log lines go, without ever waiting for whoever reads them (H30).

A pipe that nobody reads, a stuck journal or syslog daemon would stop all mail if a line waited for
it. So each sink takes a line at once or says that it did not: a pipe or terminal is opened anew
without blocking (the flag must not be set on a descriptor that others share), a socket is asked
not to wait, a file is written as it is. Lines are cut to what a pipe takes in one piece.

Fails: OSError when a sink is opened; BlockingIOError and OSError when it takes no line.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import stat
import time
from typing import Final, Protocol

LINE: Final = 4_000
"""Bytes of a line; PIPE_BUF is 4,096: a shorter write is whole or is not at all."""
_SYSLOG: Final = "/dev/log"
_PRIORITY: Final = 2 << 3 | 6  # facility mail, severity info (RFC 5424 §6.2.1)
_STDERR: Final = 2


class Sink(Protocol):
    """Takes lines."""

    def write(self, line: str) -> None:
        """Take one line, without its end."""

    def reopen(self) -> None:
        """Begin anew, after rotation."""


def open_sink(name: str) -> Sink:
    """Open `stderr`, `syslog`, or the absolute path of a file."""
    if name == "syslog":
        return Syslog()
    return StandardError() if name == "stderr" else File(name)


class File:
    """A file; each line begins with date and time."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._fd = self._open()

    def write(self, line: str) -> None:
        """Append a line."""
        when = time.strftime("%Y-%m-%dT%H:%M:%S%z")
        os.write(self._fd, _bytes(f"{when} {_tag()}: {line}"))

    def reopen(self) -> None:
        """Open the file anew; the descriptor's number, which sessions hold, stays."""
        fresh = self._open()
        os.dup2(fresh, self._fd, inheritable=False)
        os.close(fresh)

    def _open(self) -> int:
        # A pipe under that name must not hold the start, nor a write.
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
        return os.open(self._path, flags, 0o640)


class StandardError:
    """Standard error: a journal's socket, a pipe, a terminal or a file, which is found out."""

    def __init__(self) -> None:
        self._fd = _STDERR
        self._socket: socket.socket | None = None
        self._polled = False
        try:
            mode = os.fstat(_STDERR).st_mode
            if stat.S_ISSOCK(mode):
                self._socket = socket.socket(fileno=os.dup(_STDERR))
            elif not stat.S_ISREG(mode):
                flags = os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
                self._fd = os.open(f"/proc/self/fd/{_STDERR}", flags)
        except OSError:
            self._polled = True  # somebody else's pipe: ask before each line

    def write(self, line: str) -> None:
        """Write a line, or raise."""
        data = _bytes(f"{_tag()}: {line}")
        if self._socket is not None:
            self._socket.send(data, socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)
            return
        if self._polled and not select.select((), (self._fd,), (), 0)[1]:
            raise BlockingIOError
        os.write(self._fd, data)

    def reopen(self) -> None:
        """Do nothing: whoever gave us the stream rotates it."""


class Syslog:
    """The local syslog daemon (RFC 3164's form, as syslog(3) writes it)."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        with contextlib.suppress(OSError):  # it may come later
            self.reopen()

    def write(self, line: str) -> None:
        """Send a line, or raise."""
        if self._socket is None:
            self.reopen()
        assert self._socket is not None  # noqa: S101 - reopen raises
        when = time.strftime("%b %e %H:%M:%S")
        try:
            self._socket.send(f"<{_PRIORITY}>{when} {_tag()}: {line}"[:LINE].encode("ascii"))
        except BlockingIOError:
            raise
        except OSError:  # the daemon was restarted
            self._socket = None
            raise

    def reopen(self) -> None:
        """Connect anew."""
        fresh = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        fresh.settimeout(0)
        try:
            fresh.connect(_SYSLOG)
        except OSError:
            fresh.close()
            raise
        self._socket = fresh


def _tag() -> str:
    return f"coldstop[{os.getpid()}]"


def _bytes(line: str) -> bytes:
    return line[:LINE].encode("ascii", "replace") + b"\n"
