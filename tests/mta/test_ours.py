"""Whose mail is judged and whose address is rewritten, on a real Postfix (H25, H26, H27)."""

from __future__ import annotations

import contextlib
import re
import socket
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from coldstop.policy.recipient import canonical
from support.mta import Chain, chain, until
from support.policies import message, wanting

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.real

SENDER = "someone@sender.test"
ALICE = ["alice@mail.test"]
FORGED = "X-Coldstop-Verdict: trash\r\n"
FILES = {"p.yaml": wanting("small"), "bob.yaml": wanting("bobs", "X-Bob-Wants")}
SETTINGS = {
    "policy": "p.yaml",
    "mode": "enforce",
    "filing": "subaddress",
    "own_domains": ["mail.test", "local.test", "xn--bcher-kva.test"],
    "mailboxes": {"bob@mail.test": "bob.yaml", "bob@bücher.test": "bob.yaml"},
}
SNIPPET = Path(__file__).parents[2] / "deploy" / "postfix" / "main.cf"
# Aliases to elsewhere, by both of Postfix's tables; and sendmail(1).
POSTFIX = """\
mydestination = local.test
local_transport = local
virtual_mailbox_domains = mail.test, xn--bcher-kva.test
virtual_mailbox_maps = static:any
virtual_alias_maps = inline:{ {forward@mail.test = someone@outside.test} }
alias_maps = inline:{ {forward = someone@outside.test} }
"""
SERVICES = """\
pickup unix n - n 60 1 pickup
local unix - n n - - local
"""


def headers(raw: bytes) -> bytes:
    """Give a delivered message's header, in lower case."""
    return raw.partition(b"\r\n\r\n")[0].lower()


@contextlib.contextmanager
def servers(postfix: str = "", **settings: object) -> Iterator[Chain]:
    """Run the servers with aliases to elsewhere, and more settings."""
    with chain(
        {**SETTINGS, **settings},
        FILES,
        postfix_settings=POSTFIX + postfix,
        postfix_services=SERVICES,
    ) as running:
        yield running


@pytest.fixture(scope="module")
def ours() -> Iterator[Chain]:
    """Judge by address; the operator names the one alias to elsewhere."""
    with servers(rewrite={"never": ["forward@mail.test", "forward@local.test"]}) as running:
        yield running


@pytest.fixture(scope="module")
def trusting() -> Iterator[Chain]:
    """Loopback is an own network."""
    with servers(own_networks=["127.0.0.0/8"]) as running:
        yield running


def deliveries(running: Chain) -> set[str]:
    """Give every address that Postfix has tried to deliver to."""
    return set(re.findall(r" to=<([^>]*)>", running.postfix.log()))


def rcpt(running: Chain, recipient: str, raw: bytes) -> int:
    """Hand over a message to a recipient as it is spelled, brackets and all."""
    with socket.create_connection(("127.0.0.1", running.postfix.smtp_port)) as link:
        stream = link.makefile("rwb")

        def say(line: bytes) -> int:
            if line:
                stream.write(line + b"\r\n")
                stream.flush()
            while (reply := stream.readline())[3:4] == b"-":
                pass
            return int(reply[:3])

        say(b"")
        say(b"EHLO client.test")
        say(b"MAIL FROM:<someone@sender.test>")
        code = say(b"RCPT TO:" + recipient.encode())
        if code != 250:
            return code
        say(b"DATA")
        return say(raw + b".")


def test_networks_of_our_own(trusting: Chain) -> None:
    """A trusted client's mail is neither refused nor moved nor written into, but cleaned."""
    trusting.dovecot.empty()
    for number, want in enumerate(("trash", "reject", "discard")):
        raw = message(want, number=number, extra=FORGED)
        assert trusting.send(SENDER, ALICE, raw)[0] == 250
    for raw in trusting.dovecot.wait_for("alice", count=3):
        assert b"x-coldstop" not in headers(raw)
    assert list(trusting.dovecot.everywhere("alice")) == ["INBOX"]
    assert trusting.milter.lines("message")[-1]["outcome"] == "own-network"


def test_without_the_setting_loopback_is_judged(ours: Chain) -> None:
    """What Postfix itself calls mynetworks is not ours unless the operator says so."""
    assert "mynetworks = 127.0.0.0/8" in (ours.postfix.folder / "etc" / "main.cf").read_text()
    assert ours.send(SENDER, ALICE, message("reject"))[0] == 550


def test_submitted_mail_to_outside(ours: Chain) -> None:
    """An authenticated user's mail leaves without anything of ours, and without forgeries."""
    ours.dovecot.empty()
    client = ours.postfix.submission("alice")
    try:
        both = ["someone@outside.test", "carol@mail.test"]
        client.sendmail("alice@mail.test", both, message("trash", extra=FORGED))
    finally:
        client.quit()
    (raw,) = ours.dovecot.wait_for("carol")
    assert b"x-coldstop" not in headers(raw)
    until(lambda: "someone@outside.test" in deliveries(ours), "the outgoing copy")


def test_refused_recipients_do_not_count(ours: Chain) -> None:
    """Nobody makes a message a mixed one by naming recipients that Postfix does not take."""
    ours.dovecot.empty()
    with ours.postfix.smtp() as client:
        refused = client.sendmail(SENDER, ["x@nowhere.test", "alice@mail.test"], message("tag"))
    assert list(refused) == ["x@nowhere.test"]
    (raw,) = ours.dovecot.wait_for("alice")
    assert b"x-coldstop-verdict: tag" in headers(raw)


