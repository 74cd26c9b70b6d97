"""`coldstop sieve`: a policy as a script for hosts that are not ours, and on to its server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from coldstop.cli import canary, common, lint, publish

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldstop.message.model import Message
    from coldstop.policy.effective import Policy
    from coldstop.sieve.compile import Compiled
    from coldstop.sieve.targets import Target

app = typer.Typer(help="Make a Sieve script of a policy, for a hosted inbox.", no_args_is_help=True)


@app.command()
def build(
    *,
    policy: common.PolicyOption = "passive",
    target: Annotated[
        str, typer.Option("--target", "-t", metavar="NAME", help="The kind of host.")
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
        typer.Option(
            "--trim", help="Leave out what matters least (towns, then rules) until it fits."
        ),
    ] = False,
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="DATE", help="Make a script that judges as of this day."),
    ] = None,
    loss: Annotated[
        bool, typer.Option("--loss", help="Show what is lost instead of the script.")
    ] = False,
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
    if loss or mail:
        for line in _report(made):
            typer.echo(line)
        for line in _changes(made, card.policy, mail or [], on):
            typer.echo(line)
    elif output == "-":
        typer.echo(made.text, nl=False)
    else:
        try:
            # Scripts have CRLF (RFC 5228 §2.2).
            Path(output).write_bytes(made.text.replace("\n", "\r\n").encode())
        except OSError as error:
            common.fail(f"cannot write {output}: {error.strerror}")


@app.command()
def targets(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Show one in full.")] = None,
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
    for key, value in target.limits.model_dump(exclude_none=True).items():
        yield f"{key}: {value:,}"
    for remark in target.remarks:
        yield f"remark: {remark}"
    for fact in target.facts:
        yield f"{', '.join(fact.about)}: {fact.says} [{fact.source}, {fact.date}]"


def _report(made: Compiled) -> Iterator[str]:
    from coldstop.sieve.loss import State

    size = len(made.text.encode()) + made.text.count("\n")
    counts = dict.fromkeys(State, 0)
    for one in made.loss:
        if one.rule:
            counts[one.state] += 1
    told = ", ".join(f"{count} {state}" for state, count in counts.items())
    yield f"{made.target.title}: {size:,} bytes of script; rules: {told}"
    for one in made.loss:
        if one.why or one.state is not State.EXACT:
            yield str(one)


def _changes(made: Compiled, policy: Policy, paths: list[str], on: str | None) -> Iterator[str]:
    from coldstop.cli.sources import mails
    from coldstop.message.reader import read
    from coldstop.sieve.preview import changes

    if not paths:
        return
    count = 0

    def every() -> Iterator[tuple[str, Message]]:
        nonlocal count
        for name, raw in mails(paths):
            count += 1
            yield name, read(raw)

    different = 0
    try:
        for name, judge, script in changes(policy, made, every(), common.day(on)):
            different += 1
            yield (
                f"{name}: {judge.verdict.value} {judge.folder}".rstrip()
                + f" -> {script.verdict.value} {script.folder}".rstrip()
            )
    except OSError as error:
        common.fail(f"cannot read {error.filename}: {error.strerror}")
    yield f"{different} of {count} messages would be treated otherwise"


lint.register(app)
publish.register(app)
canary.register(app)
