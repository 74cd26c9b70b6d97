"""Rules in plain English: every kind of test, worth, exceptions, silence, sections and samples."""

from __future__ import annotations

import datetime as dt

import pytest
from typer.testing import CliRunner

from coldstop.cli.app import app
from coldstop.policy.describe import AGAINST, FOR, describe
from coldstop.policy.english import clause
from coldstop.policy.load import load_policy, load_text
from coldstop.policy.model import CONDITION_KEYS
from coldstop.scorecard.examples import examples
from coldstop.scorecard.resolve import resolve

TODAY = dt.date(2026, 6, 1)
HEAD = "coldstop: 1\nextends: presets/passive.yaml\n"
SMALL = """\
coldstop: 1
name: small
pitch: {threshold: 4}
rules:
  # --- what it is about ---
  job: {when: {text: [a job, a role]}, pitch_each: 3, cap: 6, kind: job}
  list: {when: {header: List-Id}, pitch: -8}
  # --- manners ---
  rude: {when: {text: "you (fool|dolt)"}, points: 9, at_least: trash, reason: it is rude}
  calm: {when: {all: [{rule: rude}, {not: {text: sorry}}]}, points: 1}
  friend: {when: {all: [{text: met you}, {not: {rule: rude}}]}, points: -2, at_most: tag}
  kind: {when: {text: please}, points: -1, at_most: tag, always: true}
ladder: {0: keep, 20: trash}
"""

CLAUSES = [
    (
        '{text: "@flattery"}',
        "a phrase of `@flattery` stands in Subject or text",
        "no phrase of `@flattery` stands in Subject or text",
    ),
    ("{text: red, zone: own}", "`red` stands in the sender's own words", "`red` does not stand in"),
    (
        '{text: ["(@offers)", "(@fits)"], at_least: 2}',
        "at least 2 of these sorts stand in Subject or text: `@offers` and `@fits`",
        "at least 2 of these sorts do not stand",
    ),
    ("{header: List-Id}", "there is a field `List-Id`", "there is no field `List-Id`"),
    ("{header: To, is: me}", "the field `To` is `me`", "the field `To` is not `me`"),
    (
        "{header: To, contains: me}",
        "the field `To` holds `me`",
        "`To` does not hold `me`",
    ),
    (
        "{header: Subject, phrase: now}",
        "`now` stands in the field `Subject`",
        "`now` does not stand in the field `Subject`",
    ),
    (
        '{address: [from, sender], in: "@firms"}',
        "the address in From or Sender is in `@firms`",
        "is not in `@firms`",
    ),
    ("{labels: [Role, Rate]}", "a label of `Role` or `Rate` stands at", "no label of `Role`"),
    ("{labels: [A, B], at_least: 2}", "at least 2 labels of", "not at least 2 labels of"),
    ("{letters: '<name>'}", "`<name>` stands letter by letter", "does not stand letter by letter"),
    ("{place: far}", "the job is too far away", "the job is not too far away"),
    (
        '{role: "@unwanted"}',
        "a role of `@unwanted` is offered",
        "no role of `@unwanted`",
    ),
    ("{work: remote}", "the work is remote all of the time", "the work is not remote all"),
    ("{relationship: stranger}", "the sender is a stranger", "the sender is not a stranger"),
    ("{authenticated: true}", "the From domain is authenticated", "is not authenticated"),
    ("{authenticated: false}", "the From domain is not authenticated", "is authenticated"),
    ("{asked_to_stop: true}", "the sender was asked to stop", "the sender was not asked to stop"),
    ("{search: active}", "your job search is `active`", "your job search is not `active`"),
    (
        "{date: {until: 2027-03-01}}",
        "the day is 2027-03-01 or earlier",
        "the day is not 2027",
    ),
    ("{kind: [job, inmail]}", "of the kind `job` or `inmail`", "the pitch is not of the kind"),
    ("{pay: below}", "the pay that is stated is below your floor", "is not below your floor"),
    ("{greets: other}", "the salutation greets somebody else by name", "does not greet somebody"),
    ("{differs: [from, sender]}", "From and Sender name different domains", "name the same domain"),
    (
        "{answers: own}",
        "it answers an earlier mail of its own sender",
        "it does not answer an earlier",
    ),
    ("{profile: match}", "one of your skills is named", "none of your skills is named"),
    ("{rule: cold}", "`cold` fires", "`cold` does not fire"),
    (
        "{all: [{rule: cold}, {any: [{rule: travel}, {not: {rule: growth}}]}]}",
        "`cold` fires, and (`travel` fires, or `growth` does not fire)",
        "`cold` does not fire, or (`travel` does not fire, and `growth` fires)",
    ),
]


