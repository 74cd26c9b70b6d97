"""What `reader` says, and the lists that it implies."""

from __future__ import annotations

import pytest

from coldstop.policy.errors import Code
from coldstop.policy.lint import lint
from coldstop.policy.load import load_text
from coldstop.policy.model import Pay
from support.kindmail import policy


def found(rules: str, head: str) -> list[tuple[int, int, Code]]:
    """Line, column and code of each finding."""
    return [(one.line, one.column, one.code) for one in lint(load_text(policy(rules, head)))]


def test_pay_is_whole_numbers() -> None:
    """Each period is optional, and the others stay unsaid."""
    said = load_text(policy("a: {when: {pay: above}, points: 1}", "reader: {pay: {per_day: 500}}"))
    assert said.reader.pay == Pay.model_validate({"per_day": "500"})
    assert said.reader.pay.per_hour is None


@pytest.mark.parametrize("head", ["", "reader: {names: Ray, skills: SQL}"])
def test_implied_lists_are_always_there(head: str) -> None:
    """A text may be such a list though the reader says nothing."""
    rules = """
    a: {when: {text: "@reader-names"}, points: 1}
    b: {when: {text: "@reader-skills"}, points: 1}
    """
    assert found(rules, head) == []
    made = load_text(policy(rules, head))
    assert made.known_lists["reader-names"] == (("Ray",) if head else ())
    assert "reader-names" not in made.lists


def test_a_list_of_the_policy_comes_first() -> None:
    """Whoever writes such a list by hand means it."""
    head = "reader: {names: Ray}\nlists: {reader-names: [Bob]}"
    made = load_text(policy('a: {when: {text: "@reader-names"}, points: 1}', head))
    assert made.known_lists["reader-names"] == ("Bob",)


def test_a_bad_name_is_found_where_it_stands() -> None:
    """Names are phrases only for those who use them as phrases."""
    head = "reader: {names: [Ray, 'Ray (the']}"
    assert found("a: {when: {greets: other}, points: 2}", head) == []
    assert found('a: {when: {text: "hi @reader-names"}, points: 2}', head) == [
        (5, 28, Code.BAD_PHRASE)
    ]


def test_what_the_new_tests_count() -> None:
    """Letters and skills are counted, pay and salutations are not."""
    counted = """
    a: {when: {letters: "{{"}, points_each: 1, cap: 2}
    b: {when: {profile: match}, points_each: 1, cap: 2}
    """
    assert found(counted, "reader: {skills: SQL}") == []
    for test in (
        "pay: above",
        "greets: other",
        "differs: [from, sender]",
        "answers: own",
        "profile: mismatch",
    ):
        rule = f"a: {{when: {{{test}}}, points_each: 1, cap: 2}}"
        assert [code for _, _, code in found(rule, "")] == [Code.NOTHING_TO_COUNT]
