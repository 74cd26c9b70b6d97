"""Who reads the mail: the `reader` part of a policy.

Refuses what the model does not say: a commute without a unit, a floor for the pay without a period.
Fails: pydantic's ValidationError, which `policy/load.py` turns into `PolicyErrors`.
"""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from coldstop.policy.values import Day, Int, Model, Text, Texts
from coldstop.policy.words import SearchState


class Commute(Model):
    """Home and how far the reader would travel to work."""

    from_: Text = Field(alias="from")
    """A place: `Albany, NY`, or `City, Country` outside the US."""
    miles: Annotated[Int, Field(ge=1, le=2000)] | None = None
    """How far, in miles as the crow flies."""
    km: Annotated[Int, Field(ge=1, le=3000)] | None = None
    """How far, in kilometres as the crow flies."""

    @model_validator(mode="after")
    def _one_unit(self) -> Self:
        if (self.miles is None) == (self.km is None):
            raise ValueError("say how far, in miles or in km")
        return self


class Search(Model):
    """The reader's job search, and when that ends (S27, S66)."""

    state: SearchState
    until: Day | None = None
    """The last day on which `state` holds."""
    then: SearchState = SearchState.NONE
    """What holds afterwards."""


def _search(value: Any) -> Any:
    return {"state": value} if isinstance(value, str) else value


class Pay(Model):
    """The least pay of interest: whole numbers in the reader's own currency (S33, S34)."""

    per_hour: Annotated[Int, Field(ge=1, le=9_999)] | None = None
    """For an hour."""
    per_day: Annotated[Int, Field(ge=1, le=99_999)] | None = None
    """For a day."""
    per_year: Annotated[Int, Field(ge=1_000, le=99_999_999)] | None = None
    """For a year, in full: `120000`, not `120`."""

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.per_hour is None and self.per_day is None and self.per_year is None:
            raise ValueError("say per_hour, per_day or per_year")
        return self


class Reader(Model):
    """Who reads this mail."""

    names: Texts | None = None
    """How people who know the reader call them."""
    pay: Pay | None = None
    """Below this, a job is of no interest."""
    commute: Commute | None = None
    places: Texts | None = None
    """Places that are fine although they are farther than the commute."""
    search: (
        Annotated[Search, BeforeValidator(_search, json_schema_input_type=SearchState | Search)]
        | None
    ) = None
    """How the reader stands to a new job: `passive`, or until when."""
    skills: Texts | None = None
    """What the reader can do."""
