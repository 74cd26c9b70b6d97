"""Tell systemd how we are (sd_notify(3)), without its library.

Does nothing where `NOTIFY_SOCKET` is not set. A message that cannot be sent is dropped.
"""

from __future__ import annotations

import contextlib
import os
import socket


def notify(state: str) -> None:
    """Send `READY=1`, `STOPPING=1` and the like to the service manager, if there is one."""
    target = os.environ.get("NOTIFY_SOCKET", "")
    if not target.startswith(("/", "@")):
        return
    if target.startswith("@"):  # an abstract socket
        target = "\0" + target[1:]
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.settimeout(0)
        sock.sendto(state.encode("ascii"), target)
