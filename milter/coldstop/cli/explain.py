"""`coldstop explain`: why one message gets its verdict, in the sender's own words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coldstop.cli import common

if TYPE_CHECKING:
    from rich.console import Console

    from coldstop.scorecard.explain import Explanation, Flip
    from coldstop.scorecard.judgement import Evidence, Fired
    from coldstop.scorecard.resolve import Scorecard
    from coldstop.scorecard.standing import Standing


def explain(
    file: Annotated[str, typer.Argument(metavar="FILE", help="One mail, or - for stdin.")],
    *,
    policy: common.PolicyOption = "passive",
    as_: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="TIER",
            help="As if the sender were: stranger, recognised, stated, known-firm, known-person.",
        ),
    ] = None,
    on: common.DayOption = None,
) -> None:
    """Show every rule that counted, with its evidence, and what would change the verdict.

    Exit codes: 0 explained, 2 the mail or the policy could not be read.
    """
    from rich.console import Console

    from coldstop.cli.sources import mails
    from coldstop.message.reader import read
    from coldstop.scorecard.explain import explain as look

    card = common.scorecard(policy)
    standing = _standing(as_)
    today = common.day(on)
    if file != "-" and not Path(file).is_file():
        common.fail(f"{file}: no such file; explain takes one mail, judge takes folders")
    console = Console(highlight=False, soft_wrap=True)
    for name, raw in mails((file,)):
        message = read(raw)
        subject = next(iter(message.header("subject")), "(no subject)")
        console.print(f"[bold]{_plain(subject)}[/]  ({_plain(name)})")
        show(console, look(message, card, standing, today=today), card)


def _standing(tier: str | None) -> Standing:
    from coldstop.policy.model import Tier
    from coldstop.scorecard.standing import UNKNOWN, Standing

    if tier is None:
        return UNKNOWN
    if tier not in {one.value for one in Tier}:
        common.fail(f"--as wants one of {', '.join(one.value for one in Tier)}, not {tier!r}")
    return Standing(Tier(tier), authenticated=True if tier.startswith("known") else None)


def show(console: Console, found: Explanation, card: Scorecard) -> None:
    """Print an explanation."""
    judgement, outcome = found.judgement, found.outcome
    _headline(console, found, card)
    for title, tally in (("Pitch", "pitch"), ("Objections", "objection"), ("Credits", "credit")):
        rules = [fired for fired in judgement.fired if fired.tally == tally]
        if rules:
            console.print(f"\n[bold]{title}[/]")
        for fired in rules:
            _rule(console, fired, card)
    bounds = [fired for fired in judgement.fired if fired.tally == "note"]
    if bounds:
        console.print("\n[bold]Bounds[/]")
        for fired in bounds:
            _rule(console, fired, card)
    if outcome.floor:
        console.print(
            f"\nThe score alone says {outcome.by_score.value}; {outcome.floor} says "
            f"at least {outcome.verdict.value}."
        )
    if outcome.ceiling:
        console.print(
            f"\nThe score alone says {outcome.by_score.value}; {outcome.ceiling} says "
            f"at most {outcome.verdict.value}."
        )
    if judgement.recruiting and found.absent:
        console.print("\n[bold]Not given[/]")
        for absent in found.absent:
            console.print(f"  {absent.points:+4d}  {absent.name}: {_plain(absent.missing)}")
    _margins(console, found)
    if judgement.defects:
        console.print(f"\nDefects in the mail: {', '.join(judgement.defects)}")
    console.print(f"\n[dim]policy {judgement.policy}, revision {judgement.revision}[/]")


def _headline(console: Console, found: Explanation, card: Scorecard) -> None:
    judgement = found.judgement
    where = f" → {_plain(judgement.folder)}" if judgement.folder else ""
    console.print(f"[bold]{judgement.verdict.value}[/]{where}")
    threshold = card.threshold
    if judgement.recruiting:
        console.print(
            f"A pitch ({judgement.kind}): {judgement.pitch} points of evidence, "
            f"{threshold} suffice. Score {judgement.score} = "
            f"{judgement.objections} objections - {judgement.credits} credits."
        )
    elif found.wordless:
        console.print(
            "Not recruiting: none of the words that a pitch must have (pitch.words) is in it. "
            "No evidence was asked for."
        )
    else:
        console.print(
            f"Not recruiting: {judgement.pitch} points of evidence, it takes {threshold}. "
            "Objections and credits do not count."
        )


def _rule(console: Console, fired: Fired, card: Scorecard) -> None:
    origin = _origin(fired.name, card)
    reason = f"  {_plain(fired.reason)}" if fired.reason else ""
    console.print(f"  {fired.points:+4d}  [bold]{fired.name}[/]{reason}  [dim]{origin}[/]")
    for evidence in fired.evidence:
        console.print(f"        {_evidence(evidence)}")


def _evidence(evidence: Evidence) -> str:
    before, after = _plain(evidence.before.lstrip()), _plain(evidence.after.rstrip())
    return f"{evidence.where}: [dim]{before}[/][bold]{_plain(evidence.quote)}[/][dim]{after}[/]"


def _origin(name: str, card: Scorecard) -> str:
    """Where the points of a rule were given (file:line)."""
    origins = card.policy.origins
    for way in ("points", "points_each", "pitch", "pitch_each"):
        origin = origins.get(("rules", name, way))
        if origin is not None:
            return _plain(str(origin))
    origin = origins.get(("rules", name))
    return _plain(str(origin)) if origin is not None else ""


def _margins(console: Console, found: Explanation) -> None:
    judgement = found.judgement
    if not (judgement.recruiting or found.wordless):
        console.print(f"\n{found.missing} more points of pitch would make it recruiting.")
    steps = []
    if found.milder is not None:
        steps.append(f"{found.milder.points} points fewer: {found.milder.verdict.value}")
    if found.harsher is not None:
        steps.append(f"{found.harsher.points} more: {found.harsher.verdict.value}")
    if steps and judgement.recruiting:
        console.print(f"\nMargin: {'; '.join(steps)} (by score alone).")
    if found.flips and judgement.recruiting:
        console.print(f"Smallest change: {_change(found.flips[0])}.")
        nearer = [flip for flip in found.flips[1:] if flip.rule.startswith("relationship ")]
        if nearer:
            console.print(f"And {'; '.join(map(_change, nearer))}.")


def _change(flip: Flip) -> str:
    how = "without" if flip.fired else "with"
    return f"{how} {flip.rule} ({flip.points:+d}) it would be {flip.verdict.value}"


def _plain(text: str) -> str:
    """Message text, made safe for the terminal: no markup, no control characters."""
    from rich.markup import escape

    return escape(common.printable(text))
