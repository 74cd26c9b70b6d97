"""Read a file that somebody named, without waiting and without end (H28).

`read_regular` reads a regular file up to a bound. A FIFO that nobody writes to would hold the
caller for ever, a device may never end: both are refused, behind a symbolic link, too.

Fails: OSError with a `strerror` for people.
"""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_KINDS: Final = (
    (stat.S_ISDIR, "is a folder, not a file"),
    (stat.S_ISFIFO, "is a pipe (FIFO), not a file"),
    (stat.S_ISSOCK, "is a socket, not a file"),
    (stat.S_ISBLK, "is a device, not a file"),
    (stat.S_ISCHR, "is a device, not a file"),
)


def read_regular(path: Path, most: int) -> bytes:
    """Read at most `most` bytes and one more, by which the caller sees that there are more."""
    # Asked first, for opening a device may do something; and again, for it may be another by now.
    _refuse(path, path.stat().st_mode)
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        _refuse(path, os.fstat(handle).st_mode)
        return file.read(most + 1)


def _refuse(path: Path, mode: int) -> None:
    if not stat.S_ISREG(mode):
        why = next((why for is_kind, why in _KINDS if is_kind(mode)), "is no regular file")
        raise OSError(errno.EINVAL, why, str(path))
