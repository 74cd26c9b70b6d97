"""Hostile input at the wire: every byte in every field, limits, forged headers, failures."""

from __future__ import annotations

import random

import pytest

from coldstop.daemon.limits import LIMITS
from support.mta import Milter
from support.policies import wanting
from support.wire import REJECT, TEMPFAIL, Gone, Wire

pytestmark = pytest.mark.real

EVERY_BYTE = bytes(range(1, 256))


def test_every_byte_in_every_field(milter: Milter) -> None:
    """No byte in HELO, envelope, header name, value or body is an error or a delay (H6)."""
    before = milter.log().count(" error ")
    for byte in EVERY_BYTE:
        odd = b"a" + bytes([byte]) + b"z"
        with Wire(str(milter.socket_path)) as wire:
            wire.negotiate()
            wire.connect(host=odd)
            wire.helo(odd)
            wire.mail(b"<" + odd + b"@x.test>")
            wire.rcpt(b"<" + odd + b"@x.test>")
            wire.header(b"X-" + odd, odd)
            wire.header(b"Subject", odd)
            wire.header(b"X-Want", b"tag")
            wire.body(odd * 10)
            reply = wire.end()
            assert reply.code == b"c", byte
            assert reply.header("X-Coldstop-Verdict") == "tag", byte
    assert milter.log().count(" error ") == before


def test_random_packets_end_a_connection_at_most(milter: Milter) -> None:
    """Garbage in place of the protocol never ends a worker, and mail goes on."""
    chance = random.Random(99)
    workers = milter.workers()
    for _ in range(150):
        with Wire(str(milter.socket_path), timeout=0.5) as wire:
            wire.begin()
            try:
                for _ in range(chance.randrange(1, 8)):
                    command = bytes([chance.choice(b"CHMRLNBTUAD\x00\xffz")])
                    wire.put(command, chance.randbytes(chance.randrange(40)))
            except (Gone, BrokenPipeError, ConnectionResetError):
                continue
    with Wire(str(milter.socket_path)) as wire:
        wire.begin()
        assert wire.message([(b"X-Want", b"tag")]).header("X-Coldstop-Verdict") == "tag"
    assert milter.workers() == workers


def test_defects_do_not_keep_mail_away(wire: Wire, milter: Milter) -> None:
    """A message whose reading finds defects is judged and accepted, and the log names them."""
    reply = wire.message(
        [
            (b"X-Want", b"tag"),
            (b"Content-Type", b"text/plain; charset=no-such-charset"),
            (b"Content-Transfer-Encoding", b"base64"),
        ],
        b"!!!! this is no base64 !!!!" + EVERY_BYTE,
    )
    assert reply.header("X-Coldstop-Verdict") == "tag"
    assert milter.lines("message")[-1]["defects"] != "-"


@pytest.mark.parametrize("extra", [0, 1])
def test_header_fields_are_kept_up_to_the_limit(wire: Wire, extra: int) -> None:
    """The last field within the limit is seen, one past it is not."""
    fields = [(b"X-Pad", b"x")] * (LIMITS.headers - 1 + extra)
    reply = wire.message([*fields, (b"X-Want", b"tag")])
    assert reply.header("X-Coldstop-Verdict") == ("keep" if extra else "tag")


def test_forged_headers_are_removed_beyond_the_limits(wire: Wire) -> None:
    """A forged header after more fields than are kept is removed all the same."""
    fields = [(b"X-Pad", b"x")] * (LIMITS.headers + 10)
    reply = wire.message([*fields, (b"X-Coldstop-Verdict", b"keep")])
    assert reply.changed == [(1, "x-coldstop-verdict", "")]


def test_forged_headers_at_the_limit_are_removed_and_past_it_refused(wire: Wire) -> None:
    """As many as the limit are removed, downwards; more than that no honest sender writes."""
    forged = [(b"x-cOLDSTOP-Verdict", b"keep")] * LIMITS.forged
    reply = wire.message(forged)
    assert [change[0] for change in reply.changed] == list(range(LIMITS.forged, 0, -1))
    more = [*forged, (b"X-Coldstop-Rules", b"x")]
    reply = wire.message(more)
    assert reply.code == REJECT
    assert not reply.changed


