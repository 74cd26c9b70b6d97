"""Mail of our own is not judged, and recipients that are not ours are left alone (H25, H26)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.mta import Milter
from support.policies import wanting
from support.wire import Reply, Wire

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

pytestmark = pytest.mark.real

FILES = {"p.yaml": wanting(), "bob.yaml": wanting("bobs", "X-Bob-Wants")}
SETTINGS = {
    "policy": "p.yaml",
    "mode": "enforce",
    "filing": "subaddress",
    "own_domains": ["mail.test", "bücher.test"],
    "own_networks": ["198.51.100.0/24", "2001:db8:1::/48"],
    "domain_aliases": {"alias.test": "mail.test"},
    "rewrite": {"never": ["forward@mail.test"]},
    "mailboxes": {"bob@mail.test": "bob.yaml"},
}
FORGED = (b"X-Coldstop-Verdict", b"trash")


@pytest.fixture(scope="module")
def milter() -> Iterator[Milter]:
    """Run a milter that knows what is its own."""
    with Milter(settings=SETTINGS, files=FILES) as running:
        yield running


def say(
    milter: Milter,
    fields: Sequence[tuple[bytes, bytes]],
    *recipients: bytes,
    address: bytes = b"192.0.2.1",
    port: int = 2525,
) -> Reply:
    """Send one message from a client at an address."""
    with Wire(str(milter.socket_path)) as wire:
        wire.begin(address, port)
        return wire.message(fields, recipients=recipients or (b"<alice@mail.test>",))


def untouched(reply: Reply) -> bool:
    """Whether nothing at all happened to the message."""
    changes = reply.added + reply.new_recipients + reply.gone_recipients
    return reply.code == b"c" and not changes and not reply.changed and not reply.held


@pytest.mark.parametrize("want", [b"tag", b"trash", b"quarantine", b"reject", b"discard"])
@pytest.mark.parametrize(
    ("address", "port", "word"),
    [
        (b"198.51.100.9", 2525, "own-network"),
        (b"2001:db8:1::7", 2525, "own-network"),
        (b"::ffff:198.51.100.9", 2525, "own-network"),
        (b"127.0.0.1", 0, "local"),
        (b"/run/program.sock", 0, "local"),
    ],
)
def test_our_own_mail_is_not_judged(
    milter: Milter, want: bytes, address: bytes, port: int, word: str
) -> None:
    """Whatever it says, mail of own networks and of programs here passes as it is."""
    assert untouched(say(milter, [(b"X-Want", want)], address=address, port=port))
    assert milter.lines("message")[-1]["outcome"] == word


@pytest.mark.parametrize(
    ("address", "port"),
    [(b"198.51.101.9", 2525), (b"127.0.0.1", 2525), (b"2001:db8:2::7", 2525), (b"192.0.2.9", 0)],
)
def test_other_clients_are_judged(milter: Milter, address: bytes, port: int) -> None:
    """A neighbour of our networks is not of them; loopback is not unless it is named."""
    reply = say(milter, [(b"X-Want", b"tag")], address=address, port=port)
    assert reply.header("X-Coldstop-Verdict") == "tag"


def test_forged_results_are_removed_from_our_own_mail_too(milter: Milter) -> None:
    """The reader's script believes our headers, whoever sent the mail."""
    outgoing = (b"<someone@outside.example>",)
    for reply in (
        say(milter, [FORGED, FORGED], address=b"198.51.100.9"),
        say(milter, [FORGED, FORGED], *outgoing),
    ):
        assert (reply.code, reply.added) == (b"c", [])
        assert [index for index, _, value in reply.changed if not value] == [2, 1]


def test_recipients_outside_are_not_ours(milter: Milter) -> None:
    """A message with none but outside recipients is not judged at all."""
    outside = (b"<someone@outside.example>", b"<x@sub.mail.test>")
    assert untouched(say(milter, [(b"X-Want", b"reject")], *outside))
    assert milter.lines("message")[-1]["outcome"] == "outside"


def test_what_names_this_host_cannot_be_outside(milter: Milter) -> None:
    """A sender cannot choose to be exempt by the way in which he names this host."""
    for recipient in (b"<alice>", b"<alice@[192.0.2.1]>", b"<alice@localhost>", b"<a@alias.test>"):
        reply = say(milter, [(b"X-Want", b"tag")], recipient)
        assert reply.header("X-Coldstop-Verdict") == "tag", recipient


def test_a_mixed_message_tells_outside_nothing(milter: Milter) -> None:
    """Our recipient's copy is filed; the other recipient keeps his address and reads nothing."""
    both = (b"<someone@outside.example>", b"<alice@mail.test>")
    reply = say(milter, [(b"X-Want", b"trash")], *both)
    assert (reply.code, reply.added) == (b"c", [])
    assert reply.new_recipients == ["<alice+Trash@mail.test>"]
    assert reply.gone_recipients == ["<alice@mail.test>"]


