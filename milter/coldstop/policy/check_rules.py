"""Cross checks of rules, points and the ladder.

Fails: findings are returned, never raised.
"""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

from coldstop.policy import model
from coldstop.policy.circles import circles
from coldstop.policy.errors import Code, PolicyError, Severity, clip
from coldstop.policy.limits import LIMITS
from coldstop.policy.merge import find, items_of, nearest, text_of
from coldstop.policy.model import Verdict
from coldstop.policy.walk import Path, below, conditions, inside, place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldstop.policy.effective import Policy
    from coldstop.policy.model import Rule

_COUNTED = (
    model.TextTest,
    model.LabelsTest,
    model.RoleTest,
    model.AskedToStopTest,
    model.LettersTest,
)
_WITHOUT_FOLDER = frozenset({Verdict.KEEP, Verdict.TAG, Verdict.REJECT, Verdict.DISCARD})


def check_rules(policy: Policy) -> Iterator[PolicyError]:
    """Find what is wrong with rules, their references and their points."""
    yield from _references(policy)
    graph = _graph(policy)
    circular = False
    for circle in circles(graph):
        circular = True
        yield _finding(
            policy,
            graph[circle[0]][circle[1]],
            Code.RULE_CYCLE,
            f"rules ask about one another: {' > '.join(circle)}",
            "remove one of the references",
        )
    if not circular:
        yield from _dead(policy, graph)
    for name, rule in policy.rules.items():
        yield from _rule(policy, name, rule)
    yield from _too_late(policy)
    yield from _points(policy)
    yield from _ladder(policy)
    yield from _search(policy)


def _references(policy: Policy) -> Iterator[PolicyError]:
    for _, (path, test) in conditions(policy):
        if isinstance(test, model.RuleTest):
            yield from _reference(policy, test.rule, (*path, "rule"))
    # The cases of a policy are not part of its tree; their own file has them.
    for case in items_of(policy.main.tree.get("cases")):
        for key in ("because", "not_because"):
            for item in items_of(find(case, [key])):
                for found in _reference(policy, text_of(item), ()):
                    if key == "because" or found.code is Code.UNKNOWN_RULE:
                        yield PolicyError(
                            found.code, item.file, item.line, item.column, found.message, found.hint
                        )


def _reference(policy: Policy, name: str, path: Path) -> Iterator[PolicyError]:
    if name in policy.rules:
        return
    if name in policy.off:
        yield _finding(
            policy,
            path,
            Code.RULE_OFF,
            f"the rule '{clip(name)}' is switched off",
            f"it is off since {policy.off[name]}",
        )
    else:
        yield _finding(
            policy,
            path,
            Code.UNKNOWN_RULE,
            f"there is no rule '{clip(name)}'",
            nearest(name, tuple(policy.rules)),
        )


def _graph(policy: Policy) -> dict[str, dict[str, Path]]:
    """Say which rule asks about which, and where."""
    graph: dict[str, dict[str, Path]] = {name: {} for name in policy.rules}
    for name, (path, test) in conditions(policy):
        if isinstance(test, model.RuleTest) and test.rule in policy.rules:
            graph[name].setdefault(test.rule, (*path, "rule"))
    return graph


def _dead(policy: Policy, graph: dict[str, dict[str, Path]]) -> Iterator[PolicyError]:
    """Find rules whose condition cannot hold: a kind that no rule speaks for, or a dead rule."""
    kinds = {rule.kind for rule in policy.rules.values() if rule.kind is not None}
    dead: set[str] = set()

    def possible(condition: model.Condition) -> bool:
        match condition:
            case model.KindTest():
                return not kinds.isdisjoint(condition.kind)
            case model.RuleTest():
                return condition.rule not in dead
            case model.All():
                return all(possible(one.condition) for one in inside(condition, ()))
            case model.AnyOf():
                return any(possible(one.condition) for one in inside(condition, ()))
            case _:
                return True

    # In this order, a rule comes after the rules that it asks about.
    for name in TopologicalSorter(graph).static_order():
        if not possible(policy.rules[name].when):
            dead.add(name)
            yield _finding(
                policy,
                ("rules", name, "when"),
                Code.DEAD_RULE,
                f"the rule '{name}' can never fire",
                "no rule that feeds the pitch names the kind it asks for",
                Severity.WARNING,
            )


