"""`make kept`: which phrases a Sieve script keeps where there is no room for all.

    .venv/bin/python tests/measure/kept.py

Writes `sieve_templates/kept.tsv`: every shipped phrase that may be left out, and every rule that
may go as a whole, by how much of the judgement a byte of it buys. Phrases are taken one after the
other, each time the one that brings most mails nearest to what they need for its bytes (a greedy
choice): pitches the points that make them pitches, other mail the points that keep it from being
taken for one, pitches again their objections and credits. What a mail has beyond its need counts a
little, for mail that nobody has seen; what would be unjust counts more than what is too mild.

Learned from the shipped samples, `tests/mail` and the `fitted` halves of the blind mail. The
`unfitted` halves are not read here (tests/mail/README.md). The same mail gives the same file.
"""

from __future__ import annotations

import heapq
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from coldstop.lexicon.match import Matcher
from coldstop.message.reader import read
from coldstop.policy import model
from coldstop.policy.load import load_policy
from coldstop.policy.model import Tier, Zone
from coldstop.resources import shipped
from coldstop.scorecard.context import Context
from coldstop.scorecard.facts import Facts
from coldstop.scorecard.judge import facts_for, weigh
from coldstop.scorecard.resolve import conditions, resolve
from coldstop.scorecard.standing import UNKNOWN
from coldstop.sieve import compile as compile_module
from coldstop.sieve.kept import PARTS, written
from coldstop.sieve.lower.context import Lowering, Trim
from coldstop.sieve.render import Renderer
from coldstop.sieve.requires import references
from coldstop.sieve.shorter import Choice, credits_, objects, speaks_against, speaks_for, texts
from coldstop.sieve.targets import load_target
from coldstop.sieve.trimming import may_go
from measure import blind, sets
from measure.trial import TODAY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from coldstop.policy.effective import Policy
    from coldstop.policy.model import Rule
    from coldstop.scorecard.resolve import Scorecard

GAP: Final = 5
"""Bytes of a gap between two words, about, in a script that writes it as a variable."""
SHARED: Final = 60
"""A choice inside a phrase that is longer stands in a variable of its own, too."""
TEST: Final = 40
"""Bytes of a test and of what it sets, besides its phrases."""
SPARE: Final = 0.25
"""What evidence beyond the threshold counts, against evidence below it."""
LITTLE: Final = 4
"""Points against a pitch that are wanted in any other mail."""
WRONG: Final = 3
"""How much more injustice counts than a pitch that is overlooked or judged too mildly."""
PACKED: Final = 4
"""How many times smaller a script becomes once what its parts share stands in variables."""
OBJECTION: Final = 0.3
"""What all objections to a pitch count, against its being recognised."""


@dataclass(slots=True)
class Group:
    """The phrases of one rule that count once together."""

    rule: str
    bits: dict[str, frozenset[int]]
    """Phrase -> the mails that have it."""
    kept: set[str] = field(default_factory=set)
    mails: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Learning:
    """The pitches of one language, and how near each of them is to its threshold."""

    card: Scorecard
    need: dict[int, int]
    """Points that a mail has to reach."""
    count: int
    """All mails, those that want nothing included."""
    groups: list[Group]
    counts: dict[tuple[str, int], int] = field(default_factory=dict)
    """Rule and mail -> groups that stand there."""
    have: dict[int, int] = field(default_factory=dict)

    def worth(self, mail: int, points: int) -> float:
        """How near so many points bring a mail to what it needs."""
        share = points / self.need[mail]
        return min(share, 1.0) + SPARE * min(max(share - 1.0, 0.0), 1.0)

    def points(self, rule: Rule, count: int) -> int:
        """What a rule is worth that found so many things."""
        if rule.each is None:
            return abs(rule.once or 0) if count else 0
        return min(abs(rule.each) * count, rule.cap or 0)

    def gain(self, group: Group, phrase: str) -> float:
        """What keeping a phrase would bring, for the average mail."""
        rule = self.card.policy.rules[group.rule]
        total = 0.0
        for mail in group.bits[phrase] - group.mails:
            count = self.counts.get((group.rule, mail), 0)
            more = self.points(rule, count + 1) - self.points(rule, count)
            have = self.have[mail]
            total += self.worth(mail, have + more) - self.worth(mail, have)
        return total / self.count

    def keep(self, group: Group, phrase: str) -> None:
        """Take a phrase in."""
        rule = self.card.policy.rules[group.rule]
        for mail in group.bits[phrase] - group.mails:
            count = self.counts.get((group.rule, mail), 0)
            self.have[mail] += self.points(rule, count + 1) - self.points(rule, count)
            self.counts[group.rule, mail] = count + 1
        group.mails |= group.bits[phrase]
        group.kept.add(phrase)

    def cost(self, group: Group, phrase: str) -> int:
        """Bytes that keeping it would take."""
        return size(phrase) + (0 if group.kept else TEST)