def test_a_mixed_message_is_not_taken_from_outside(milter: Milter) -> None:
    """Discarding takes off our recipient alone; only ours are asked whether to refuse."""
    both = (b"<alice@mail.test>", b"<someone@outside.example>")
    reply = say(milter, [(b"X-Want", b"discard")], *both)
    assert (reply.code, reply.gone_recipients) == (b"c", ["<alice@mail.test>"])
    assert say(milter, [(b"X-Want", b"reject")], *both).code == b"r"


@pytest.mark.parametrize(
    ("recipient", "new"),
    [
        (b"<alice@mail.test>", "<alice+Trash@mail.test>"),
        (b"<Alice+x@MAIL.test>", "<Alice+Trash@MAIL.test>"),
        (b'<"alice"@mail.test>', "<alice+Trash@mail.test>"),
        (b"<@a.test:al\\ice@mail.test>", "<alice+Trash@mail.test>"),
        ("<alice@bücher.test>".encode(), "<alice+Trash@bücher.test>"),
        (b"<alice@XN--BCHER-KVA.test>", "<alice+Trash@XN--BCHER-KVA.test>"),
        (b"<alice@alias.test>", "<alice+Trash@alias.test>"),
        # An alias to elsewhere, in any spelling; and what is no mailbox by its domain.
        (b"<forward@mail.test>", ""),
        (b"<Forward+x@alias.test>", ""),
        (b'<"for\\ward"@mail.test.>', ""),
        (b"<alice@[192.0.2.1]>", ""),
        (b"<alice@localhost>", ""),
    ],
)
def test_only_mailboxes_here_become_subaddresses(
    milter: Milter, recipient: bytes, new: str
) -> None:
    """However a mailbox is spelled its copy is filed, and an alias keeps its address."""
    reply = say(milter, [(b"X-Want", b"trash")], recipient)
    assert reply.new_recipients == [new][: bool(new)]
    assert reply.header("X-Coldstop-Verdict") == "trash"


@pytest.mark.parametrize(
    "recipient",
    [b'<"bob"@mail.test>', b"<b\\ob@mail.test>", b"<@a,@b:bob@mail.test>", b"<BOB+x@mail.test.>"],
)
def test_no_spelling_evades_a_mailboxs_policy(milter: Milter, recipient: bytes) -> None:
    """The policy of bob judges his mail, whatever the sender makes of his address."""
    reply = say(milter, [(b"X-Bob-Wants", b"tag")], recipient)
    assert reply.header("X-Coldstop-Policy").startswith("bobs;")


def test_the_server_says_whose_an_address_without_a_domain_is(milter: Milter) -> None:
    """{rcpt_addr} completes it; left over from another recipient it is not believed."""
    with Wire(str(milter.socket_path)) as wire:
        wire.begin()
        for recipient, resolved, policy in (
            (b"<bob>", "bob@mail.test", "bobs"),
            (b"<bob%mail.test@relay.test>", "bob@mail.test", "bobs"),
            (b"<alice>", "", "small"),
        ):
            wire.mail()
            wire.rcpt(recipient, resolved=resolved)
            wire.header(b"X-Want", b"tag")
            wire.header(b"X-Bob-Wants", b"tag")
            assert wire.end().header("X-Coldstop-Policy").startswith(f"{policy};"), recipient


def test_the_log_says_which_verdicts_met(milter: Milter) -> None:
    """Where no single verdict can be told, the log has each word once, and nothing else of it."""
    both = (b"<alice@mail.test>", b"<bob@mail.test>")
    say(milter, [(b"X-Want", b"trash"), (b"X-Bob-Wants", b"tag")], *both)
    line = milter.lines("message")[-1]
    assert (line["verdict"], line["verdicts"]) == ("split", "tag,trash")
    say(milter, [(b"X-Want", b"trash")], both[0])
    assert "verdicts" not in milter.lines("message")[-1]


def test_own_hops_say_how_deep_our_results_may_stand() -> None:
    """Behind a gateway our result stands below its Received; below the sender's it is his."""
    policy = (
        "coldstop: 1\nname: auth\nladder: {0: keep, 10: tag}\npitch: {threshold: 1}\n"
        "trust: {authserv: [mx.mail.test]}\n"
        "rules:\n"
        "  asks: {when: {header: X-Want}, pitch: 9}\n"
        "  known: {when: {authenticated: true}, points: 10}\n"
    )
    hop = (b"Received", b"from a.test by gateway.mail.test; Mon, 1 Jun 2026 10:00:00 +0000")
    result = (b"Authentication-Results", b"mx.mail.test; dmarc=pass header.from=sender.test")
    asks = [(b"From", b"a@sender.test"), (b"X-Want", b"yes")]
    for hops, above, verdict in ((0, 0, "tag"), (0, 1, "keep"), (1, 1, "tag"), (1, 2, "keep")):
        settings = {"policy": "p.yaml", "own_hops": str(hops)}
        with Milter(settings={**settings, "mode": "tag"}, files={"p.yaml": policy}) as behind:
            reply = say(behind, [*[hop] * above, result, *asks])
            assert reply.header("X-Coldstop-Verdict") == verdict, (hops, above)
