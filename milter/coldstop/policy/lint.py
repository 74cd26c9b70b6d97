"""Cross checks of an effective policy: what each file by itself cannot show.

Errors are what would make the policy do something else than it says: references that lead
nowhere, circles, phrases that cannot be read, scores that cannot be counted or reached. Warnings
are what can hardly be meant.

Refuses nothing. Fails: `lint` returns what it finds; `check` raises `PolicyErrors` for errors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.policy.check_entries import check_entries
from coldstop.policy.check_lists import address_findings, check_lists
from coldstop.policy.check_reply import check_reply
from coldstop.policy.check_rules import check_rules
from coldstop.policy.check_senders import check_senders
from coldstop.policy.errors import PolicyErrors, Severity, in_order
from coldstop.policy.walk import place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldstop.policy.effective import Policy
    from coldstop.policy.errors import PolicyError


def lint(policy: Policy) -> list[PolicyError]:
    """Give all findings, sorted by place."""
    return list(in_order([*_findings(policy), *check_entries(policy), *check_senders(policy)]))


def check(policy: Policy) -> Policy:
    """Give the policy back; raise PolicyErrors if a finding is an error.

    Examples are not tried here, and who is listed is not looked at: they only ever give warnings,
    and examples take longer than all the rest.
    """
    errors = [found for found in _findings(policy) if found.severity is Severity.ERROR]
    if errors:
        raise PolicyErrors(errors)
    return policy


def _findings(policy: Policy) -> Iterator[PolicyError]:
    """Find what decides whether and how a policy can be used."""
    yield from policy.notices
    yield from check_lists(policy)
    yield from check_rules(policy)
    yield from check_reply(policy)
    yield from _stopped(policy)


def _stopped(policy: Policy) -> Iterator[PolicyError]:
    for number, stopped in enumerate(policy.stopped):
        yield from address_findings(stopped.who, place(policy, ("stopped", str(number), "who")))