def by_program(running: Chain, raw: bytes, recipient: str) -> None:
    """Send with sendmail(1)."""
    settings = str(running.postfix.folder / "etc")
    subprocess.run(
        ["sendmail", "-C", settings, "-f", SENDER, recipient], input=raw, check=True, timeout=30
    )


def test_sendmail_does_not_reach_the_milter(ours: Chain) -> None:
    """The shipped lines name smtpd_milters only: a program's mail is not even seen."""
    assert not re.search(r"^\s*non_smtpd_milters", SNIPPET.read_text("utf-8"), re.MULTILINE)
    ours.dovecot.empty()
    before = len(ours.milter.lines("message"))
    by_program(ours, message("trash"), "carol@mail.test")
    (raw,) = ours.dovecot.wait_for("carol")
    assert b"x-coldstop" not in headers(raw)
    assert len(ours.milter.lines("message")) == before


def test_sendmail_is_exempt_where_it_does_reach_the_milter() -> None:
    """With non_smtpd_milters a program's mail is seen, and only loses forged headers."""
    with servers("non_smtpd_milters = $smtpd_milters\n") as running:
        by_program(running, message("trash", extra=FORGED), "carol@mail.test")
        (raw,) = running.dovecot.wait_for("carol")
        assert b"x-coldstop" not in headers(raw)
        assert running.milter.lines("message")[-1]["outcome"] == "local"


@pytest.mark.parametrize("domain", ["mail.test", "local.test"])
@pytest.mark.parametrize("spelling", ["<forward@{}>", '<"for\\ward"@{}>', "<@r.test:forward@{}.>"])
def test_an_alias_to_elsewhere_keeps_its_address(ours: Chain, domain: str, spelling: str) -> None:
    """Mail to an alias that is named arrives where it forwards to, without a folder."""
    before = ours.postfix.log().count(" to=<someone@outside.test>")
    assert rcpt(ours, spelling.format(domain), message("trash")) == 250
    until(lambda: ours.postfix.log().count(" to=<someone@outside.test>") > before, "the alias")
    assert not [address for address in deliveries(ours) if "+" in address and "out" in address]


def test_only_named_mailboxes_move() -> None:
    """With rewrite: only, an alias that nobody thought of keeps its address too."""
    with servers(rewrite={"only": ["alice@mail.test"]}) as running:
        assert running.send(SENDER, ["forward@mail.test"], message("trash"))[0] == 250
        assert running.send(SENDER, ALICE, message("trash"))[0] == 250
        running.dovecot.wait_for("alice", "Trash")
        until(lambda: "someone@outside.test" in deliveries(running), "the alias")
        assert "someone+Trash@outside.test" not in deliveries(running)


def test_postfix_can_keep_folders_from_aliases() -> None:
    """With the line of the shipped main.cf no alias gets a folder, and mailboxes still do."""
    line = "propagate_unmatched_extensions =\n"
    assert f"#{line}" in SNIPPET.read_text("utf-8")
    with servers(line) as running:
        for alias in ("forward@mail.test", "forward@local.test"):
            assert running.send(SENDER, [alias], message("trash"))[0] == 250
        assert running.send(SENDER, ALICE, message("trash"))[0] == 250
        running.dovecot.wait_for("alice", "Trash")
        found = " to=<someone@outside.test>"
        until(lambda: running.postfix.log().count(found) == 2, "the aliases")
        assert "someone+Trash@outside.test" not in deliveries(running)


@pytest.mark.parametrize(
    "spelling",
    [
        "<bob@mail.test>",
        '<"bob"@mail.test>',
        "<b\\ob@mail.test>",
        '<"b\\ob"@mail.test>',
        "<@one.test,@two.test:bob@mail.test>",
        "<BOB@MAIL.TEST.>",
        '<"Bob+x"@mail.test>',
        "<bob(at home)@(the)mail.test>",
        "<bob @ mail.test>",
        '<"bob"@"mail.test">',
        '<"bob@mail.test">',
        "<Bob Kim <bob@mail.test>>",
        "<team:bob@mail.test;>",
        "<mail.test!bob>",
        "<bob%mail.test>",
        "<bob>",
        "<bob@mail\\.test>",
        "<bob@XN--bcher-kva.test>",
    ],
)
def test_no_spelling_evades_a_mailboxs_policy(ours: Chain, spelling: str) -> None:
    """Every spelling that Dovecot delivers to bob is judged by bob's policy, and filed by it."""
    ours.dovecot.empty()
    raw = message("tag", extra="X-Bob-Wants: file\r\n")
    assert rcpt(ours, spelling, raw) == 250
    (copy,) = ours.dovecot.wait_for("bob", "Recruiters")
    assert b"x-coldstop-policy: bobs;" in headers(copy)
    assert list(ours.dovecot.everywhere("bob")) == ["Recruiters"]


@pytest.mark.parametrize(
    "spelling",
    ["<.bob@mail.test>", '<"bob "@mail.test>', "<bo..b@mail.test>", "<bob%mail.test@mail.test>"],
)
def test_what_is_not_bob_to_the_servers_is_not_to_us(ours: Chain, spelling: str) -> None:
    """A spelling with another key is delivered to bob by nobody."""
    ours.dovecot.empty()
    assert canonical(spelling) != canonical("bob@mail.test")
    rcpt(ours, spelling, message("tag"))
    until(lambda: not ours.postfix.queued(), "an empty queue")
    assert ours.dovecot.everywhere("bob") == {}
