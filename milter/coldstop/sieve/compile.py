"""`compile_policy(policy, target)`: the script, and what of the policy it loses.

Reproduces `scorecard.judge`: pitch rules first; at the threshold the score rules, below it those
marked `always`; two tallies, the ladder, floors and ceilings; one action.

Fails: PolicyErrors for a policy that `coldstop check` refuses, SieveError for a script that the
target cannot hold.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from coldstop.message.limits import LIMITS as MESSAGE
from coldstop.policy import model
from coldstop.policy.model import Kind
from coldstop.scorecard.judge import KIND_ORDER
from coldstop.scorecard.resolve import conditions, resolve
from coldstop.sieve import decline, ladder, milter, rules
from coldstop.sieve.budget import check
from coldstop.sieve.compact import compact, shorten
from coldstop.sieve.errors import SieveCode, SieveError
from coldstop.sieve.fitting import first_that_fits
from coldstop.sieve.loss import Loss, of_script
from coldstop.sieve.lower.conditions import lower_condition
from coldstop.sieve.lower.context import Lowering, Trim
from coldstop.sieve.lower.place import SIDE
from coldstop.sieve.lower.verdicts import EXCUSES, FIRED, KIND, KINDS
from coldstop.sieve.named import named
from coldstop.sieve.quick import quick
from coldstop.sieve.quote import DOLLAR, uses_dollar
from coldstop.sieve.render import Renderer
from coldstop.sieve.requires import extensions, references, set_names, strings
from coldstop.sieve.rereading import without_dollars, without_empty_blocks
from coldstop.sieve.rewrite import change_guards
from coldstop.sieve.rules import (
    AGAINST,
    CREDITS,
    FOR,
    OBJECTIONS,
    POINT,
    RECRUITING,
    Lowered,
    Wants,
    reaches,
)
from coldstop.sieve.script import (
    FALSE,
    AddFlag,
    Block,
    Branch,
    Command,
    Comment,
    If,
    Match,
    Ref,
    Set,
    StringTest,
    when,
)
from coldstop.sieve.seal import seal
from coldstop.sieve.trimming import trims
from coldstop.sieve.weights import Weights, needed_facts, towns_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from coldstop.policy.effective import Policy
    from coldstop.scorecard.resolve import Scorecard
    from coldstop.sieve.targets import Target

LENGTH = "length"
_SHRINKS = 0.26
"""What the short form leaves of a script, about."""
MOST_VARIABLES = 255
"""Of a script for a host that says no bound; what Pigeonhole holds."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A script ready to be published."""

    text: str
    """Lines end with LF; publish with CRLF."""
    loss: tuple[Loss, ...]
    """Every rule in the policy's order, then remarks on the whole script."""
    requires: tuple[str, ...]
    target: Target
    revision: str
    """The policy's revision."""
    towns: tuple[int, int] | None = None
    """How many names of towns it has, of how many; None where it asks for no place."""
    fullness: float = 0.0
    """Its share of the target's limit that is nearest."""


def compile_policy(
    policy: Policy,
    target: Target,
    *,
    today: dt.date,
    fixed: bool = False,
    trace: bool = False,
    behind_milter: bool = False,
    trim: bool = False,
) -> Compiled:
    """Make a script of a policy.

    `trace` adds flags that tell the result (`$coldstop-pitch-9`, `$coldstop-rule-cold`, ...);
    `behind_milter` believes the milter's headers; `trim` leaves out what matters least until the
    script fits. `today` is the day of compiling, which a host without a clock is told; a `fixed`
    script judges as of that day for ever.
    """
    return compile_scorecard(
        resolve(policy),
        target,
        today=today,
        fixed=fixed,
        trace=trace,
        behind_milter=behind_milter,
        trim=trim,
    )


