"""`search` and `date`: what depends on the day of judging (S27, S66)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.policy.model import DateTest, Search, SearchState, SearchTest
from coldstop.scorecard.judgement import Evidence
from coldstop.scorecard.node import Hit, Node

if TYPE_CHECKING:
    import datetime as dt

    from coldstop.scorecard.context import Context
    from coldstop.scorecard.facts import Facts


def state_on(search: Search | None, today: dt.date) -> SearchState:
    """The reader's job search on a day; `none` where the policy is silent."""
    if search is None:
        return SearchState.NONE
    if search.until is not None and today > search.until:
        return search.then
    return search.state


def compile_search(test: SearchTest, context: Context) -> Node:
    """Hold while the reader's search is in one of the named states."""
    search = context.policy.reader.search
    wanted = frozenset(test.search)

    def run(facts: Facts) -> Hit | None:
        state = state_on(search, facts.today)
        return Hit((Evidence("policy", f"job search: {state.value}"),)) if state in wanted else None

    return Node(run, f"job search is {' or '.join(test.search)}")


def compile_date(test: DateTest) -> Node:
    """Hold on the days of the range, both ends included."""
    first, last = test.date.from_, test.date.until

    def run(facts: Facts) -> Hit | None:
        inside = (first is None or facts.today >= first) and (last is None or facts.today <= last)
        return Hit((Evidence("policy", f"today is {facts.today}"),)) if inside else None

    return Node(run, f"date from {first or 'ever'} until {last or 'ever'}")
