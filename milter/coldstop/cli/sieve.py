"""`coldstop sieve`: a policy as a script for hosts that are not ours, and on to its server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from coldstop.cli import canary, common, lint, loss, publish

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldstop.sieve.targets import Target

_BEHAVIOUR = {"places", "trims", "letters", "compact", "line_ends", "empty_blocks", "rereads"}

app = typer.Typer(help="Make a Sieve script of a policy, for a hosted inbox.", no_args_is_help=True)


@app.command()
def build(
    *,
    policy: common.PolicyOption = "passive",
    target: Annotated[
        str,
        typer.Option(
            "--target", "-t", metavar="NAME", help="The kind of host, or a file that describes one."
        ),
    ] = "generic",
    capabilities: Annotated[
        str | None,
        typer.Option(
            metavar="WORDS", help='The SIEVE line of the server\'s greeting: "fileinto body ...".'
        ),
    ] = None,
    separator: common.SeparatorOption = None,
    prefix: common.PrefixOption = None,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="Where to; - is stdout.")
    ] = "-",
    trace: Annotated[
        bool, typer.Option("--trace", help="Leave the tallies and rules as IMAP flags.")
    ] = False,
    behind_milter: Annotated[
        bool,
        typer.Option(
            "--behind-milter", help="Believe coldstop's headers; only where it is the milter."
        ),
    ] = False,
    trim: Annotated[
        bool,
        typer.Option("--trim", help="Leave out phrases and rules, too, until it fits."),
    ] = False,
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="DATE", help="Make a script that judges as of this day."),
    ] = None,
    show_loss: Annotated[
        bool, typer.Option("--loss", help="Show what is lost instead of the script.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --loss, as JSON.")] = False,
    mail: Annotated[
        list[str] | None,
        typer.Option(metavar="PATH", help="With --loss: which of this mail is treated otherwise."),
    ] = None,
) -> None:
    """Write the script, or with --loss what of the policy it loses.

    What an engine of the host would do otherwise than the script says is told on stderr (`lint`).

    Exit codes: 0 written, 2 the host cannot hold it or the policy has errors. Losses are no error.
    """
    from pathlib import Path

    from coldstop.sieve.compile import compile_scorecard
    from coldstop.sieve.errors import SieveError
    from coldstop.sieve.leftout import left_out
    from coldstop.sieve.targets import load_target

    card = common.scorecard(policy)
    today = common.day(on)
    try:
        made = compile_scorecard(
            card,
            load_target(target, capabilities).named(separator, prefix),
            today=today,
            fixed=on is not None,
            trace=trace,
            behind_milter=behind_milter,
            trim=trim,
        )
    except SieveError as error:
        common.fail(f"{error.message}" + (f"\n    hint: {error.hint}" if error.hint else ""))
    lint.after_build(made)
    if show_loss or mail or as_json:
        loss.show(made, card.policy, mail or (), today, as_json=as_json)
        return
    loss.remark(made, card.policy, today)
    if told := left_out(made):
        typer.echo(told, err=True)
    if output == "-":
        typer.echo(made.text, nl=False)
    else:
        try:
            # Scripts have CRLF (RFC 5228 §2.2), but for hosts that cannot read it.
            ends = "\r\n" if made.target.line_ends == "crlf" else "\n"
            Path(output).write_bytes(made.text.replace("\n", ends).encode())
        except OSError as error:
            common.fail(f"cannot write {output}: {error.strerror}")


@app.command()
def targets(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Show one in full, or a file.")
    ] = None,
) -> None:
    """List the kinds of host, or show what is known about one, with sources.

    Exit codes: 0 fine, 2 there is no such target.
    """
    from coldstop.sieve.errors import SieveError
    from coldstop.sieve.targets import load_target, target_names

    try:
        if name is None:
            for one in target_names():
                found = load_target(one)
                typer.echo(f"{one:<15} {found.strategy:<13} {found.title}")
        else:
            for line in _target(load_target(name)):
                typer.echo(line)
    except SieveError as error:
        common.fail(f"{error.message} ({error.hint})")


def _target(target: Target) -> Iterator[str]:
    yield f"{target.name}: {target.title}"
    yield f"text is tested by: {target.strategy}"
    yield f"extensions: {' '.join(target.extensions)}"
    if target.separator is not None or target.prefix is not None:
        yield f"folders: {target.naming}"
    for key, value in target.model_dump(include=_BEHAVIOUR).items():
        yield f"{key}: {str(value).lower()}"
    for key, value in target.limits.model_dump(exclude_none=True).items():
        yield f"{key}: {value:,}"
    for remark in target.remarks:
        yield f"remark: {remark}"
    for fact in target.facts:
        yield f"{', '.join(fact.about)}: {fact.says} [{fact.source}, {fact.date}]"


lint.register(app)
publish.register(app)
canary.register(app)
