"""Print the figures, for people. File names only, never a word of the mail."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

from coldstop.policy.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from measure.figures import Figures, Near, Share, Verdicts, Wrong

_SPAM_SHOWN: Final = 12
"""Names of other spam that are printed; --json has all."""


def lines(figures: Figures) -> Iterator[str]:
    """The whole report, line by line."""
    yield from (f"MISSING: {one}" for one in figures.missing)
    yield from _recall(figures)
    yield from _false_positives(figures)
    yield from _margins(figures)
    for one in figures.verdicts:
        yield from _verdicts(one)
    yield from _rules(figures)


def _recall(figures: Figures) -> Iterator[str]:
    yield "Recall (recognised as a pitch; exact 95 % interval)"
    seen: set[str] = set()
    for what, share in (
        ("core pitches", figures.core),
        ("  own cues dropped", figures.dropped),
        ("  own wordings dropped", figures.worded),
        ("  own source left out", figures.source),
        ("tests/mail/pitch", figures.own),
        ("  own cues dropped", figures.own_dropped),
        ("  own wordings dropped", figures.own_worded),
        ("  own source shape left out", figures.own_source),
        ("shipped samples", figures.examples),
    ):
        if not what.startswith(" "):
            seen = set(share.missed)
            yield _share(what, share)
            yield from _names("missed", share.missed)
        else:
            yield _share(what, share)
            yield from _names("missed, too", [one for one in share.missed if one not in seen])
    yield ""
    yield "By class"
    for group, label, share in figures.classes:
        yield _share(f"{group}: {label}", share)
        if group == "near":
            yield from _names("missed", share.missed)
    yield ""
    yield f"  {'By source':<52} {'all':<10} {'core':<10} left out"
    for source, every, core, held in figures.sources:
        name = source.removeprefix("github.com/")
        yield f"  {name[:52]:<52} {_of(every):<10} {_of(core):<10} {_of(held)}"


def _false_positives(figures: Figures) -> Iterator[str]:
    yield ""
    yield "Taken for a pitch, though it is none"
    for what, wrong in (
        ("corpora, negatives", figures.negatives),
        ("SpamAssassin, ham", figures.ham),
        ("tests/mail/ham", figures.own_ham),
        ("shipped samples", figures.example_wanted),
    ):
        yield from _wrong(what, wrong, len(wrong.names))
    yield from _wrong("SpamAssassin, other spam", figures.spam, _SPAM_SHOWN)
    for name, argument, state in figures.argued:
        yield f"  argued to be mislabelled, and not counted: {name} ({state}): {argument}"


def _wrong(what: str, wrong: Wrong, shown: int) -> Iterator[str]:
    if not wrong.of:
        return
    lost = len(wrong.names)
    yield f"  {what:<28} {lost:>4} of {wrong.of:<5} {lost / wrong.of:.3%}"
    yield from (f"      {name}" for name in wrong.names[:shown])
    if lost > shown:
        yield f"      and {lost - shown} more (--json names them)"
    yield from (f"      {name}  (argued to be mislabelled)" for name in wrong.argued)


def _margins(figures: Figures) -> Iterator[str]:
    yield ""
    yield f"Margins (the threshold is {figures.threshold})"
    yield from _near("the weakest core pitches", figures.lowest)
    yield from _near("the strongest wanted mails", figures.highest)


def _near(what: str, found: Iterable[Near]) -> Iterator[str]:
    yield f"  {what}"
    for one in found:
        fired = ", ".join(f"{name} {points:+}" for name, points in one.fired)
        yield f"  {one.pitch:>5}  {one.name}: {fired or 'nothing'}"


def _verdicts(one: Verdicts) -> Iterator[str]:
    yield ""
    yield f"Policy {one.policy}"
    yield _share("core pitches out of the inbox", one.out)
    yield from _names("left in the inbox", one.out.missed)
    yield from _names("recognised otherwise than by the first policy", one.differs)
    used = [str(verdict) for verdict in Verdict if any(str(verdict) in row[2] for row in one.table)]
    yield f"  {'class':<34} {'kind':<15}" + "".join(f"{verdict:>11}" for verdict in used)
    for label, kind, counts in one.table:
        cells = "".join(f"{counts.get(verdict, '') or '.':>11}" for verdict in used)
        yield f"  {label:<34} {kind:<15}{cells}"


def _rules(figures: Figures) -> Iterator[str]:
    yield ""
    yield "Pitch rules (in which share of the mail they fire; other spam is no part of S/O)"
    heads = ("points", "pitch", "wanted", "spam", "S/O", "rank")
    yield f"  {'rule':<30}" + "".join(f"{head:>9}" for head in heads)
    for row in figures.rules:
        ratio = "-" if row.ratio is None else f"{row.ratio:.3f}"
        yield (
            f"  {row.name:<30}{row.points:>+9}{row.pitches:>9.2%}{row.wanted:>9.3%}"
            f"{row.spam:>9.2%}{ratio:>9}{row.rank:>9.2f}"
        )
    yield ""
    yield "Score rules of the first policy (they are asked in recognised pitches only)"
    for one in figures.score_rules:
        part = one.hits / one.pitches if one.pitches else 0.0
        yield f"  {one.name:<30}{one.points:>+9}{one.hits:>5} of {one.pitches:<4}{part:>7.1%}"


def _share(what: str, share: Share) -> str:
    if not share.of:
        return f"  {what:<42} none at hand"
    return (
        f"  {what:<42} {share.count:>4} of {share.of:<4} {share.value:>6.1%}   "
        f"({share.low:.1%} to {share.high:.1%})"
    )


def _of(share: Share) -> str:
    return f"{share.count}/{share.of}"


def _names(what: str, names: Iterable[str]) -> list[str]:
    """Lines of names, without the folder that all of them are in."""
    text = ", ".join(name.partition("/")[2].removesuffix(".eml") for name in names)
    if not text:
        return []
    return textwrap.wrap(
        f"{what}: {text}",
        width=100,
        initial_indent="      ",
        subsequent_indent="        ",
        break_on_hyphens=False,
        break_long_words=False,
    )
