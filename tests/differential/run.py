"""`make parity`: judge and generated script on the same mail, on a real server, as a table.

    .venv/bin/python tests/differential/run.py [--count N] [--engine pigeonhole|cyrus] [--seed S]
        [--keep FOLDER]

Delivers N messages (10,000): the shipped samples and the recruiting mail of the corpora under every
shipped policy, then other mail, the SpamAssassin corpus and generated mail, dealt out among the
policies. Each is judged by a script on the server and, as stored there, by the judge. --keep writes
the messages that differ, and the scripts, for `sieve-test -t - -T level=matching SCRIPT MAIL`.

Exit codes: 0 all agree where the reader notes no defect (but for the reasons in `known`), 1 some
do not or got lost, 2 the SpamAssassin corpus is missing.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from differential.engines import Lab, host_for
from differential.known import reason
from differential.mailsets import CorpusMissingError, spamassassin
from differential.sets import shares, shipped, sides

if TYPE_CHECKING:
    from differential.engines import Result

BATCH = 500
"""Letters of one delivery round; each round has mailboxes of its own."""
SPAMASSASSIN = 5_000
"""At most so many of that corpus, so that generated mail has room."""
MIME_SHARE = 5
"""One in so many generated messages is a tree of odd MIME rather than recruiting mail."""


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--engine", choices=("pigeonhole", "cyrus"), default="pigeonhole")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    try:
        results = _run(options.engine, options.count, options.seed)
    except CorpusMissingError as error:
        _say(str(error))
        return 2
    faults = [one for _, one in results if one.difference and not one.defects and not reason(one)]
    for one in faults[:40]:
        _print(f"  {one.side.name}: {one.letter.name}: {one.difference}")
    if options.keep is not None:
        options.keep.mkdir(parents=True, exist_ok=True)
        for number, one in enumerate(faults, 1):
            (options.keep / f"{one.side.name}.sieve").write_text(one.side.script, "utf-8")
            (options.keep / f"{number}-{one.side.name}.eml").write_bytes(one.stored)
    return 1 if faults else 0


def _run(engine: str, count: int, seed: int) -> list[tuple[str, Result]]:
    policies = shipped()
    spam = min(SPAMASSASSIN, count // 2, len(spamassassin()))
    fixed = sum(
        len(letters)
        for share in shares(policies, spam=spam, made=0, mime=0, torture=True)
        for letters in share.values()
    )
    made = max(0, count - fixed)
    mime = made // MIME_SHARE
    started = time.monotonic()
    results: list[tuple[str, Result]] = []
    dealt = shares(policies, spam=spam, made=made - mime, mime=mime, torture=True, seed=seed)
    for side, share in zip(sides(engine), dealt, strict=True):
        letters = [(name, one) for name, every in share.items() for one in every]
        for start in range(0, len(letters), BATCH):
            batch = letters[start : start + BATCH]
            with host_for(engine) as host:
                found = Lab(host).compare(
                    [side],
                    [one for _, one in batch],
                    dt.datetime.now().astimezone().date(),
                    connections=2,
                )
            names = {id(one): name for name, one in batch}
            results += [(names[id(one.letter)], one) for one in found]
        _say(f"{side.name}: {len(letters)} messages")
    _table(engine, seed, results, time.monotonic() - started)
    return results


def _say(text: str) -> None:
    sys.stderr.write(f"parity: {text}\n")


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")


def _table(engine: str, seed: int, results: list[tuple[str, Result]], seconds: float) -> None:
    _print(f"{engine}, seed {seed}: {len(results)} messages in {seconds:.0f} s\n")
    heads = ("messages", "pitches", "equal", "differ", "known", "defects", "refused")
    _print(" " * 24 + "".join(f"{head:>9}" for head in heads))
    for side in dict.fromkeys(one.side.name for _, one in results):
        _row(f"policy {side}", [one for _, one in results if one.side.name == side])
    for name in dict.fromkeys(name for name, _ in results):
        _row(name, [one for mine, one in results if mine == name])
    _row("all", [one for _, one in results])
    _print(
        "\ndiffer: on mail without defects, a fault; known: the same, for a reason that is named in"
        "\nknown.py; defects: differs on defective mail; refused: the server did not take it."
    )
    reasons = Counter(reason(one) for _, one in results if one.difference and not one.defects)
    for why, number in reasons.items():
        _print(f"{number} x {why or 'FAULT'}")
    if not any(name == "other mail" for name, _ in results):
        _print("0 messages of ../shared/corpora compared: not at hand (COLDSTOP_CORPORA)")


def _row(name: str, results: list[Result]) -> None:
    differ = [one for one in results if one.difference and not one.defects]
    known = sum(bool(reason(one)) for one in differ)
    pitches = [one for one in results if one.judge and one.judge.pitch >= one.side.card.threshold]
    figures = (
        len(results),
        len(pitches),
        sum(one.equal for one in results),
        len(differ) - known,
        known,
        sum(bool(one.difference and one.defects) for one in results),
        sum(bool(one.refused) for one in results),
    )
    _print(f"{name:<24}" + "".join(f"{figure:>9}" for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
