"""`pay`: the pay that is stated, seen from the reader's floor; the patterns of judging."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.scorecard.tests.pay import forms
from coldstop.sieve.lower.forms import form_test
from coldstop.sieve.lower.meaning import Meaning
from coldstop.sieve.script import FALSE
from coldstop.sieve.simplify import every, negated

if TYPE_CHECKING:
    from coldstop.policy import model
    from coldstop.scorecard.tests.pay import Side
    from coldstop.sieve.lower.context import Lowering
    from coldstop.sieve.script import Test


def lower_pay(test: model.PayTest, lowering: Lowering) -> Meaning:
    """A figure above outweighs those below."""
    pay = lowering.policy.reader.pay
    if pay is None:
        return Meaning(FALSE)

    def stated(side: Side) -> Test:
        return form_test(lowering, forms(pay, side), "pay", subject=True)

    if test.pay == "above":
        return Meaning(stated("above"))
    return Meaning(every((stated("below"), negated(stated("above")))))
