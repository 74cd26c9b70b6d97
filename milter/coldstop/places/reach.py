"""What is near and what is far for one reader: distances resolved to names, once.

A US state in which nothing is within reach is far as a whole, so that small towns which no
gazetteer has are far too. In the states that a commute touches, and in the reader's own
country elsewhere, towns decide one by one; a town that the gazetteer does not have is neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldstop.places.gazetteer import KM_PER_MILE, Town, find, kilometres, towns, us_states

if TYPE_CHECKING:
    from coldstop.policy.model import Commute


class UnknownPlaceError(ValueError):
    """A home or a place of the policy that the gazetteer does not have."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Near and far as names. `near` and `far` hold (town, state) in lower case and code."""

    near: frozenset[tuple[str, str]]
    far: frozenset[tuple[str, str]]
    far_states: frozenset[str]
    """US state codes in which nothing is near."""

    def side(self, words: tuple[str, ...], state: str) -> str:
        """`near`, `far` or `""` for the words in front of a state, the longest name first."""
        for start in range(len(words)):
            key = (" ".join(words[start:]).casefold(), state)
            if key in self.near:
                return "near"
            if key in self.far:
                return "far"
        return "far" if state in self.far_states else ""


def reach(commute: Commute, places: tuple[str, ...] | None) -> Reach:
    """Resolve a commute and the extra places to names.

    Fails: UnknownPlaceError for a home or place that the gazetteer does not have.
    """
    home = _known(commute.from_)
    limit = commute.km if commute.km is not None else (commute.miles or 0) * KM_PER_MILE
    extra = {_key(_known(place)) for place in places or ()}
    near = set(extra)
    rest: list[Town] = []
    for town in towns():
        if town.country not in {"US", home.country}:
            continue
        if kilometres(home, town) <= limit:
            near.add(_key(town))
        else:
            rest.append(town)
    near_states = {state for _, state in near if state}
    far = {_key(town) for town in rest if town.country != "US" or town.state in near_states} - near
    return Reach(frozenset(near), frozenset(far), frozenset(us_states().keys() - near_states))


def _known(place: str) -> Town:
    town = find(place)
    if town is None:
        msg = f"the gazetteer has no {place!r}; write a town of 15,000 people or more as 'Town, ST'"
        raise UnknownPlaceError(msg)
    return town


def _key(town: Town) -> tuple[str, str]:
    return town.name.casefold(), town.state
