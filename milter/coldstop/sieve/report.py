"""What a script loses, for people: reasons first, then the rules that each concerns.

    recognises 15 of the 15 shipped samples that are pitches to this policy
    Cyrus IMAP 3.6 and later, with default limits: 32,346 bytes of script
    93 rules: 20 exact, 52 approximate, 21 dropped

    dropped: left out to make room (--trim)
        flatters, names-investors, insults
    approximate: fewer phrases, left out to make room (--trim); how many of how many
        offers-a-job (23 of 32), states-pay (3 of 15)
    approximate: it asks about rules that are not whole
        has-opt-out (says-recruiter)
    the whole script
        over 1,048,576 bytes no text is searched; coldstop reads the beginning

    6 of 20 shipped samples get another verdict

A rule with several reasons stands under each. What is exact is left out. `as_json` gives the same
as plain data, rule by rule, in the policy's order; its keys stay.

Fails: FileNotFoundError where the samples are not installed.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from itertools import starmap
from typing import TYPE_CHECKING, Final

from coldstop.sieve.loss import State
from coldstop.sieve.trimming import LEFT_OUT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from coldstop.sieve.compile import Compiled
    from coldstop.sieve.loss import Loss
    from coldstop.sieve.preview import Change
    from coldstop.sieve.remains import Remains

_FEWER: Final = re.compile(r"(\d+ of \d+) phrases " + re.escape(LEFT_OUT))
_ASKS: Final = re.compile(r"it asks about the rule (\S+), which is .*")
_WIDTH: Final = 100
_INDENT: Final = "    "


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, and the rules that are lost for it."""

    state: State
    why: str
    rules: tuple[str, ...]
    """Names, some with what is particular in brackets."""


@dataclass(frozen=True, slots=True)
class Mails:
    """What becomes of mail that the reader has named."""

    count: int
    different: tuple[Change, ...]


def reasons(compiled: Compiled) -> Iterator[Reason]:
    """The losses by reason: what is dropped, what is approximate, each in the policy's order."""
    found: dict[tuple[State, str], dict[str, list[str]]] = {}
    for loss in compiled.loss:
        if loss.rule and loss.state is not State.EXACT:
            for reason, detail in _why(loss):
                details = found.setdefault((loss.state, reason), {}).setdefault(loss.rule, [])
                details += [detail] if detail else []
    for wanted in (State.DROPPED, State.APPROXIMATE):
        for (state, why), rules in found.items():
            if state is wanted:
                yield Reason(state, why, tuple(starmap(_named, rules.items())))


def _why(loss: Loss) -> Iterator[tuple[str, str]]:
    """The reasons of one rule, each with what is particular about it."""
    if loss.state is not State.DROPPED:
        yield from map(_told, loss.why)
    elif any(why.endswith(LEFT_OUT) for why in loss.why):
        yield LEFT_OUT, ""
    else:  # a rule that is gone is gone: the first reason is enough
        yield from map(_told, loss.why[:1])


def _told(why: str) -> tuple[str, str]:
    """A reason that several rules share, and what is particular about this one."""
    if found := _FEWER.fullmatch(why):
        return f"fewer phrases, {LEFT_OUT}; how many of how many", found[1]
    if found := _ASKS.fullmatch(why):
        return "it asks about rules that are not whole", found[1]
    return why, ""


def _named(name: str, details: Sequence[str]) -> str:
    return f"{name} ({', '.join(details)})" if details else name


def lines(compiled: Compiled, held: Remains, mails: Mails | None = None) -> Iterator[str]:
    """The report, without line ends."""
    yield str(held)
    yield f"{compiled.target.title}: {size(compiled):,} bytes of script"
    counts = _counts(compiled)
    told = ", ".join(f"{number} {state}" for state, number in counts.items())
    yield f"{sum(counts.values())} rules: {told}"
    yield ""
    for reason in reasons(compiled):
        yield from _wrapped(f"{reason.state}: {reason.why}", "")
        yield from _wrapped(", ".join(reason.rules), _INDENT, "")
    whole = [why for loss in compiled.loss if not loss.rule for why in loss.why]
    if whole:
        yield "the whole script"
        for why in whole:
            yield from _wrapped(why, _INDENT)
    yield ""
    if mails is not None:
        for one in mails.different:
            yield f"{one.name}: {_fate(one)}"
        yield f"{len(mails.different)} of {mails.count} messages get another verdict"
    yield f"{len(held.different)} of {len(held.samples)} shipped samples get another verdict"


def as_json(compiled: Compiled, held: Remains, mails: Mails | None = None) -> dict[str, object]:
    """The same for programs."""
    found: dict[str, object] = {
        "target": compiled.target.name,
        "policy_revision": compiled.revision,
        "bytes": size(compiled),
        "rules": {state.value: number for state, number in _counts(compiled).items()},
        "loss": [
            {"rule": loss.rule, "state": loss.state.value, "why": list(loss.why)}
            for loss in compiled.loss
        ],
        "samples": {
            "count": len(held.samples),
            "pitches": held.pitches,
            "recognised": held.recognised,
            "different": _as_json(held.different),
        },
    }
    if mails is not None:
        found["mail"] = {"count": mails.count, "different": _as_json(mails.different)}
    return found


def size(compiled: Compiled) -> int:
    """Bytes of the script as it is published, with CRLF."""
    return len(compiled.text.encode()) + compiled.text.count("\n")


def _as_json(every: Sequence[Change]) -> list[Mapping[str, object]]:
    return [
        {
            "name": one.name,
            "judge": {"verdict": one.judge.verdict.value, "folder": one.judge.folder},
            "script": {"verdict": one.script.verdict.value, "folder": one.script.folder},
        }
        for one in every
    ]


def _counts(compiled: Compiled) -> dict[State, int]:
    counts = dict.fromkeys(State, 0)
    for loss in compiled.loss:
        if loss.rule:
            counts[loss.state] += 1
    return counts


def _fate(one: Change) -> str:
    known, script = one.judge, one.script
    before = f"{known.verdict.value} {known.folder}".rstrip()
    return f"{before} -> {script.verdict.value} {script.folder}".rstrip()


def _wrapped(text: str, indent: str, more: str = "  ") -> Iterable[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + more,
        break_long_words=False,
        break_on_hyphens=False,
    )
