"""`make sieve-cost`: what the compiled scripts cost a host, in bytes and in CPU.

Pigeonhole: `sieve-test` with a compiled script, in a private configuration; CPU is the process's
own (user and system), the least of several runs. Cyrus: a private server, mail handed over by
LMTP; CPU is that of the server's processes, from /proc. Figures are *above* a script that only
keeps, on the same message. Absolute figures move with the machine; quote ratios from one run.

    .venv/bin/python tests/bench/sieve_cost.py [--policy NAME]... [--engine pigeonhole|cyrus]
        [--script FILE] [--runs N] [--timeout SECONDS] [--no-hostile]

`--script` measures a script as it lies in a file instead of the policies'. A policy that a target
cannot hold is compiled with towns left out (`--trim`); one that it cannot hold so either is told
and measured without the bound. A message that takes `sieve-test` longer than the timeout counts as
that long; Cyrus has no such bound and is waited for. Progress goes to standard error, if a person
reads it.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from coldstop.resources import shipped
from coldstop.scorecard.resolve import load_scorecard
from coldstop.sieve.compile import compile_scorecard
from coldstop.sieve.errors import SieveError
from coldstop.sieve.targets import load_target
from support.hostile import hostile_set
from support.judging import TODAY
from support.sievecheck import Pigeonhole
from support.sievehosts import CyrusHost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

TICK = 1 / os.sysconf("SC_CLK_TCK")
KEEP = "keep;\n"
HTML = 50_000
"""Bytes of the ordinary message."""
WORDS = (
    b"the of and to in you that it we for on with as our this are be will have from your at new "
    b"more can all about time week team report page order update product data company service "
    b"read next year please see best work news event free help find store summer garden recipe"
).split()
HEAD = (
    "From: News <news@shop.example>\nTo: ray@reader.example\nSubject: The week in review\n"
    "MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<html><body><table>\n"
)
ROW = (
    '<tr><td style="font-family:Arial;font-size:14px;color:#333333" align="left"><p class="t">{}. '
    '<a href="https://shop.example/p?id={}&amp;u={}">{}</a>.</p></td></tr>\n'
)


class Engine(Protocol):
    """A host that runs scripts over messages."""

    def load(self, script: str) -> None:
        """Take a script."""

    def cpu(self, raw: bytes) -> float:
        """Seconds of CPU for one message under the loaded script."""


def html(middle: str = "") -> bytes:
    """Write a newsletter of 50 KB, with something else in its middle."""
    random_ = random.Random(1)
    rows: list[str] = []
    size = 0
    while size < HTML:
        text, link = (b" ".join(random_.choices(WORDS, k=k)).decode() for k in (25, 3))
        rows.append(ROW.format(text, random_.randrange(10**6), random_.randrange(10**6), link))
        size += len(rows[-1])
    rows.insert(len(rows) // 2, middle)
    return (HEAD + "".join(rows)).encode()


def pitch() -> bytes:
    """The same newsletter around a shipped pitch."""
    path = shipped("policies", "examples", "mail") / "01-dear-job-seeker.eml"
    text = path.read_text("utf-8").partition("\n\n")[2]
    return html("<p>" + text.replace("\n", "<br>\n") + "</p>")


class PigeonholeMeter(Pigeonhole):
    """`sieve-test`, measured."""

    def __init__(self, timeout: float) -> None:
        super().__init__()
        self._timeout = timeout
        self._script = self.folder / "script.sieve"
        self._mail = self.folder / "home" / "mail.eml"

    def load(self, script: str) -> None:
        """Compile a script once, as a server does."""
        self._script.write_text(script, encoding="utf-8", newline="")
        self._script.chmod(0o644)
        subprocess.run(self.command("sievec", self._script), check=True)

    def cpu(self, raw: bytes) -> float:
        """Seconds of the process, user and system."""
        self._mail.write_bytes(raw)
        self._mail.chmod(0o644)
        command = self.command("sieve-test", self._script, self._mail)
        with subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            ends = time.monotonic() + self._timeout
            while True:
                found, _, usage = os.wait4(process.pid, os.WNOHANG)
                if found:
                    process.returncode = 0
                    return usage.ru_utime + usage.ru_stime
                if time.monotonic() > ends:
                    process.kill()
                time.sleep(0.001)


class CyrusMeter:
    """A private Cyrus, measured from outside."""

    def __init__(self, host: CyrusHost) -> None:
        self._host = host

    def load(self, script: str) -> None:
        """Make a script the active one."""
        self._host.activate("alice", script)

    def cpu(self, raw: bytes) -> float:
        """Seconds of all processes of the server while it takes one message."""
        before = _spent(self._host)
        code, text = self._host.deliver("alice", [raw])[0]
        if code >= 400:
            sys.stderr.write(f"  refused: {code} {text}\n")
        return _spent(self._host) - before


def _spent(host: CyrusHost) -> float:
    """CPU of the master and of all that it started and buried."""
    assert host.process is not None
    total = 0
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            fields = (path / "stat").read_text("ascii").rpartition(")")[2].split()
            if int(path.name) == host.process.pid:
                total += sum(map(int, fields[11:15]))
            elif int(fields[3]) == host.process.pid:  # the session that the master leads
                total += int(fields[11]) + int(fields[12])
    return total * TICK


def least(engine: Engine, raw: bytes, runs: int) -> float:
    """The least CPU of several runs, in seconds."""
    return min(engine.cpu(raw) for _ in range(runs))


def mean(engine: Engine, raw: bytes, runs: int) -> float:
    """The mean CPU of several runs, in seconds: for clocks that tick in hundredths."""
    return sum(engine.cpu(raw) for _ in range(runs)) / runs


@dataclass(frozen=True, slots=True)
class Script:
    """One script under measurement."""

    name: str
    text: str

    @property
    def size(self) -> int:
        """Bytes, with the CRLF that servers keep."""
        return len(self.text.encode()) + self.text.count("\n")


def scripts(policies: Sequence[str], target_name: str) -> Iterator[Script]:
    """Compile the policies for a target; say which do not fit."""
    target = load_target(target_name)
    roomy = target.model_copy(
        update={"limits": target.limits.model_copy(update={"script_bytes": None})}
    )
    for policy in policies:
        card = load_scorecard(policy)
        try:
            yield Script(policy, compile_scorecard(card, target, trim=True, today=TODAY).text)
        except SieveError as error:
            print(f"  {policy} does not fit, and is measured all the same: {error.message}")
            yield Script(policy, compile_scorecard(card, roomy, today=TODAY).text)


Measure: TypeAlias = "Callable[[Engine, bytes, int], float]"


def ordinary(engine: Engine, found: Sequence[Script], runs: int, measure: Measure) -> None:
    """Print what ordinary messages cost, in milliseconds."""
    mails = {"small": HEAD.encode(), "no pitch": html(), "pitch": pitch()}
    engine.load(KEEP)
    base = {name: measure(engine, raw, runs) for name, raw in mails.items()}
    print(f"  {'milliseconds of CPU':<24}" + "".join(f"{name:>12}" for name in mails))
    print(f"  {'a script that keeps':<24}" + "".join(f"{base[n] * 1e3:12.1f}" for n in mails))
    for one in found:
        engine.load(one.text)
        above = (measure(engine, raw, runs) - base[name] for name, raw in mails.items())
        print(f"  {one.name:<24}" + "".join(f"{spent * 1e3:12.1f}" for spent in above), flush=True)


def hostile(engine: Engine, one: Script) -> None:
    """Print what the hostile megabytes cost, in seconds above a script that keeps."""
    mails = hostile_set()
    spent: dict[str, float] = {}
    for number, (name, raw) in enumerate(mails.items(), 1):
        if sys.stderr.isatty():
            sys.stderr.write(f"\r  {one.name}: hostile {number}/{len(mails)} {name:<40}")
        engine.load(KEEP)
        base = engine.cpu(raw)
        engine.load(one.text)
        spent[name] = max(0.0, engine.cpu(raw) - base)
    sys.stderr.write("\r")
    worst = sorted(spent, key=lambda name: -spent[name])[:5]
    over = sum(seconds > 1 for seconds in spent.values())
    print(
        f"  {one.name}, {len(spent)} hostile megabytes: median "
        f"{statistics.median(spent.values()):.2f} s, {over} over 1 s; worst "
        + ", ".join(f"{name} {spent[name]:.2f}" for name in worst),
        flush=True,
    )


def report(asked: argparse.Namespace, engine: Engine, name: str, measure: Measure) -> None:
    """Print one host's table."""
    print(f"\n{name}")
    if asked.script:
        found = [Script(path.name, path.read_text("utf-8")) for path in asked.script]
    else:
        found = list(scripts(asked.policy, name))
    for one in found:
        print(f"  {one.name:<24}{one.size:>10,} bytes")
    ordinary(engine, found, asked.runs, measure)
    if asked.hostile and found:
        hostile(engine, found[0])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--policy", action="append", help="instead of ray, passive and strict")
    parser.add_argument("--engine", choices=("pigeonhole", "cyrus"), help="only this one")
    parser.add_argument("--script", action="append", type=Path, help="a file instead of policies")
    parser.add_argument("--runs", type=int, default=10, help="for each ordinary message")
    parser.add_argument("--timeout", type=float, default=30, help="seconds for one message")
    parser.add_argument("--no-hostile", dest="hostile", action="store_false")
    asked = parser.parse_args()
    asked.policy = asked.policy or ["ray", "passive", "strict"]
    if asked.engine != "cyrus":
        with PigeonholeMeter(asked.timeout) as meter:
            report(asked, meter, "pigeonhole", least)
    if asked.engine != "pigeonhole":
        with CyrusHost() as host:
            report(asked, CyrusMeter(host), "cyrus", mean)


if __name__ == "__main__":
    main()
