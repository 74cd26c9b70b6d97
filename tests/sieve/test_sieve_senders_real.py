"""Who the one sender is, in a real Pigeonhole and a real Cyrus: never more than the judge says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from coldstop.message.model import Envelope
from coldstop.message.reader import read
from coldstop.policy.load import load_text
from coldstop.scorecard.judge import judge
from coldstop.scorecard.resolve import resolve
from coldstop.sieve.compile import compile_policy
from coldstop.sieve.lower.address import ODD_FROM
from coldstop.sieve.targets import load_target
from support.judging import TODAY
from support.senders import DOUBTFUL, EVERYDAY
from support.sievehosts import CyrusHost, DovecotHost

if TYPE_CHECKING:
    from support.sievehosts import SieveHost

POLICY = """\
coldstop: 1
trust: {authserv: mx.test}
pitch: {threshold: 1}
ladder: {0: keep, 9: tag}
lists: {people: [ann@oak.example], firms: [], recognised: [], relays: [], connection: []}
rules:
  known: {when: {relationship: known-person}, points: -1, always: true}
  mail: {when: {header: X-Number}, pitch: 1}
"""
PLAIN = [
    b"ann@oak.example",
    b"  ann@oak.example (Ann)",
    b"<ann@oak.example>",
    b"Ann<ann@oak.example>",
    b"Ann < ANN@Oak.example >",
    b"Ann\n\t<ann@oak.example>",
    b"Ann <ann@oak.example>,",
    b"Ann (Oak, HR) Berg <ann@oak.example>",
    b"J. R. Berg <ann@oak.example>",
    b"\xc5sa Berg <ann@oak.example>",
    "Åsa Berg <ann@oak.example>".encode(),
    b'"ann@oak.example" <ann@oak.example>',
    b"=?utf-8?q?Berg=2C_Ann?= <ann@oak.example>",
]
"""What both hosts find; of the other everyday fields, each finds some."""


@pytest.mark.real
@pytest.mark.parametrize(("host_type", "name"), [(DovecotHost, "pigeonhole"), (CyrusHost, "cyrus")])
def test_scripts_know_no_sender_whom_the_judge_does_not_know(
    host_type: type[SieveHost], name: str
) -> None:
    """Plain fields earn the credit in both worlds, doubtful ones in none; others are named."""
    policy = load_text(POLICY)
    card = resolve(policy)
    script = compile_policy(policy, load_target(name), trace=True, today=TODAY, fixed=True)
    assert any(ODD_FROM in loss.why for loss in script.loss)
    # Cyrus refuses a NUL; smtplib makes a line end of a bare CR; no limit of ours holds in scripts.
    fields = [one for one in EVERYDAY + DOUBTFUL if not re.search(rb"[\0\r]|A{1000}", one)]
    mails = [
        b"X-Number: %d\nAuthentication-Results: mx.test; dmarc=pass header.from=oak.example\n"
        b"From: %s\nTo: ray@reader.example\nMessage-ID: <%d@oak.example>\n\nx\n" % (at, one, at)
        for at, one in enumerate(fields)
    ]
    with host_type() as host:
        host.activate("alice", script.text)
        assert all(code < 300 for code, _ in host.deliver("alice", mails))
        found = {
            int(mark[1]): "$coldstop-rule-known" in one.flags
            for group in host.stored("alice").values()
            for one in group
            if (mark := re.search(rb"^X-Number: (\d+)", one.raw, re.MULTILINE))
        }
    for at, field in enumerate(fields):
        judged = judge(read(mails[at], Envelope(own_hops=0)), card, today=TODAY).fired
        known = any(fired.name == "known" for fired in judged)
        assert known is (field in EVERYDAY), field
        assert known or not found[at], field
        assert found[at] or field not in PLAIN, field
