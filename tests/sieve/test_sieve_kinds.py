"""`letters`, `pay`, `greets` and the like on hosts that cannot say all of it."""

from __future__ import annotations

import pytest

from coldstop.policy.load import load_text
from coldstop.sieve.compile import Compiled, compile_policy
from coldstop.sieve.loss import State
from coldstop.sieve.lower import differs, forms, text
from coldstop.sieve.targets import load_target, target_names
from support.judging import TODAY
from support.kindmail import policy
from support.sievecheck import Pigeonhole

READER = "reader: {names: Ray, pay: {per_hour: 60, per_year: 120000}, skills: [SQL Server]}"
EVERY = """
letters: {when: {letters: ["<first name>", "${name}"]}, points: 1}
below: {when: {pay: below}, points: 2}
above: {when: {pay: above}, points: -2}
reader: {when: {greets: reader}, points: -3}
other: {when: {greets: other}, points: 3}
differs: {when: {differs: [from, reply-to]}, points: 4}
answers: {when: {answers: own}, points: 2}
match: {when: {profile: match}, points: -5}
mismatch: {when: {profile: mismatch}, points: 5}
"""


def states(compiled: Compiled) -> dict[str, State]:
    """The fate of each rule."""
    return {one.rule: one.state for one in compiled.loss if one.rule}


def why(compiled: Compiled, rule: str) -> tuple[str, ...]:
    """What is said about a rule."""
    return next(one.why for one in compiled.loss if one.rule == rule)


@pytest.mark.parametrize(
    "name", [one for one in target_names() if one not in {"generic", "generic-headers", "proton"}]
)
def test_hosts_with_regular_expressions_lose_nothing(name: str) -> None:
    """Every pattern fits into what the host holds."""
    compiled = compile_policy(load_text(policy(EVERY, READER)), load_target(name), today=TODAY)
    assert set(states(compiled).values()) == {State.EXACT}


def test_without_regular_expressions_letters_and_addresses_remain() -> None:
    """Letters in a row need none; pay and salutations do; skills are looked for as letters."""
    compiled = compile_policy(load_text(policy(EVERY, READER)), load_target("generic"), today=TODAY)
    found = states(compiled)
    assert found["letters"] is found["differs"] is found["answers"] is State.EXACT
    assert found["below"] is found["above"] is found["reader"] is found["other"] is State.DROPPED
    assert found["match"] is found["mismatch"] is State.APPROXIMATE
    assert why(compiled, "below") == (forms.NO_REGEX.format("pay"),)


def test_without_text_the_subject_remains() -> None:
    """A host that shows scripts no text says so, rule by rule."""
    compiled = compile_policy(load_text(policy(EVERY, READER)), load_target("proton"), today=TODAY)
    found = states(compiled)
    assert found["letters"] is found["above"] is found["match"] is State.APPROXIMATE
    assert found["reader"] is State.DROPPED
    assert found["differs"] is found["answers"] is State.EXACT
    assert why(compiled, "letters") == (text.NO_BODY,)


def test_without_counting_no_addresses_are_compared() -> None:
    """Two addresses in one field could not be told from one."""
    target = load_target("pigeonhole", "fileinto variables body regex imap4flags mailbox")
    compiled = compile_policy(load_text(policy(EVERY, READER)), target, today=TODAY)
    assert why(compiled, "differs") == (differs.NO_COUNT,)


def test_patterns_that_do_not_fit_are_told() -> None:
    """A host that holds only short expressions loses the long ones, and the report says which."""
    target = load_target("pigeonhole")
    limits = target.limits.model_copy(update={"regex_bytes": 700})
    small = target.model_copy(update={"limits": limits})
    compiled = compile_policy(load_text(policy(EVERY, READER)), small, today=TODAY)
    assert forms.TOO_LONG.format("pay") in why(compiled, "above")


def test_what_the_reader_leaves_out_never_fires() -> None:
    """Without names, pay and skills these rules are dead, and cost nothing."""
    compiled = compile_policy(load_text(policy(EVERY)), load_target("pigeonhole"), today=TODAY)
    for rule in ("below", "above", "reader", "other", "match", "mismatch"):
        assert why(compiled, rule) == ("it cannot fire here",)


def test_a_variable_in_letters_stays_letters() -> None:
    """`${name}` would be empty, and the empty text stands in every mail."""
    rules = (
        'a: {when: {letters: "${name}"}, points: 1}\nb: {when: {letters: "\\"; stop;"}, points: 1}'
    )
    script = compile_policy(load_text(policy(rules)), load_target("pigeonhole"), today=TODAY).text
    assert '"${dollar}{name}"' in script
    with Pigeonhole() as host:
        assert not host.compile([script])
