"""What the private servers have in common: a process in a folder of its own (`servers`)."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from coldstop.demo.root import Root

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

HOST: Final = "127.0.0.1"
READY_SECONDS: Final = 15.0
_PORTS: Final = range(20_000, 32_000)
_PORT_TRIES: Final = 200
_GIVEN: Final[set[int]] = set()


class ServerError(RuntimeError):
    """A server cannot be started or does not do what it should."""


def free_port() -> int:
    """Find a TCP port on loopback that nobody listens on right now.

    From below the range that the kernel takes for outgoing connections (32768 and up on Linux):
    a client of another test must not sit on it by the time the server comes to bind it. No port is
    given twice by one process.
    """
    for _ in range(_PORT_TRIES):
        port = _PORTS.start + secrets.randbelow(len(_PORTS))
        if port in _GIVEN:
            continue
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind((HOST, port))
            _GIVEN.add(port)
            return port
    raise ServerError("found no free TCP port on loopback")


def short_folder() -> Path:
    """Make a folder with a short path that other accounts may enter."""
    folder = Path(tempfile.mkdtemp(prefix="cs", dir="/tmp"))
    folder.chmod(0o755)
    return folder


def until(check: Callable[[], object], what: str, seconds: float = READY_SECONDS) -> None:
    """Wait until `check()` is true; raises ServerError naming `what` after `seconds`."""
    end = time.monotonic() + seconds
    while not check():
        if time.monotonic() > end:
            raise ServerError(f"waited {seconds:g} s in vain for {what}")
        time.sleep(0.01)


def need(program: str, package: str, root: Root = Root()) -> None:  # noqa: B008 - frozen
    """Refuse to go on without a program; the text says how to get it."""
    if not root.has(program):
        raise ServerError(f"{program} is missing: apt install {package}")


@dataclass
class Server:
    """One process in a folder of its own; a context manager."""

    folder: Path = field(default_factory=short_folder)
    token: str = field(default_factory=lambda: "t" + secrets.token_hex(6))
    process: subprocess.Popen[bytes] | None = None
    root: Root = field(default_factory=Root)
    """Where its programs are."""

    def start(self) -> None:
        """Start the process and wait until it is ready."""
        raise NotImplementedError

    @property
    def log_path(self) -> Path:
        """Where this server writes its log."""
        raise NotImplementedError

    def log(self) -> str:
        """Give the log as it is now."""
        return self.log_path.read_text("utf-8", "replace") if self.log_path.exists() else ""

    def running(self) -> bool:
        """Whether the process lives."""
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """End the process that was started here, with all that it started."""
        process, self.process = self.process, None
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                # Its own session (see Popen): nobody else is in that group.
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        try:
            self.stop()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _spawn(self, command: Sequence[str], **options: object) -> None:
        command, options = self.root.entered(command, options)
        self.process = subprocess.Popen(  # type: ignore[call-overload]  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            **options,
        )

    def _check_alive(self) -> None:
        if not self.running():
            tail = "\n".join(self.log().splitlines()[-8:])
            raise ServerError(f"{type(self).__name__} ended at once:\n{tail}")

    def _await_greeting(self, port: int) -> None:
        def greeted() -> bool:
            self._check_alive()
            try:
                with socket.create_connection((HOST, port), 1) as sock:
                    sock.settimeout(5)
                    return self.token.encode("ascii") in sock.recv(4096)
            except OSError:
                return False

        until(greeted, f"the greeting of {type(self).__name__}; log:\n{self.log()[-1000:]}")
