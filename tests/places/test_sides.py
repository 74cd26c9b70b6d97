"""Near and far as groups of names, for readers of several countries."""

from __future__ import annotations

import pytest

from coldstop.places.countries import BRIEF
from coldstop.places.sides import NOT_BARE, Sides, brief, sides
from coldstop.policy.model import Reader


def _sides(home: str, *places: str, km: int = 60) -> Sides:
    fields = {"commute": {"from": home, "km": km}, "places": list(places) or None}
    return sides(Reader.model_validate(fields))


def test_without_a_home_nothing_is_near_or_far() -> None:
    """A reader who says no commute has no sides."""
    assert sides(Reader()) == Sides((), ())


def test_us_readers_have_no_bare_towns() -> None:
    """There a town always has its state."""
    known = _sides("Albany, NY")
    assert not any(group.bare for group in (*known.near, *known.far))
    assert [group.regions for group in known.near][-1] == ("NY", "New York")


@pytest.mark.parametrize("home", ["Berlin", "London, UK", "Toronto, ON", "Bangalore", "Sydney"])
def test_other_readers_know_their_own_country(home: str) -> None:
    """Home is near; the states of the US and other countries are far; own names are not abroad."""
    known = _sides(home)
    bare_near = next(group for group in known.near if group.bare)
    bare_far = next(group for group in known.far if group.bare)
    assert not set(bare_near.names) & set(bare_far.names)
    assert not NOT_BARE & {*bare_near.names, *bare_far.names}
    assert "Texas" in known.far[0].regions
    abroad = known.far[-1]
    assert abroad.abroad
    assert not set(abroad.regions) & set(bare_near.regions)


def test_a_far_larger_namesake_abroad_eclipses_a_far_town() -> None:
    """Alone, Boston is not the one in Lincolnshire, unless one lives there."""
    bare_far = next(group for group in _sides("London, UK").far if group.bare)
    assert "Boston" not in bare_far.names
    assert "Manchester" in bare_far.names
    bare_near = next(group for group in _sides("Boston, UK", km=20).near if group.bare)
    assert "Boston" in bare_near.names


def test_places_abroad_are_near_with_their_country() -> None:
    """`places` may name towns anywhere; those abroad never count alone."""
    known = _sides("Berlin", "Boston, MA", "Toronto, ON")
    named = {name: group for group in known.near for name in group.names if not group.bare}
    assert named["Boston"].regions == ("MA", "Massachusetts")
    assert {"ON", "Ontario", "Canada"} <= set(named["Toronto"].regions)
    assert not any({"Boston", "Toronto"} & set(group.names) for group in known.near if group.bare)


def test_little_room_keeps_the_usual_countries() -> None:
    """`brief` shortens other countries and leaves every other group alone."""
    known = _sides("Albany, NY")
    assert brief(known.far[-1]).regions == BRIEF
    assert brief(known.far[0]) is known.far[0]
    assert len(known.far[-1].regions) > 100
