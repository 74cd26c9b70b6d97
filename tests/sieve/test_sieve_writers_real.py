"""`any-sender` in a real Pigeonhole and a real Cyrus: what the judge says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from coldstop.message.reader import read
from coldstop.policy.load import load_text
from coldstop.scorecard.judge import judge
from coldstop.scorecard.resolve import resolve
from coldstop.sieve.compile import compile_policy
from coldstop.sieve.lower.writers import NO_FIELDS
from coldstop.sieve.targets import load_target
from support.blocked import BLOCKED, OTHERS, POLICY
from support.judging import TODAY
from support.sievehosts import CyrusHost, DovecotHost

if TYPE_CHECKING:
    from support.sievehosts import SieveHost


@pytest.mark.real
@pytest.mark.parametrize(("host_type", "name"), [(DovecotHost, "pigeonhole"), (CyrusHost, "cyrus")])
def test_scripts_and_judge_block_the_same(host_type: type[SieveHost], name: str) -> None:
    """Whatever field names the blocked sender, and however it is written."""
    script = compile_policy(
        load_text(POLICY), load_target(name), trace=True, today=TODAY, fixed=True
    ).text
    mails = [
        b"X-Number: %d\n%s\nHello.\n" % (at, head.encode())
        for at, head in enumerate(BLOCKED + OTHERS)
    ]
    with host_type() as host:
        host.activate("alice", script)
        assert all(code < 300 for code, _ in host.deliver("alice", mails))
        found = {
            int(mark[1]): "$coldstop-rule-blocked" in one.flags
            for group in host.stored("alice").values()
            for one in group
            if (mark := re.search(rb"^X-Number: (\d+)", one.raw, re.MULTILINE))
        }
    card = resolve(load_text(POLICY))
    for at, mail in enumerate(mails):
        fired = judge(read(mail), card, today=TODAY).fired
        assert found[at] is any(one.name == "blocked" for one in fired), mail


@pytest.mark.real
def test_the_envelope_sender_is_blocked() -> None:
    """A script asks for the bounce address, with a tag or without."""
    script = compile_policy(
        load_text(POLICY), load_target("pigeonhole"), trace=True, today=TODAY, fixed=True
    ).text
    mail = b"X-Number: 1\nFrom: x@elm.example\n\nHello.\n"
    with DovecotHost() as host:
        host.activate("alice", script)
        for sender in ("bob@oak.example", "bob+v1@oak.example", "rob@oak.example"):
            host.deliver("alice", [mail], sender=sender)
        (stored,) = host.stored("alice").values()
        assert ["$coldstop-rule-blocked" in one.flags for one in stored] == [True, True, False]


def test_hosts_without_regex_are_named() -> None:
    """The loss report says where else nobody looks there."""
    script = compile_policy(load_text(POLICY), load_target("generic"), today=TODAY)
    assert any(NO_FIELDS in loss.why for loss in script.loss)
