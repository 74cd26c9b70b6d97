"""Turn a policy into a scorecard.

Lists are expanded, places become names, conditions are compiled, and rules are put in the
order in which they may ask about one another.

Done once a policy, never once a message. Fails: `PolicyErrors` for everything that
`coldstop check` refuses, and for what only shows here (a home that no gazetteer has).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldstop.lexicon.match import Matcher
from coldstop.message.authentication import Trusted
from coldstop.places.reach import UnknownPlaceError
from coldstop.policy import model
from coldstop.policy.errors import Code, PolicyError, PolicyErrors
from coldstop.policy.lint import check
from coldstop.policy.load import load_policy
from coldstop.scorecard.conditions import compile_condition
from coldstop.scorecard.context import Context
from coldstop.scorecard.facts import Look
from coldstop.scorecard.settle import settle
from coldstop.scorecard.tests.text import compile_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from coldstop.policy.effective import Policy
    from coldstop.policy.model import Kind, Rule, Rung, Verdict
    from coldstop.policy.trust import Trust
    from coldstop.scorecard.node import Node
    from coldstop.scorecard.settle import Outcome


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule, ready to run."""

    name: str
    when: Node
    points: int
    each: bool
    """Points count once for each thing found, up to `cap`."""
    cap: int
    kind: Kind | None
    at_least: Verdict | None
    at_most: Verdict | None
    always: bool
    reason: str

    def worth(self, count: int) -> int:
        """The points for a hit that found `count` things."""
        if not self.each:
            return self.points
        total = self.points * count
        return max(-self.cap, min(self.cap, total))


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A policy made ready to run. Changes only when the policy does."""

    policy: Policy
    matcher: Matcher
    """Looks for the phrases that every mail is searched for; the first has number 0."""
    words: Node | None
    """What must hold before any evidence is asked for; None where it always is."""
    evidence: Look
    """Looks for the phrases of the pitch rules."""
    more: Look
    """Looks for those that only the score rules of a pitch ask about."""
    phrases: int
    """How many phrases there are in all."""
    pitch_rules: tuple[CompiledRule, ...]
    score_rules: tuple[CompiledRule, ...]
    always_rules: tuple[CompiledRule, ...]
    """Those of `score_rules` that count although the message is no pitch, and what they ask."""
    threshold: int
    ladder: tuple[tuple[int, Rung], ...]
    folders: Mapping[Verdict, str]
    unmoved: Outcome
    """What becomes of mail for which nothing scores: of nearly all."""
    trusted: Trusted

    def ready(self) -> Scorecard:
        """Itself, with everything compiled that would be compiled on first use (some 0.1 s)."""
        for matcher in (self.matcher, self.evidence.matcher, self.more.matcher):
            matcher.ready()
        return self

    @property
    def name(self) -> str:
        """The policy's name."""
        return self.policy.name

    @property
    def revision(self) -> str:
        """The policy's revision, 12 hex digits."""
        return self.policy.revision


def load_scorecard(name: str) -> Scorecard:
    """Load a policy (a file, or a shipped one by its name) and resolve it."""
    return resolve(load_policy(name))


def resolve(policy: Policy) -> Scorecard:
    """Make a policy ready to run; PolicyErrors for one that `coldstop check` refuses."""
    check(policy)
    context = Context(policy)
    order = _order(policy)
    rules = policy.rules
    # What is asked of every mail comes first, what is asked of a pitch only comes last.
    words = _words(policy, context)
    always = [name for name in order if rules[name].always]
    try:
        compiled = {name: _compile(name, rules[name], context) for name in always}
        every = len(context.phrases)
        compiled |= {n: _compile(n, rules[n], context) for n in order if rules[n].is_pitch}
        evidence = len(context.phrases)
        compiled |= {n: _compile(n, rules[n], context) for n in order if n not in compiled}
    except UnknownPlaceError as error:
        raise PolicyErrors(
            (_error(policy, Code.UNKNOWN_PLACE, ("reader",), str(error)),)
        ) from error
    end = len(context.phrases)
    if words is None:
        every = evidence  # all mail is asked for evidence: one search instead of two
    score = tuple(compiled[name] for name in order if not rules[name].is_pitch)
    named = policy.folders
    folders = {
        model.Verdict.FILE: named.file or "",
        model.Verdict.LATER: named.later or "",
        model.Verdict.QUARANTINE: named.quarantine or "",
        model.Verdict.TRASH: named.trash or "",
    }
    return Scorecard(
        policy=policy,
        matcher=_look(context, 0, every).matcher,
        words=words,
        evidence=_look(context, every, evidence),
        more=_look(context, evidence, end),
        phrases=end,
        pitch_rules=tuple(compiled[name] for name in order if rules[name].is_pitch),
        score_rules=score,
        always_rules=tuple(rule for rule in score if rule.always),
        threshold=policy.threshold,
        ladder=policy.ladder,
        folders=folders,
        unmoved=settle((), policy.ladder, folders),
        trusted=_trusted(policy.trust),
    )


def conditions(condition: model.Condition) -> Iterator[model.Condition]:
    """A condition and all conditions inside it."""
    yield condition
    match condition:
        case model.All():
            inner = condition.all
        case model.AnyOf():
            inner = condition.any
        case model.Not():
            inner = (condition.not_,)
        case _:
            inner = ()
    for one in inner:
        yield from conditions(one)


def _trusted(trust: Trust) -> Trusted:
    return Trusted(together=trust.together, fields=trust.topmost).and_also(trust.authserv)


def _words(policy: Policy, context: Context) -> Node | None:
    return compile_text(model.TextTest(text=policy.words), context) if policy.words else None


def _look(context: Context, first: int, end: int) -> Look:
    return Look(Matcher(context.phrases[first:end], context.headings(first, end)), first)


def _compile(name: str, rule: Rule, context: Context) -> CompiledRule:
    each = rule.each
    once = rule.once
    return CompiledRule(
        name=name,
        when=compile_condition(rule.when, context),
        points=each if each is not None else once or 0,
        each=each is not None,
        cap=rule.cap or 0,
        kind=rule.kind,
        at_least=rule.at_least,
        at_most=rule.at_most,
        always=rule.always,
        reason=rule.reason or "",
    )


def _order(policy: Policy) -> tuple[str, ...]:
    """Rules as written, but every rule after those that it names; circles were refused before."""
    asks = {
        name: [one.rule for one in conditions(rule.when) if isinstance(one, model.RuleTest)]
        for name, rule in policy.rules.items()
    }
    order: dict[str, None] = {}

    def place(name: str) -> None:
        if name in asks and name not in order:
            for asked in asks[name]:
                place(asked)
            order[name] = None

    for name in asks:
        place(name)
    return tuple(order)


def _error(policy: Policy, code: Code, path: tuple[str, ...], message: str) -> PolicyError:
    origin = policy.origins.get(path)
    return PolicyError(
        code=code,
        file=origin.file if origin else policy.name,
        line=origin.line if origin else 1,
        column=origin.column if origin else 1,
        message=message,
        hint="",
    )
