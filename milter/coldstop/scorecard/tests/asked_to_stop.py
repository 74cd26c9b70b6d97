"""`asked_to_stop`: mail from a sender who was asked to stop, after the time of grace (S53).

The requests stand in the policy's `stopped:` list until a ledger keeps them. Each request
counts: "numerous attempts to unsubscribe" weigh more than one. Grace in business days leaves
out Saturdays and Sundays (CAN-SPAM: 10 business days).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldstop.policy.model import AddressField
from coldstop.scorecard.judgement import Evidence
from coldstop.scorecard.node import HOLDS, Hit, Node
from coldstop.scorecard.tests.address import AddressSet, addresses

if TYPE_CHECKING:
    from coldstop.policy.model import AskedToStopTest, Stopped
    from coldstop.scorecard.context import Context
    from coldstop.scorecard.facts import Facts

SATURDAY = 5


def end_of_grace(asked: dt.date, grace: str) -> dt.date:
    """The last day on which mail is still forgiven."""
    if grace.endswith("bd"):
        day, left = asked, int(grace[:-2])
        while left:
            day += dt.timedelta(days=1)
            left -= day.weekday() < SATURDAY
        return day
    return asked + dt.timedelta(days=int(grace[:-1]))


@dataclass(frozen=True, slots=True)
class Request:
    """One sender who was asked, ready to be compared."""

    who: AddressSet
    name: str
    asked: dt.date
    until: dt.date
    times: int

    @classmethod
    def of(cls, stopped: Stopped) -> Request:
        """Work out the end of grace once."""
        until = end_of_grace(stopped.on, stopped.grace)
        return cls(AddressSet.of((stopped.who,)), stopped.who, stopped.on, until, stopped.times)


def compile_asked_to_stop(test: AskedToStopTest, context: Context) -> Node:
    """Compare the From and envelope sender; the count is the number of requests ignored."""
    requests = tuple(Request.of(stopped) for stopped in context.policy.stopped)
    fields = (AddressField.FROM, AddressField.ENVELOPE_FROM)

    def breached(facts: Facts) -> Hit | None:
        evidence: list[Evidence] = []
        count = 0
        for request in requests:
            if facts.today > request.until and any(
                request.who.covers(spec) for field in fields for spec in addresses(facts, field)
            ):
                times = f"{request.times} times, last " if request.times > 1 else ""
                evidence.append(
                    Evidence(
                        "policy", f"{request.name} was asked to stop {times}on {request.asked}"
                    )
                )
                count += request.times
        return Hit(tuple(evidence), count) if evidence else None

    if test.asked_to_stop:
        return Node(breached, "asked to stop, and grace is over")
    return Node(lambda facts: HOLDS if breached(facts) is None else None, "not asked to stop")
