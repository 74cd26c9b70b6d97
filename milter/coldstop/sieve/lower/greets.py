"""`greets`: whom the salutation greets; the patterns of judging."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.scorecard.tests.greets import named_form, nobody_forms, own_names, reader_form
from coldstop.sieve.lower.forms import form_test
from coldstop.sieve.lower.meaning import Meaning
from coldstop.sieve.script import FALSE
from coldstop.sieve.simplify import every, negated

if TYPE_CHECKING:
    from coldstop.policy import model
    from coldstop.scorecard.raw import Form
    from coldstop.sieve.lower.context import Lowering
    from coldstop.sieve.script import Test


def lower_greets(test: model.GreetsTest, lowering: Lowering) -> Meaning:
    """Somebody else is greeted only where the reader is not, and nobody in general."""
    names = own_names(lowering.policy.reader)
    if not names:
        return Meaning(FALSE)

    def stands(*forms: Form) -> Test:
        return form_test(lowering, forms, "a salutation")

    if test.greets == "reader":
        return Meaning(stands(reader_form(names)))
    others = (negated(stands(reader_form(names))), negated(stands(*nobody_forms())))
    return Meaning(every((stands(named_form()), *others)))
