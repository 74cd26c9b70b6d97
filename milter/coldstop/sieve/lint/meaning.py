"""Strings and variables that mean something else on an engine than they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.sieve.lint.engines import Quirk
from coldstop.sieve.lint.findings import Code, Effect, Fault
from coldstop.sieve.lint.walk import VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldstop.sieve.lint.engines import Engine
    from coldstop.sieve.lint.parse import Text
    from coldstop.sieve.lint.walk import Visit, Walk

_KEYED = frozenset({"header", "address", "envelope", "body", "string", "date", "currentdate"})


def variables(walk: Walk, engine: Engine) -> Iterator[Fault]:
    """`${name}` that is never set, `${10}`, and what is put in twice."""
    if not walk.has_variables:
        return
    for visit in walk.visits:
        for text, value in visit.values.items():
            yield from _named(walk, engine, visit, text, value)
            if engine.has(Quirk.EXPANDS_TWICE) and value is not None and VARIABLE.search(value):
                found = VARIABLE.search(value)
                name = found[0] if found else ""
                yield Fault(
                    Code.EXPANDED_TWICE,
                    Effect.SILENT,
                    text.at,
                    f"{_shown(text)} becomes {name} and is read again: it is empty then"
                    + _everything(visit, text, VARIABLE.sub("", value)),
                    "do without a literal ${ in keys",
                )


def _named(
    walk: Walk, engine: Engine, visit: Visit, text: Text, value: str | None
) -> Iterator[Fault]:
    for found in VARIABLE.finditer(walk.encoded(text.value)):
        name = found[1].lower()
        if name.isdigit():
            most = engine.limits.match_index
            if most is not None and int(name[:6]) > most:
                yield Fault(
                    Code.MATCH_INDEX,
                    Effect.REFUSED,
                    text.at,
                    f"{found[0]} is read; the last that there is is ${{{most}}}",
                    "match less at once",
                )
        elif name not in walk.set_first:
            yield Fault(
                Code.UNSET_VARIABLE,
                Effect.SILENT,
                text.at,
                f"{found[0][:60]} is set nowhere: it becomes the empty string"
                + _everything(visit, text, value),
                'where that is literal text, set "dollar" "$" and write ${dollar}{...}',
            )


def _everything(visit: Visit, text: Text, value: str | None) -> str:
    is_key = visit.call.name in _KEYED and text in visit.call.strings[-1].items
    matches_all = is_key and value == "" and {"contains", "regex"} & {*visit.call.tags}
    return ", which every text contains" if matches_all else ""


def _shown(text: Text) -> str:
    return f"{text.value[:40]!a}"


def keys(walk: Walk, engine: Engine) -> Iterator[Fault]:
    """A `string` test with several keys, where only the last counts."""
    if not engine.has(Quirk.LAST_STRING_KEY):
        return
    for visit in walk.tests():
        lists = visit.call.strings
        if visit.call.name == "string" and lists and len(lists[-1].items) > 1:
            yield Fault(
                Code.STRING_KEYS,
                Effect.SILENT,
                visit.call.at,
                f"{len(lists[-1].items)} keys of a string test, of which only the last counts",
                "one string test a key, within anyof",
            )


def scopes(walk: Walk, engine: Engine) -> Iterator[Fault]:
    """A variable that a block sets first is gone behind it."""
    if not engine.has(Quirk.SCOPED_VARIABLES) or not walk.has_variables:
        return
    told: set[str] = set()
    for visit in walk.visits:
        for text in visit.values:
            for found in VARIABLE.finditer(text.value):
                name = found[1].lower()
                first = walk.set_first.get(name)
                if first is None or name in told or not first.blocks:
                    continue
                if visit.blocks[: len(first.blocks)] != first.blocks:
                    told.add(name)
                    line, _ = walk.place(first.call.at)
                    yield Fault(
                        Code.BLOCK_VARIABLE,
                        Effect.SILENT,
                        text.at,
                        f"{found[0]} was set first within a block (line {line}): it is empty here",
                        f'set "{name}" "" at the top of the script',
                    )
