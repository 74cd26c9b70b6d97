"""Whether a script rejects, and with which command.

A script runs after the session, so what rejects there may answer a forged sender. The default is to
file instead; only a policy that insists (`reply: {sieve: reject}`) gets the command. `ereject`
comes first: it refuses in the LMTP session where a host can (RFC 5429 §2.1), while `reject` may
always send a message.

Refuses nothing and cannot fail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from coldstop.policy.effective import Policy
    from coldstop.sieve.targets import Target


def refuses(policy: Policy, target: Target) -> Literal["ereject", "reject"] | None:
    """The command that a script rejects with; None where it files instead."""
    if policy.reply.sieve != "reject":
        return None
    if target.has("ereject"):
        return "ereject"
    return "reject" if target.has("reject") else None


def reason(policy: Policy) -> str:
    """What the sender reads, in one line."""
    return " ".join(policy.reject_text.split())
