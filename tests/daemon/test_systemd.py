"""Under systemd: readiness is announced, and its socket is taken."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys

import pytest

from coldstop.daemon.systemd import notify
from support.mta import Milter, short_folder, until
from support.policies import wanting
from support.wire import Wire

pytestmark = pytest.mark.real

FILES = {"p.yaml": wanting()}
# What systemd does between fork and exec.
ACTIVATE = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execv(sys.executable, [sys.executable, "-m", "coldstop.daemon", sys.argv[2]])
"""


def test_readiness_and_stopping_are_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    """READY=1 comes once the milter serves, STOPPING=1 when it is told to stop."""
    folder = short_folder()
    path = folder / "notify"
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(str(path))
            manager.settimeout(10)
            monkeypatch.setenv("NOTIFY_SOCKET", str(path))
            with Milter(settings={"policy": "p.yaml"}, files=FILES) as milter:
                assert manager.recv(100) == b"READY=1"
                assert milter.process is not None
                milter.process.send_signal(signal.SIGTERM)
                assert manager.recv(100) == b"STOPPING=1"
                assert milter.process.wait(10) == 0
    finally:
        path.unlink(missing_ok=True)
        folder.rmdir()


@pytest.mark.parametrize("target", ["", "relative", "/nonexistent/notify"])
def test_a_missing_manager_is_no_error(monkeypatch: pytest.MonkeyPatch, target: str) -> None:
    """Where nobody listens, announcing does nothing."""
    monkeypatch.setenv("NOTIFY_SOCKET", target)
    notify("READY=1")


def test_socket_activation() -> None:
    """A socket from systemd wins over the configured one, and outlives the milter."""
    milter = Milter(settings={"policy": "p.yaml"}, files=FILES)
    given = milter.folder / "given.sock"
    try:
        milter.write("p.yaml", FILES["p.yaml"])
        milter.configure(milter.settings)
        with socket.socket(socket.AF_UNIX) as listening, milter.log_path.open("ab") as log:
            listening.bind(str(given))
            listening.listen(16)
            number = listening.fileno()
            milter.process = subprocess.Popen(
                [sys.executable, "-c", ACTIVATE, str(number), str(milter.config_path)],
                pass_fds=(number,),
                stderr=log,
                start_new_session=True,
            )
            until(lambda: "socket=fd:3" in milter.log(), "the milter")
            with Wire(str(given)) as wire:
                wire.begin()
                assert wire.message([(b"X-Want", b"tag")]).code == b"c"
            assert not milter.socket_path.exists()
            milter.process.terminate()
            assert milter.process.wait(10) == 0
            assert given.exists()
    finally:
        milter.__exit__(None, None, None)
