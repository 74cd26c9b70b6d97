"""A script that the compiler made, on the engines that its target may run."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from coldstop.sieve.lint.engines import engines_of
from coldstop.sieve.lint.findings import Effect, Severity
from coldstop.sieve.lint.lint import check

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coldstop.sieve.compile import Compiled
    from coldstop.sieve.lint.findings import Finding


def linted(made: Compiled) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """Give what forbids publishing it, and what else is to be told, a line each."""
    found = check(_as_stored(made), engines_of(made.target))
    errors = tuple(one for one in found if one.severity is Severity.ERROR)
    return errors, tuple(_told(one for one in found if one.severity is Severity.WARNING))


def _as_stored(made: Compiled) -> str:
    # Scripts have CRLF (RFC 5228 §2.2), but where the target says that its host wants LF.
    if getattr(made.target, "line_ends", "crlf") == "lf":
        return made.text
    return made.text.replace("\n", "\r\n")


def _told(found: Iterable[Finding]) -> list[str]:
    counts = Counter((one.engine, one.effect, one.code.value) for one in found)
    return [
        f"{engine} {'would refuse it' if effect is Effect.REFUSED else 'may silently not match'}:"
        f" {code}, {count:,} time{'' if count == 1 else 's'} (`coldstop sieve lint` shows where)"
        for (engine, effect, code), count in counts.items()
    ]