def compile_scorecard(
    card: Scorecard,
    target: Target,
    *,
    today: dt.date,
    fixed: bool = False,
    trace: bool = False,
    behind_milter: bool = False,
    trim: bool = False,
) -> Compiled:
    """The same for a policy that is resolved already."""
    if trace and not target.has("imap4flags"):
        raise SieveError(
            SieveCode.MISSING_EXTENSION, "tracing needs imap4flags", "build without --trace"
        )

    whole = Lowering(card.policy, target, today, fixed, Trim())
    judging = _judging(card, whole, trace=trace)

    def build(step: Trim) -> Compiled:
        if step == whole.trim:
            return _compiled(card, whole, judging, behind_milter=behind_milter)
        lowering = Lowering(card.policy, target, today, fixed, step)
        lowering.packed, lowering.needed = whole.packed, whole.needed
        made = _judging(card, lowering, trace=trace)
        return _compiled(card, lowering, made, behind_milter=behind_milter)

    likely = (_SHRINKS if target.compact else 1.0) / (target.limits.script_bytes or sys.maxsize)
    asked = trim or target.trims == "always"
    ways = tuple(trims(card.policy, *towns_of(whole), rules=asked))
    fine = sum(not way.rules for way in ways)
    left = Weights.of(whole, judging[1]).left
    return first_that_fits(build, ways, left, likely=likely, fine=fine)


def _compiled(
    card: Scorecard,
    lowering: Lowering,
    judging: tuple[Block, tuple[Lowered, ...]],
    *,
    behind_milter: bool,
) -> Compiled:
    policy, target = card.policy, lowering.target
    judged, lowered = judging
    if target.quick:
        judged = quick(judged, lowering.needed)
    if behind_milter:
        judged = (*milter.believed(policy, target), *when(milter.unjudged(), *judged))
    defined: Block = ()
    if target.compact:
        defined, judged = compact(
            judged, variables=target.limits.variables, never_back=target.possessive
        )
    elif target.quick:
        defined, judged = named(judged, target.limits.variables or MOST_VARIABLES)
    if target.limits.searched_bytes != MESSAGE.message_bytes:
        judged = change_guards(judged, target.limits.searched_bytes)
    if target.rereads:
        judged = without_dollars(judged)
    if not target.empty_blocks:
        judged = without_empty_blocks(judged)
    body = (*_declared((*defined, *judged), defined), *judged)
    if target.compact:
        body = shorten(body)
    requires = extensions(body)
    missing = [one for one in requires if not target.has(one)]
    if missing:
        raise SieveError(SieveCode.MISSING_EXTENSION, f"{target.title} has no {', '.join(missing)}")
    renderer = Renderer(compact=target.compact, folds=target.folds)
    text = seal(
        policy.name,
        policy.revision,
        target.name,
        renderer.require(requires) + "\n" + renderer.program(body) + "\n",
    )
    fullness = check(
        body,
        text,
        target,
        lambda: {one.name: len(renderer.block(one.block)) for one in lowered},
    )
    order = {name: number for number, name in enumerate(policy.rules)}
    losses = sorted((one.loss for one in lowered), key=lambda loss: order[loss.rule])
    remarks = (
        *of_script(policy, lowering, requires),
        *decline.remarks(policy, target, requires, behind_milter=behind_milter),
    )
    return Compiled(
        text,
        (*losses, *remarks),
        requires,
        target,
        policy.revision,
        lowering.towns if SIDE in lowering.facts else None,
        fullness,
    )


def _judging(
    card: Scorecard, lowering: Lowering, *, trace: bool
) -> tuple[Block, tuple[Lowered, ...]]:
    policy = card.policy
    wants = Wants(
        trace=trace,
        kinds=_kinds(policy),
        named=frozenset(
            one.rule for one in _all_conditions(policy) if isinstance(one, model.RuleTest)
        ),
    )

    def lowered(names: list[str]) -> list[Lowered]:
        return [
            rules.left_out(name, lowering)
            if name in lowering.trim.rules
            else rules.lower_rule(name, policy.rules[name], lowering, wants)
            for name in names
        ]

    pitch = lowered([rule.name for rule in card.pitch_rules])
    lowering.scoring = True
    score = lowered([rule.name for rule in card.score_rules])
    answer = decline.decline(policy, lowering)
    evidence = tuple(command for one in pitch for command in one.block)
    every = tuple(command for one in score if one.always for command in one.block)
    # Facts are settled as late as they can be: most mail is never asked for evidence.
    early = needed_facts(every if policy.words else (*evidence, *every), lowering)
    asked = [name for name in needed_facts(evidence, lowering) if name not in early]
    late = [name for name in lowering.facts if name not in early and name not in asked]
    block = (
        *_facts(early, lowering),
        *_worded(policy, lowering, (*_facts(asked, lowering), *evidence)),
        *_threshold(policy, lowering, wants, _facts(late, lowering)),
        *_scored(score),
        *(_tracing() if trace else ()),
        *ladder.decide(policy),
        *answer,
        *ladder.act(policy, lowering.target, trace=trace),
    )
    return block, (*pitch, *score)


