"""`--trace`: flags that every host keeps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coldstop.policy.load import load_text
from coldstop.sieve.compile import compile_policy
from coldstop.sieve.targets import load_target
from coldstop.sieve.trace import KEYWORD, rule_flag
from support.judging import TODAY
from support.sievehosts import DovecotHost

NAMES = st.from_regex(r"\A[a-z][a-z0-9]{0,20}(-[a-z0-9]{1,18}){0,2}\Z")
LONG = "a-rule-whose-name-is-as-long-as-a-name-of-a-rule-can-ever-be"


@given(NAMES, NAMES)
def test_a_flag_names_its_rule_and_no_other(one: str, other: str) -> None:
    """Flags are short enough, are keywords, and differ where names do."""
    flag = rule_flag(one)
    assert len(flag) <= KEYWORD
    assert flag.isascii()
    assert not set(flag) & set('(){ %*"\\]')
    assert (flag == rule_flag(other)) is (one == other)
    if len(one) <= 35:
        assert flag == f"$coldstop-rule-{one}"


def test_long_names_that_begin_alike_stay_apart() -> None:
    """Two rules with the same first fifty letters have two flags."""
    assert rule_flag(LONG) != rule_flag(LONG[:-1] + "x")
    assert rule_flag(LONG) == "$coldstop-rule-a-rule-whose-name-is-as-long~e6f3a3"


@pytest.mark.real
def test_dovecot_keeps_the_flag_of_a_long_name() -> None:
    """With a name of 60 characters the mail is stored, and its flag says which rule fired."""
    assert len(LONG) == 60
    policy = load_text(
        "coldstop: 1\npitch: {threshold: 1}\nladder: {0: keep, 9: tag}\n"
        f"rules: {{{LONG}: {{when: {{text: hello}}, pitch: 1}}}}\n"
    )
    script = compile_policy(policy, load_target("pigeonhole"), trace=True, today=TODAY).text
    with DovecotHost() as host:
        host.activate("alice", script)
        (reply,) = host.deliver("alice", [b"From: a@b.example\nSubject: hello\n\nText\n"])
        assert reply[0] == 250, reply
        (stored,) = host.stored("alice")["INBOX"]
        assert rule_flag(LONG) in stored.flags
