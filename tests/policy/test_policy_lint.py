"""Cross checks: what the broken policies do not show."""

from __future__ import annotations

from typing import get_args

import pytest

from coldstop.policy import model
from coldstop.policy.check_lists import NEEDS
from coldstop.policy.errors import Code, PolicyErrors, Severity
from coldstop.policy.limits import LIMITS
from coldstop.policy.lint import check, lint
from coldstop.policy.load import load_policy, load_text
from coldstop.policy.walk import below, conditions
from coldstop.resources import shipped_policies
from coldstop.scorecard.resolve import resolve

HEAD = """\
coldstop: 1
pitch: {threshold: 1}
ladder: {0: keep, 1: tag}
rules:
  says-job: {when: {text: job}, pitch: 1}
  cold: {when: {text: hello}, points: 1}
"""


def codes(text: str) -> list[str]:
    """Lint a text; give the findings as `line:column code`."""
    return [f"{found.line}:{found.column} {found.code}" for found in lint(load_text(text))]


@pytest.mark.parametrize("name", shipped_policies())
def test_shipped_policies_are_clean(name: str) -> None:
    """No shipped policy has as much as a warning."""
    assert lint(load_policy(name)) == []


def test_a_clean_policy_has_no_findings() -> None:
    """The policy that the tests build upon is clean itself."""
    policy = load_text(HEAD)
    assert lint(policy) == []
    assert check(policy) is policy


def test_check_raises_for_errors_only() -> None:
    """Warnings do not make a policy unusable; errors do, and come without the warnings."""
    warned = HEAD + "lists: {unused: []}\n"
    assert [found.severity for found in lint(load_text(warned))] == [Severity.WARNING]
    assert check(load_text(warned))
    with pytest.raises(PolicyErrors) as caught:
        check(load_text(warned + "stopped: [{who: x, on: 2026-01-01}]\n"))
    assert [error.code for error in caught.value.errors] == [Code.BAD_ADDRESS]


def test_points_limit() -> None:
    """The points of a tally may come to the limit, and to not one more."""
    most = LIMITS.points - 1
    text = HEAD + f"  a: {{when: {{text: x}}, points: {most}}}\n"
    assert codes(text) == []
    assert codes(text.replace(str(most), str(most + 1))) == ["7:32 too-many-points"]


def test_tallies_are_counted_apart() -> None:
    """Objections, credits and pitch may each come to the limit."""
    rules = "".join(
        f"  {name}: {{when: {{text: x}}, {way}}}\n"
        for name, way in (
            ("a", "points: 3999"),
            ("b", "points_each: -2, cap: 4000"),
            ("c", "pitch: -3999"),
        )
    )
    assert codes(HEAD + rules) == []


def test_columns_lead_into_the_phrase() -> None:
    """A slip in a phrase is shown at its column in the file, in quotes and without."""
    text = (
        HEAD + "  a:\n    when:\n      text:\n        - ab (c\n        - 'ab (c'\n    points: 1\n"
    )
    assert codes(text) == ["10:14 bad-phrase", "11:15 bad-phrase"]


def test_phrases_of_every_test_are_read() -> None:
    """Roles, labels, header phrases and the lists behind them are phrases; other texts are not."""
    text = HEAD + (
        '  a: {when: {labels: "@l"}, points: 1}\n'
        '  b: {when: {header: x, phrase: "(p"}, points: 1}\n'
        '  c: {when: {header: x, contains: "(p"}, points: 1}\n'
        '  d: {when: {header: x, is: ["@plain", "@"]}, points: 1}\n'
        'lists: {l: ["see @inner"], inner: ["(q"], plain: ["(r"]}\n'
    )
    assert codes(text) == ["8:34 bad-phrase", "11:37 bad-phrase"]


def test_lists_are_followed_from_list_to_list() -> None:
    """A list that only another list refers to is in use, and its references are checked."""
    text = HEAD + '  a: {when: {text: "@x"}, points: 1}\nlists: {x: ["@y"], y: ["we @z"]}\n'
    assert codes(text) == ["8:28 unknown-list"]


def test_lists_of_rules_that_are_off_are_in_use() -> None:
    """Switching a rule off does not make its list a mistake."""
    text = HEAD + '  a: {when: {text: "@x"}, points: 1, off: true}\nlists: {x: [y]}\n'
    assert codes(text) == []


def test_an_empty_list_is_fine_by_itself_only() -> None:
    """`@x` may be empty: nothing is found; within a phrase it would match nothing."""
    text = HEAD + '  a: {when: {text: ["@x", "we @x"]}, points: 1}\nlists: {x: []}\n'
    assert codes(text) == ["7:31 bad-phrase"]


