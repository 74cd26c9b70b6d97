"""What goes wrong at the server leaves it as it was, and is said clearly."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import ssl
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from coldstop.demo.process import HOST, free_port
from coldstop.publish import session, texts
from coldstop.publish.limits import LIMITS
from support.cutter import Cutter
from support.sievedesk import NEWER, OURS, THEIRS, Desk
from support.sievehosts import CyrusHost, DovecotHost, SieveHost
from support.sievewire import Authority, authority

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.real


# --- certificates and passwords -----------------------------------------------------------------


def test_unknown_authority(desk: Desk) -> None:
    """A certificate of an authority that is not trusted: no password is sent, nothing changes."""
    other = Authority()
    planned = desk.plan(OURS, "--ca", str(other.ca))
    assert planned.exit_code == 1
    assert "not to be trusted" in planned.output
    assert desk.plan().exit_code == 2
    applied = desk.run("apply", "--ca", str(other.ca))
    assert (applied.exit_code, "no password was sent" in applied.output) == (2, True)
    assert desk.run("status", "--ca", str(other.ca)).exit_code == 2
    assert desk.held() == ("mine", {"mine": THEIRS})


def test_wrong_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate for another host is refused, though its authority is trusted."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with DovecotHost(names=("other.test",), address_too=False) as host:
        planned = Desk(host, "alice", tmp_path, host.sieve_port).plan()
    assert planned.exit_code == 1
    assert "Hostname mismatch" in planned.output


def test_wrong_password(desk: Desk) -> None:
    """A wrong password is named as such and appears nowhere."""
    assert desk.plan().exit_code == 2
    for verb, code in (("plan", 1), ("apply", 2), ("status", 2), ("rollback", 2)):
        words = ("--script", str(desk.folder / "ours.sieve")) if verb == "plan" else ()
        refused = desk.run(verb, *words, password="not-the-one")  # noqa: S106
        assert refused.exit_code == code, refused.output
        assert "refuses the login of alice" in refused.output
        assert "not-the-one" not in refused.output
    assert desk.held() == ("mine", {"mine": THEIRS})


def test_nobody_there(desk: Desk) -> None:
    """A port where nothing listens, and one that speaks something else, are named."""
    away = replace(desk, port=free_port())
    refused = away.plan()
    assert (refused.exit_code, "no ManageSieve at" in refused.output) == (1, True)
    assert away.run("status").exit_code == 2


def test_silence(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that accepts and then says nothing is not waited for without end."""
    monkeypatch.setattr(session, "LIMITS", replace(LIMITS, answer_seconds=0.2))
    with listening(_wait) as port:
        refused = replace(desk, port=port).plan()
    assert (refused.exit_code, "no ManageSieve at" in refused.output) == (1, True)


def test_implicit_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """TLS from the first byte works where the server has it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with DovecotHost() as host:
        desk = Desk(host, "alice", tmp_path, host.sieves_port)
        desk.publish(OURS, "--implicit-tls")
        assert desk.run("status", "--implicit-tls").exit_code == 0


def _wait(connection: socket.socket) -> None:
    connection.recv(1)


@contextlib.contextmanager
def listening(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server for one connection, written by the test."""
    with socket.create_server((HOST, 0)) as listener:

        def run() -> None:
            with contextlib.suppress(OSError):
                connection, _ = listener.accept()
                with connection:
                    connection.settimeout(5)
                    serve(connection)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield int(listener.getsockname()[1])
        thread.join(10)


@pytest.mark.parametrize(
    ("greeting", "reply"),
    [
        (b'"IMPLEMENTATION" "x"\r\n"SASL" "PLAIN"\r\n"SIEVE" ""\r\nOK\r\n', b"OK\r\n"),
        (b'"IMPLEMENTATION" "x"\r\n"SASL" "PLAIN"\r\n"STARTTLS"\r\nOK\r\n', b'NO "not now"\r\n'),
    ],
)
def test_no_password_without_tls(desk: Desk, greeting: bytes, reply: bytes) -> None:
    """A server without STARTTLS, or one that refuses it, gets no password."""
    heard = bytearray()

    def serve(connection: socket.socket) -> None:
        connection.sendall(greeting)
        while data := connection.recv(4096):
            heard.extend(data)
            connection.sendall(reply)

    with listening(serve) as port:
        refused = replace(desk, port=port).plan()
    assert (refused.exit_code, "no password was sent" in refused.output) == (1, True)
    assert b"AUTHENTICATE" not in heard


