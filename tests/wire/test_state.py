"""Nothing passes from one message to the next, however connections are used (H4, H15)."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from support.wire import Reply, Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.mta import Milter

pytestmark = pytest.mark.real

WANTS = (b"keep", b"tag", b"later", b"file", b"trash", b"reject", b"discard", b"quarantine")


def shape(reply: Reply) -> tuple[object, ...]:
    """Everything that the milter said."""
    return (
        reply.code,
        reply.text,
        tuple(reply.added),
        tuple(reply.changed),
        tuple(reply.new_recipients),
        tuple(reply.gone_recipients),
        reply.held,
    )


def test_many_messages_on_one_connection_equal_many_connections(milter: Milter) -> None:
    """A hundred messages with aborted ones in between get what each gets alone."""
    chance = random.Random(20261)
    path = str(milter.socket_path)
    alone = {}
    for want in WANTS:
        with Wire(path) as wire:
            wire.begin()
            alone[want] = shape(wire.message([(b"X-Want", want)], b"text"))
    with Wire(path) as wire:
        wire.begin()
        for _ in range(100):
            if chance.random() < 0.5:
                wire.mail(b"<other@x.test>", authenticated=chance.choice(["", "alice"]))
                wire.rcpt(b"<bob@mail.test>")
                if chance.random() < 0.5:
                    wire.header(b"X-Want", chance.choice(WANTS))
                    wire.header(b"X-Coldstop-Verdict", b"forged")
                    wire.body(b"left over")
                wire.abort()
            want = chance.choice(WANTS)
            assert shape(wire.message([(b"X-Want", want)], b"text")) == alone[want]


def test_fifty_interleaved_sessions_keep_their_own_state(milter: Milter) -> None:
    """Steps of many connections at once, in random order, are not mixed up."""
    chance = random.Random(7)
    wires = [Wire(str(milter.socket_path)) for _ in range(50)]
    try:
        wants = [chance.choice(WANTS[:5]) for _ in wires]
        for wire in wires:
            wire.begin()
        steps: list[Callable[[Wire, bytes], object]] = [
            lambda wire, _: wire.mail(),
            lambda wire, _: wire.rcpt(),
            lambda wire, want: wire.header(b"X-Want", want),
            lambda wire, _: wire.body(b"text"),
        ]
        for step in steps:
            for number in chance.sample(range(len(wires)), len(wires)):
                step(wires[number], wants[number])
        for number in chance.sample(range(len(wires)), len(wires)):
            reply = wires[number].end()
            assert reply.header("X-Coldstop-Verdict") == wants[number].decode()
    finally:
        for wire in wires:
            wire.close()


def test_steps_out_of_order_do_no_harm(milter: Milter) -> None:
    """Aborts without a message change nothing for the message that follows."""
    with Wire(str(milter.socket_path)) as wire:
        wire.begin()
        wire.abort()
        wire.abort()
        assert wire.message([(b"X-Want", b"tag")]).header("X-Coldstop-Verdict") == "tag"
        wire.quit()


def test_a_connection_that_breaks_leaves_nothing(milter: Milter) -> None:
    """Sessions that vanish in the middle of a message do not keep a worker from stopping."""
    for _ in range(20):
        wire = Wire(str(milter.socket_path))
        wire.begin()
        wire.mail()
        wire.rcpt()
        wire.header(b"X-Want", b"file")
        wire.close()
    with Wire(str(milter.socket_path)) as wire:
        wire.begin()
        assert wire.message([(b"X-Want", b"tag")]).header("X-Coldstop-Verdict") == "tag"