def size(phrase: str) -> int:
    """Bytes of a phrase in a compact script, about."""
    text = re.sub(r"\(([^()]*)\)", lambda f: f[0] if len(f[1]) < SHARED else "(1234)", phrase)
    return len(text) + (GAP - 1) * text.count(" ") + 1


def learned(card: Scorecard, raws: Iterable[bytes], side: Callable[[Rule], bool]) -> Learning:
    """What mails that are judged as they should be have on one side, phrase by phrase."""
    policy = card.policy
    rows: list[tuple[str, Zone, tuple[str, ...]]] = []
    for name, rule in policy.rules.items():
        if side(rule):
            for text, phrases in texts(policy, rule):
                zone = Zone.SUBJECT if text.zone == (Zone.SUBJECT,) else Zone.ALL
                rows.append((name, zone, phrases))
    every = list(dict.fromkeys(one for _, _, phrases in rows for one in phrases))
    matcher = Matcher([policy.parser.parse(one) for one in every])
    need: dict[int, int] = {}
    have: dict[int, int] = {}
    found: dict[int, tuple[set[str], set[str]]] = {}
    spoken = {name for name, _, _ in rows}
    count = 0
    for number, raw in enumerate(raws):
        message = read(raw)
        trial = weigh(facts_for(message, card, UNKNOWN, TODAY), card)
        if trial.recruiting == (side is speaks_against):
            continue
        count += 1
        points = {one.name: one.points for one in trial.fired}
        wanted = needed(policy, points, side)
        if wanted == 0:
            continue
        need[number] = wanted
        have[number] = sum(
            abs(worth)
            for name, worth in points.items()
            if side(policy.rules[name]) and name not in spoken
        )
        facts = Facts(message, matcher, card.trusted, UNKNOWN, TODAY)
        subject = {every[one] for one in facts.subject}
        found[number] = (subject | {every[one] for one in facts.body}, subject)

    def having(phrase: str, zone: Zone) -> frozenset[int]:
        at = 1 if zone is Zone.SUBJECT else 0
        return frozenset(number for number, both in found.items() if phrase in both[at])

    groups = [Group(name, {one: having(one, zone) for one in every}) for name, zone, every in rows]
    return Learning(card, need, count, groups, have=have)


def needed(policy: Policy, points: Mapping[str, int], side: Callable[[Rule], bool]) -> int:
    """Points of one side that a mail wants, to be judged as it should be."""
    pitch = [worth for name, worth in points.items() if policy.rules[name].is_pitch]
    against = -sum(worth for worth in pitch if worth < 0)
    if side is speaks_for:
        return policy.threshold + against
    if side is speaks_against:
        return max(sum(pitch) + against - policy.threshold + 1, LITTLE)
    return sum(abs(worth) for name, worth in points.items() if side(policy.rules[name]))


def order(learning: Learning) -> Iterator[tuple[float, Choice]]:
    """Phrases, those first that buy most for a byte; what buys nothing comes last."""
    units = [(group, phrase) for group in learning.groups for phrase in group.bits]

    def value(at: int) -> float:
        group, phrase = units[at]
        return learning.gain(group, phrase) / learning.cost(group, phrase)

    heap = [(-value(at), at) for at in range(len(units))]
    heapq.heapify(heap)
    least = float("inf")
    while heap:
        known, at = heapq.heappop(heap)
        now = value(at)
        if now < -known - 1e-12 and heap and now < -heap[0][0]:
            heapq.heappush(heap, (-now, at))
            continue
        group, phrase = units[at]
        learning.keep(group, phrase)
        least = min(least, now)
        yield least, Choice(group.rule, phrase)