def test_smuggled_answers(desk: Desk) -> None:
    """Answers that somebody put in front of TLS do not shift ours by one."""
    real = b'"IMPLEMENTATION" "x"\r\n"SASL" "PLAIN"\r\n"SIEVE" "fileinto"\r\n"VERSION" "1.0"\r\n'
    authority().issue(desk.folder)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(desk.folder / "srv.pem", desk.folder / "srv.key")

    def serve(connection: socket.socket) -> None:
        connection.sendall(real + b'"STARTTLS"\r\nOK\r\n')
        connection.recv(4096)
        connection.sendall(b"OK\r\n" + real + b"OK\r\n")
        with context.wrap_socket(connection, server_side=True) as secure:
            secure.sendall(real + b"OK\r\n")
            while data := secure.recv(4096):
                rows = real if data.startswith(b"CAPABILITY") else b""
                secure.sendall(rows + b"OK\r\n")

    with listening(serve) as port:
        refused = replace(desk, port=port).plan()
    assert (refused.exit_code, "do not fit the questions" in refused.output) == (1, True)


# --- no room ------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["dovecot", "cyrus"])
def tight_host(request: pytest.FixtureRequest) -> Iterator[SieveHost]:
    """A server that keeps three scripts of at most 2 KB."""
    kind = DovecotHost if request.param == "dovecot" else CyrusHost
    with kind(max_scripts=3, max_script_kb=2) as host:
        yield host


