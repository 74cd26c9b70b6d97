"""`pay`: the pay that is stated, seen from the reader's floor (S33, S34).

A figure counts with its period: "$50/hr", "500 per day", "95,000 a year", "hourly rate: $50". Pay
for a year may also be a figure without one: behind a currency or a word such as "salary" ("$95k",
"salary up to 95,000"), or in front of "base" ("95k base"). Thousands are set off by commas or dots
or not at all, cents are read. A range counts by its upper end: "$50-70/hr" is 70, "$95-120k" is
120k.

`above` holds where a figure is at or above the floor of its period, `below` where one is below and
none is at or above. What can hardly be this reader's pay is no figure: per hour less than a tenth
of the floor, else less than a quarter of it (a bonus, a day's expenses), more than ten times of it,
or more than four times where no period is named ("we raised $12,000,000"). Currencies are not
converted, periods neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from coldstop.lexicon.model import Number, Phrase, Token
from coldstop.lexicon.regex import GAP, RAW_PREFIX, raw_core
from coldstop.scorecard.node import Hit, Node
from coldstop.scorecard.raw import Finder, Form, any_case, either, parts, subjects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldstop.policy.model import Pay, PayTest
    from coldstop.scorecard.context import Context
    from coldstop.scorecard.facts import Facts
    from coldstop.scorecard.judgement import Evidence

Side = Literal["below", "above"]
NO_PAY = "the policy says no reader.pay"

_GAPS: Final = GAP + b"*"
#: Where a number may begin: not inside a tag, a word or a longer number.
_START: Final = b"(^|>)([^<>]*[^[:alnum:]<>.,])?"
#: Where it may end.
_STOP: Final = b"([^[:alnum:].,]|[.,]([^0-9]|$)|$)"
_WORD_END: Final = b"([^[:alnum:]]|$)"
_CENTS: Final = b"([.,][0-9][0-9]?)?"
_SIGN: Final = "[$]|£|€|&pound;|&euro;".encode()
_CODE: Final = either("usd", "eur", "gbp", "cad", "aud", "chf")
_MONEY: Final = b"(" + _GAPS + b"(" + _SIGN + b"|" + _CODE + b"))?"
_BEFORE: Final = b"(([Uu]?[Ss]|[Cc][Aa]?|[Aa][Uu]?)?(" + _SIGN + b")|" + _CODE + b")" + _GAPS
_THOUSAND: Final = _GAPS + b"[Kk]"
_DASH: Final = (
    _GAPS + "(-|\u2013|\u2014|&ndash;|&mdash;|".encode() + either("to", "and", "bis") + b")" + _GAPS
)
#: The lower end of a range, whose upper end counts.
_RANGE: Final = b"([0-9][0-9.,]*(" + _THOUSAND + b")?" + _DASH + b"(" + _BEFORE + b")?)?"
#: "a" in small letters only: "September 2001, A Day to Remember".
_PER: Final = (
    _GAPS
    + b"(/"
    + _GAPS
    + b"|("
    + either("per", "pro", "par", "por", "je")
    + b"|an?)"
    + GAP
    + b"+)"
)


def _period(letter: str, *words: str) -> bytes:
    """Behind a figure: in words, or in a letter that is not part of `16/H/C`."""
    short = any_case(letter) + b"([^[:alnum:]/]|$)"
    return _PER + b"(" + either(*words) + _WORD_END + b"|" + short + b")"


_AN_HOUR: Final = _period("h", "hour", "hr", "hrs", "stunde", "std", "heure", "hora")
_HOURLY: Final = _GAPS + either("hourly") + _WORD_END
_A_DAY: Final = _period("d", "day", "tag", "jour", "d\u00eda", "dia")
_A_YEAR: Final = (
    b"("
    + _period("y", "year", "yr", "annum", "jahr", "an", "a\u00f1o", "ano")
    + b"|"
    + _GAPS
    + either("annually", "yearly", "p.a", "pa")
    + _WORD_END
    + b")"
)
_BASE: Final = GAP + b"+" + either("base", "basic", "salary", "ote", "brutto", "gross") + _WORD_END
_LINK: Final = b"(" + GAP + b"|:)+"
_FILL: Final = either("range", "rate", "is", "of", "up", "to", "bis", "from", "between")
_THEN: Final = b"(" + _LINK + _FILL + b"){0,3}" + _LINK
_SALARY: Final = either("salary", "salaries", "compensation", "ote", "gehalt", "salaire", "salario")
_HOUR_RATE: Final = either("hourly rate", "hourly pay", "hourly wage", "hourly", "stundensatz")
_DAY_RATE: Final = either("day rate", "daily rate", "tagessatz", "tjm")


def number(low: int, high: int) -> bytes:
    """A whole number within bounds, in digits; dots may set off thousands as commas do."""
    spelled = raw_core(Phrase((Token((Number(low, high),)),)))
    return b"(" + spelled.replace(b"(,)?", b"[.,]?") + b")"


def forms(pay: Pay, side: Side) -> Iterator[Form]:
    """The ways in which a figure on that side of the floor is stated."""
    if pay.per_hour is not None:
        yield from _rate(_bound(pay.per_hour, side, 10, 10), _AN_HOUR, _HOUR_RATE)
        sum_ = _bound(pay.per_hour, side, 10, 10)
        yield Form(RAW_PREFIX, _BEFORE + _RANGE + sum_ + _CENTS + _HOURLY)
    if pay.per_day is not None:
        yield from _rate(_bound(pay.per_day, side, 4, 10), _A_DAY, _DAY_RATE)
    if pay.per_year is not None:
        yield from _salary(pay.per_year, side)


def _rate(sum_: bytes, period: bytes, named: bytes) -> Iterator[Form]:
    yield Form(_START, sum_ + _CENTS + _MONEY + period)
    yield Form(RAW_PREFIX, named + _THEN + b"(" + _BEFORE + b")?" + _RANGE + sum_ + _CENTS + _STOP)


def _salary(floor: int, side: Side) -> Iterator[Form]:
    stated = _year(floor, side, 10)
    yield Form(_START, stated + _MONEY + _A_YEAR)
    bare = _year(floor, side, 4)
    thousands = _thousands(floor, side, 4)
    if thousands:
        yield Form(_START, thousands + _BASE)
    named = b"(" + _BEFORE + b"|" + _SALARY + _THEN + b"(" + _BEFORE + b")?)"
    yield Form(RAW_PREFIX, named + _RANGE + bare + _STOP)
    yield Form(_START, bare + _GAPS + b"(" + _SIGN + b"|" + _CODE + b")" + _WORD_END)


def _year(floor: int, side: Side, most: int) -> bytes:
    """Write pay for a year in full or in thousands."""
    plain = _bound(floor, side, 4, most) + _CENTS
    thousands = _thousands(floor, side, most)
    return b"(" + plain + b"|" + thousands + b")" if thousands else b"(" + plain + b")"


def _thousands(floor: int, side: Side, most: int) -> bytes:
    """Write it as `95k`; empty where no whole number of thousands is on that side."""
    low, high = -(-floor // 1000), floor * most // 1000
    if side == "below":
        low, high = -(-floor // 4000), (floor - 1) // 1000
    return number(low, high) + _CENTS + _THOUSAND if low <= high else b""


def _bound(floor: int, side: Side, least: int, most: int) -> bytes:
    """Write a figure on that side, no less than a `least`th and no more than `most` times."""
    if side == "above":
        return number(floor, floor * most)
    # A floor of 1 has nothing below it; cents are not looked at without a whole number.
    return number(min(max(1, floor // least), floor - 1), floor - 1)


class Figures:
    """Looks for figures on one side of the floor."""

    def __init__(self, pay: Pay, side: Side) -> None:
        self._finder = Finder(tuple(forms(pay, side)))

    def find(self, facts: Facts) -> Evidence | None:
        """Give the first, the Subject's before those of the text."""
        return self._finder.find(subjects(facts)) or self._finder.find(parts(facts))


def compile_pay(test: PayTest, context: Context) -> Node:
    """Hold if what is stated is on the wanted side; a figure above outweighs those below."""
    label = f"pay is {test.pay} the floor"
    pay = context.policy.reader.pay
    if pay is None:
        return Node(lambda _facts: None, label, why_not=lambda _facts: NO_PAY)
    below, above = Figures(pay, "below"), Figures(pay, "above")

    def run(facts: Facts) -> Hit | None:
        found = (above if test.pay == "above" else below).find(facts)
        if found is None or (test.pay == "below" and above.find(facts)):
            return None
        return Hit((found,))

    def why_not(facts: Facts) -> str:
        told = (("at or above the floor", above), ("below the floor", below))
        stated = ((side, figures.find(facts)) for side, figures in told)
        return "; ".join(f"“{one.quote}” is {side}" for side, one in stated if one) or (
            "no pay is stated with its period"
        )

    return Node(run, label, why_not=why_not)