def languages() -> Iterator[tuple[str, Scorecard, list[bytes], list[bytes]]]:
    """Each vocabulary, and the pitches and other mails that it is tried on."""
    own, shown = sets.own_mail(sets.OWN_MAIL), sets.examples()
    yield (
        "english",
        resolve(load_policy("passive")),
        [
            *(one.raw for one in blind.letters("pitch", "fitted")),
            *(one.raw for one in own if one.group == sets.OWN_PITCH),
            *(one.raw for one in shown if one.group == sets.EXAMPLE),
        ],
        [
            *(one.raw for one in blind.letters("ham", "fitted")),
            *(one.raw for one in own if one.group == sets.OWN_HAM),
            *(one.raw for one in shown if one.group == sets.EXAMPLE_WANTED),
        ],
    )
    for short, name in blind.LANGUAGES.items():
        pitches = [one.raw for one in blind.letters("pitch", "fitted", short)]
        wanted = [one.raw for one in blind.letters("ham", "fitted", short)]
        yield name, blind.speaking(short), pitches, wanted


def wholes(card: Scorecard, raws: Iterable[bytes]) -> Iterator[tuple[Choice, float]]:
    """Rules that go as a whole: what each has of what its side says of the pitches."""
    policy = card.policy
    shares = {name: 0.0 for name in may_go(policy) if not readers(card, policy.rules[name])}
    cost = sizes(card)
    count = 0
    for raw in raws:
        trial = weigh(facts_for(read(raw), card, UNKNOWN, TODAY), card)
        if not trial.recruiting:
            continue
        count += 1
        against = sum(
            -one.points for one in trial.fired if policy.rules[one.name].is_pitch and one.points < 0
        )
        for one in trial.fired:
            if one.name in shares and policy.rules[one.name].is_pitch:
                shares[one.name] += min(1.0, one.points / (policy.threshold + against))
            elif one.name in shares:
                weight, most = (OBJECTION, trial.objections)
                if one.points < 0:
                    weight, most = WRONG * OBJECTION, trial.credits
                shares[one.name] += weight * abs(one.points) / most
    for name, share in shares.items():
        yield Choice(name, ""), share / count / cost[name]


def readers(card: Scorecard, rule: Rule) -> bool:
    """Whether it asks what the reader's own file decides; of its worth no sample tells."""
    for one in conditions(rule.when):
        match one:
            case model.PlaceTest() | model.PayTest() | model.ProfileTest() | model.SearchTest():
                return True
            case model.RelationshipTest() if set(one.relationship) != {Tier.STRANGER}:
                return True
            case model.RoleTest() if not Context(card.policy).entries(one.role):
                return True
            case _:
                pass
    return False


def sizes(card: Scorecard) -> dict[str, float]:
    """Bytes that a rule takes of a compact script, about, with what is found out for it alone."""
    lowering = Lowering(card.policy, load_target("cyrus"), TODAY, fixed=False, trim=Trim())
    _, lowered = compile_module._judging(card, lowering, trace=False)
    renderer = Renderer(compact=True, folds=True)
    uses = {one.name: references(one.block) for one in lowered}
    found = {}
    for one in lowered:
        alone = [
            fact
            for name, fact in lowering.facts.items()
            if name in uses[one.name] and sum(name in used for used in uses.values()) == 1
        ]
        size = len(renderer.block(one.block)) + sum(len(renderer.block(f.block)) for f in alone)
        found[one.name] = TEST + size / PACKED
    return found


def main() -> None:
    """Write the file."""
    rows: dict[Choice, int] = {}
    for name, card, pitches, wanted in languages():
        evidence = learned(card, pitches, speaks_for)
        excuses = learned(card, wanted, speaks_against)
        new = [(one, value) for value, one in order(evidence)]
        new += [(one, value * WRONG) for value, one in order(excuses)]
        for side, weight in ((objects, OBJECTION), (credits_, WRONG * OBJECTION)):
            new += [(one, value * weight) for value, one in order(learned(card, pitches, side))]
        if name == "english":
            new += wholes(card, pitches)
        for one, value in new:
            rows.setdefault(one, round(value * 1_000_000))
        told = (
            f"{len(evidence.need)} of {len(pitches)} pitches, {len(excuses.need)} of {len(wanted)}"
        )
        sys.stdout.write(f"{name}: {told} other mails; {len(rows)} lines\n")
    shipped(*PARTS).write_text(written(rows), "utf-8")


if __name__ == "__main__":
    main()
