"""`make fuzz`: seeded mutants of the shipped samples, read and judged; nothing may raise or stall.

    .venv/bin/python tests/fuzz/run.py [--count N] [--seed S]

Prints the seed, so that a failure can be run again. Exit code 1 if any mutant raised or took
longer than the limit.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from coldstop.message.reader import read
from coldstop.resources import shipped
from coldstop.scorecard.judge import judge
from coldstop.scorecard.resolve import load_scorecard
from fuzz.mutate import mutants
from support.stopwatch import cpu_seconds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coldstop.scorecard.resolve import Scorecard

LIMIT = 0.250
"""Seconds of CPU that one message may cost."""
TODAY = dt.date(2026, 11, 22)


@dataclass(slots=True)
class Result:
    """What a run found."""

    count: int = 0
    slowest: float = 0.0
    raised: list[str] = field(default_factory=list)
    slow: list[bytes] = field(default_factory=list)


def samples() -> list[bytes]:
    """The shipped samples."""
    return [
        file.read_bytes() for file in sorted(shipped("policies", "examples", "mail").glob("*.eml"))
    ]


def _judge(raw: bytes, card: Scorecard) -> None:
    judge(read(raw), card, today=TODAY)


def run(mails: Iterable[bytes], card: Scorecard) -> Result:
    """Judge every mail and note what raises and what takes long."""
    result = Result()
    for raw in mails:
        result.count += 1
        try:
            spent = cpu_seconds(partial(_judge, raw, card), LIMIT)
        except Exception as error:  # noqa: BLE001 - this is what fuzzing looks for
            result.raised.append(f"{type(error).__name__}: {error} on {raw[:200]!r}")
            continue
        result.slowest = max(result.slowest, spent)
        if spent > LIMIT:
            result.slow.append(raw)
    return result


def main() -> int:
    """Run the fuzzer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=20261122)
    asked = parser.parse_args()
    print(f"seed {asked.seed}")
    result = run(mutants(samples(), asked.count, asked.seed), load_scorecard("ray"))
    for line in result.raised[:20]:
        print(line)
    print(
        f"{result.count:,} messages: {len(result.raised)} exceptions, "
        f"{len(result.slow)} over {LIMIT * 1000:.0f} ms, slowest {result.slowest * 1000:.1f} ms"
    )
    return 1 if result.raised or result.slow else 0


if __name__ == "__main__":
    sys.exit(main())
