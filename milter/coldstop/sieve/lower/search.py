"""`search` and `date`: what depends on the day (S27, S66).

A host with a clock asks it (`currentdate`); one without, or a script for one day, has the answer
of that day written in.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from coldstop.policy.model import SearchState
from coldstop.sieve.lower.meaning import Meaning
from coldstop.sieve.script import FALSE, TRUE, DateTest, Test
from coldstop.sieve.simplify import every, negated, some

if TYPE_CHECKING:
    from coldstop.policy import model
    from coldstop.sieve.lower.context import Lowering

DAY = dt.timedelta(days=1)
NO_CLOCK = "the host tells scripts no date: built for {day}, build again when dates pass"


def since(lowering: Lowering, day: dt.date) -> Test:
    """Today is that day or later."""
    if not lowering.fixed:
        if lowering.target.has("date"):
            return DateTest(day.isoformat())
        lowering.note(NO_CLOCK.format(day=lowering.today))
    return TRUE if lowering.today >= day else FALSE


def after(lowering: Lowering, day: dt.date) -> Test:
    """Today is later than that day."""
    return FALSE if day == dt.date.max else since(lowering, day + DAY)


def lower_search(test: model.SearchTest, lowering: Lowering) -> Meaning:
    """The reader's search is in one of the states."""
    search = lowering.policy.reader.search
    wanted = frozenset(test.search)
    if search is None:
        return Meaning(TRUE if SearchState.NONE in wanted else FALSE)
    now = TRUE if search.state in wanted else FALSE
    then = TRUE if search.then in wanted else FALSE
    if search.until is None or now == then:
        return Meaning(now)
    over = after(lowering, search.until)
    return Meaning(some((every((now, negated(over))), every((then, over)))))


def lower_date(test: model.DateTest, lowering: Lowering) -> Meaning:
    """Today is in the range, both ends included."""
    tests = []
    if test.date.from_ is not None:
        tests.append(since(lowering, test.date.from_))
    if test.date.until is not None:
        tests.append(negated(after(lowering, test.date.until)))
    return Meaning(every(tests))