@pytest.mark.parametrize(
    "who", ["a@b.example", "B.Example", "@b.example", "o'neil+x@b.example", "xn--bcher-kva.example"]
)
def test_addresses_and_domains_are_accepted(who: str) -> None:
    """An address, a domain, and a domain behind an @ are what address lists hold."""
    assert codes(HEAD + f'stopped: [{{who: "{who}", on: 2026-01-01}}]\n') == []


@pytest.mark.parametrize(
    ("who", "hint"),
    [
        ("Bob <b@b.example>", "only the address: b@b.example"),
        ("*.b.example", "a domain covers its subdomains: b.example"),
        ("https://b.example/x", "without http"),
        ("bücher.example", "xn-- form: xn--bcher-kva.example"),
        ("ann@bücher.example", "ann@xn--bcher-kva.example"),
        ("<ann@b.example>", "only the address: ann@b.example"),
        ("mailto:ann@b.example", "write ann@b.example"),
        ("http://www.b.example", "path: b.example"),
        ("b.example;", "write b.example"),
        ("b.example.", "write b.example"),
        (" b.example", "write b.example"),
        (".b.example", "subdomains: b.example"),
        ("ann@", "bob@firm.example"),
        ("localhost", "bob@firm.example"),
        ("a b@b.example", "bob@firm.example"),
        ("192.0.2.1", "bob@firm.example"),
    ],
)
def test_other_things_come_with_a_hint(who: str, hint: str) -> None:
    """What is no address is refused with a guess at what was meant."""
    (found,) = lint(load_text(HEAD + f'stopped: [{{who: "{who}", on: 2026-01-01}}]\n'))
    assert found.code is Code.BAD_ADDRESS
    assert hint in found.hint


def test_circles_are_each_found() -> None:
    """Two circles give two findings, and every rule is still checked."""
    text = HEAD + (
        "  a: {when: {rule: b}, points: 1}\n  b: {when: {rule: a}, points: 1}\n"
        "  c: {when: {all: [{text: x}, {rule: c}]}, points: 1}\n"
    )
    found = lint(load_text(text))
    assert [error.code for error in found] == [Code.RULE_CYCLE] * 2


def test_long_chains_of_rules_are_no_danger() -> None:
    """Rules that ask about one another, more in a row than the stack is deep, exhaust nothing."""
    rules = "".join(
        f"  r{n}: {{when: {{rule: r{n + 1}}}, points: 1, off: false}}\n" for n in range(1500)
    )
    text = f"{HEAD}{rules}  r1500: {{when: {{kind: inmail}}, points: 1}}\n"
    found = lint(load_text(text))
    assert {error.code for error in found} == {Code.DEAD_RULE}
    assert len(found) == 1501


def test_every_kind_of_condition_is_walked() -> None:
    """Walking gives every condition with a path that leads to its place."""
    text = HEAD + (
        "  a: {when: {all: [{any: [{place: far}, {not: {work: remote}}]}, {rule: cold}]},"
        " points: 1}\n"
    )
    policy = load_text(text)
    found = [placed.path[3:] for name, placed in conditions(policy) if name == "a"]
    assert found == [
        (),
        ("all", "0"),
        ("all", "0", "any", "0"),
        ("all", "0", "any", "1"),
        ("all", "0", "any", "1", "not"),
        ("all", "1"),
    ]
    for placed in below(policy.rules["a"].when, ("rules", "a", "when")):
        assert placed.path in policy.origins


@pytest.mark.parametrize(
    ("kind", "test"),
    [
        (model.RelationshipTest, "relationship: stranger"),
        (model.RoleTest, "role: dba"),
        (model.WorkTest, "work: remote"),
        (model.PlaceTest, "place: far"),
    ],
)
def test_needs_are_what_the_scorecard_leans_on(kind: type[model.Model], test: str) -> None:
    """With the lists that a test is said to need it can be resolved, and none can be left out."""
    reader = 'reader: {commute: {from: "Albany, NY", km: 9}}\ntrust: {authserv: mx.test}'
    head = f"{HEAD}  a: {{when: {{{test}}}, points: 1}}\n{reader}\n"
    lists = {name: f"{name}: [w.example]" for name in NEEDS[kind]}
    if "people" in lists:
        lists["people"] = "people: [ann@w.example]"
    assert resolve(load_text(f"{head}lists: {{{', '.join(lists.values())}}}\n"))
    for name in lists:
        others = ", ".join(text for other, text in lists.items() if other != name)
        assert codes(f"{head}lists: {{{others}}}\n") == ["7:7 unknown-list"]


def test_every_need_is_tried() -> None:
    """The test above knows every test that leans on lists."""
    names = {kind.__name__ for kind in NEEDS}
    assert names == {"RelationshipTest", "RoleTest", "WorkTest", "PlaceTest"}


def test_condition_keys_name_every_test() -> None:
    """The table of keys and the union of conditions cannot part."""
    union = get_args(get_args(model.Condition)[0])
    tags = [get_args(member)[1].tag for member in union]
    assert tuple(tags) == model.CONDITION_KEYS
