"""The figures of one run, computed from what was judged; `report` prints them."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from measure import sets
from measure.frequency import Row, Score, frequencies, scores
from measure.intervals import interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from coldstop.scorecard.resolve import Scorecard
    from measure.phrases import Held
    from measure.sets import Sample
    from measure.trial import Trial

INBOX: Final = frozenset({"keep", "tag"})
"""Verdicts that leave a message in the inbox."""
LOWEST: Final = 5
"""Core pitches shown that are nearest to the threshold."""
HIGHEST: Final = 10
"""Wanted mails shown that are nearest to it."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with the exact 95 % interval."""

    count: int
    of: int
    low: float
    high: float
    missed: tuple[str, ...] = ()
    """Those that were not counted."""

    @property
    def value(self) -> float:
        """The share; 0 of none."""
        return self.count / self.of if self.of else 0.0

    @property
    def told(self) -> str:
        """In words: `283 of 370 (76.5%, 71.8% to 80.7%)`."""
        return f"{self.count} of {self.of} ({self.value:.1%}, {self.low:.1%} to {self.high:.1%})"


@dataclass(frozen=True, slots=True)
class Wrong:
    """Wanted mail that is taken for a pitch."""

    of: int
    names: tuple[str, ...]
    argued: tuple[str, ...] = ()
    """Those that are argued to be mislabelled: not among `names`."""


@dataclass(frozen=True, slots=True)
class Near:
    """A message near the threshold, and what fired."""

    name: str
    pitch: int
    fired: tuple[tuple[str, int], ...]
    """The pitch rules, and what they gave."""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What one policy does with the pitches."""

    policy: str
    out: Share
    """Core pitches that do not stay in the inbox."""
    table: tuple[tuple[str, str, Mapping[str, int]], ...]
    """Class of core and near kinds, the kind that was named, and how many got which verdict."""
    differs: tuple[str, ...]
    """Messages that this policy recognises and the first does not, or the other way round."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that a run measured; of the first policy, where nothing else is said."""

    threshold: int
    core: Share
    dropped: Share
    worded: Share
    source: Share
    sources: tuple[tuple[str, Share, Share, Share], ...]
    """Source; recall of its pitches, of its core, of its pitches with the source left out."""
    classes: tuple[tuple[str, str, Share], ...]
    """Group, class, recall."""
    negatives: Wrong
    ham: Wrong
    own_ham: Wrong
    example_wanted: Wrong
    spam: Wrong
    """Spam taken for pitches: nothing that anyone wanted, but a wrong reason."""
    own: Share
    own_dropped: Share
    own_worded: Share
    own_source: Share
    examples: Share
    rules: tuple[Row, ...]
    score_rules: tuple[Score, ...]
    lowest: tuple[Near, ...]
    highest: tuple[Near, ...]
    verdicts: tuple[Verdicts, ...]
    missing: tuple[str, ...]
    argued: tuple[tuple[str, str, str], ...] = ()
    """Messages argued to be mislabelled: name, argument, and what became of it. They are counted
    neither as recognised nor as missed, nor as false positives."""

    def as_json(self) -> dict[str, object]:
        """Plain lists and mappings, the same for the same figures."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Judged:
    """Samples, and what each policy made of them; the first policy's is what is measured."""

    samples: Sequence[Sample]
    trials: Mapping[str, Sequence[Trial]]

    @property
    def first(self) -> Sequence[Trial]:
        """The trials of the first policy."""
        return next(iter(self.trials.values()))

    def of(self, *groups: str) -> list[tuple[Sample, Trial]]:
        """The samples of some groups, with the first policy's trials."""
        pairs = zip(self.samples, self.first, strict=True)
        return [pair for pair in pairs if pair[0].group in groups]


def share(names: Iterable[tuple[str, bool]]) -> Share:
    """Count those that hold."""
    every = list(names)
    count = sum(holds for _, holds in every)
    low, high = interval(count, len(every))
    return Share(count, len(every), low, high, tuple(name for name, holds in every if not holds))


