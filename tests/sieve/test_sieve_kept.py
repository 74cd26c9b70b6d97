"""Which phrases a script keeps where there is no room for all, and what is said of it."""

from __future__ import annotations

import re

import pytest

from coldstop.lexicon.model import alternatives
from coldstop.policy import model
from coldstop.policy.load import load_policy, load_text
from coldstop.resources import shipped, shipped_policies
from coldstop.scorecard.resolve import resolve
from coldstop.sieve.compile import compile_policy
from coldstop.sieve.kept import PARTS, least_first, values, written
from coldstop.sieve.loss import State
from coldstop.sieve.preview import Held
from coldstop.sieve.remains import PLACE, head, is_weaker, remains, told
from coldstop.sieve.report import as_json, lines, reasons
from coldstop.sieve.seal import read_seal
from coldstop.sieve.shorter import Choice, choices, shorter
from coldstop.sieve.targets import load_target
from coldstop.sieve.trimming import may_go
from support.judging import TODAY

POLICY = """
coldstop: 1
name: small
pitch: {threshold: 4}
lists:
  wares: [a boat, two horses]
  jobs: ["(big|small) job", "@wares", a role]
rules:
  offers: {when: {text: ["(@jobs)", "an opening"]}, pitch_each: 3, cap: 6}
  answers: {when: {any: [{text: my answer}, {header: X-Answer}]}, pitch: -3}
  both: {when: {all: [{text: "(one|two)"}, {header: X-A}]}, pitch: 2}
  not-that: {when: {not: {text: "(this|that)"}}, pitch: 1}
  scores: {when: {text: "(sir|madam)"}, points: 2}
  binds: {when: {text: "(sir|madam)"}, at_least: file}
  cold: {when: {header: X-Cold}, points: 10}
ladder: {0: keep, 10: file}
"""


def _texts(rule: model.Rule) -> list[tuple[str, ...]]:
    when = rule.when
    if isinstance(when, model.TextTest):
        return [when.text]
    inner = when.all if isinstance(when, model.All) else ()
    return [one.text for one in inner if isinstance(one, model.TextTest)]


def test_what_may_go_is_what_binds_nothing() -> None:
    """Phrases one by one, lists written out; none under a `not` or with a floor."""
    assert [one for one, _ in choices(load_text(POLICY))] == [
        ("offers", "(big|small) job"),
        ("offers", "a boat"),
        ("offers", "two horses"),
        ("offers", "a role"),
        ("offers", "an opening"),
        ("answers", "my answer"),
        ("both", "one"),
        ("both", "two"),
        ("scores", "sir"),
        ("scores", "madam"),
    ]
    assert list(may_go(load_text(POLICY))) == ["not-that", "cold"]


def test_what_is_left_is_a_policy() -> None:
    """A choice keeps what stays of it and still counts once; other rules are as they were."""
    policy = load_text(POLICY)
    gone = [Choice("offers", "a boat"), Choice("offers", "an opening"), Choice("scores", "sir")]
    less = shorter(policy, gone)
    (left,) = _texts(less.policy.rules["offers"])
    parsed = [less.policy.parser.parse(one) for one in left]
    assert [list(map(str, alternatives(one))) for one in parsed] == [
        ["(big|small) job", "two horses", "a role"]
    ]
    assert less.gone == {"offers": (2, 5), "scores": (1, 2)}
    assert less.empty == frozenset()
    assert less.policy.rules["binds"] == policy.rules["binds"]
    resolve(less.policy)


def test_a_rule_without_phrases_is_named_unless_something_else_makes_it_fire() -> None:
    """What can never hold is gone as a whole; one way of several that is gone leaves the others."""
    gone = [Choice("both", "one"), Choice("both", "two"), Choice("answers", "my answer")]
    less = shorter(load_text(POLICY), gone)
    assert less.empty == {"both"}
    answers = less.policy.rules["answers"].when
    assert isinstance(answers, model.AnyOf)
    assert [type(one) for one in answers.any] == [model.HeaderTest]