def _rule(policy: Policy, name: str, rule: Rule) -> Iterator[PolicyError]:
    here = ("rules", name)
    if rule.at_least and rule.at_most and rule.at_least.severity > rule.at_most.severity:
        yield _finding(
            policy,
            (*here, "at_least"),
            Code.FLOOR_ABOVE_CEILING,
            f"never milder than {rule.at_least} and never harsher than {rule.at_most}",
            "the ceiling wins; remove one of the two",
        )
    if rule.at_least is Verdict.DISCARD:
        yield _discards(policy, (*here, "at_least"))
    # A floor, a ceiling or a kind is reason enough for a rule without points.
    if not (_worth(rule) or rule.at_least or rule.at_most or rule.kind):
        yield _finding(
            policy,
            (*here, str(_way(rule))),
            Code.ZERO_POINTS,
            f"the rule '{name}' is worth nothing",
            "switch it off with off: true, if that is meant",
            Severity.WARNING,
        )
    tests = [placed.condition for placed in below(rule.when, (*here, "when"))]
    each = rule.points_each is not None or rule.pitch_each is not None
    if each and not any(_counts(test) for test in tests):
        yield _finding(
            policy,
            (*here, str(_way(rule))),
            Code.NOTHING_TO_COUNT,
            f"nothing in the rule '{name}' can be counted",
            "write points or pitch; _each counts phrases, labels, roles and breaches",
            Severity.WARNING,
        )
    if rule.sieve == "exact":
        yield from _sieve(policy, name, rule)


def _counts(test: model.Condition) -> bool:
    match test:
        case model.HeaderTest():
            return test.phrase is not None
        case model.ProfileTest():
            return test.profile == "match"
        case _:
            return isinstance(test, _COUNTED)


def _too_late(policy: Policy) -> Iterator[PolicyError]:
    """Find rules that ask about what is only judged after them."""
    for name, (path, test) in conditions(policy):
        rule = policy.rules[name]
        pitch = rule.is_pitch
        if pitch and isinstance(test, model.KindTest):
            yield _finding(
                policy,
                (*path, "kind"),
                Code.RULE_TOO_LATE,
                "a rule that feeds the pitch cannot ask for its kind",
                "the kind is known when all evidence is in",
            )
        if not isinstance(test, model.RuleTest) or test.rule not in policy.rules:
            continue
        other = policy.rules[test.rule]
        if pitch and not other.is_pitch:
            message = f"'{name}' feeds the pitch, '{test.rule}' is judged after it"
        elif rule.always and not other.always and not other.is_pitch:
            message = f"'{name}' counts always, '{test.rule}' only in a pitch"
        else:
            continue
        hint = "ask what that rule asks, instead of the rule"
        yield _finding(policy, (*path, "rule"), Code.RULE_TOO_LATE, message, hint)


def _sieve(policy: Policy, name: str, rule: Rule) -> Iterator[PolicyError]:
    for path, test in below(rule.when, ("rules", name, "when")):
        key = what = ""
        if isinstance(test, model.TextTest) and model.Zone.OWN in test.zone:
            key, what = "zone", "the sender's own words"
        if isinstance(test, model.RelationshipTest) and model.Tier.STATED in test.relationship:
            key, what = "relationship", "a stated connection"
        if what:
            yield _finding(
                policy,
                (*path, key),
                Code.SIEVE_EXACT,
                f"Sieve cannot tell {what} exactly",
                f"add sieve: approximate or sieve: omit to the rule '{name}'",
            )


def _way(rule: Rule) -> str | None:
    return next((way for way in rule.WAYS if getattr(rule, way) is not None), None)


