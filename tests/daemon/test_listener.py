"""The socket: how it is written, whose it is, and when it is refused."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from coldstop.daemon.listener import (
    InetSocket,
    Inherited,
    Listener,
    ListenerError,
    UnixSocket,
    activated,
    parse,
)
from support.mta import Milter, ServerError, free_port, short_folder
from support.policies import wanting
from support.wire import Wire

if TYPE_CHECKING:
    from pathlib import Path

FILES = {"p.yaml": wanting()}


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("unix:/run/x.sock", UnixSocket("/run/x.sock")),
        ("local:/run/x.sock", UnixSocket("/run/x.sock")),
        ("unix:/" + "x" * 106, UnixSocket("/" + "x" * 106)),
        ("inet:8891@127.0.0.1", InetSocket("inet", "127.0.0.1", 8891)),
        ("inet6:8891@::1", InetSocket("inet6", "::1", 8891)),
        ("inet:8891", InetSocket("inet", "", 8891)),
        ("fd:3", Inherited(3)),
    ],
)
def test_sockets_are_read(text: str, address: object) -> None:
    """Every way to write a socket is understood."""
    assert parse(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "unix:x.sock",
        "/run/x.sock",
        "inet:0@::1",
        "inet:65536",
        "fd:",
        "fd:x",
        "tcp:1@h",
        "unix:/" + "x" * 107,
    ],
)
def test_other_sockets_are_refused(text: str) -> None:
    """What is no socket is refused before anything is opened."""
    with pytest.raises(ListenerError):
        parse(text)


def test_systemd_hands_over_one_socket() -> None:
    """LISTEN_FDS counts only for the process that LISTEN_PID names."""
    me = str(os.getpid())
    assert activated({"LISTEN_PID": me, "LISTEN_FDS": "1"}) == Inherited(3)
    assert activated({"LISTEN_PID": "1", "LISTEN_FDS": "1"}) is None
    assert activated({}) is None
    with pytest.raises(ListenerError):
        activated({"LISTEN_PID": me, "LISTEN_FDS": "2"})


def test_only_our_own_socket_file_is_removed(tmp_path: Path) -> None:
    """A file that was put in its place meanwhile is left alone."""
    path = tmp_path / "s"
    path.write_text("someone else's")
    found = path.lstat()
    Listener("x", str(path), (found.st_dev, found.st_ino + 1)).remove()
    assert path.exists()
    Listener("x", str(path), (found.st_dev, found.st_ino)).remove()
    assert not path.exists()


@pytest.mark.real
def test_the_socket_has_the_mode_asked_for() -> None:
    """The permissions are right from the first moment, whatever the umask."""
    with Milter(settings={"policy": "p.yaml", "socket_mode": "0600"}, files=FILES) as milter:
        assert stat.S_IMODE(milter.socket_path.stat().st_mode) == 0o600


@pytest.mark.real
def test_a_socket_in_use_is_not_taken_and_a_stale_one_is() -> None:
    """A second instance ends with an error and the first goes on; a dead one's file is replaced."""
    with Milter(settings={"policy": "p.yaml"}, files=FILES) as first:
        second = Milter(settings={"policy": "p.yaml", "socket": first.address}, files=FILES)
        with pytest.raises(ServerError, match="in use by another process"):
            second.__enter__()
        with Wire(str(first.socket_path)) as wire:
            wire.begin()
            assert wire.message([(b"Subject", b"x")]).code == b"c"
        for pid in (first.pid, *first.workers()):
            os.kill(pid, signal.SIGKILL)
        first.stop()
        assert first.socket_path.exists()
        first.launch()
        with Wire(str(first.socket_path)) as wire:
            wire.begin()
            assert wire.message([(b"Subject", b"x")]).code == b"c"


@pytest.mark.real
def test_a_file_in_the_way_is_left_alone() -> None:
    """Something that is no socket is never removed."""
    milter = Milter(settings={"policy": "p.yaml"}, files={**FILES, "milter.sock": "precious"})
    with pytest.raises(ServerError, match="no socket"):
        milter.__enter__()


@pytest.mark.real
@pytest.mark.parametrize("host", ["", "@0.0.0.0", "@192.0.2.1"])
def test_other_machines_are_kept_out(host: str) -> None:
    """An address other than loopback needs allow_remote."""
    settings = {"policy": "p.yaml", "socket": f"inet:{free_port()}{host}"}
    with pytest.raises(ServerError, match="allow_remote"):
        Milter(settings=settings, files=FILES).__enter__()


@pytest.mark.real
def test_a_port_on_loopback_works() -> None:
    """inet: on 127.0.0.1 serves."""
    port = free_port()
    settings = {"policy": "p.yaml", "socket": f"inet:{port}@127.0.0.1"}
    with (
        Milter(settings=settings, files=FILES),
        socket.create_connection(("127.0.0.1", port), 5),
    ):
        pass


@pytest.mark.real
def test_an_inherited_socket_is_served() -> None:
    """fd:N takes a listening socket that was opened by someone else, and leaves its file."""
    folder = short_folder()
    path = folder / "given.sock"
    try:
        with socket.socket(socket.AF_UNIX) as given:
            given.bind(str(path))
            given.listen(64)
            settings = {"policy": "p.yaml", "socket": f"fd:{given.fileno()}"}
            with Milter(settings=settings, files=FILES, inherit=given), Wire(str(path)) as wire:
                wire.begin()
                assert wire.message([(b"Subject", b"x")]).code == b"c"
            assert path.exists()
    finally:
        path.unlink(missing_ok=True)
        folder.rmdir()


@pytest.mark.real
def test_a_missing_pymilter_is_said_plainly() -> None:
    """Where pymilter is not installed the error says what to install."""
    code = (
        "import sys; sys.modules['Milter'] = None\n"
        "try:\n import coldstop.daemon.binding\nexcept ImportError as e: print(e)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "needs pymilter" in done.stdout
