"""The demonstration as a table for people: what was sent, where it lies, and because of what.

Readable from 100 columns on; piped, it has 120 and no colours. Words of the mail are shown without
control characters and never read as markup.
"""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING, Final, assert_never

from rich.box import ASCII2, HORIZONTALS
from rich.console import Console
from rich.table import Table
from rich.text import Text

from coldstop.policy.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldstop.demo.result import Result
    from coldstop.scorecard.judgement import Fired

_WIDTHS: Final = (100, 132)
_RULES_SHOWN: Final = 3
_QUOTE_LENGTH: Final = 60
_NOT_IN_THE_MAIL: Final = frozenset({"policy", "standing"})


def console() -> Console:
    """A console on stdout with a width that the table can be read at."""
    columns = shutil.get_terminal_size((120, 24)).columns
    narrowest, widest = _WIDTHS
    out = Console(width=min(max(columns, narrowest), widest), highlight=False)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a terminal without UTF-8 gets `?`
    return out


def show(out: Console, results: Sequence[Result]) -> None:
    """Print the table."""
    unicode = out.encoding.lower().startswith("utf")
    table = Table(
        box=HORIZONTALS if unicode else ASCII2,
        expand=True,
        padding=(0, 1, 0, 0),
        show_lines=True,
    )
    table.add_column("Subject", ratio=5, overflow="fold")
    table.add_column("Pitch", max_width=len("career-service"))
    table.add_column("Score", justify="right")
    table.add_column("Verdict", no_wrap=True)
    table.add_column("Found in", no_wrap=True)
    table.add_column("Because", ratio=10, overflow="fold")
    for result in results:
        judgement = result.judgement
        scored = any(fired.tally != "pitch" for fired in judgement.fired)
        table.add_row(
            Text(_plain(result.subject)),
            f"{judgement.kind} {judgement.pitch}" if judgement.recruiting else "-",
            str(judgement.score) if scored else "-",
            Text(judgement.verdict.value, style=_style(judgement.verdict)),
            Text(_folders(result)),
            because(result),
        )
    out.print(table)


def _folders(result: Result) -> str:
    if not result.found:
        return f"SMTP {result.reply[0]}"
    return "\n".join(result.found)


def because(result: Result) -> Text:
    """The rules that decided, weightiest first, each with the words that made it fire."""
    lines = []
    if result.problem:
        lines.append(Text(_plain(result.problem), style="bold red"))
    judgement = result.judgement
    if not judgement.recruiting:
        lines.append(Text(f"no pitch: {result.explanation.missing} points short of one"))
    lines += [_line(fired, _bound(result, fired.name)) for fired in deciding(result)]
    return Text("\n").join(lines)


def deciding(result: Result) -> list[Fired]:
    """The few rules that say most: a floor or ceiling that was needed, then by points.

    What makes a mail a pitch is left out; what speaks against it is shown where it is none.
    """
    judgement = result.judgement
    shown = [
        fired
        for fired in judgement.fired
        if (fired.tally != "pitch" and (fired.points or _bound(result, fired.name)))
        or (not judgement.recruiting and fired.points < 0)
    ]
    shown.sort(key=lambda fired: (not _bound(result, fired.name), -abs(fired.points)))
    return shown[:_RULES_SHOWN]


def _bound(result: Result, name: str) -> str:
    outcome = result.explanation.outcome
    if name == outcome.ceiling:
        return f"at most {outcome.verdict.value}"
    if name == outcome.floor:
        return f"at least {outcome.verdict.value}"
    return ""


def _line(fired: Fired, bound: str) -> Text:
    text = Text()
    if fired.points:
        text.append(f"{fired.points:+d} ", style="red" if fired.points > 0 else "green")
    text.append(fired.name, style="bold")
    if bound:
        text.append(f" ({bound})")
    quoted = _quoted(fired)
    if quoted:
        text.append(": ")
        text.append(quoted, style="italic")
    return text


def _quoted(fired: Fired) -> str:
    """The first evidence: in quotation marks where it stands in the mail."""
    evidence = next((one for one in fired.evidence if one.where != "kind"), None)
    if evidence is None:
        return ""
    words = " ".join(_plain(evidence.quote).split())
    if len(words) > _QUOTE_LENGTH:
        words = f"{words[:_QUOTE_LENGTH].rstrip()} ..."
    return words if evidence.where in _NOT_IN_THE_MAIL else f'"{words}"'


def _plain(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)


def _style(verdict: Verdict) -> str:
    match verdict:
        case Verdict.KEEP:
            return "green"
        case Verdict.TAG | Verdict.LATER:
            return "cyan"
        case Verdict.FILE:
            return "yellow"
        case Verdict.QUARANTINE | Verdict.TRASH | Verdict.REJECT | Verdict.DISCARD:
            return "red"
        case _:
            assert_never(verdict)
