"""Cross checks of what senders are told.

Warns of words in them that are regretted the next day (S57), and of a decline that no script
would ever send. Errors come from the model alone.

Fails: findings are returned, never raised.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from coldstop.policy.errors import Code, PolicyError, Severity
from coldstop.policy.model import Verdict
from coldstop.policy.walk import place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldstop.policy.effective import Policy
    from coldstop.policy.walk import Path

HARSH = (
    "arse(hole)?s?",
    "ass(hole)?s?",
    "bastards?",
    "bloodsuckers?",
    "bullshit",
    "clueless",
    "cretins?",
    "damn(ed)?",
    "disgusting",
    "drop dead",
    "dumb",
    "f+u+c+k+(ing|ers?)?",
    "fools?",
    "get lost",
    "go to hell",
    "how dare you",
    "idiot(s|ic)?",
    "ignorant",
    "imbeciles?",
    "incompetent",
    "jerks?",
    "leech(es)?",
    "liars?",
    "losers?",
    "maggots?",
    "morons?",
    "parasites?",
    "pathetic",
    "scum(bags?)?",
    "shit(ty|s)?",
    "shut up",
    "stupid(ity)?",
    "trash like you",
    "vermin",
    "vultures?",
    "worthless",
)
"""Insults, as a small help and no judge of manners: patterns of whole words, without case."""

_HARSH = re.compile(r"(?<![^\W_])(?:" + "|".join(HARSH) + r")(?![^\W_])", re.IGNORECASE)


def check_reply(policy: Policy) -> Iterator[PolicyError]:
    """Find harsh words, and a decline that nobody gets."""
    for key, text in (
        ("reject", policy.reject_text),
        ("decline", policy.reply.decline or ""),
        ("decline_subject", policy.reply.decline_subject),
    ):
        found = _HARSH.search(" ".join(text.split()))
        if found is not None:
            yield _warning(
                policy,
                ("reply", key),
                Code.UNCIVIL,
                f"'{found[0]}' is no way to speak to somebody",
                "harsh answers are regretted; stay civil and say how to be heard",
            )
    yield from _idle(policy)


def _idle(policy: Policy) -> Iterator[PolicyError]:
    reply = policy.reply
    if reply.decline is None:
        given = sorted(key for key in reply.model_fields_set if key.startswith("decline_"))
        if given:
            yield _warning(
                policy,
                ("reply", given[0]),
                Code.IDLE_DECLINE,
                f"'{given[0]}' without 'decline': nothing is sent",
                "write the text, decline: Thank you for contacting me. ...",
            )
        return
    if not policy.trust.authserv:
        yield _warning(
            policy,
            ("reply", "decline"),
            Code.IDLE_DECLINE,
            "nothing is declined: only authenticated senders are answered, and nobody is one",
            "name your mail server: trust: {authserv: mx.home.example}",
        )
    possible = {Verdict.KEEP} | {rung.verdict for _, rung in policy.ladder}
    for rule in policy.rules.values():
        possible |= {bound for bound in (rule.at_least, rule.at_most) if bound is not None}
    if possible.isdisjoint(reply.decline_on):
        names = ", ".join(reply.decline_on)
        yield _warning(
            policy,
            ("reply", "decline"),
            Code.IDLE_DECLINE,
            f"nothing is declined: this policy never comes to {names}",
            "name another one in decline_on, or put one of these into the ladder",
        )


def _warning(policy: Policy, path: Path, code: Code, message: str, hint: str) -> PolicyError:
    here = place(policy, path)
    return PolicyError(code, here.file, here.line, here.column, message, hint, Severity.WARNING)
