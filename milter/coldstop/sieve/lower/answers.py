"""`answers`: the host of Message-ID is kept in a variable and looked for in In-Reply-To."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.scorecard.tests.answers import ANSWERED, ITSELF
from coldstop.sieve.lower.meaning import Meaning
from coldstop.sieve.script import Exists, HeaderTest, Match, Ref, Set, StringTest, when
from coldstop.sieve.simplify import every, negated

if TYPE_CHECKING:
    from coldstop.policy import model
    from coldstop.sieve.lower.context import Lowering
    from coldstop.sieve.script import Block

_HOST = "ownhost"


def lower_answers(test: model.AnswersTest, lowering: Lowering) -> Meaning:
    """Compare both hosts once a message."""
    name = lowering.fact_name("answers", (ANSWERED,))
    lowering.fact(name, lambda: _compared(name))
    own = StringTest((Ref(name),), Match.IS, "own")
    if test.answers == "own":
        return Meaning(own)
    return Meaning(every((Exists(ANSWERED), negated(own))))


def _compared(name: str) -> Block:
    host = (Ref(_HOST),)
    named = negated(StringTest(host, Match.IS, ""))
    asked = HeaderTest((ANSWERED,), Match.CONTAINS, (("@", *host, ">"),))
    return when(
        # Wildcards take as little as they can (RFC 5229 §3.2): up to the first `@` and `>`.
        every((Exists(ANSWERED), HeaderTest((ITSELF,), Match.MATCHES, ("*@*>*",)))),
        Set(_HOST, (Ref("2"),), lower=True),
        *when(every((named, asked)), Set(name, "own")),
    )