def _worded(policy: Policy, lowering: Lowering, block: Block) -> Block:
    """What is asked of mail that has one of the words that the policy wants."""
    if not policy.words:
        return block
    lowering.notes = {}
    words = lower_condition(model.TextTest(text=policy.words), lowering).test
    lowering.worded = tuple(lowering.notes)
    if words == FALSE:
        return block  # none of the words can be written there: all mail is asked for evidence
    return (Comment("one of pitch.words"), *when(words, *block))


def _kinds(policy: Policy) -> tuple[Kind, ...]:
    asked = {
        kind
        for one in _all_conditions(policy)
        if isinstance(one, model.KindTest)
        for kind in one.kind
    } | decline.asked_kinds(policy)
    last = max((KIND_ORDER.index(kind) for kind in asked), default=-1)
    return KIND_ORDER[: last + 1]


def _all_conditions(policy: Policy) -> list[model.Condition]:
    return [one for rule in policy.rules.values() for one in conditions(rule.when)]


def _facts(names: list[str], lowering: Lowering) -> Block:
    return tuple(command for name in names for command in lowering.facts[name].block)


def _threshold(policy: Policy, lowering: Lowering, wants: Wants, facts: Block) -> Block:
    """Evidence for a pitch is at least the threshold and the evidence against it together."""
    job = (Set(KIND, Kind.JOB.value),) if wants.kinds else ()
    pitch = Branch(
        reaches((Ref(FOR),), (Ref(AGAINST), POINT * policy.threshold)),
        (Set(RECRUITING, "yes"), *_first_of(KINDS, lowering.kinds, job), *facts),
    )
    return (
        Comment(f"recruiting from a pitch of {policy.threshold} on"),
        If((pitch,), _first_of(EXCUSES, lowering.excuses, ())),
    )


def _first_of(variable: str, named: Collection[str], otherwise: Block) -> Block:
    """The first kind, in the order of `judge`, that evidence names."""
    branches = tuple(
        Branch(
            StringTest((Ref(variable),), Match.CONTAINS, f".{kind.value}."),
            (Set(KIND, kind.value),),
        )
        for kind in KIND_ORDER
        if kind is not Kind.JOB and kind.value in named
    )
    return (If(branches, otherwise),) if branches else otherwise


def _scored(score: list[Lowered]) -> Block:
    commands: list[Command] = []
    recruiting = StringTest((Ref(RECRUITING),), Match.IS, "yes")
    for always, run in groupby(score, key=lambda one: one.always):
        block = tuple(command for one in run for command in one.block)
        commands += block if always else when(recruiting, *block)
    return tuple(commands)


def _tracing() -> Block:
    """Flags with the same numbers as `coldstop judge --json`."""
    left = StringTest((Ref(FOR),), Match.MATCHES, (Ref(AGAINST), "*"))
    return (
        Set(LENGTH, "0"),
        *when(left, Set(LENGTH, (Ref("1"),), length=True)),
        AddFlag(("$coldstop-pitch-", Ref(LENGTH))),
        Set(LENGTH, (Ref(OBJECTIONS),), length=True),
        AddFlag(("$coldstop-objections-", Ref(LENGTH))),
        Set(LENGTH, (Ref(CREDITS),), length=True),
        AddFlag(("$coldstop-credits-", Ref(LENGTH))),
    )


def _declared(block: Block, defined: Block) -> Block:
    """Every variable, at the top: some hosts keep a variable within the block that sets it."""
    start = {KINDS: ".", EXCUSES: ".", FIRED: ".", ladder.VERDICT: "0"}
    declared: list[Command] = []
    if any(map(uses_dollar, strings(block))):
        declared.append(Set(DOLLAR, "$"))
    names = sorted((references(block) | set_names(block)) - {DOLLAR} - set_names(defined))
    declared += [Set(name, start.get(name, "")) for name in names if not name.isdigit()]
    return (*declared, *defined)
