"""What the milter negotiates, and what it says to each verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coldstop.daemon import binding
from coldstop.daemon.mail import Mail
from coldstop.daemon.session import Session
from support.wire import DISCARD, REJECT, Gone, Reply, Wire

if TYPE_CHECKING:
    from support.mta import Milter

pytestmark = pytest.mark.real

CHGBODY = 0x02
CHGFROM = 0x40
NO_HELO = 0x02
NO_REPLIES = 0x1000 | 0x4000 | 0x8000 | 0x80 | 0x80000  # connect, mail, rcpt, header, body


def test_little_is_asked_for(wire: Wire) -> None:
    """No body edits, no HELO, and no reply to anything but the end of a message."""
    assert not wire.actions & (CHGBODY | CHGFROM)
    assert wire.steps & NO_HELO
    assert wire.steps & NO_REPLIES == NO_REPLIES


def test_an_old_server_is_served_too(milter: Milter) -> None:
    """A server that offers neither skipping nor silence gets a reply to every step."""
    with Wire(str(milter.socket_path)) as wire:
        wire.negotiate(actions=0x3F, steps=0)
        wire.connect()
        wire.helo()
        reply = wire.message([(b"X-Want", b"file")], b"text")
        assert reply.header("X-Coldstop-Verdict") == "file"
        assert reply.new_recipients == ["<alice+Recruiters@mail.test>"]


def test_a_server_that_allows_no_changes_loses_no_mail(milter: Milter) -> None:
    """Where not even a header may be added, the mail is accepted unjudged."""
    with Wire(str(milter.socket_path)) as wire:
        wire.negotiate(actions=0)
        wire.connect()
        assert wire.message([(b"X-Want", b"file")]).code == b"c"


@pytest.mark.parametrize("actions", [0x01, 0x3F & ~0x10, 0x10])
def test_where_no_header_can_be_removed_none_is_written(milter: Milter, actions: int) -> None:
    """A verdict that a sender could have written is none; the mail is judged all the same."""
    with Wire(str(milter.socket_path)) as wire:
        wire.negotiate(actions=actions)
        wire.connect()
        fields = [(b"X-Coldstop-Verdict", b"keep"), (b"X-Want", b"reject")]
        reply = wire.message(fields)
        assert reply.text.startswith("550 5.7.1")
        assert not reply.added
        assert not reply.changed


def test_macros_that_are_no_utf_8_cost_no_verdict(wire: Wire) -> None:
    """A login or queue id with any bytes; who logged in did so, whatever the name."""
    odd = "\udcff\udcfe"
    fields = [(b"X-Want", b"file"), (b"X-Coldstop-Verdict", b"keep")]
    reply = wire.message(fields, authenticated=odd)
    assert not reply.added
    assert reply.changed
    wire.mail()
    wire.rcpt()
    wire.header(b"X-Want", b"file")
    assert wire.end(odd).header("X-Coldstop-Verdict") == "file"


@pytest.mark.parametrize(
    ("want", "new"),
    [
        ("keep", ""),
        ("tag", ""),
        ("later", "<alice+Recruiters/Later@mail.test>"),
        ("file", "<alice+Recruiters@mail.test>"),
        ("trash", "<alice+Trash@mail.test>"),
    ],
)
def test_delivered_verdicts(wire: Wire, want: str, new: str) -> None:
    """Every verdict that delivers is told in a header and filed by sub-address."""
    reply = wire.message([(b"X-Want", want.encode())])
    assert reply.code == b"c"
    assert reply.header("X-Coldstop-Verdict") == want
    assert reply.new_recipients == ([new] if new else [])
    assert reply.gone_recipients == (["<alice@mail.test>"] if new else [])


def test_final_verdicts(wire: Wire) -> None:
    """Hold, reject and discard; the reply is the policy's own text."""
    assert wire.message([(b"X-Want", b"quarantine")]).held == "coldstop"
    rejected = wire.message([(b"X-Want", b"reject")])
    assert rejected.code == REJECT
    # On the wire the percent sign is still doubled; the mail server undoes it (tests/mta).
    assert rejected.text.replace("%%", "%") == "550 5.7.1 100% no, thank you."
    assert not rejected.added
    assert wire.message([(b"X-Want", b"discard")]).code == DISCARD


