"""`work`: the mode of work offered.

`remote` means full-time remote, from where the reader lives (S25, T4): a phrase of `@remote` stands
somewhere, none of `@remote-limits` does (hybrid, "remote until", "no remote"), and none of
`@remote-residency` ("must reside in TX", "US only"), unless the reader's own country or state is
named as the place to live: "must reside in the US" takes nothing from a reader in Albany. A policy
may do without `@remote-residency`. `hybrid` and `onsite` are plain lists.

Remote work cancels distance and earns nothing: that is the rules' business.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

from coldstop.places.gazetteer import find as find_town
from coldstop.places.sides import spellings
from coldstop.scorecard.node import Hit, Node
from coldstop.scorecard.tests.text import find, holds

if TYPE_CHECKING:
    from coldstop.policy.model import Reader, WorkTest
    from coldstop.scorecard.context import Context
    from coldstop.scorecard.facts import Facts, Found

RESIDENCY: Final = "remote-residency"

_LIVE: Final = (
    "(reside|residing|live|living|be located|be based|candidates located|candidates based|remote|"
    "residents|resident|residence|anywhere) (in|within|from|of)? (the)? "
)


def limits(context: Context) -> tuple[str, ...]:
    """What always takes a promise of remote work back."""
    return context.entries(("@remote-limits",))


def residency(context: Context) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What limits where one may live, and what voids that for this reader, as phrases."""
    if RESIDENCY not in context.lists:
        return (), ()
    return context.entries((f"@{RESIDENCY}",)), at_home(context.policy.reader)


@functools.lru_cache(maxsize=64)
def at_home(reader: Reader) -> tuple[str, ...]:
    """How mail says that one may live where the reader does, as phrases."""
    town = None if reader.commute is None else find_town(reader.commute.from_)
    if town is None:
        return ()
    country, division = spellings(town)
    either = "|".join(dict.fromkeys(name.lower() for name in country))
    anywhere = "|".join(dict.fromkeys(name.lower() for name in (*country, *division)))
    return (
        f"{_LIVE}({anywhere})",
        f"({either}) (only|based|residents|wide|candidates|citizens)",
    )


def compile_work(test: WorkTest, context: Context) -> Node:
    """Look in the subject and in every text part."""
    wanted = context.phrase_ids((f"@{test.work}",))
    never = lives = home = frozenset[int]()
    if test.work == "remote":
        never = context.phrase_ids(limits(context))
        lives, home = map(context.phrase_ids, residency(context))

    def anywhere(ids: frozenset[int], facts: Facts) -> dict[int, Found]:
        return find(ids, facts.subject) | find(ids, facts.body)

    def against(facts: Facts) -> dict[int, Found]:
        found = anywhere(never, facts)
        if found or not (elsewhere := anywhere(lives, facts)):
            return found
        return {} if anywhere(home, facts) else elsewhere

    def run(facts: Facts) -> Hit | None:
        found = anywhere(wanted, facts)
        return None if not found or against(facts) else holds(found)

    def why_not(facts: Facts) -> str:
        for one in against(facts).values():
            return f"the message says “{one.quoted().quote}”"
        return ""

    return Node(run, f"work is {test.work}", why_not=why_not)
