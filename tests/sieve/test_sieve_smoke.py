"""The shipped samples through a real Pigeonhole: the same pitch, tallies, verdict and rules.

The whole comparison, on real servers and thousands of messages, is in `tests/differential/`.
"""

from __future__ import annotations

import datetime as dt
import re

from coldstop.message.reader import read
from coldstop.policy.load import load_policy
from coldstop.resources import shipped
from coldstop.scorecard.judge import weigh
from coldstop.scorecard.resolve import resolve
from coldstop.scorecard.standing import UNKNOWN
from coldstop.sieve.compile import compile_policy
from coldstop.sieve.preview import Held, WholeText, changes
from coldstop.sieve.targets import load_target
from support.sievecheck import Pigeonhole

TODAY = dt.date(2026, 6, 1)


def test_samples_get_the_judges_verdict() -> None:
    """Twenty messages, one policy with everything in it."""
    policy = load_policy("ray")
    card = resolve(policy)
    script = compile_policy(
        policy, load_target("pigeonhole"), trace=True, today=TODAY, fixed=True
    ).text
    with Pigeonhole() as host:
        for path in sorted(shipped("policies", "examples", "mail").glob("*.eml")):
            raw = path.read_bytes()
            facts = WholeText(read(raw), card.matcher, card.trusted, UNKNOWN, TODAY)
            known = weigh(facts, card)
            flags = set(re.findall(r"\$coldstop-\S+", host.run(script, raw))) - {"$coldstop-tag"}
            assert flags == {
                f"$coldstop-pitch-{known.pitch}",
                f"$coldstop-objections-{known.objections}",
                f"$coldstop-credits-{known.credits}",
                f"$coldstop-verdict-{known.verdict.value}",
                *(f"$coldstop-rule-{fired.name}" for fired in known.fired),
            }, path.name


def test_preview_tells_which_mail_is_treated_otherwise() -> None:
    """Without text a letter is no pitch; with it nothing changes."""
    policy = load_policy("ray")
    paths = sorted(shipped("policies", "examples", "mail").glob("*.eml"))
    mails = [(path.name, read(path.read_bytes())) for path in paths]
    blind = compile_policy(policy, load_target("proton"), today=TODAY)
    lost = {one.name: one for one in changes(Held(policy, blind, TODAY), mails)}
    assert "01-dear-job-seeker.eml" in lost
    assert lost["01-dear-job-seeker.eml"].script.verdict.value == "keep"
    seeing = compile_policy(policy, load_target("pigeonhole"), today=TODAY)
    assert not list(changes(Held(policy, seeing, TODAY), mails))