def compute(
    judged: Judged,
    card: Scorecard,
    held: tuple[Held, Held],
    found: sets.Sets,
    argued: Mapping[str, str],
) -> Figures:
    """All figures; `held`: of the corpora's positives, and of the project's own pitches."""
    positives = judged.of(sets.CORE, sets.NEAR)
    core = [sample.group == sets.CORE and sample.name not in argued for sample, _ in positives]
    own = judged.of(sets.OWN_PITCH)
    counts = [sample.name not in argued for sample, _ in own]
    wrong = {group: _wrong(judged.of(group), argued) for group in (*sets.WANTED, sets.SPAM)}
    rules = card.policy.rules
    pitch_points = {one.name: one.points for one in card.pitch_rules}
    return Figures(
        threshold=card.threshold,
        core=_kept(positives, [trial.recruiting for _, trial in positives], core),
        dropped=_kept(positives, held[0].own, core),
        worded=_kept(positives, held[0].worded, core),
        source=_kept(positives, held[0].source, core),
        sources=_sources(positives, held[0].source),
        classes=_classes(judged),
        negatives=wrong[sets.NEGATIVE],
        ham=wrong[sets.HAM],
        own_ham=wrong[sets.OWN_HAM],
        example_wanted=wrong[sets.EXAMPLE_WANTED],
        spam=wrong[sets.SPAM],
        own=_kept(own, [trial.recruiting for _, trial in own], counts),
        own_dropped=_kept(own, held[1].own, counts),
        own_worded=_kept(own, held[1].worded, counts),
        own_source=_kept(own, held[1].source, counts),
        examples=_recall(judged.of(sets.EXAMPLE)),
        rules=tuple(
            frequencies(
                pitch_points,
                [trial for _, trial in judged.of(sets.CORE, sets.NEAR, sets.OWN_PITCH)],
                [trial for sample, trial in judged.of(*sets.WANTED) if not sample.twin],
                [trial for _, trial in judged.of(sets.SPAM)],
            )
        ),
        score_rules=tuple(
            scores(
                {one.name: one.points for one in card.score_rules if not rules[one.name].is_pitch},
                [trial for _, trial in judged.of(sets.CORE, sets.NEAR, sets.OWN_PITCH)],
            )
        ),
        lowest=_nearest(judged.of(sets.CORE), pitch_points, LOWEST),
        highest=_nearest(judged.of(*sets.WANTED), pitch_points, -HIGHEST),
        verdicts=tuple(_verdicts(name, judged) for name in judged.trials),
        missing=found.missing,
        argued=tuple(_argued(judged, argued)),
    )


def _recall(pairs: Iterable[tuple[Sample, Trial]]) -> Share:
    return share((sample.name, trial.recruiting) for sample, trial in pairs)


def _kept(
    pairs: Sequence[tuple[Sample, Trial]],
    recognised: Sequence[bool],
    counted: Sequence[bool],
) -> Share:
    return share(
        (sample.name, holds)
        for (sample, _), holds, counts in zip(pairs, recognised, counted, strict=True)
        if counts
    )


def _wrong(pairs: Sequence[tuple[Sample, Trial]], argued: Mapping[str, str]) -> Wrong:
    names = sorted(sample.name for sample, trial in pairs if trial.recruiting)
    return Wrong(
        len(pairs),
        tuple(name for name in names if name not in argued),
        tuple(name for name in names if name in argued),
    )


def _argued(judged: Judged, argued: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    trials = {
        sample.name: trial for sample, trial in zip(judged.samples, judged.first, strict=True)
    }
    for name, argument in sorted(argued.items()):
        trial = trials.get(name)
        state = "no such message at hand" if trial is None else f"pitch {trial.pitch}"
        yield name, argument, state


def _classes(judged: Judged) -> tuple[tuple[str, str, Share], ...]:
    groups: dict[tuple[str, str], list[tuple[Sample, Trial]]] = {}
    for group in sets.PITCHES:
        for sample, trial in judged.of(group):
            groups.setdefault((group, sample.label), []).append((sample, trial))
    return tuple((*key, _recall(pairs)) for key, pairs in groups.items())


def _sources(
    pairs: Sequence[tuple[Sample, Trial]], held: Sequence[bool]
) -> tuple[tuple[str, Share, Share, Share], ...]:
    found = []
    for source in sorted({sample.source for sample, _ in pairs}):
        mine = [
            (sample, trial, holds)
            for (sample, trial), holds in zip(pairs, held, strict=True)
            if sample.source == source
        ]
        found.append(
            (
                source,
                share((sample.name, trial.recruiting) for sample, trial, _ in mine),
                share(
                    (sample.name, trial.recruiting)
                    for sample, trial, _ in mine
                    if sample.group == sets.CORE
                ),
                share((sample.name, holds) for sample, _, holds in mine),
            )
        )
    return tuple(found)


def _nearest(
    pairs: Iterable[tuple[Sample, Trial]], rules: Mapping[str, int], count: int
) -> tuple[Near, ...]:
    """The `count` messages with the least pitch, or the `-count` messages with the most."""
    sign = 1 if count > 0 else -1
    ordered = sorted(pairs, key=lambda pair: (sign * pair[1].pitch, pair[0].name))
    return tuple(
        Near(sample.name, trial.pitch, tuple(one for one in trial.fired if one[0] in rules))
        for sample, trial in [pair for pair in ordered if not pair[0].twin][: abs(count)]
    )


def _verdicts(policy: str, judged: Judged) -> Verdicts:
    every = list(zip(judged.samples, judged.first, judged.trials[policy], strict=True))
    pitches = [
        (sample, trial) for sample, _, trial in every if sample.group in (sets.CORE, sets.NEAR)
    ]
    table: dict[tuple[str, str], Counter[str]] = {}
    for sample, trial in pitches:
        key = (f"{sample.group}: {sample.label}", trial.kind or "-")
        table.setdefault(key, Counter())[trial.verdict] += 1
    return Verdicts(
        policy=policy,
        out=share(
            (sample.name, trial.verdict not in INBOX)
            for sample, trial in pitches
            if sample.group == sets.CORE
        ),
        table=tuple((*key, dict(row)) for key, row in sorted(table.items())),
        differs=tuple(
            sample.name for sample, first, trial in every if first.recruiting != trial.recruiting
        ),
    )