@pytest.mark.parametrize(("condition", "told", "contrary"), CLAUSES)
def test_a_condition_is_told_in_english(condition: str, told: str, contrary: str) -> None:
    """Each kind of test has a clause, and one for its contrary."""
    text = f"{HEAD}rules:\n  it: {{when: {condition}, points: 1, sieve: omit}}\n"
    when = load_text(text).rules["it"].when
    assert told in clause(when)
    assert contrary in clause(when, holds=False)


def test_every_kind_of_test_is_tried() -> None:
    """None is missing from the table above."""
    assert [key for key in CONDITION_KEYS if not any(f"{key}: " in row[0] for row in CLAUSES)] == []


def test_a_rule_says_what_it_is_worth_and_when_not() -> None:
    """Worth, exception and silence come from the rule and from the rules beside it."""
    found = {one.name: one for one in describe(load_text(SMALL, "small"), {"small": SMALL})}
    job, rude, friend = found["job"], found["rude"], found["friend"]
    assert job.worth == "+3 to the pitch for each phrase, at most +6; speaks for the kind `job`"
    assert job.exception == "It may make a pitch by itself"
    assert found["list"].exception == "None; enough evidence for a pitch outweighs it"
    # A ceiling that yields to the rule beats nothing.
    assert rude.exception == "A ceiling beats the floor: `kind` (`tag`); counts only in a pitch"
    assert rude.silence == "rude: {points: 0, at_least: keep}"
    assert rude.asked_by == ("calm", "friend")
    assert friend.what == "`met you` stands in Subject or text"
    assert friend.exception == "Not if `rude` fires; counts only in a pitch"
    assert friend.silence == "friend: {off: true}"
    assert found["kind"].exception == "None; it counts in every mail"


def test_comments_make_sections() -> None:
    """Evidence comes first; the other rules stand below the titles of their file."""
    found = describe(load_text(SMALL, "small"), {"small": SMALL})
    assert [one.section for one in found] == [FOR, AGAINST, *["Manners"] * 4]
    assert {one.section for one in describe(load_text(SMALL, "small"))} == {
        FOR,
        AGAINST,
        "Rules of small",
    }


def test_other_policies_are_compared() -> None:
    """What a rule is worth elsewhere is told only where it differs."""
    milder = load_text(SMALL.replace("points: 9", "points: 5").replace("name: small", "name: mild"))
    found = {one.name: one for one in describe(load_text(SMALL), others=[milder])}
    assert found["rude"].elsewhere == ("in `mild`: +5 to the score; never milder than `trash`",)
    assert found["job"].elsewhere == ()


def test_why_is_for_people_only() -> None:
    """It is shown, joined key by key as any other, and changes no revision."""
    text = f"{HEAD}rules: {{cold: {{why: nobody introduced us}}}}\n"
    policy, plain = load_text(text, "mine"), load_text(HEAD, "mine")
    assert policy.revision == plain.revision
    (cold,) = [one for one in describe(policy) if one.name == "cold"]
    assert cold.why == "nobody introduced us"
    assert cold.reason == plain.rules["cold"].reason


def test_an_example_is_spelled_where_none_is_written() -> None:
    """The first reading of a phrase will do; an example of the list goes first."""
    lists = 'lists: {mine: [{phrase: "met {0-2 words} at", example: I met her at work}]}\n'
    rules = (
        'rules:\n  one: {when: {text: "(red|blue) {2 words} car(s)?"}, points: 1}\n'
        '  two: {when: {text: "@mine"}, points: 1}\n'
        "  three: {when: {all: [{text: x}, {not: {text: x}}]}, points: 1}\n"
    )
    shown = examples(resolve(load_text(HEAD + lists + rules)), TODAY)
    assert shown["one"].text == ("red word word car",)
    assert shown["two"].text == ("I met her at work",)
    assert "three" not in shown


@pytest.mark.parametrize("name", ["strict", "passive", "open", "ray", "berlin", "samples"])
def test_every_shipped_policy_can_be_explained(name: str) -> None:
    """Each rule is on the page, in the terminal and as Markdown."""
    for arguments, before in (([], "  "), (["--markdown", "--compare", "open"], "### ")):
        result = CliRunner().invoke(app, ["policy", "rules", name, *arguments])
        assert result.exit_code == 0, result.output
        lines = result.output.splitlines()
        for rule in load_policy(name).rules:
            assert any(f"{line} ".startswith(f"{before}{rule} ") for line in lines), rule


def test_a_page_cannot_be_made_for_a_host_that_is_not_there() -> None:
    """An unknown policy or target ends with 2 and says why."""
    for arguments in (["nobody"], ["passive", "--markdown", "--target", "nowhere"]):
        assert CliRunner().invoke(app, ["policy", "rules", *arguments]).exit_code == 2
