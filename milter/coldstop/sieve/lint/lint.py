"""`check(text, engine)`: every finding, in the order of the text. Never raises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coldstop.sieve.lint.findings import Finding, Severity
from coldstop.sieve.lint.meaning import keys, scopes, variables
from coldstop.sieve.lint.parse import parse
from coldstop.sieve.lint.regexes import expressions
from coldstop.sieve.lint.sizes import literals, nesting, sizes, writing
from coldstop.sieve.lint.walk import Walk
from coldstop.sieve.lint.words import required

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coldstop.sieve.lint.engines import Engine

MOST: Final = 1000
"""Findings of one script on one engine."""
_CHECKS: Final = (
    sizes,
    nesting,
    literals,
    writing,
    required,
    variables,
    keys,
    scopes,
    expressions,
)


def check(text: str, engines: Iterable[Engine]) -> tuple[Finding, ...]:
    """Read a script once, and say what each engine makes of it."""
    script = parse(text)
    walk = Walk(script)
    found: list[Finding] = []
    for engine in engines:
        faults = [fault for one in _CHECKS for fault in one(walk, engine)]
        faults += [script.fault] if script.fault else []
        faults.sort(key=lambda fault: fault.at)
        for fault in faults[:MOST]:
            line, column = walk.place(fault.at)
            found.append(
                Finding(
                    fault.code,
                    fault.effect,
                    Severity.ERROR if fault.effect in engine.fails_on else Severity.WARNING,
                    line,
                    column,
                    fault.message,
                    fault.hint,
                    engine.title,
                )
            )
    return tuple(found)