def test_observing_refuses_nothing() -> None:
    """In observe even a flood of forged headers passes, unjudged and untouched."""
    with (
        Milter(settings={"policy": "p.yaml"}, files={"p.yaml": wanting()}) as milter,
        Wire(str(milter.socket_path)) as wire,
    ):
        wire.begin()
        reply = wire.message([(b"X-Coldstop-Verdict", b"keep")] * (LIMITS.forged + 1))
        assert (reply.code, reply.added, reply.changed) == (b"c", [], [])
        assert milter.lines("message")[-1]["outcome"] == "forged"


def test_recipients_at_the_limit_are_judged_and_past_it_not(wire: Wire) -> None:
    """With more recipients than are kept, no verdict is written or acted on."""
    many = [f"<r{n}@mail.test>".encode() for n in range(LIMITS.recipients)]
    want = [(b"X-Want", b"tag")]
    assert wire.message(want, recipients=many).header("X-Coldstop-Verdict") == "tag"
    reply = wire.message(want, recipients=[*many, b"<one@mail.test>"])
    assert reply.code == b"c"
    assert reply.header("X-Coldstop-Verdict") == "none"


def _resident(milter: Milter) -> int:
    """Bytes of memory that the workers hold."""
    pages = 0
    for pid in milter.workers():
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:  # noqa: PTH123 - no real file
            pages += int(file.read().split()[1])
    return pages * 4096


def test_a_large_body_is_not_kept(milter: Milter, wire: Wire) -> None:
    """Of 25 MB only the limit is kept; memory stays where it was (H16)."""
    body = b"x" * 65_535 * 16
    wire.message([(b"X-Want", b"tag")], body)
    before = _resident(milter)
    for _ in range(4):
        reply = wire.message([(b"X-Want", b"tag")], body * 24)
        assert reply.header("X-Coldstop-Verdict") == "tag"
    assert _resident(milter) - before < 16 * LIMITS.body_bytes


def test_many_policies_are_judged_up_to_the_limit() -> None:
    """A message for more different policies than the limit is accepted unjudged."""
    count = LIMITS.judgements + 1
    files = {
        f"p{n}.yaml": wanting(f"p{n}", extra=f"folders: {{file: F{n}}}\n") for n in range(count)
    }
    boxes = {f"r{n}@mail.test": f"p{n}.yaml" for n in range(1, count)}
    settings = {"policy": "p0.yaml", "mode": "enforce", "mailboxes": boxes}
    with (
        Milter(settings=settings, files=files) as milter,
        Wire(str(milter.socket_path)) as wire,
    ):
        wire.begin()
        everyone = [f"<r{n}@mail.test>".encode() for n in range(count)]
        all_reject = [(b"X-Want", b"reject")]
        assert wire.message(all_reject, recipients=everyone[:-1]).code == REJECT
        reply = wire.message(all_reject, recipients=everyone)
        assert reply.code == b"c"
        assert reply.header("X-Coldstop-Verdict") == "none"


@pytest.mark.parametrize(("on_error", "code"), [("accept", b"c"), ("tempfail", TEMPFAIL)])
def test_a_message_that_cannot_be_judged(on_error: str, code: bytes) -> None:
    """Where judging is impossible, mail is accepted, or deferred if the operator chose that."""
    settings = {"policy": "p.yaml", "mode": "enforce", "on_error": on_error}
    with (
        Milter(settings=settings, files={"p.yaml": wanting()}) as milter,
        Wire(str(milter.socket_path)) as wire,
    ):
        wire.begin()
        many = [f"<r{n}@mail.test>".encode() for n in range(LIMITS.recipients + 1)]
        reply = wire.message([(b"X-Coldstop-Verdict", b"forged")], recipients=many)
        assert reply.code == code
        # Whatever else happens: nothing forged gets through.
        assert reply.changed == [(1, "x-coldstop-verdict", "")]
        assert milter.lines("message")[-1]["outcome"] == "unjudged"


def test_memory_stays_flat(milter: Milter) -> None:
    """Thousands of messages leave no trace in memory (H16)."""
    with Wire(str(milter.socket_path)) as wire:
        wire.begin()
        for _ in range(500):
            wire.message([(b"X-Want", b"tag")])
        before = _resident(milter)
        for _ in range(3000):
            wire.message([(b"X-Want", b"tag")])
        assert _resident(milter) - before <= before // 20
