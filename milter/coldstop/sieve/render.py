"""From the syntax tree to text, through one template a construct (`sieve_templates/*.sieve.j2`).

Templates get finished text only: strings that `quote` has written, tests and blocks already
rendered, and words of this package. No template ever sees a string of a policy; what a template
does not get is an error (`StrictUndefined`).

Fails: SieveError, from `quote`, for a string that no script can hold.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, assert_never

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from coldstop.resources import shipped
from coldstop.sieve.quote import comment, joined, quote
from coldstop.sieve.script import (
    AddFlag,
    AddressTest,
    Always,
    Block,
    BodyTest,
    Command,
    Comment,
    Comparator,
    DateTest,
    Discard,
    Every,
    Exists,
    FileInto,
    HeaderTest,
    If,
    Negation,
    Reject,
    Set,
    SizeOver,
    Some,
    Stop,
    StringTest,
    Test,
    Vacation,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from coldstop.sieve.script import String


_LINE = 400
"""Characters after which a compact script begins a new line."""


class Renderer:
    """Writes trees in one style; `compact` leaves out what only people need."""

    def __init__(self, *, compact: bool = False, folds: bool = False) -> None:
        """`folds`: the host compares without case where a test names no comparator."""
        self._style = "compact" if compact else "plain"
        self._folds = folds

    def _write(self, name: str, /, **values: Any) -> str:
        return _template(self._style, name)(**values)

    def script(self, lines: Sequence[str], body: str) -> str:
        """Put the header in front of the rest."""
        return self._write("script", lines=[comment(line) for line in lines], body=body) + "\n"

    def require(self, extensions: Sequence[str]) -> str:
        """Write the `require` line."""
        return self._write("require", names=self._strings(extensions))

    def program(self, block: Block) -> str:
        """Write the whole of a script; a compact one in few, long lines."""
        if self._style == "plain":
            return self.block(block)
        lines = [""]
        for command in block:
            if len(lines[-1]) > _LINE:
                lines.append("")
            lines[-1] += self._command(command)
        return "\n".join(lines)

    def block(self, block: Block) -> str:
        """Write commands, each on its own lines."""
        commands = map(self._command, block)
        if self._style == "plain":
            return "\n".join(commands)
        return "".join(commands)

    def _command(self, command: Command) -> str:
        match command:
            case Comment():
                return self._write("comment", text=comment(command.text))
            case Set():
                modifier = "length" if command.length else "lower" if command.lower else ""
                return self._write(
                    "set", modifier=modifier, name=quote(command.name), value=quote(command.value)
                )
            case If():
                branches: list[dict[str, Any]] = [
                    {"test": self.test(branch.test), "block": self.block(branch.block)}
                    for branch in command.branches
                ]
                return self._write("if", branches=branches, otherwise=self.block(command.otherwise))
            case FileInto():
                return self._write("fileinto", folder=quote(command.folder), create=command.create)
            case AddFlag():
                return self._write("addflag", flag=quote(command.flag))
            case Discard():
                return self._write("discard")
            case Reject():
                return self._write("reject", verb=command.verb, reason=quote(command.reason))
            case Vacation():
                return self._write(
                    "vacation",
                    days=command.days,
                    handle=quote(command.handle),
                    subject=quote(command.subject),
                    reason=quote(command.reason),
                )
            case Stop():
                return self._write("stop")
            case _ as never:
                assert_never(never)

    def test(self, test: Test) -> str:
        """Write a test."""
        match test:
            case Always():
                return self._write("always", value=test.value)
            case Negation():
                return self._write("not", test=self.test(test.test))
            case Every():
                return self._write("allof", tests=[self.test(one) for one in test.tests])
            case Some():
                return self._write("anyof", tests=[self.test(one) for one in test.tests])
            case HeaderTest():
                return self._write(
                    "header",
                    index=test.index,
                    match=test.match.value,
                    comparator=_comparator(test.comparator),
                    names=self._strings(test.names),
                    keys=self._strings(test.keys),
                )
            case AddressTest():
                return self._write(
                    "address",
                    test="envelope" if test.envelope else "address",
                    part=test.part.value,
                    match=test.match.value,
                    comparator=_comparator(test.comparator),
                    field=self._strings(
                        test.field if isinstance(test.field, tuple) else (test.field,)
                    ),
                    keys=self._strings(test.keys),
                )
            case Exists():
                return self._write("exists", name=quote(test.name))
            case BodyTest():
                return self._write(
                    "body",
                    match=test.match.value,
                    comparator=_comparator(test.comparator),
                    keys=self._strings(test.keys),
                )
            case StringTest():
                return self._write(
                    "string",
                    match=test.match.value,
                    comparator=self._explicit(test),
                    source=quote(test.source),
                    key=quote(test.key),
                )
            case DateTest():
                return self._write("currentdate", since=quote(test.since))
            case SizeOver():
                mega, rest = divmod(test.size, 1 << 20)
                return self._write("size", size=test.size if rest else f"{mega}M")
            case _ as never:
                assert_never(never)

    def _explicit(self, test: StringTest) -> str:
        """Name the comparator of a `string` test: hosts differ in their default.

        It is left out for a host that folds case where all that is compared has no upper case.
        """
        key = "".join(piece for piece in joined(test.key) if isinstance(piece, str))
        if self._folds and test.comparator is Comparator.OCTET and key == key.lower():
            return ""
        return quote(test.comparator.value)

    def _strings(self, strings: Iterable[String]) -> str:
        return self._write("strings", items=[quote(one) for one in strings])


@functools.cache
def _environment(style: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(shipped("sieve_templates")),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - Sieve, not HTML; `quote` has escaped what goes in
        trim_blocks=True,
        lstrip_blocks=False,
        keep_trailing_newline=False,
    )
    plain = style == "plain"
    environment.globals.update(
        sp=" " if plain else "", nl="\n" if plain else "", width=2 if plain else 0
    )
    return environment


@functools.cache
def _template(style: str, name: str) -> Callable[..., str]:
    return _environment(style).get_template(f"{name}.sieve.j2").render


def _comparator(comparator: Comparator) -> str:
    # The default of every test but `string` (RFC 5228 §2.7.3).
    return "" if comparator is Comparator.CASEMAP else quote(comparator.value)
