"""`make engines`: judge and script on the same mail, on the engines of newer Debian releases.

    .venv/bin/python tools/engines/run.py [--suite here|trixie|sid]... [--engine pigeonhole|cyrus]
        [--policy NAME]... [--gaps N] [--made N] [--seed S] [--forms FORM]... [--keep FOLDER]
        [--refresh]

Makes a system of each suite (`chroots`), starts its Dovecot and its Cyrus on loopback, and compares
as `make parity` does: the shipped samples, the corpora where they are at hand, generated mail, and
mail whose gaps are hundreds of blanks, tags and entities long. Forms of a script: `traced` (every
tally and rule is compared), `plain` (its folder is), `trimmed` (for the target's own size, where
rules must be left out for it). `here` is this machine's own Dovecot and Cyrus.

Exit codes: 0 all agree where the reader notes no defect (but for the reasons in `known`), 1 some
do not, 2 a system cannot be made.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

sys.path[:0] = [str(Path(__file__).resolve().parents[2] / "tests"), str(Path(__file__).parent)]

import chroots
from coldstop.demo.root import Root
from coldstop.sieve.errors import SieveError
from coldstop.sieve.targets import load_target
from differential.engines import Lab, Side, host_for, target_for
from differential.known import reason
from differential.sets import POLICIES, shares, shipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldstop.policy.effective import Policy
    from differential.engines import Letter, Result

TARGETS: Final = {"pigeonhole": ("pigeonhole", "pigeonhole-2.4"), "cyrus": ("cyrus", "cyrus-128k")}
"""The targets that run on an engine; the first is compared whole, the second trimmed, too."""
FORMS: Final = ("traced", "plain", "trimmed")
BATCH: Final = 300
"""Letters of one delivery round; each round has mailboxes of its own."""
_HEADS: Final = ("messages", "equal", "differ", "known", "defects", "refused", "seconds")


@dataclass(frozen=True, slots=True)
class Engine:
    """One server of one system."""

    suite: str
    name: str
    version: str
    root: Root


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--suite", action="append", choices=("here", *chroots.SUITES))
    parser.add_argument("--engine", action="append", choices=tuple(TARGETS))
    parser.add_argument("--policy", action="append", choices=POLICIES)
    parser.add_argument("--forms", action="append", choices=FORMS)
    parser.add_argument("--gaps", type=int, default=2_000, help="messages with long gaps")
    parser.add_argument("--made", type=int, default=500, help="other generated messages")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="write what differs there")
    parser.add_argument("--refresh", action="store_true", help="make the systems anew")
    parser.add_argument(
        "--only-make", action="store_true", help="make the systems, compare nothing"
    )
    options = parser.parse_args()
    suites = options.suite or chroots.SUITES
    try:
        engines = [one for suite in suites for one in _engines(suite, refresh=options.refresh)]
    except chroots.ChrootError as error:
        _say(str(error))
        return 2
    if options.only_make:
        return 0
    _print(f"{'engine':<30}{'policy':<10}{'target':<16}{'form':<9}", _HEADS)
    faults = 0
    for engine in engines:
        if options.engine is None or engine.name in options.engine:
            faults += sum(_compared(engine, options))
    return 1 if faults else 0


def _engines(suite: str, *, refresh: bool) -> Iterator[Engine]:
    if suite != "here":
        _say(f"{suite}: {chroots.cache() / suite}")
    root = Root() if suite == "here" else chroots.chroot(suite, refresh=refresh)
    found = chroots.versions(root)
    for package, version in found.items():
        _say(f"{suite}: {package} {version}")
    for name, package in (("pigeonhole", "dovecot-sieve"), ("cyrus", "cyrus-common")):
        version = found[package].partition(":")[2] or found[package]
        yield Engine(suite, name, version.partition("+")[0].partition("-")[0], root)


def _compared(engine: Engine, options: argparse.Namespace) -> Iterator[int]:
    """Compare under every policy and form; give the number of faults of each."""
    policies = [one for one in shipped() if one.name in (options.policy or POLICIES)]
    dealt = shares(
        policies, spam=options.made, made=options.made, mime=0, gaps=options.gaps, seed=options.seed
    )
    for policy, share in zip(policies, dealt, strict=True):
        letters = [one for every in share.values() for one in every]
        for form in options.forms or FORMS:
            for side in _sides(policy, engine.name, form):
                yield _row(engine, form, side, letters, options.keep)


def _sides(policy: Policy, engine: str, form: str) -> Iterator[Side]:
    for target in TARGETS[engine]:
        if form != "trimmed":
            yield Side.of(policy, target_for(target), traced=form == "traced")
        elif policy.reader.commute is None:
            try:
                yield Side.of(policy, load_target(target), traced=False, trimmed=True)
            except SieveError as error:
                _say(f"{policy.name}: {error.message}")


def _row(engine: Engine, form: str, side: Side, letters: list[Letter], keep: Path | None) -> int:
    started = time.monotonic()
    results: list[Result] = []
    for start in range(0, len(letters), BATCH):
        with host_for(engine.name, root=engine.root) as host:
            today = dt.datetime.now().astimezone().date()
            results += Lab(host).compare(
                [side], letters[start : start + BATCH], today, connections=2
            )
    differ = [one for one in results if one.difference and not one.defects]
    faults = [one for one in differ if not reason(one)]
    figures = (
        len(results),
        sum(one.equal for one in results),
        len(faults),
        len(differ) - len(faults),
        sum(bool(one.difference and one.defects) for one in results),
        sum(bool(one.refused) for one in results),
        round(time.monotonic() - started),
    )
    what = f"{engine.suite} {engine.name} {engine.version}"
    _print(f"{what:<30}{side.name:<10}{side.target.name:<16}{form:<9}", figures)
    for one in faults[:5]:
        _say(f"  {one.letter.name}: {one.difference}")
    if keep is not None and faults:
        folder = keep / f"{engine.suite}-{engine.name}-{side.name}-{side.target.name}-{form}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "script.sieve").write_text(side.script, "utf-8")
        for number, one in enumerate(faults, 1):
            (folder / f"{number}.eml").write_bytes(one.stored)
    return len(faults)


def _print(start: str, figures: tuple[object, ...]) -> None:
    sys.stdout.write(start + "".join(f"{figure:>9}" for figure in figures) + "\n")
    sys.stdout.flush()


def _say(text: str) -> None:
    sys.stderr.write(f"engines: {text}\n")


if __name__ == "__main__":
    sys.exit(main())
