"""From tallies to one action: the ladder, floors, ceilings, folders.

`reject` becomes `file`: a script answers after the session, so the bounce would go to whoever the
mail pretends to be from. Only a policy that insists (`reply: {sieve: reject}`) gets the command,
and then nothing beside it: nothing may be kept that is refused (RFC 5429 §2.3). `keep` and `tag`
leave the mail where it is and do not stop: scripts that come after this one go on. Every other
verdict files, refuses or discards once, and stops.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.policy.model import Verdict
from coldstop.sieve.rejecting import reason, refuses
from coldstop.sieve.rules import CEILINGS, CREDITS, FLOORS, OBJECTIONS, POINT, reaches
from coldstop.sieve.script import (
    FALSE,
    TRUE,
    AddFlag,
    Block,
    Branch,
    Command,
    Discard,
    FileInto,
    If,
    Match,
    Ref,
    Reject,
    Set,
    Stop,
    StringTest,
    Test,
)

if TYPE_CHECKING:
    from coldstop.policy.effective import Policy
    from coldstop.policy.model import Rule, Rung
    from coldstop.sieve.targets import Target

VERDICT, RUNG = "verdict", "rung"


def worth(rule: Rule) -> int:
    """The most that a rule can add to its tally, with its sign."""
    each = rule.each
    if each is not None:
        return (rule.cap or 0) * ((each > 0) - (each < 0))
    return rule.points or rule.pitch or 0


def decide(policy: Policy) -> Block:
    """Set `VERDICT` to a severity and `RUNG` to the step of the ladder that was reached."""
    scored = [worth(rule) for rule in policy.rules.values() if not rule.is_pitch]
    objections = sum(one for one in scored if one > 0)
    credits_ = -sum(one for one in scored if one < 0)
    branches: list[Branch] = []
    folders = _folders_differ(policy)
    for number, (step, rung) in reversed(list(enumerate(policy.ladder))):
        test = _reached(step, objections, credits_)
        if test != FALSE:
            block: Block = (Set(VERDICT, str(rung.verdict.severity)),)
            if folders:
                block += (Set(RUNG, str(number)),)
            branches.append(Branch(test, block))
    if branches and policy.ladder[0][1].verdict is Verdict.KEEP and len(policy.ladder) > 1:
        branches.pop()  # what a script begins with
    return (*((If(tuple(branches)),) if branches else ()), *_bounded(policy))


def _folders_differ(policy: Policy) -> bool:
    """Whether two steps of one verdict lead to different folders."""
    return any(
        _rung_folder(rung, policy) != folder_of(rung.verdict, policy) for _, rung in policy.ladder
    )


def _reached(step: int, objections: int, credits_: int) -> Test:
    """Objections are at least the step and the credits together."""
    if step > objections:
        return FALSE
    if step <= -credits_:
        return TRUE
    credit = (Ref(CREDITS),) if credits_ else ()
    if step >= 0:
        return reaches((Ref(OBJECTIONS),), (*credit, POINT * step))
    return reaches((Ref(OBJECTIONS), POINT * -step), credit)


def _bounded(policy: Policy) -> Block:
    """Raise the verdict to the harshest floor, then lower it to the mildest ceiling (S58).

    Severities are single digits, so the harshest of several is found by looking for each in turn.
    """
    rungs = {rung.verdict.severity for _, rung in policy.ladder} | {0}
    rules = policy.rules.values()
    floors = {rule.at_least.severity for rule in rules if rule.at_least is not None}
    ceilings = {rule.at_most.severity for rule in rules if rule.at_most is not None}
    block: tuple[Command, ...] = ()
    if floors - {0}:
        levels = sorted((rungs | floors) - {0}, reverse=True)
        block += (Set(FLOORS, (Ref(FLOORS), Ref(VERDICT))), _first_of(FLOORS, levels))
    if ceilings:
        levels = sorted(rungs | floors | ceilings)[:-1]
        block += (Set(CEILINGS, (Ref(CEILINGS), Ref(VERDICT))), _first_of(CEILINGS, levels))
    return block


def _first_of(variable: str, levels: list[int]) -> If:
    return If(
        tuple(
            Branch(
                StringTest((Ref(variable),), Match.CONTAINS, str(level)),
                (Set(VERDICT, str(level)),),
            )
            for level in levels
        )
    )


def act(policy: Policy, target: Target, *, trace: bool) -> Block:
    """One action for each verdict that the policy can come to."""
    branches: list[Branch] = []
    keep: Block = _traced(Verdict.KEEP, trace=trace)
    named = possible(policy)
    for verdict in (one for one in Verdict if one in named):
        if verdict is Verdict.KEEP:
            continue
        block = (*_traced(verdict, trace=trace), *_action(verdict, policy, target))
        branches.append(Branch(StringTest((Ref(VERDICT),), Match.IS, str(verdict.severity)), block))
    if not branches:
        return keep
    return (If(tuple(branches), keep),)


def _traced(verdict: Verdict, *, trace: bool) -> Block:
    return (AddFlag(f"$coldstop-verdict-{verdict.value}"),) if trace else ()


def possible(policy: Policy) -> frozenset[Verdict]:
    """The verdicts that a policy can come to; below the lowest step of a ladder it is `keep`."""
    rules = policy.rules.values()
    bounds = {bound for rule in rules for bound in (rule.at_least, rule.at_most) if bound}
    return frozenset({Verdict.KEEP, *bounds, *(rung.verdict for _, rung in policy.ladder)})


def _action(verdict: Verdict, policy: Policy, target: Target) -> Block:
    match verdict:
        case Verdict.KEEP:
            return ()
        case Verdict.TAG:
            return (AddFlag(target.tag),) if target.has("imap4flags") else ()
        case Verdict.DISCARD:
            return (Discard(), Stop())
        case Verdict.REJECT:
            return (_refused(policy, target), Stop())
        case Verdict.LATER | Verdict.FILE | Verdict.QUARANTINE | Verdict.TRASH:
            return _filed(verdict, policy, target)


def _refused(policy: Policy, target: Target) -> Reject | FileInto:
    verb = refuses(policy, target)
    if verb is None:
        return _into(folder_of(Verdict.FILE, policy), target)
    return Reject(verb, reason(policy))


def folder_of(verdict: Verdict, policy: Policy) -> str:
    """The folder of a verdict that no step of the ladder led to."""
    own = next((r.folder or "" for _, r in policy.ladder if r.verdict is verdict), "")
    return own or _default(verdict, policy)


def _default(verdict: Verdict, policy: Policy) -> str:
    folders = policy.folders
    names = {
        Verdict.FILE: folders.file,
        Verdict.LATER: folders.later,
        Verdict.QUARANTINE: folders.quarantine,
        Verdict.TRASH: folders.trash,
    }
    return names.get(verdict) or ""


def _filed(verdict: Verdict, policy: Policy, target: Target) -> Block:
    otherwise = folder_of(verdict, policy)
    branches = tuple(
        Branch(
            StringTest((Ref(RUNG),), Match.IS, str(number)),
            (_into(_rung_folder(rung, policy), target),),
        )
        for number, (_, rung) in enumerate(policy.ladder)
        if rung.verdict is verdict and _rung_folder(rung, policy) != otherwise
    )
    filed = _into(otherwise, target)
    return (If(branches, (filed,)) if branches else filed, Stop())


def _rung_folder(rung: Rung, policy: Policy) -> str:
    return rung.folder or _default(rung.verdict, policy)


def _into(folder: str, target: Target) -> FileInto:
    return FileInto(target.folder(folder), create=target.has("mailbox"))
