"""`pay`: by mails for which it holds and mails for which it does not."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coldstop.message.reader import read
from coldstop.policy.load import load_text
from coldstop.policy.model import Pay
from coldstop.scorecard.explain import explain
from coldstop.scorecard.judge import judge
from coldstop.scorecard.raw import Finder
from coldstop.scorecard.resolve import resolve
from coldstop.scorecard.tests.pay import Side, forms
from support.judging import TODAY, mail
from support.kindmail import PAY, PAY_POLICY, judged, policy

SIDES: Final[tuple[Side, ...]] = ("below", "above")


@pytest.mark.parametrize(("raw", "fires"), PAY)
def test_pay(raw: bytes, fires: dict[str, int]) -> None:
    """Exactly the rules fire, for the points, that a person would say."""
    assert judged(PAY_POLICY, raw) == fires


@given(
    floor=st.integers(10, 9_999),
    paid=st.integers(1, 99_999),
    cents=st.sampled_from(["", ".00", ".99", ",5"]),
    commas=st.booleans(),
)
def test_a_rate_is_compared_as_a_number(floor: int, paid: int, cents: str, commas: bool) -> None:
    """Whatever the floor: below it, at or above it, or too far off to be pay."""
    pay = Pay.model_validate({"per_hour": floor})
    said = f"Rate: ${paid:,}{cents} per hour" if commas else f"Rate: {paid}{cents}/hr"
    side = (
        "below" if floor // 10 <= paid < floor else "above" if floor <= paid <= floor * 10 else ""
    )
    found = {one for one in SIDES if Finder(tuple(forms(pay, one))).find([("text", said.encode())])}
    assert found == ({side} if side else set())


@given(floor=st.integers(1_000, 999_999), paid=st.integers(1, 9_999_999))
def test_a_salary_is_compared_as_a_number(floor: int, paid: int) -> None:
    """The same for a year."""
    pay = Pay.model_validate({"per_year": floor})
    said = f"Pay: ${paid:,} per year".encode()
    side = "below" if floor // 4 <= paid < floor else "above" if floor <= paid <= floor * 10 else ""
    found = {one for one in SIDES if Finder(tuple(forms(pay, one))).find([("text", said)])}
    assert found == ({side} if side else set())


def test_the_evidence_is_what_the_sender_wrote() -> None:
    """`explain` shows the figure with its period, and the words around it."""
    found = judge(
        read(mail("<p>The rate is $45 - 50/hr on W2.</p>")),
        resolve(load_text(PAY_POLICY)),
        today=TODAY,
    ).fired
    (quoted,) = next(one.evidence for one in found if one.name == "below")
    assert (quoted.before + quoted.quote + quoted.after).startswith("The rate is $45 - 50/hr")
    assert quoted.quote == "50/hr"


def test_without_a_floor_nothing_holds() -> None:
    """And `explain` says what is missing."""
    source = policy("a: {when: {pay: below}, points: -1}\nb: {when: {pay: above}, points: 2}")
    assert judged(source, mail("$50/hr, $200k")) == {}
    told = explain(read(mail("x")), resolve(load_text(source)), today=TODAY)
    assert told.absent[0].missing == "not: pay is below the floor (the policy says no reader.pay)"


@pytest.mark.parametrize("floor", [{"per_hour": 1}, {"per_day": 1}, {"per_year": 1000}])
def test_the_least_floor_has_patterns(floor: dict[str, int]) -> None:
    """Nothing is below a floor of 1 but 0."""
    pay = Pay.model_validate(floor)
    assert all(Finder(tuple(forms(pay, side))) for side in SIDES)
