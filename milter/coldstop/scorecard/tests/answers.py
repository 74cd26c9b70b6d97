"""`answers`: whose mail this one answers, its own sender's or another's.

Tools that send sequences thread every reminder to the mail before it, so that In-Reply-To alone
does not show a conversation (RFC 5322 §3.6.4). Programs put the host that made an identifier behind
its `@`: the same host in Message-ID and In-Reply-To is a sender who answers himself. Two people
at one mail service look like one, too; the test is evidence, never proof.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.scorecard.facts import QUOTE
from coldstop.scorecard.judgement import Evidence
from coldstop.scorecard.node import Hit, Node
from coldstop.scorecard.tests.header import ascii_lower

if TYPE_CHECKING:
    from coldstop.message.model import Message
    from coldstop.policy.model import AnswersTest
    from coldstop.scorecard.facts import Facts

ANSWERED, ITSELF = "in-reply-to", "message-id"
LONGEST_HOST = 4_000
"""Bytes; what is longer names none. Pigeonhole's variables hold no more than 4,096."""


def compile_answers(test: AnswersTest) -> Node:
    """Compare the host of Message-ID with those in In-Reply-To."""
    own = test.answers == "own"

    def run(facts: Facts) -> Hit | None:
        message = facts.message
        if not message.has(ANSWERED):
            return None
        values = message.header(ANSWERED)
        mark = _mark(message)
        found = next((one for one in values if mark and mark in ascii_lower(one)), None)
        if (found is not None) is not own:
            return None
        shown = values[0] if found is None else found
        return Hit((Evidence(f"header {ANSWERED}", shown[:QUOTE]),))

    return Node(run, f"answers {'its own sender' if own else 'somebody else'}")


def _mark(message: Message) -> str:
    """`@host>`, as the first Message-ID that names a host has it; empty without one."""
    for value in message.header(ITSELF):
        _, at, behind = value.partition("@")
        host, end, _ = behind.partition(">")
        if at and end:
            fits = 0 < len(host.encode()) <= LONGEST_HOST
            return ascii_lower(f"@{host}>") if fits else ""
    return ""
