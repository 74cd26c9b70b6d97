"""`make bench-against REV=1d4d0ba`: how much dearer a message is than at another revision.

Both trees judge the same hundred messages in turn, each in a process of its own that sees every
message once. What the machine does besides hits both, so that the median of the ratios holds still
where absolute times move by a third.

    .venv/bin/python tests/bench/against.py REV [--policy NAME]... [--rounds N]
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.corpus import messages
from support.mailsets import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BATCH: Final = 100
WARM: Final = 200
"""Messages judged before the clock runs."""

# Runs in either tree, so it may use nothing that one of them lacks.
WORKER: Final = """
import datetime as dt, gc, json, pathlib, pickle, sys, time
from coldstop.message.reader import read
from coldstop.policy.load import load_policy
from coldstop.scorecard.judge import judge
from coldstop.scorecard.resolve import resolve

raws, policy, batch, warm = pickle.loads(pathlib.Path(sys.argv[1]).read_bytes())
card = resolve(load_policy(policy))
getattr(card, "ready", lambda: None)()
today = dt.date(2026, 11, 22)
gc.collect()
gc.freeze()
for raw in raws[:warm]:
    judge(read(raw), card, today=today)
print("ready", flush=True)
for line in sys.stdin:
    start = warm + int(line) * batch
    some = raws[start : start + batch]
    t0 = time.process_time()
    messages = [read(raw) for raw in some]
    t1 = time.process_time()
    for message in messages:
        judge(message, card, today=today)
    print(json.dumps([t1 - t0, time.process_time() - t1]), flush=True)
"""


@dataclass(frozen=True, slots=True)
class Spent:
    """CPU seconds of one batch."""

    read: float
    judge: float

    @property
    def total(self) -> float:
        """Both."""
        return self.read + self.judge


class Tree:
    """A checkout that judges in a process of its own."""

    def __init__(self, root: Path, asked: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", WORKER, str(asked)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=root,
            env=os.environ | {"PYTHONPATH": str(root / "milter")},
        )
        self._answer()

    def spend(self, batch: int) -> Spent:
        """Judge one batch."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{batch}\n")
        self._process.stdin.flush()
        return Spent(*json.loads(self._answer()))

    def _answer(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            sys.exit("against: one of the trees could not judge; its error stands above")
        return line

    def close(self) -> None:
        """Let the process end."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=60)


def main() -> int:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("revision", help="a commit of this repository")
    parser.add_argument("--policy", action="append", help="a shipped policy: passive, ray")
    parser.add_argument("--rounds", type=int, default=2, help="how often the corpus is judged")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        then = Path(folder) / "then"
        added = _git("worktree", "add", "--detach", str(then), asked.revision)
        if added.returncode:
            print(added.stderr.strip(), file=sys.stderr)
            return 2
        try:
            for policy in asked.policy or ("passive", "ray"):
                rounds = [
                    one
                    for number in range(asked.rounds)
                    for one in compare(then, policy, Path(folder) / "asked", number)
                ]
                print(line(policy, asked.revision, rounds))
        finally:
            _git("worktree", "remove", "--force", str(then))
    return 0


def compare(then: Path, policy: str, asked: Path, number: int) -> Iterator[tuple[Spent, Spent]]:
    """What each batch costs there and here, in an order that `number` gives."""
    mails = messages(seed=number)
    asked.write_bytes(pickle.dumps((mails, policy, BATCH, WARM)))
    trees = Tree(then, asked), Tree(ROOT, asked)
    for batch in range((len(mails) - WARM) // BATCH):
        turns = trees if batch % 2 else trees[::-1]  # neither is always the first
        spent = {tree: tree.spend(batch) for tree in turns}
        yield spent[trees[0]], spent[trees[1]]
    for tree in trees:
        tree.close()


def line(policy: str, revision: str, spent: Sequence[tuple[Spent, Spent]]) -> str:
    """One policy's ratios, with the middle half of the batches around the whole."""
    ratios = sorted(now.total / old.total for old, now in spent)
    low, middle, high = statistics.quantiles(ratios, n=4)
    means = [sum(getattr(now, part) for _, now in spent) for part in ("read", "judge")]
    before = [sum(getattr(old, part) for old, _ in spent) for part in ("read", "judge")]
    return (
        f"{policy}: {middle:.2f} x of {revision} (half of {len(ratios)} batches between "
        f"{low:.2f} and {high:.2f}; sums: read {means[0] / before[0]:.2f}, "
        f"judge {means[1] / before[1]:.2f}, both {sum(means) / sum(before):.2f})"
    )


def _git(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


if __name__ == "__main__":
    sys.exit(main())
