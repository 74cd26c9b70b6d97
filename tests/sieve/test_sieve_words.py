"""`pitch.words` in a script: other mail is asked for nothing."""

from __future__ import annotations

import datetime as dt

import pytest

from coldstop.policy.load import load_text
from coldstop.sieve.compile import Compiled, compile_policy
from coldstop.sieve.targets import load_target
from support.judging import mail
from support.sievecheck import Pigeonhole

DAY = dt.date(2026, 6, 1)
POLICY = """
coldstop: 1
name: worded
pitch: {threshold: 3, words: [job, "recruit*"]}
ladder: {0: keep, 5: tag}
lists: {never: [blocked.example]}
rules:
  urgent: {when: {labels: [Rate, Client], at_least: 2}, pitch_each: 3, cap: 6}
  far: {when: {text: far away}, points: 5}
  never: {when: {address: from, in: "@never"}, points: 6, always: true}
"""


def compiled(target: str, text: str = POLICY) -> Compiled:
    """The policy for one kind of host, with its trace."""
    return compile_policy(load_text(text), load_target(target), trace=True, today=DAY, fixed=True)


@pytest.mark.parametrize("target", ["pigeonhole", "cyrus"])
def test_evidence_and_its_facts_stand_behind_the_words(target: str) -> None:
    """Nothing that costs time comes before the question for the words."""
    script = compiled(target).text
    assert script.index("[Rr][Ee][Cc][Rr][Uu][Ii][Tt]" if target == "pigeonhole" else "recruit") < (
        script.index("Client")
    )


def test_the_host_asks_as_the_judge_does() -> None:
    """Without a word there are no points; with one there are; `always` asks in any case."""
    form = "Rate: 60\nClient: X\nfar away\n"
    with Pigeonhole() as host:
        flags = {
            text: host.run(compiled("pigeonhole").text, mail(text, sender=sender))
            for text, sender in (
                (form, "a@b.example"),
                (f"a job\n{form}", "a@b.example"),
                ("hello", "a@blocked.example"),
            )
        }
    plain, pitch, blocked = flags.values()
    assert ("$coldstop-pitch-0" in plain, "$coldstop-objections-0" in plain) == (True, True)
    assert ("$coldstop-pitch-6" in pitch, "$coldstop-objections-5" in pitch) == (True, True)
    assert ("$coldstop-pitch-0" in blocked, "$coldstop-objections-6" in blocked) == (True, True)


def test_a_host_that_shows_no_text_says_so() -> None:
    """The loss report names what becomes of the words."""
    why = [reason for loss in compiled("proton").loss if not loss.rule for reason in loss.why]
    assert any("the words that a pitch must have" in reason for reason in why), why


def test_words_that_cannot_be_written_let_all_mail_be_asked() -> None:
    """A host without regular expressions cannot look for a number and a unit."""
    text = POLICY.replace('[job, "recruit*"]', '"{number} dollars"').replace(
        "labels: [Rate, Client], at_least: 2", "text: urgent"
    )
    script = compiled("generic", text)
    assert "urgent" in script.text
    assert any("the words that a pitch must have" in r for one in script.loss for r in one.why)
