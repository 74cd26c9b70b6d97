"""`coldstop policy show` and `rules`: what a policy comes to, and what its rules are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from coldstop.cli import common

if TYPE_CHECKING:
    from coldstop.policy.effective import Policy
    from coldstop.scorecard.resolve import Scorecard

app = typer.Typer(
    help="Look at policies: what they come to after merging, and what their rules are.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _policy() -> None:
    """Look at policies: what they come to after merging, and what their rules are."""


@app.command("show")
def show(
    name: Annotated[
        str | None, typer.Argument(metavar="POLICY", help="A policy file, or a shipped name.")
    ] = None,
    *,
    config: Annotated[
        str | None,
        typer.Option("--config", "-c", metavar="FILE", help="The daemon's configuration."),
    ] = None,
    recipient: Annotated[
        str | None,
        typer.Option("--for", metavar="ADDRESS", help="The policy that judges this mailbox."),
    ] = None,
) -> None:
    """Show a policy after `extends` (or a mailbox's after the map), every value with file:line."""
    from coldstop.policy.errors import PolicyErrors
    from coldstop.policy.load import load_policy
    from coldstop.policy.show import render

    try:
        if config is not None:
            from coldstop.daemon.config import load_config
            from coldstop.daemon.reload import load_map

            policy = load_map(load_config(config)).policy_for(recipient or "")
        elif name is not None:
            policy = load_policy(name)
        else:
            common.fail("name a policy, or --config FILE --for ADDRESS")
    except PolicyErrors as errors:
        common.show_errors(errors.errors)
        raise typer.Exit(common.CANNOT_RUN) from None
    typer.echo(render(policy), nl=False)


@app.command("rules")
def rules(
    name: Annotated[
        str, typer.Argument(metavar="POLICY", help="A policy file, or a shipped name.")
    ],
    *,
    markdown: Annotated[
        bool,
        typer.Option("--markdown", help="Write a page: what, why, example, exception, silence."),
    ] = False,
    compare: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="With --markdown: say where that policy differs."),
    ] = None,
    target: Annotated[
        str | None,
        typer.Option(
            "--target", "-t", metavar="HOST", help="With --markdown: what becomes of it in Sieve."
        ),
    ] = None,
) -> None:
    """Explain every rule of a policy in plain English: what it asks and what it is worth.

    Exit codes: 0 fine, 2 a policy has errors, or the host cannot hold its script.
    """
    import datetime as dt

    from coldstop.policy.describe import describe
    from coldstop.policy.page import Page, as_markdown, as_text
    from coldstop.scorecard.examples import examples

    card = common.scorecard(name)
    others = [common.scorecard(other).policy for other in compare or ()]
    found = describe(card.policy, _texts(card.policy), others)
    if not markdown:
        typer.echo(as_text(Page(card.policy, found)), nl=False)
        return
    # Examples do not depend on the day, as far as they can help it: the page is compared in tests.
    shown = examples(card, dt.date(2030, 1, 1))
    page = Page(card.policy, found, shown, _in_sieve(card, target) if target else {})
    typer.echo(as_markdown(page), nl=False)


def _texts(policy: Policy) -> dict[str, str]:
    """Read the policy's files again, for the comments that the loader leaves out."""
    sources = dict.fromkeys(source for row in policy.sources for source in row)
    return {
        source.name: source.path.read_text("utf-8") for source in sources if source.path is not None
    }


def _in_sieve(card: Scorecard, target: str) -> dict[str, str]:
    from coldstop.sieve.compile import compile_scorecard
    from coldstop.sieve.errors import SieveError
    from coldstop.sieve.targets import load_target

    try:
        made = compile_scorecard(card, load_target(target), today=common.day(None))
    except SieveError as error:
        common.fail(f"{error.message}" + (f"\n    hint: {error.hint}" if error.hint else ""))
    return {
        loss.rule: f"{loss.state}" + (f": {'; '.join(loss.why)}" if loss.why else "")
        for loss in made.loss
        if loss.rule
    }
