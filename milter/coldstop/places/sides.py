"""Near and far as groups of names, ready to be spelled as patterns.

A group is towns of one division with the ways in which that division is written (`NY`, `New York`;
`ON`, `Ontario`, `Canada`). Far states of the US and far countries are groups without towns: there
any capitalised word is a town. A reader outside the US also has *bare* groups: towns of the own
country, which behind a cue need no region.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from coldstop.places.countries import BRIEF, DIVISIONS, NAMES_OF_PEOPLE, SPELLINGS
from coldstop.places.gazetteer import cities, countries, towns, us_states
from coldstop.places.names import names, short_names
from coldstop.places.reach import reach

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coldstop.places.gazetteer import Town
    from coldstop.places.reach import Reach
    from coldstop.policy.model import Commute, Reader

LARGEST: Final = 12
"""So many of a country's towns may stand beside another in a list: `Berlin, Hamburg, München`."""

ECLIPSE: Final = 5
"""A bare town needs its region if a town abroad of its name has so many times its people."""

PEOPLE: Final = 1_000_000
"""A country of fewer is not looked for (unless `BRIEF` has it)."""

NOT_BARE: Final = frozenset({"March", "Sale", "Deal", "Street", "Much", "Bar", "Man", "Of", "Mon"})
"""Towns that are other words far more often; they need their region."""


@dataclass(frozen=True, slots=True)
class Towns:
    """Towns of one division, or of several of which every town counts."""

    names: tuple[str, ...]
    """The largest first; empty: any capitalised word."""
    regions: tuple[str, ...]
    """How the divisions are written: `NY`, `New York`. For bare towns, what may stand behind."""
    bare: bool = False
    """Towns that count behind a cue without their region."""
    abroad: bool = False
    """Other countries: their towns may have letters with accents, and need the comma."""


@dataclass(frozen=True, slots=True)
class Sides:
    """What is near and what is far, by name."""

    near: tuple[Towns, ...]
    far: tuple[Towns, ...]


def sides(reader: Reader) -> Sides:
    """Resolve a reader's commute to towns and regions; readers of one home share the answer.

    Fails: UnknownPlaceError for a home or place that the gazetteer does not have.
    """
    return Sides((), ()) if reader.commute is None else _sides(reader.commute, reader.places)


@functools.lru_cache(maxsize=256)
def _sides(commute: Commute, places: tuple[str, ...] | None) -> Sides:
    within = reach(commute, places)
    in_us = within.country == "US"
    short: dict[Town, list[str]] = {}
    if not in_us:
        for name, town in short_names(towns(within.country)).items():
            short.setdefault(town, []).append(name)
    named = {town: (*names(town), *short.get(town, ())) for town in (*within.near, *within.far)}
    near, far = _grouped(within.near, named), _grouped(within.far, named)
    bare_near, bare_far = ((), ()) if in_us else _bare_sides(within, named)
    states = us_states()
    beyond = tuple(name for code in within.far_states for name in (code, states[code]))
    whole = (Towns((), beyond),) if beyond else ()
    abroad = Towns((), _abroad(within.country), abroad=True)
    return Sides((*near, *bare_near), (*whole, *far, *bare_far, abroad))


def _bare_sides(
    within: Reach, named: dict[Town, tuple[str, ...]]
) -> tuple[tuple[Towns, ...], tuple[Towns, ...]]:
    followers = _followers(within.country)
    own = [town for town in within.near if town.country == within.country]
    near = _bare(own, named, frozenset())
    far = _bare(within.far, named, frozenset(near) | _eclipsed(within.far))
    return _some(Towns(near, followers, bare=True)), _some(Towns(far, followers, bare=True))


def brief(group: Towns) -> Towns:
    """Only what is most usual of other countries, for hosts with hardly any room."""
    if not group.abroad:
        return group
    kept = tuple(name for name in BRIEF if name in group.regions)
    return Towns((), kept, abroad=True)


def _some(group: Towns) -> tuple[Towns, ...]:
    return (group,) if group.names else ()


def _grouped(found: Iterable[Town], named: dict[Town, tuple[str, ...]]) -> tuple[Towns, ...]:
    by_division: dict[tuple[bool, str, str], list[str]] = {}
    states = us_states()
    for town in found:
        if town.country == "US" and town.state not in states:
            continue
        division = town.state if town.state in _divisions(town.country) else ""
        place = (town.country != "US", town.country, division)
        by_division.setdefault(place, []).extend(named[town])
    return tuple(
        Towns(tuple(dict.fromkeys(group)), _regions(country, division))
        for (_, country, division), group in sorted(by_division.items())
        if group
    )


def _divisions(country: str) -> Iterable[str]:
    return us_states() if country == "US" else DIVISIONS.get(country, {})


def _regions(country: str, division: str) -> tuple[str, ...]:
    if country == "US":
        return (division, us_states()[division])
    divisions = DIVISIONS.get(country, {})
    own = (*divisions.get(division, ()), *(divisions.get("", ()) if division else ()))
    return tuple(dict.fromkeys((*own, *_spellings(country))))


def _spellings(country: str) -> tuple[str, ...]:
    """A country's names, in capitals too, and its code."""
    own = (countries()[country], *SPELLINGS.get(country, ()))
    return tuple(dict.fromkeys((*own, *(name.upper() for name in own), country)))


def _followers(country: str) -> tuple[str, ...]:
    """What may stand behind a bare town and a comma: regions, the country, its largest towns."""
    divisions = (name for group in DIVISIONS.get(country, {}).values() for name in group)
    largest = sorted(towns(country), key=lambda town: -town.people)[:LARGEST]
    others = {*us_states(), *us_states().values(), *countries().values()}
    listed = (name for town in largest for name in names(town) if name not in others)
    return tuple(dict.fromkeys((*_spellings(country), *divisions, *listed)))


def _bare(
    found: Iterable[Town], named: dict[Town, tuple[str, ...]], besides: frozenset[str]
) -> tuple[str, ...]:
    kept = (name for town in found for name in named[town])
    return tuple(dict.fromkeys(name for name in kept if name not in besides | NOT_BARE))


def _eclipsed(found: Iterable[Town]) -> frozenset[str]:
    """Towns with a far larger namesake abroad: alone, the name means that one."""
    known = cities()
    return frozenset(
        town.name
        for town in found
        for people, country in known.get(town.name, ())
        if country != town.country and people >= ECLIPSE * town.people
    )


def _abroad(home: str) -> tuple[str, ...]:
    """Every other country as mail writes it, the most usual spellings first."""
    own = set(_spellings(home))
    provinces = () if home == "CA" else ("ON", "QC", "BC", "AB", "Ontario", "Quebec", "Québec")
    all_ = dict.fromkeys((*BRIEF, *SPELLINGS["GB"], "UAE", "Korea", *provinces))
    all_.update(dict.fromkeys(countries(PEOPLE).values()))
    if home != "US":
        all_.update(dict.fromkeys(one for names_ in SPELLINGS.values() for one in names_))
    unwanted = own | NAMES_OF_PEOPLE
    if home == "CA":
        unwanted |= {name for group in DIVISIONS["CA"].values() for name in group}
    return tuple(name for name in all_ if name not in unwanted)


def spellings(town: Town) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """How mail writes a town's country, without its code but for `US`; and its division."""
    country = (countries()[town.country], *SPELLINGS.get(town.country, ()))
    if town.country == "US":
        return ("US", *country), (town.state, us_states().get(town.state, ""))
    return country, DIVISIONS.get(town.country, {}).get(town.state, ())
