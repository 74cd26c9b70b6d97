"""The decline: a civil no to the sender of an apt pitch (S56-S61), as `vacation` (RFC 5230).

Off unless the policy writes the text. An answer to a machine, a list or a forged sender is worse
than none, so everything must speak for a person who wrote this one mail:

* it is a pitch of the kind `job` or `referral`, and its verdict is one of `reply.decline_on`;
  InMail is answered on the platform or not at all (S60), and blasts, scams, alerts,
  confirmations, requests to connect and sellers of services or candidates are not answered;
* From is one authenticated address, no relay's and no robot's;
* the envelope sender, whom the answer goes to, is that very address: DMARC vouches for From alone,
  and a forged envelope would make the script write to somebody else;
* no field of a list or of bulk mail, no `Auto-Submitted` but `no` (RFC 3834 §5), no
  `X-Auto-Response-Suppress`.

A host that cannot tell any of this never declines, and the loss report says so. The host itself
answers a sender once in `decline_days`, and only mail that names the reader in To or Cc (RFC 5230
§4.5).

Refuses nothing and cannot fail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.policy.model import AddressField, Kind
from coldstop.scorecard.tests.address import AddressSet
from coldstop.sieve.ladder import VERDICT, possible
from coldstop.sieve.loss import Loss, State
from coldstop.sieve.lower.address import field_test
from coldstop.sieve.lower.authenticated import authenticated
from coldstop.sieve.lower.verdicts import KIND
from coldstop.sieve.rules import RECRUITING
from coldstop.sieve.script import (
    FALSE,
    AddressTest,
    Exists,
    HeaderTest,
    Match,
    Part,
    Ref,
    Set,
    StringTest,
    Vacation,
    when,
)
from coldstop.sieve.simplify import every, negated, some

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldstop.policy.effective import Policy
    from coldstop.sieve.lower.context import Lowering
    from coldstop.sieve.script import Block, Test
    from coldstop.sieve.targets import Target

HANDLE = "coldstop-decline"
"""By which hosts remember whom they answered; the reader's own vacation has another one."""
AUTHOR = "author"

ANSWERED = (Kind.JOB, Kind.REFERRAL)
"""Kinds of pitch behind which a person stands who may like an answer."""

MACHINE_FIELDS = (
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "List-Help",
    "List-Subscribe",
    "List-Post",
    "List-Owner",
    "List-Archive",
    "Mailing-List",
    "X-Mailing-List",
    "X-Loop",
    "X-Auto-Response-Suppress",
    "X-Autoreply",
    "X-Autorespond",
    "Feedback-ID",
)
"""Fields that machines write and people do not (RFC 2369, RFC 2919, RFC 8058; Exchange; Gmail)."""

ROBOTS = (
    "*noreply*",
    "*no-reply*",
    "*no_reply*",
    "*no.reply*",
    "*donotreply*",
    "*do-not-reply*",
    "*do_not_reply*",
    "*do.not.reply*",
    "*bounce*",
    "*notification*",
    "*newsletter*",
    "*unsubscribe*",
    "*daemon*",
    "*-request",
    "*-owner",
    "owner-*",
    "postmaster",
    "listserv*",
    "majordomo*",
    "notify*",
    "alert*",
    "auto-*",
    "automat*",
    "autoreply*",
    "autoresponder*",
    "mailer*",
    "nobody",
    "root",
)
"""Local parts that nobody reads: those of RFC 5230 §4.6, and what is written today."""


def asked_kinds(policy: Policy) -> frozenset[Kind]:
    """The kinds of pitch that a decline has to know of: those that are not answered."""
    if policy.reply.decline is None:
        return frozenset()
    return frozenset(Kind) - frozenset(ANSWERED)


def decline(policy: Policy, lowering: Lowering) -> Block:
    """Answer, beside whatever the verdict does; nothing where it is not asked for or not safe."""
    reply = policy.reply
    reached = [one for one in reply.decline_on if one in possible(policy)]
    if reply.decline is None or not reached or _missing(lowering.target):
        return ()
    vouched = authenticated(lowering)
    if vouched == FALSE:
        return ()
    kinds = [kind.value for kind in ANSWERED if kind is Kind.JOB or kind.value in lowering.kinds]
    answer = Vacation(reply.decline_days, HANDLE, reply.decline_subject, reply.decline)
    # Envelope and From are compared through a variable: values stand in no other key.
    same = AddressTest(Part.ALL, Match.IS, "from", ((Ref(AUTHOR),),), envelope=True)
    return when(
        every(
            (
                StringTest((Ref(RECRUITING),), Match.IS, "yes"),
                some(StringTest((Ref(VERDICT),), Match.IS, str(v.severity)) for v in reached),
                some(StringTest((Ref(KIND),), Match.IS, kind) for kind in kinds),
                vouched,
                negated(_robot(policy, lowering)),
                negated(_machine()),
            )
        ),
        *when(
            AddressTest(Part.ALL, Match.MATCHES, "from", ("?*",)),
            Set(AUTHOR, (Ref("1"), Ref("2"))),
            *when(same, answer),
        ),
    )


def remarks(
    policy: Policy, target: Target, requires: tuple[str, ...], *, behind_milter: bool
) -> Iterator[Loss]:
    """What becomes of the decline on a target, for the loss report."""
    reply = policy.reply
    if reply.decline is None:
        return
    if "vacation" in requires:
        days = "day" if reply.decline_days == 1 else f"{reply.decline_days} days"
        why = f"decline answers a sender once in {days}, and authenticated people only"
        yield Loss("", State.EXACT, (why,))
        if behind_milter:
            why = "mail that the milter has judged is not declined"
            yield Loss("", State.APPROXIMATE, (why,))
        return
    missing = _missing(target)
    if missing:
        why = f"the host has no {missing}"
    elif not policy.trust.authserv:
        why = "nobody is authenticated: the policy says no trust.authserv"
    elif possible(policy).isdisjoint(reply.decline_on):
        why = f"the policy never comes to {', '.join(reply.decline_on)}"
    else:
        why = "the host cannot tell who is authenticated"
    yield Loss("", State.APPROXIMATE, (f"decline is never sent: {why}",))


def _missing(target: Target) -> str:
    return next((one for one in ("vacation", "envelope") if not target.has(one)), "")


def _robot(policy: Policy, lowering: Lowering) -> Test:
    """A From address is a relay's, or one that nobody reads."""
    relays = AddressSet.of(lowering.entries("@relays") if "relays" in policy.lists else ())
    return some(
        (
            field_test(lowering, AddressField.FROM, relays),
            AddressTest(Part.LOCAL, Match.MATCHES, "from", ROBOTS),
        )
    )


def _machine() -> Test:
    submitted = ("Auto-Submitted",)
    return some(
        (
            *map(Exists, MACHINE_FIELDS),
            HeaderTest(("Precedence",), Match.CONTAINS, ("bulk", "junk", "list")),
            HeaderTest(submitted, Match.CONTAINS, ("auto",)),
            every((Exists("Auto-Submitted"), negated(HeaderTest(submitted, Match.IS, ("no",))))),
        )
    )
