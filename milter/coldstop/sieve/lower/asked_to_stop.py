"""`asked_to_stop`: mail from a sender who was asked to stop, after the time of grace (S53)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.policy.model import AddressField
from coldstop.scorecard.tests.asked_to_stop import Request
from coldstop.sieve.lower.address import field_test
from coldstop.sieve.lower.meaning import Meaning, Sum, Unit
from coldstop.sieve.lower.search import after
from coldstop.sieve.simplify import every, negated, some

if TYPE_CHECKING:
    from coldstop.policy import model
    from coldstop.sieve.lower.context import Lowering
    from coldstop.sieve.script import Test


def lower_asked_to_stop(test: model.AskedToStopTest, lowering: Lowering) -> Meaning:
    """From or envelope sender; the end of grace is worked out here, once."""
    requests = tuple(map(Request.of, lowering.policy.stopped))
    breaches = tuple(_breach(request, lowering) for request in requests)
    if not test.asked_to_stop:
        return Meaning(negated(some(breaches)))
    return Meaning(
        some(breaches),
        lambda: Sum(
            tuple(
                Unit(breach, request.times)
                for breach, request in zip(breaches, requests, strict=True)
            )
        ),
        counted=True,
    )


def _breach(request: Request, lowering: Lowering) -> Test:
    fields = (AddressField.FROM, AddressField.ENVELOPE_FROM)
    return every(
        (
            after(lowering, request.until),
            some(field_test(lowering, field, request.who) for field in fields),
        )
    )
