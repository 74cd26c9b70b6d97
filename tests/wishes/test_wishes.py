"""What the reader asked for, wish by wish; `cases/` reads as documentation."""

from __future__ import annotations

import operator
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from coldstop.policy.load import load_policy
from coldstop.policy.model import Mail, Verdict
from wishes.book import NUMBERS, Entry, card, entries, in_html, named, run, unseen, upcoming, waits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldstop.scorecard.cases import CaseResult
    from coldstop.scorecard.judgement import Judgement

UNDERSTOOD = 9
"""Of the cases in `unseen.yaml`; raise it when rules become better, never lower it."""

WRITTEN = [
    one
    for one in entries()
    if isinstance(message := one.wish.message, Mail) and message.html is None
]


def _title(entry: Entry) -> str:
    return entry.wish.title


@pytest.mark.parametrize("entry", entries(), ids=_title)
def test_the_wish_is_granted(entry: Entry) -> None:
    """A mail gets what the reader asked for, for his reason, and more or less than another."""
    result = run(entry)
    problems = [*result.problems, *_comparisons(entry)]
    assert not problems, _report(entry, problems)


@pytest.mark.parametrize("text_too", [True, False], ids=["both", "html"])
@pytest.mark.parametrize("entry", WRITTEN, ids=_title)
def test_the_same_words_in_html_get_the_same(entry: Entry, text_too: bool) -> None:
    """A mail in HTML, with its plain text or without, is judged as its plain text alone."""
    message = entry.wish.message
    assert isinstance(message, Mail)
    twin = run(entry, in_html(message, text_too=text_too))
    assert _shape(_judged(twin)) == _shape(_judged(run(entry)))


def test_every_wish_is_a_case_or_says_what_it_waits_for() -> None:
    """S1 to S72 and T1 to T9: none is forgotten, and no number is invented."""
    told = {number for entry in (*entries(), *upcoming()) for number in entry.wish.serves}
    told |= {number for wait in waits() for number in wait.serves}
    assert told - {"P1"} == set(NUMBERS)


def test_no_wish_is_only_next_without_a_word() -> None:
    """A wish of which nothing runs yet stands in the table of what waits, or in the next file."""
    run_now = {number for entry in entries() for number in entry.wish.serves}
    waiting = {number for wait in waits() for number in wait.serves}
    coming = {number for entry in upcoming() for number in entry.wish.serves}
    assert set(NUMBERS) - run_now <= waiting | coming


def test_cases_have_names_of_their_own() -> None:
    """A name leads to one case."""
    names = Counter(entry.wish.name for entry in (*entries(), *upcoming(), *unseen()))
    assert [name for name, times in names.items() if times > 1] == []


def test_cases_name_rules_that_exist() -> None:
    """A slip in `not_because` would hold for ever: every rule named is a rule of the policy."""
    for entry in (*entries(), *unseen()):
        rules = card(entry).policy.rules
        named_rules = {*entry.wish.because, *entry.wish.not_because}
        assert named_rules <= rules.keys(), entry.wish.title


def test_more_than_two_outcomes_are_used() -> None:
    """S64: between keeping and refusing there are tagging, filing, later and the trash."""
    used = {_judged(run(entry)).verdict for entry in entries()}
    wanted = {Verdict.KEEP, Verdict.TAG, Verdict.LATER, Verdict.FILE, Verdict.TRASH, Verdict.REJECT}
    assert wanted <= used


@pytest.mark.parametrize("name", ["strict", "passive", "open", "ray"])
def test_a_refusal_is_civil_and_says_how_to_be_heard(name: str) -> None:
    """S56, S57: who is refused reads how to do better, and no insult."""
    text = load_policy(name).reject_text.lower()
    assert "how we know each other" in text or "how we are connected" in text
    assert "please" in text
    assert not any(word in text for word in ("spam", "!", "idiot", "never", "waste"))


def test_words_that_nobody_wrote_rules_for() -> None:
    """Rules understand what a wish means, not only the texts that they were written beside."""
    missed = [one.wish.name for one in unseen() if not run(one).ok or any(_comparisons(one))]
    understood = len(unseen()) - len(missed)
    assert understood >= UNDERSTOOD, f"{understood} of {len(unseen())}; missed: {missed}"


def _judged(result: CaseResult) -> Judgement:
    assert result.judgement is not None, result.problems
    return result.judgement


def _comparisons(entry: Entry) -> Iterator[str]:
    """Say which comparison with another case fails."""
    wish, here = entry.wish, _weight(entry)
    for words, other, holds in (
        ("milder than", wish.milder_than, operator.lt),
        ("harsher than", wish.harsher_than, operator.gt),
        ("like", wish.like, operator.eq),
    ):
        if other and not holds(here, there := _weight(named(other))):
            yield f"not {words} {other}, which has {_words(there)}"


def _weight(entry: Entry) -> tuple[int, int]:
    """Give what is compared: the verdict's severity, then the score."""
    judgement = _judged(run(entry))
    return judgement.verdict.severity, judgement.score


def _words(weight: tuple[int, int]) -> str:
    verdict = next(one for one in Verdict if one.severity == weight[0])
    return f"{verdict.value}, score {weight[1]}"


def _shape(judgement: Judgement) -> tuple[object, ...]:
    fired = {one.name: one.points for one in judgement.fired}
    return judgement.verdict, judgement.kind, judgement.pitch, judgement.score, fired


def _report(entry: Entry, problems: list[str]) -> str:
    """Say what was asked, what differs and which rules decided."""
    wish, judged = entry.wish, _judged(run(entry))
    fired = ", ".join(f"{one.name} {one.points:+d}" for one in judged.fired)
    return "\n".join(
        [
            f"{entry.origin}  {wish.title}",
            wish.asks,
            f"expected {wish.expect}, got {judged.verdict.value}, score {judged.score}",
            *(f"  {problem}" for problem in problems),
            f"fired: {fired or 'nothing'}",
        ]
    )