def _worth(rule: Rule) -> int:
    """Give the most that a rule can add to its tally, with its sign."""
    if rule.points_each is not None or rule.pitch_each is not None:
        each = rule.each or 0
        return (rule.cap or 0) * ((each > 0) - (each < 0))
    return rule.points or rule.pitch or 0


def _points(policy: Policy) -> Iterator[PolicyError]:
    """Find sums that are too large for Sieve, and scores that nothing can reach."""
    sums = {"objections": 0, "credits": 0, "pitch": 0, "pitch, for": 0}
    reported: set[str] = set()
    for name, rule in policy.rules.items():
        worth = _worth(rule)
        way = str(_way(rule))
        if way.startswith("pitch"):
            tally = "pitch"
            sums["pitch, for"] += max(worth, 0)
        else:
            tally = "objections" if worth > 0 else "credits"
        sums[tally] += abs(worth)
        if sums[tally] > LIMITS.points and tally not in reported:
            reported.add(tally)
            yield _finding(
                policy,
                ("rules", name, way),
                Code.TOO_MANY_POINTS,
                f"all points and caps of the {tally} come to more than {LIMITS.points:,}",
                "a Sieve script cannot count further; lower points or caps",
            )
    if sums["pitch, for"] < policy.threshold:
        yield _finding(
            policy,
            ("pitch", "threshold"),
            Code.THRESHOLD_UNREACHABLE,
            f"all pitch rules together come to {sums['pitch, for']}: no mail would ever count",
            "lower the threshold, or extend a shipped policy",
        )
    for score, rung in policy.ladder:
        if score > sums["objections"] and score > 0:
            yield _finding(
                policy,
                ("ladder", str(score)),
                Code.RUNG_UNREACHABLE,
                f"all objections together come to {sums['objections']}: nothing gets this far",
                f"lower the score, or leave {rung.verdict} to floors (at_least)",
                Severity.WARNING,
            )


def _ladder(policy: Policy) -> Iterator[PolicyError]:
    before: tuple[int, Verdict] | None = None
    for score, rung in policy.ladder:
        here = ("ladder", str(score))
        if before is not None and rung.verdict.severity < before[1].severity:
            yield _finding(
                policy,
                here,
                Code.LADDER_ORDER,
                f"{rung.verdict} at {score} is milder than {before[1]} at {before[0]}",
                f"from mild to harsh: {', '.join(Verdict)}",
                Severity.WARNING,
            )
        if rung.folder is not None and rung.verdict in _WITHOUT_FOLDER:
            yield _finding(
                policy,
                here,
                Code.BAD_RUNG,
                f"{rung.verdict} takes no folder",
                f"file {clip(rung.folder)}",
            )
        if rung.verdict is Verdict.DISCARD:
            yield _discards(policy, here)
        before = score, rung.verdict


def _discards(policy: Policy, path: Path) -> PolicyError:
    return _finding(
        policy,
        path,
        Code.DISCARDS,
        "discard loses mail for good, and nobody is told",
        "trash can be looked through",
        Severity.WARNING,
    )


def _search(policy: Policy) -> Iterator[PolicyError]:
    search = policy.reader.search
    if search is None:
        return
    here = ("reader", "search", "then")
    if search.until is None and "then" in search.model_fields_set:
        yield _finding(
            policy,
            here,
            Code.SEARCH_THEN,
            "'then' without 'until' never comes to hold",
            "say until which day the search lasts: until: 2027-03-01",
        )
    if search.until is not None and search.then is search.state:
        yield _finding(
            policy,
            ("reader", "search", "until"),
            Code.SEARCH_THEN,
            f"nothing changes after {search.until}: the search stays {search.state}",
            "remove 'until', or say what comes afterwards: then: none",
        )


def _finding(  # noqa: PLR0917 - the fields of a finding, in their order
    policy: Policy,
    path: Path,
    code: Code,
    message: str,
    hint: str = "",
    severity: Severity = Severity.ERROR,
) -> PolicyError:
    here = place(policy, path)
    return PolicyError(code, here.file, here.line, here.column, message, hint, severity)
