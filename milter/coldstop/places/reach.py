"""What is near and what is far for one reader: distances resolved to names, once.

Near are towns within the commute, in the reader's country and in those that border on it, and the
policy's own `places`, wherever they are. Far are the other towns of the reader's country.

In the US, a state in which nothing is within reach is far as a whole, so that small towns which no
gazetteer has are far too; in the states that a commute touches, towns decide one by one. Elsewhere
a country is too small for that, and towns decide everywhere. A town that the gazetteer does not
have is neither near nor far. Every other country is far as a whole, but for its near towns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldstop.places.gazetteer import (
    KM_PER_MILE,
    Town,
    find,
    kilometres,
    neighbours,
    towns,
    us_states,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coldstop.policy.model import Commute

KM_PER_DEGREE = 111.0
"""Of latitude, rounded down."""

_ACROSS_WATER = {"DK": ("SE",), "SE": ("DK",), "MY": ("SG",), "SG": ("MY",)}
"""Neighbours by a bridge that people commute over; GeoNames knows borders on land."""


class UnknownPlaceError(ValueError):
    """A home or a place of the policy that the gazetteer does not have."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Near and far as towns, the largest first."""

    country: str
    """The reader's."""
    near: tuple[Town, ...]
    far: tuple[Town, ...]
    """In the US: of the states that have a near town."""
    far_states: tuple[str, ...]
    """Codes of the US states in which nothing is near."""


def reach(commute: Commute, places: tuple[str, ...] | None) -> Reach:
    """Resolve a commute and the extra places to towns.

    Fails: UnknownPlaceError for a home or place that the gazetteer does not have.
    """
    home = _known(commute.from_)
    limit = commute.km if commute.km is not None else (commute.miles or 0) * KM_PER_MILE
    near = {_known(place) for place in places or ()}
    around = (*neighbours(home.country), *_ACROSS_WATER.get(home.country, ()))
    for country in (home.country, *around):
        near |= {town for town in towns(country) if _within(limit, home, town)}
    near_states = {town.state for town in near if town.country == "US"}
    names = {(town.name, town.state) for town in near if town.country == home.country}
    far = (
        town
        for town in towns(home.country)
        if (town.name, town.state) not in names
        and (home.country != "US" or town.state in near_states)
    )
    states = (code for code in us_states() if code not in near_states)
    return Reach(home.country, _largest_first(near), _largest_first(far), tuple(states))


def _within(limit: float, home: Town, town: Town) -> bool:
    # Most towns are too far north or south already, and a reload may ask for a thousand homes.
    degrees = abs(town.latitude - home.latitude)
    return degrees * KM_PER_DEGREE <= limit and kilometres(home, town) <= limit


def _largest_first(found: Iterable[Town]) -> tuple[Town, ...]:
    return tuple(sorted(found, key=lambda town: (-town.people, town.name, town.state)))


def _known(place: str) -> Town:
    town = find(place)
    if town is None:
        msg = (
            f"the gazetteer has no {place!r}; write a town of 15,000 people or more as 'Town, ST' "
            "or 'Town, Country'"
        )
        raise UnknownPlaceError(msg)
    return town
