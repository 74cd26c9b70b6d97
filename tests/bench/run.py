"""`make bench`: CPU microseconds a message, for reading, matching, judging, and over the milter.

Every message is seen once by each matcher, in shuffled order: a warm automaton hides what
unseen mail costs. Rounds of the variants are interleaved. Absolute figures move with the
machine; quote ratios from one run.

    .venv/bin/python tests/bench/run.py [--messages N] [--no-milter]
"""

from __future__ import annotations

import argparse
import collections
import datetime as dt
import functools
import random
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.corpus import messages
from coldstop.daemon.worker import settle
from coldstop.lexicon.fold import fold
from coldstop.message.reader import read
from coldstop.policy.load import load_policy, load_text
from coldstop.scorecard.judge import judge
from coldstop.scorecard.resolve import Scorecard, resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from coldstop.lexicon.fold import Folded
    from coldstop.message.model import Message
    from coldstop.scorecard.judgement import Judgement

T = TypeVar("T")

EXTRA = (200, 2_000, 20_000)
TODAY = dt.date(2026, 11, 22)
SEED = 7


def extra_phrases(count: int, mails: list[bytes]) -> list[str]:
    """Phrases of two and three words that the corpus itself uses, so that prefixes do occur."""
    words: collections.Counter[str] = collections.Counter()
    for raw in mails[:1500]:
        words.update(re.findall(r"[a-z]{3,12}", raw.decode("latin-1").lower()))
    common = [word for word, _ in words.most_common(5000)]
    rng = random.Random(SEED)
    made: dict[str, None] = {}
    while len(made) < count:
        made[" ".join(rng.choices(common, k=rng.choice((2, 3))))] = None
    return list(made)


def policy_text(phrases: list[str]) -> str:
    """The shipped policy `passive` with one more rule that asks for all the phrases."""
    listed = "".join(f'\n    - "{phrase}"' for phrase in phrases)
    return (
        "coldstop: 1\nname: bench\nextends: presets/passive.yaml\n"
        f"lists:\n  bench:{listed}\n"
        'rules:\n  bench: {when: {text: "@bench"}, pitch_each: 1, cap: 1}\n'
    )


def timed(work: Callable[[T], object], items: Sequence[T]) -> float:
    """CPU seconds of doing the work once for each item."""
    start = time.process_time()
    for item in items:
        work(item)
    return time.process_time() - start


def judged(card: Scorecard, message: Message) -> Judgement:
    """Judge one message on the benchmark's day."""
    return judge(message, card, today=TODAY)


def searched(card: Scorecard, text: Folded) -> None:
    """Look for all that evidence asks about, as in mail that has one of the words of jobs."""
    card.matcher.scan(text, body=True)
    card.evidence.matcher.scan(text, body=True)


def load_report(mails: list[bytes]) -> dict[str, Scorecard]:
    """Load each policy variant and print how long that takes."""
    cards: dict[str, Scorecard] = {}
    print("policy load as the daemon does it (parse, merge, resolve, compile), seconds of CPU")
    for name in ("passive", "ray"):
        start = time.process_time()
        cards[name] = resolve(load_policy(name)).ready()
        print(f"  {name:<22}{time.process_time() - start:8.3f}   {cards[name].phrases:>7,} phrases")
    for count in EXTRA:
        text = policy_text(extra_phrases(count, mails))
        start = time.process_time()
        card = cards[f"passive + {count:,}"] = resolve(load_text(text)).ready()
        print(
            f"  passive + {count:<12,}{time.process_time() - start:8.3f}   "
            f"{card.phrases:>7,} phrases"
        )
    return cards


def stages_report(mails: list[bytes], cards: dict[str, Scorecard]) -> None:
    """Time reading, folding, matching and judging, interleaved over batches of messages."""
    spent: collections.defaultdict[str, float] = collections.defaultdict(float)
    batch = 100
    for start in range(0, len(mails), batch):
        raws = mails[start : start + batch]
        spent["read"] += timed(read, raws)
        texts = [part.text for raw in raws for part in read(raw).parts]
        spent["fold"] += timed(fold, texts)
        folded = [fold(text) for text in texts]
        for name, card in cards.items():
            spent[f"match {name}"] += timed(functools.partial(searched, card), folded)
            fresh = [read(raw) for raw in raws]
            spent[f"judge {name}"] += timed(functools.partial(judged, card), fresh)
    scale = 1e6 / len(mails)
    read_us, fold_us = spent["read"] * scale, spent["fold"] * scale
    print(
        f"\nmicroseconds of CPU a message, mean over {len(mails):,} messages "
        f"({sum(map(len, mails)) / len(mails) / 1000:.1f} KB)"
    )
    print(f"  {'read':<22}{read_us:8.1f}")
    print(f"  {'fold':<22}{fold_us:8.1f}")
    print(
        f"\n  {'policy':<22}{'match':>8}{'judge':>9}{'total':>9}   "
        "(match: all phrases; most mail is only\n"
        f"{'':<52}judged by pitch.words; total = read + judge)"
    )
    for name in cards:
        match_us, judge_us = spent[f"match {name}"] * scale, spent[f"judge {name}"] * scale
        print(f"  {name:<22}{match_us:8.1f}{judge_us:9.1f}{read_us + judge_us:9.1f}")
    few, many = (read_us + spent[f"judge passive + {EXTRA[n]:,}"] * scale for n in (0, 2))
    print(f"  20,000 phrases cost {many / few:.2f} x what 200 cost")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=None, help="use only so many")
    parser.add_argument("--no-milter", action="store_true", help="leave the milter path out")
    asked = parser.parse_args()
    mails = messages(asked.messages)
    cards = load_report(mails)
    settle()  # as a worker does before it serves
    stages_report(mails, cards)
    if not asked.no_milter:
        from bench.milter_path import milter_report

        passive = {"p.yaml": policy_text(["unlikely phrase"])}
        many = {"p.yaml": policy_text(extra_phrases(EXTRA[-1], mails))}
        milter_report(mails, {"passive": passive, f"passive + {EXTRA[-1]:,}": many})


if __name__ == "__main__":
    main()
