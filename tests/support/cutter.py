"""A loopback proxy that cuts connections: a server that goes away in the middle.

with Cutter(host.sieve_port) as cutter:
    cutter.cut("client", 900)        # the next connection dies after so many bytes
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from typing import Final, Self

from coldstop.demo.process import HOST

_CHUNK: Final = 4096


class Cutter:
    """Forwards one connection at a time to a port on loopback."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server((HOST, 0))
        self.port: int = self._listener.getsockname()[1]
        self._left = {"client": -1, "server": -1}
        self._dead_after = False
        self._refusing = False
        self.sent = {"client": 0, "server": 0}
        """Bytes that went through on all connections since the last `cut`."""
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._refusing = True
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def cut(self, side: str = "client", after: int = -1, *, for_good: bool = False) -> None:
        """Cut the next connection after so many bytes of one side (-1: never).

        `for_good`: those that follow are not answered.
        """
        self._left = {"client": -1, "server": -1} | {side: after}
        self._dead_after, self._refusing = for_good, False
        self.sent = {"client": 0, "server": 0}

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with client, contextlib.suppress(OSError):
                if self._refusing:
                    continue
                with socket.create_connection((HOST, self._target), 5) as server:
                    self._forward(client, server)

    def _forward(self, client: socket.socket, server: socket.socket) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(client, selectors.EVENT_READ, ("client", server))
            selector.register(server, selectors.EVENT_READ, ("server", client))
            while True:
                for key, _ in selector.select(10):
                    side, other = key.data
                    assert isinstance(key.fileobj, socket.socket)
                    data = key.fileobj.recv(_CHUNK)
                    left = self._left[side]
                    if not data:
                        return
                    if 0 <= left <= len(data):
                        other.sendall(data[:left])
                        self._left = {"client": -1, "server": -1}
                        self._refusing = self._dead_after
                        return
                    if left > 0:
                        self._left[side] = left - len(data)
                    other.sendall(data)
                    self.sent[side] += len(data)
