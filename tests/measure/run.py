"""`make measure`: how well pitches are recognised, and what is taken for one and is none.

    .venv/bin/python tests/measure/run.py [--policy NAME|FILE]... [--json] [--sieve]
    .venv/bin/python tests/measure/run.py --explain NAME | --cues | --pairs [--policy NAME|FILE]

Judges the corpora beside the project (`COLDSTOP_CORPORA`, else `../shared/corpora`), the
SpamAssassin corpus, `tests/mail` and the shipped samples. docs/measuring.md explains the figures.

Recognition, false positives and the tables of rules are those of the first policy; every policy's
verdicts are printed. --sieve adds the figures of the first policy's script, on a private Dovecot.

Instead of the figures, for tuning: --explain prints what `coldstop explain` says of a message,
words of it included (a part of its name will do); --cues prints in how many messages of each set
each phrase stands; --pairs prints which open pairs hold by now (`pairs-open.yaml`).

Exit codes: 0 the promises hold (`promises.py`), 1 one does not, 2 a corpus is missing: what is
there was measured anyway. A policy that cannot be used ends with its errors and 2.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from rich.console import Console

from coldstop.cli.explain import show
from coldstop.message.reader import read
from coldstop.policy.errors import PolicyErrors
from coldstop.scorecard.explain import explain
from coldstop.scorecard.resolve import load_scorecard
from measure import blind, clothes, cues, sets
from measure.figures import Judged, compute
from measure.pairs import OPEN, load
from measure.phrases import hold_out
from measure.promises import broken
from measure.report import lines
from measure.trial import TODAY, judge_all

if TYPE_CHECKING:
    from coldstop.scorecard.resolve import Scorecard
    from measure.figures import Figures

POLICIES = ("passive", "strict", "open", "ray")
MOST = 5
"""Messages that are explained at a time."""


def main() -> int:
    """Measure and print."""
    options = _options()
    started = time.monotonic()
    tuning = options.explain or options.cues or options.pairs
    default = ("ray",) if options.pairs else POLICIES[:1] if tuning else POLICIES
    try:
        cards = {name: load_scorecard(name) for name in options.policy or default}
    except PolicyErrors as error:
        _say(str(error))
        return 2
    if options.pairs:
        return _pairs(next(iter(cards.values())))
    found = sets.load()
    if options.explain:
        return _explain(options.explain, found, cards)
    if options.cues:
        _print(*cues.lines(cues.table(next(iter(cards.values())), found.samples)))
        return 0
    figures = measure(found, cards, sets.mislabelled())
    hosted, script = _hosted(cards, found) if options.sieve else ((), {})
    unseen = blind.both(next(iter(cards.values())))
    unseen += blind.abroad()
    worn = clothes.both(next(iter(cards.values())))
    unkept = list(broken(figures))
    if options.json:
        data = {**figures.as_json(), **script, **blind.as_json(unseen), **clothes.as_json(worn)}
        data["broken"] = unkept
        _print(json.dumps(data, indent=1, sort_keys=True))
    else:
        _print(*lines(figures), *hosted, *blind.lines(unseen), *clothes.lines(worn), "")
        _print(*([f"NOT KEPT: {one}" for one in unkept] or ["All promises hold."]))
    _say(
        f"{len(found.samples)} messages, {len(cards)} policies, {time.monotonic() - started:.0f} s"
    )
    if not found.corpora:
        return 2
    return 1 if unkept else 0


def measure(found: sets.Sets, cards: dict[str, Scorecard], argued: dict[str, str]) -> Figures:
    """All figures of these policies; the first is the one whose recognition is measured."""
    judged = Judged(found.samples, judge_all(found.samples, cards))
    card = next(iter(cards.values()))
    held = (
        hold_out(card, [one for one in found.samples if one.group in (sets.CORE, sets.NEAR)]),
        hold_out(card, [one for one in found.samples if one.group == sets.OWN_PITCH]),
    )
    return compute(judged, card, held, found, argued)


def _hosted(
    cards: dict[str, Scorecard], found: sets.Sets
) -> tuple[tuple[str, ...], dict[str, object]]:
    """What the first policy's script does, as lines and as data."""
    from measure import hosted  # noqa: PLC0415 - only this needs the compiler and a server

    figures = hosted.deliver(next(iter(cards.values())).policy, found.samples)
    return tuple(hosted.lines(figures)), {"sieve": asdict(figures)}


def _explain(name: str, found: sets.Sets, cards: dict[str, Scorecard]) -> int:
    """Explain the verdict of each policy on the messages whose name holds `name`."""
    wanted = [one for one in found.samples if name in one.name]
    console = Console(highlight=False, soft_wrap=True)
    for one in wanted[:MOST]:
        for policy, card in cards.items():
            console.print(f"{one.name}  ({one.group}, {one.label})  {policy}", markup=False)
            show(console, explain(read(one.raw), card, today=TODAY), card)
    if len(wanted) > MOST:
        _say(f"{len(wanted)} messages have {name!r} in their names; shown are {MOST}")
    return 0 if wanted else 2


def _pairs(card: Scorecard) -> int:
    """Say of each open pair whether it holds by now."""
    book = load(OPEN)
    for pair in book.pairs:
        low, high = pair.judged(book, card)
        sums = (low.pitch, high.pitch) if pair.by == "pitch" else (low.score, high.score)
        _print(
            f"{'holds' if sums[0] < sums[1] else 'open':<6} {sums[0]:>4} {sums[1]:>4}  {pair.name}"
        )
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--policy", action="append", help="a policy; may be given several times")
    parser.add_argument("--json", action="store_true", help="the figures as JSON")
    parser.add_argument("--sieve", action="store_true", help="measure the generated script, too")
    parser.add_argument("--cues", action="store_true", help="print the hits of each phrase")
    parser.add_argument("--pairs", action="store_true", help="print which open pairs hold")
    parser.add_argument("--explain", metavar="NAME", help="explain the verdict on one message")
    return parser.parse_args()


def _say(text: str) -> None:
    sys.stderr.write(f"measure: {text}\n")


def _print(*every: str) -> None:
    sys.stdout.writelines(f"{one}\n" for one in every)


if __name__ == "__main__":
    sys.exit(main())
