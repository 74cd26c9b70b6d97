"""`letters`, `pay`, `greets` and the like in a real Cyrus: what the judge says."""

from __future__ import annotations

import re

import pytest

from coldstop.message.reader import read
from coldstop.policy.load import load_text
from coldstop.scorecard.judge import judge
from coldstop.scorecard.resolve import resolve
from coldstop.sieve.compile import compile_policy
from coldstop.sieve.targets import load_target
from support import kindmail
from support.judging import TODAY
from support.sievehosts import CyrusHost

KINDS = ("letters", "pay", "greets", "differs", "answers", "profile")


@pytest.mark.real
def test_cyrus_and_judge_agree_about_every_kind() -> None:
    """PCRE and Cyrus' address parser fire the rules that the judge fires."""
    with CyrusHost() as host:
        for kind in KINDS:
            policy = load_text(getattr(kindmail, f"{kind.upper()}_POLICY"))
            cases: tuple[kindmail.Case, ...] = getattr(kindmail, kind.upper())
            script = compile_policy(
                policy, load_target("cyrus"), trace=True, today=TODAY, fixed=True
            ).text
            mails = [
                b"X-Number: %s-%d\r\n" % (kind.encode(), number) + case.raw
                for number, case in enumerate(cases)
            ]
            host.activate("alice", script)
            assert all(code < 300 for code, _ in host.deliver("alice", mails))
            pattern = rb"^X-Number: %s-(\d+)\r$" % kind.encode()
            stored = {
                int(mark[1]): one.flags
                for group in host.stored("alice").values()
                for one in group
                if (mark := re.search(pattern, one.raw, re.MULTILINE))
            }
            assert len(stored) == len(mails)
            card = resolve(policy)
            for number, case in enumerate(cases):
                fired = judge(read(case.raw), card, today=TODAY).fired
                wanted = {f"$coldstop-rule-{one.name}" for one in fired}
                found = {flag for flag in stored[number] if "-rule-" in flag}
                assert found == wanted, case.raw