def test_parameters_of_a_recipient_are_kept(wire: Wire) -> None:
    """A recipient that is replaced keeps what it was given with (NOTIFY, ORCPT)."""
    wire.mail()
    wire.rcpt(b"<alice@mail.test>", b"NOTIFY=NEVER", b"ORCPT=rfc822;x@y.test")
    wire.header(b"X-Want", b"file")
    reply = wire.end()
    assert reply.new_recipients == [
        "<alice+Recruiters@mail.test> NOTIFY=NEVER ORCPT=rfc822;x@y.test"
    ]


def test_opposite_policies_tell_nothing_of_each_other(wire: Wire) -> None:
    """One recipient's copy is filed, the other's left; the one header says nothing."""
    reply = wire.message(
        [(b"X-Want", b"file"), (b"X-Bob-Wants", b"keep")],
        recipients=(b"<alice@mail.test>", b"<bob@mail.test>"),
    )
    assert reply.added == [("X-Coldstop-Verdict", "none")]
    assert reply.new_recipients == ["<alice+Recruiters@mail.test>"]
    assert reply.gone_recipients == ["<alice@mail.test>"]


def test_a_rejection_needs_everyone(wire: Wire) -> None:
    """Both reject: rejected, with a text that is no one's own. One does not: delivered."""
    both = (b"<alice@mail.test>", b"<bob@mail.test>")
    reply = wire.message([(b"X-Want", b"reject"), (b"X-Bob-Wants", b"reject")], recipients=both)
    assert reply.code == REJECT
    assert "thank you" not in reply.text
    assert "Bob" not in reply.text
    reply = wire.message([(b"X-Want", b"reject")], recipients=both)
    assert reply.code == b"c"
    assert reply.added == [("X-Coldstop-Verdict", "none")]
    assert reply.new_recipients == ["<alice+Junk@mail.test>"]


def test_authenticated_mail_is_not_judged(wire: Wire) -> None:
    """A user's own mail only loses what pretends to be our result."""
    fields = [(b"X-Want", b"reject"), (b"X-Coldstop-Verdict", b"keep"), (b"Subject", b"x")]
    reply = wire.message(fields, authenticated="alice")
    assert (reply.code, reply.added) == (b"c", [])
    assert reply.changed == [(1, "x-coldstop-verdict", "")]
    assert not reply.new_recipients + reply.gone_recipients
    assert wire.message(fields).code == REJECT


def test_the_log_has_one_line_a_message_without_its_content(milter: Milter, wire: Wire) -> None:
    """Verdict, score, rules, policy, time and defects; no address, no subject, no body."""
    before = len(milter.lines("message"))
    wire.message(
        [(b"Subject", b"very private"), (b"X-Want", b"file")],
        b"more private",
        sender=b"<private@sender.test>",
    )
    (line,) = milter.lines("message")[before:]
    assert line["queue"] == "4Q1"
    assert line["verdict"] == "file"
    assert line["score"] == "30"
    assert line["rules"] == "asks,wants-file"
    assert line["policy"] == "small"
    assert int(line["us"]) >= 0
    assert line["defects"] == "-"
    for secret in ("private", "sender.test", "alice"):
        assert secret not in milter.log()


def _send_long(wire: Wire, size: int) -> Reply:
    wire.header(b"X-Long", b"x" * size)
    return wire.end()


@pytest.mark.parametrize("extra", [0, 1])
def test_a_header_at_libmilters_packet_limit(milter: Milter, extra: int) -> None:
    """The largest packet is judged; one byte more ends the connection, not the milter (H13)."""
    with Wire(str(milter.socket_path)) as wire:
        wire.begin()
        wire.mail()
        wire.rcpt()
        wire.header(b"X-Want", b"tag")
        room = 65_535 - len(b"X-Long") - 2
        if extra:
            with pytest.raises((Gone, BrokenPipeError, ConnectionResetError)):
                _send_long(wire, room + extra)
        else:
            assert _send_long(wire, room).header("X-Coldstop-Verdict") == "tag"
    with Wire(str(milter.socket_path)) as wire:
        wire.begin()
        assert wire.message([(b"X-Want", b"tag")]).header("X-Coldstop-Verdict") == "tag"


def test_no_attribute_hides_a_callback() -> None:
    """A session keeps its state under names that pymilter does not use (H15)."""
    theirs = {name for name in dir(binding.Milter.Base) if not name.startswith("__")}
    ours = {"_runtime", "_client", "_mail"}
    assert not theirs & ours
    assert not theirs & set(Mail.__slots__) - {"body"}  # a Mail is no session
    assert not {name for name in vars(Session) if name in theirs} - {
        "negotiate",
        "connect",
        "envfrom",
        "envrcpt",
        "header",
        "body",
        "eom",
        "abort",
        "close",
    }
