"""`coldstop sieve lint`: what an engine would refuse of a script, or silently not do."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from coldstop.cli import common

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldstop.sieve.compile import Compiled
    from coldstop.sieve.lint.engines import Engine
    from coldstop.sieve.lint.findings import Finding

SHOWN = 3
"""Findings of one kind that are shown, unless all are asked for."""


def register(app: typer.Typer) -> None:
    """Add the verb to a group."""
    app.command("lint")(lint)


def lint(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The script; - is stdin.")],
    *,
    target: Annotated[
        str | None,
        typer.Option("--target", "-t", metavar="NAME", help="The kind of host that it is for."),
    ] = None,
    engine: Annotated[
        list[str] | None,
        typer.Option("--engine", "-e", metavar="NAME", help="An engine; all if none is named."),
    ] = None,
    capabilities: Annotated[
        str | None,
        typer.Option(metavar="WORDS", help="With --target: the SIEVE line of the greeting."),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Show all findings of a kind, not the first three.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Say what a Sieve engine would refuse of a script, or silently not do; of any script.

    Exit codes: 0 nothing found, 1 something found, 2 could not run.
    """
    from coldstop.sieve.errors import SieveError
    from coldstop.sieve.lint.engines import engine_names, engines_of, load_engine
    from coldstop.sieve.lint.lint import check
    from coldstop.sieve.targets import load_target

    if target is not None and engine:
        common.fail("name a --target or an --engine, not both")
    try:
        engines: tuple[Engine, ...] = (
            engines_of(load_target(target, capabilities))
            if target is not None
            else tuple(load_engine(one) for one in engine or engine_names())
        )
    except SieveError as error:
        common.fail(f"{error.message}" + (f"\n    hint: {error.hint}" if error.hint else ""))
    found = check(_text(file), engines)
    if as_json:
        for one in found:
            typer.echo(json.dumps(_record(file, one), ensure_ascii=False))
    else:
        for line in shown(file, found, most=len(found) if everything else SHOWN):
            typer.echo(line)
        named = ", ".join(one.title for one in engines)
        typer.echo(f"{len(found)} finding{'s' if len(found) != 1 else ''} for {named}")
    if found:
        raise typer.Exit(common.PROBLEMS)


def shown(file: str, found: Sequence[Finding], most: int = SHOWN) -> list[str]:
    """The findings for people: a paragraph each, the first few of a kind."""
    from coldstop.publish.show import printable

    lines: list[str] = []
    seen: dict[tuple[str, str], int] = {}
    hinted: set[str] = set()
    for one in found:
        key = (one.engine, one.code.value)
        seen[key] = seen.get(key, 0) + 1
        if seen[key] > most:
            continue
        lines.append(
            f"{printable(file)}:{one.line}:{one.column}: {one.effect.value}"
            f" {one.code.value}: {printable(one.message)} [{one.engine}]"
        )
        if one.hint and one.code.value not in hinted:
            hinted.add(one.code.value)
            lines.append(f"    hint: {printable(one.hint)}")
    lines += [
        f"{printable(file)}: {count - most} more of {code} [{engine}] (--all shows them)"
        for (engine, code), count in seen.items()
        if count > most
    ]
    return lines


def after_build(made: Compiled) -> None:
    """Tell on stderr what the target's engines make of a script; end with 2 on an error."""
    from coldstop.sieve.lint.made import linted

    errors, told = linted(made)
    if errors:
        for line in shown("script", errors, most=1):
            typer.echo(line, err=True)
        common.fail(
            "the script would be refused there, or do something else than it says; nothing is"
            " written\n    hint: another --target, or report it with the lines above"
        )
    for line in told:
        typer.echo(f"warning: {line}", err=True)


def _text(file: str) -> str:
    from pathlib import Path

    from coldstop.publish.limits import LIMITS

    try:
        if file == "-":
            data = sys.stdin.buffer.read(LIMITS.script_bytes + 1)
        else:
            with Path(file).open("rb") as script:
                data = script.read(LIMITS.script_bytes + 1)
    except OSError as error:
        common.fail(f"cannot read {file}: {error.strerror}")
    if len(data) > LIMITS.script_bytes:
        common.fail(f"{file} has more than {LIMITS.script_bytes:,} bytes")
    return data.decode("utf-8", "replace")


def _record(file: str, one: Finding) -> dict[str, object]:
    return {
        "file": file,
        "line": one.line,
        "column": one.column,
        "severity": one.severity.value,
        "effect": one.effect.value,
        "code": one.code.value,
        "message": one.message,
        "hint": one.hint,
        "engine": one.engine,
    }
