"""`differs`: the only addresses of two fields have domains that are not related."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.scorecard.tests.differs import GROUP
from coldstop.sieve.lower.meaning import Meaning
from coldstop.sieve.script import (
    FALSE,
    AddressTest,
    Comparator,
    HeaderTest,
    Match,
    Part,
    Ref,
    Set,
    StringTest,
    when,
)
from coldstop.sieve.simplify import every, negated, some

if TYPE_CHECKING:
    from coldstop.policy import model
    from coldstop.sieve.lower.context import Lowering
    from coldstop.sieve.script import Block, String, Test

NO_COUNT = "the host cannot count addresses, so none is compared"
_FIRST, _SECOND = "firstdomain", "seconddomain"


def lower_differs(test: model.DiffersTest, lowering: Lowering) -> Meaning:
    """Keep both domains in variables and compare these, once a message."""
    if not lowering.target.has("relational"):
        lowering.note(NO_COUNT)
        return Meaning(FALSE)
    fields = tuple(sorted(test.differs))
    name = lowering.fact_name("differs", fields)
    lowering.fact(name, lambda: _compared(name, *fields))
    return Meaning(StringTest((Ref(name),), Match.IS, "yes"))


def _compared(name: str, first: str, second: str) -> Block:
    one, other = (Ref(_FIRST),), (Ref(_SECOND),)
    group = HeaderTest((first, second), Match.CONTAINS, (GROUP,))
    related = some(
        (
            StringTest(one, Match.IS, other),
            StringTest(one, Match.MATCHES, ("*.", *other)),
            StringTest(other, Match.MATCHES, ("*.", *one)),
        )
    )
    return when(
        every((_only(first), _only(second), negated(group), _any_domain(first))),
        Set(_FIRST, (Ref("1"),), lower=True),
        *when(
            _any_domain(second),
            Set(_SECOND, (Ref("1"),), lower=True),
            # Pigeonhole counts an empty field as one address.
            *when(every((*map(_there, (one, other)), negated(related))), Set(name, "yes")),
        ),
    )


def _there(value: String) -> Test:
    return negated(StringTest(value, Match.IS, ""))


def _only(field: str) -> Test:
    return AddressTest(Part.ALL, Match.COUNT_EQ, field, ("1",), Comparator.NUMERIC)


def _any_domain(field: str) -> Test:
    return AddressTest(Part.DOMAIN, Match.MATCHES, field, ("*",))