@pytest.mark.parametrize("name", [*shipped_policies(), "lexicon/german.yaml"])
def test_every_shipped_phrase_has_a_value(name: str) -> None:
    """After a change of the words `make kept` is due."""
    if name.startswith("lexicon"):
        policy = load_text(
            "coldstop: 1\nname: x\nextends: [presets/passive.yaml, lexicon/german.yaml,"
            " lexicon/french.yaml, lexicon/spanish.yaml]\n"
        )
    else:
        policy = load_policy(name)
    own = {"connects-cold", "name-dropped"}  # rules of the example policies themselves
    known = values()
    assert [one for one, _ in choices(policy) if one not in known and one.rule not in own] == []


def test_the_readers_own_phrases_stay_longest() -> None:
    """Nothing is known of them but that somebody wanted them."""
    policy = load_text(
        "coldstop: 1\nname: x\nextends: presets/passive.yaml\n"
        "lists: {offers: [become our kite surfer]}\n"
        "rules: {mine: {when: {header: X-Mine}, points: 2}}\n"
    )
    order = least_first(policy, may_go(policy))
    last = order[-1 - sum(one not in values() for one in order) :]
    assert Choice("offers-a-job", "become our kite surfer") in last
    assert Choice("mine", "") in last
    surfer = last.index(Choice("offers-a-job", "become our kite surfer"))
    assert last.index(Choice("mine", "")) < surfer  # two points, three a phrase


def test_the_values_are_written_as_they_are_read() -> None:
    """The same table gives the same file."""
    assert written(values()) == shipped(*PARTS).read_text("utf-8")


@pytest.mark.slow
def test_in_32_kb_the_samples_are_still_recognised() -> None:
    """Cyrus' default holds what tells pitches; no other sample is touched, and the head says so."""
    policy = load_policy("ray")
    made = compile_policy(policy, load_target("cyrus"), trim=True, today=TODAY)
    assert len(made.text.encode()) + made.text.count("\n") <= 32_768
    held = remains(Held(policy, made, TODAY))
    assert (held.recognised, held.pitches) == (15, 15)
    assert len(held.different) <= 4
    for one in held.samples:
        assert one.judge.recruiting or not one.script.recruiting, one.name
        assert one.script.verdict.severity <= one.judge.verdict.severity, one.name
    assert is_weaker(policy, made)
    assert head(made) == str(held)
    assert f"\n# {held}\n# sha256" in made.text
    seal = read_seal(made.text)
    assert seal is not None
    assert seal.intact
    report = list(lines(made, held))
    assert report[0] == str(held)
    assert report[-1].endswith("of 20 shipped samples get another verdict")
    assert not any("exact" in line for line in report[3:])
    plain = as_json(made, held)
    assert plain["bytes"] == len(made.text.encode()) + made.text.count("\n")
    assert [*plain] == ["target", "policy_revision", "bytes", "rules", "loss", "samples"]


def test_reasons_are_told_once_with_the_rules_that_they_concern() -> None:
    """Dropped first; what is exact is no loss; other rules and counts stand in brackets."""
    policy = load_policy("passive")
    target = load_target("pigeonhole")
    room = target.limits.model_copy(update={"script_bytes": 120_000})
    small = target.model_copy(update={"limits": room})
    made = compile_policy(policy, small, trim=True, today=TODAY)
    found = list(reasons(made))
    assert len({(one.state, one.why) for one in found}) == len(found)
    assert [one.state for one in found] == sorted((one.state for one in found), reverse=True)
    named = {name.split(" ")[0] for one in found for name in one.rules}
    lossy = {one.rule for one in made.loss if one.rule and one.state is not State.EXACT}
    assert named == lossy
    fewer = [name for one in found if one.why.startswith("fewer phrases") for name in one.rules]
    assert all(re.fullmatch(r"[a-z-]+ \(\d+ of \d+\)", name) for name in fewer)
    assert any(name.startswith("offers-a-job (") for name in fewer)


def test_a_whole_script_says_nothing_of_itself() -> None:
    """Only where evidence for a pitch is missing is there anything to say."""
    policy = load_policy("passive")
    made = compile_policy(policy, load_target("pigeonhole"), today=TODAY)
    assert not is_weaker(policy, made)
    assert head(made) == ""
    assert PLACE not in made.text
    assert told(policy, made, TODAY) is made