@pytest.fixture
def tight(tight_host: SieveHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Alice there, whose own script is active."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    one = Desk(tight_host, "alice", tmp_path, tight_host.sieve_port)
    one.clear(THEIRS)
    return one


def test_no_room_at_all(tight: Desk) -> None:
    """Where no further script fits, plan says so."""
    tight.store("second", THEIRS)
    tight.store("third", THEIRS)
    refused = tight.plan()
    assert (refused.exit_code, "no room for coldstop-" in refused.output) == (1, True)


def test_room_for_one_of_two(tight: Desk) -> None:
    """Where only the first of two scripts fits, apply takes it away again."""
    tight.store("second", THEIRS)
    assert tight.plan().exit_code == 2
    refused = tight.run("apply")
    assert refused.exit_code == 1
    assert "no room for coldstop-main" in refused.output
    assert "the server is as it was" in refused.output
    assert tight.active() == "mine"
    assert tight.scripts() == {"mine": THEIRS, "second": THEIRS}


def test_block_mode_needs_no_room(tight: Desk) -> None:
    """An update that does not fit beside the old one fits as a block, but for Cyrus."""
    tight.publish()
    refused = tight.plan(NEWER)
    assert (refused.exit_code, "--mode block" in refused.output) == (1, True)
    assert tight.run("status").exit_code == 0
    if isinstance(tight.host, CyrusHost):  # where it is full it replaces nothing, either
        assert tight.plan(NEWER, "--mode", "block").exit_code == 1
        return
    tight.publish(NEWER, "--mode", "block")
    assert tight.filed("a job") == {"Headhunters": 1}
    assert tight.run("rollback").exit_code == 0
    assert tight.scripts() == {"mine": THEIRS}


def test_too_large(tight: Desk) -> None:
    """A script over the server's size limit is refused at plan time."""
    refused = tight.plan(OURS + "# long\n" * 400)
    assert (refused.exit_code, "no room for" in refused.output) == (1, True)


def test_script_that_does_not_compile(desk: Desk) -> None:
    """The server's own complaint is shown at plan time."""
    refused = desk.plan('require "fileinto"; nonsense;\n')
    assert (refused.exit_code, "does not take coldstop-" in refused.output) == (1, True)


# --- the connection breaks off ------------------------------------------------------------------


@pytest.fixture
def cut_desk(desk: Desk) -> Iterator[tuple[Desk, Cutter]]:
    """Alice, behind a proxy that can cut the connection."""
    with Cutter(desk.port) as cutter:
        cutter.cut()
        yield replace(desk, port=cutter.port), cutter


def _length(desk: Desk, cutter: Cutter, text: str) -> tuple[int, int]:
    """How many bytes an apply takes in each direction, measured on one that is rolled back."""
    assert desk.plan(text).exit_code == 2
    cutter.cut()
    assert desk.run("apply").exit_code == 0
    return cutter.sent["client"], cutter.sent["server"]


@pytest.mark.parametrize("side", ["client", "server"])
def test_cut_anywhere(cut_desk: tuple[Desk, Cutter], side: str) -> None:
    """Cut off at any point, apply undoes what it did as soon as the server is back."""
    desk, cutter = cut_desk
    total = _length(desk, cutter, OURS)[side == "server"]
    assert desk.run("rollback").exit_code == 0
    assert desk.plan().exit_code == 2
    for at in _points(total):
        cutter.cut(side, at)
        applied = desk.run("apply")
        if applied.exit_code == 0:  # only the goodbye was lost, or a deletion
            cutter.cut()
            assert desk.active() == "coldstop-main"
            assert desk.run("rollback").exit_code == 0
            continue
        assert "coldstop: " in applied.output
        assert desk.held() == ("mine", {"mine": THEIRS}), at


@pytest.mark.parametrize("side", ["client", "server"])
def test_gone_for_good_anywhere(cut_desk: tuple[Desk, Cutter], side: str) -> None:
    """If the server stays away, what may be left is named, and the next apply makes it whole."""
    desk, cutter = cut_desk
    total = _length(desk, cutter, OURS)[side == "server"]
    assert desk.run("rollback").exit_code == 0
    assert desk.plan().exit_code == 2
    for at in _points(total, 3, total // 2):
        cutter.cut(side, at, for_good=True)
        applied = desk.run("apply")
        cutter.cut()
        active, scripts = desk.held()
        assert scripts["mine"] == THEIRS
        if active == "mine":
            left = set(scripts) - {"mine"}
            assert not left or "left on the server: perhaps" in applied.output, at
        else:  # the very last step had gone through: what is active is whole
            assert active == "coldstop-main"
            assert all(texts.is_intact(text) for name, text in scripts.items() if name != "mine")
        again = desk.plan()
        assert again.exit_code in (0, 2), again.output
        if again.exit_code == 2:
            assert desk.run("apply").exit_code == 0
        assert desk.run("status").exit_code == 0
        assert desk.run("rollback").exit_code == 0
        assert desk.held() == ("mine", {"mine": THEIRS}), at
        assert desk.plan().exit_code == 2


def test_cut_update(cut_desk: tuple[Desk, Cutter]) -> None:
    """Cut off in the middle of an update, the old revision stays in force, whole."""
    desk, cutter = cut_desk
    desk.publish()
    before = desk.scripts()
    total, _ = _length(desk, cutter, NEWER)
    desk.publish()
    assert desk.scripts() == before
    assert desk.plan(NEWER).exit_code == 2
    for at in _points(total, 4, total // 2):
        cutter.cut("client", at)
        if desk.run("apply").exit_code == 0:
            cutter.cut()
            desk.publish()
            assert desk.plan(NEWER).exit_code == 2
        assert desk.held() == ("coldstop-main", before), at
        assert desk.run("status").exit_code == 0


def test_cut_rollback(cut_desk: tuple[Desk, Cutter]) -> None:
    """Cut off in the middle, rollback can simply be done again."""
    desk, cutter = cut_desk
    desk.publish()
    for at in _points(2000, 4):
        cutter.cut("client", at)
        rolled = desk.run("rollback")
        cutter.cut()
        active, scripts = desk.held()
        assert active in ("mine", "coldstop-main")
        assert scripts["mine"] == THEIRS
        if rolled.exit_code == 0:
            desk.publish()
    assert desk.run("rollback").exit_code == 0
    assert desk.held() == ("mine", {"mine": THEIRS})


def _points(total: int, count: int = 7, start: int = 300) -> range:
    """Places to cut at, all through a conversation: in the TLS handshake, at login, later."""
    return range(start, total, (total - start) // count)


# --- damaged files ------------------------------------------------------------------------------


def test_edited_plan(desk: Desk) -> None:
    """A plan that was edited is refused: apply does what was looked at, or nothing."""
    assert desk.plan().exit_code == 2
    path = desk.folder / "coldstop.plan"
    whole = path.read_text()
    for damage in (
        whole.replace("Recruiters", "Elsewhere"),
        whole[: len(whole) // 2],
        "[]",
        json.dumps({"coldstop-plan": 1, "sha256": "", "plan": {}}),
        re.sub('"coldstop-plan": 1', '"coldstop-plan": 2', whole),
    ):
        path.write_text(damage)
        assert desk.run("apply").exit_code == 2
    path.unlink()
    assert "there is no plan" in desk.run("apply").output
    assert desk.scripts() == {"mine": THEIRS}


def test_damaged_state(desk: Desk) -> None:
    """A damaged state file is an error, not a new beginning: the way back is in it."""
    desk.publish()
    state = next((desk.folder / "state").rglob("alice.json"))
    whole = state.read_text()
    for damage in (whole[:100], "{}x", whole.replace('"format": 1', '"format": 7')):
        state.write_text(damage)
        assert desk.run("status").exit_code == 2
        assert desk.run("rollback").exit_code == 2
        assert desk.plan(NEWER).exit_code == 1
    assert desk.active() == "coldstop-main"
