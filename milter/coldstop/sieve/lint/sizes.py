"""What is larger than an engine holds, and how the text is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.sieve.lint.engines import Quirk
from coldstop.sieve.lint.findings import Code, Effect, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldstop.sieve.lint.engines import Engine
    from coldstop.sieve.lint.parse import Call
    from coldstop.sieve.lint.walk import Walk


def sizes(walk: Walk, engine: Engine) -> Iterator[Fault]:
    """Bytes, tokens, instructions, variables."""
    limits, text = engine.limits, walk.script.text
    counted = (
        (Code.SCRIPT_TOO_LARGE, len(text.encode("utf-8", "replace")), limits.script_bytes, "bytes"),
        (Code.TOO_MANY_TOKENS, walk.script.count, limits.tokens, "tokens"),
        (
            Code.TOO_MANY_INSTRUCTIONS,
            len(walk.visits),
            limits.instructions,
            "commands and tests",
        ),
        (Code.TOO_MANY_VARIABLES, len(walk.set_first), limits.variables, "variables"),
    )
    for code, found, most, what in counted:
        if most is not None and found > most:
            yield Fault(
                code,
                Effect.REFUSED,
                0,
                f"{found:,} {what}, {most:,} are held",
                "leave out what matters least: --trim, or a policy with shorter lists",
            )


def nesting(walk: Walk, engine: Engine) -> Iterator[Fault]:
    """Blocks and tests inside one another: the first that is too deep."""
    for code, most, what in (
        (Code.BLOCKS_TOO_DEEP, engine.limits.blocks, "blocks"),
        (Code.TESTS_TOO_DEEP, engine.limits.tests, "tests"),
    ):
        if most is None:
            continue
        for visit in walk.visits:
            depth = len(visit.blocks) if what == "blocks" else visit.tests
            if depth > most:
                yield Fault(
                    code,
                    Effect.REFUSED,
                    visit.call.at,
                    f"more than {most} {what} inside one another",
                    "take conditions apart, into variables",
                )
                break


def literals(walk: Walk, engine: Engine) -> Iterator[Fault]:
    """Strings as written, and values as they become."""
    limits = engine.limits
    for visit in walk.visits:
        for text, value in visit.values.items():
            if limits.literal_bytes is not None and text.size > limits.literal_bytes:
                yield Fault(
                    Code.LITERAL_TOO_LONG,
                    Effect.REFUSED,
                    text.at,
                    f"a string of {text.size:,} bytes, {limits.literal_bytes:,} are held",
                    "divide it into several",
                )
            is_value = visit.call.name == "set" and text is visit.call.strings[-1].items[0]
            size = len(value.encode("utf-8", "replace")) if is_value and value else 0
            if limits.variable_bytes is not None and size > limits.variable_bytes:
                yield Fault(
                    Code.VALUE_TOO_LONG,
                    Effect.SILENT,
                    text.at,
                    f"a value of {size:,} bytes is cut after {limits.variable_bytes:,}",
                    "divide it into two variables",
                )


def writing(walk: Walk, engine: Engine) -> Iterator[Fault]:
    """Line ends and empty blocks."""
    text = walk.script.text
    first = text.find("\r\n")
    if engine.has(Quirk.REFUSES_CRLF) and first >= 0:
        yield Fault(
            Code.CRLF, Effect.REFUSED, first, "lines end with CRLF", "store it with LF alone"
        )
    if engine.has(Quirk.LF_IN_STRINGS):
        for visit in walk.visits:
            for item in visit.values:
                if "\n" in item.value.replace("\r\n", ""):
                    yield Fault(
                        Code.LF_IN_STRING,
                        Effect.SILENT,
                        item.at,
                        "a line end within this string is a bare LF, which no mail has",
                        "store the script with CRLF",
                    )
    if engine.has(Quirk.REFUSES_EMPTY_BLOCKS):
        yield from _empty(walk.script.calls)


def _empty(calls: list[Call]) -> Iterator[Fault]:
    for call in calls:
        if call.block == []:
            yield Fault(
                Code.EMPTY_BLOCK,
                Effect.REFUSED,
                call.block_at,
                "an empty block",
                "turn the condition around, or leave the test out",
            )
        yield from _empty(call.block or [])
