"""What of a policy is lost on a target, rule by rule. Nothing is ever lost silently."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from coldstop.policy.model import Verdict
from coldstop.sieve.lower.authenticated import believed
from coldstop.sieve.rejecting import refuses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldstop.policy.effective import Policy
    from coldstop.sieve.lower.context import Lowering
    from coldstop.sieve.targets import Target


class State(StrEnum):
    """How much of a rule stands in the script."""

    EXACT = "exact"
    APPROXIMATE = "approximate"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Loss:
    """One rule's fate, or with an empty `rule` something about the whole script."""

    rule: str
    state: State
    why: tuple[str, ...]
    """Empty for a rule that is exact and does all that it can do."""

    def __str__(self) -> str:
        name = self.rule or "(script)"
        return f"{name}: {self.state}" + (f": {'; '.join(self.why)}" if self.why else "")


def of_script(policy: Policy, lowering: Lowering, requires: tuple[str, ...]) -> tuple[Loss, ...]:
    """What is lost, or should be known, beyond single rules."""
    return tuple(Loss("", state, (why,)) for state, why in _of_script(policy, lowering, requires))


def _of_script(
    policy: Policy, lowering: Lowering, requires: tuple[str, ...]
) -> Iterator[tuple[State, str]]:
    target = lowering.target
    verdicts = {rung.verdict for _, rung in policy.ladder}
    verdicts |= {rule.at_least for rule in policy.rules.values() if rule.at_least is not None}
    if "body" in requires:
        most = f"{target.limits.searched_bytes:,} bytes"
        yield State.APPROXIMATE, f"over {most} no text is searched; coldstop reads the beginning"
    if Verdict.REJECT in verdicts:
        yield _rejects(policy, target)
    if Verdict.TAG in verdicts and not target.has("imap4flags"):
        yield State.APPROXIMATE, "tag does nothing: the host lets scripts set no flags"
    if verdicts - {Verdict.KEEP, Verdict.TAG, Verdict.DISCARD} and not target.has("mailbox"):
        yield State.EXACT, "a script cannot make folders there: make those of the policy first"
    for folder in used(policy):
        if odd := target.cannot_name(folder):
            why = f"the host may have no folder with {' or '.join(odd)} in its name"
            yield State.APPROXIMATE, f"{why}: mail for {folder!r} then stays in the inbox"
    for why in lowering.worded:
        yield State.APPROXIMATE, f"the words that a pitch must have: {why}"
    for told in believed(lowering):
        yield State.APPROXIMATE, told
    if lowering.fixed:
        yield State.APPROXIMATE, f"dates are those of {lowering.today}: the script is for that day"
    for remark in target.remarks:
        yield State.APPROXIMATE, remark


def used(policy: Policy) -> tuple[str, ...]:
    """Give the folders that a policy can file into, each once."""
    folders = policy.folders
    default = {
        Verdict.LATER: folders.later,
        Verdict.FILE: folders.file,
        Verdict.REJECT: folders.file,
        Verdict.QUARANTINE: folders.quarantine,
        Verdict.TRASH: folders.trash,
    }
    steps = [(rung.verdict, rung.folder) for _, rung in policy.ladder]
    steps += [(rule.at_least, None) for rule in policy.rules.values() if rule.at_least is not None]
    named = (folder or default.get(verdict) for verdict, folder in steps)
    return tuple(dict.fromkeys(one for one in named if one))


def _rejects(policy: Policy, target: Target) -> tuple[State, str]:
    verb = refuses(policy, target)
    if verb is not None:
        why = f"reject answers ({verb}), as the policy insists: forged senders get the answer, too"
        return State.EXACT, why
    if policy.reply.sieve == "reject":
        why = "reject files instead, though the policy insists: the host has no reject and ereject"
        return State.APPROXIMATE, why
    return (
        State.APPROXIMATE,
        "reject files instead: a script answers whoever the mail pretends to be from",
    )
