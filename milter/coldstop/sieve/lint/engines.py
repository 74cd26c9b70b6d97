"""Engines: what each holds and where it differs, from `sieve_templates/engines/NAME.yaml`.

A target (`coldstop.sieve.targets`) is a kind of host, and says in its engines' files which of them
it may run; its own limits and extensions count before theirs.

Refuses (`SieveError`): an engine that is not shipped.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from coldstop.resources import shipped
from coldstop.sieve.errors import SieveCode, SieveError
from coldstop.sieve.lint.findings import Effect
from coldstop.sieve.targets import Fact

if TYPE_CHECKING:
    from coldstop.sieve.targets import Target


class Quirk(StrEnum):
    """Where an engine does otherwise than the RFCs or others do."""

    EXPANDS_TWICE = "expands-twice"
    """What a variable holds is searched for variables again."""
    LAST_STRING_KEY = "last-string-key"
    """Of several keys of a `string` test only the last counts."""
    SCOPED_VARIABLES = "scoped-variables"
    """A variable lives in the block that sets it first."""
    REFUSES_CRLF = "refuses-crlf"
    REFUSES_EMPTY_BLOCKS = "refuses-empty-blocks"
    POSIX_REGEX = "posix-regex"
    """Expressions are POSIX', without `(?...)`."""
    LF_IN_STRINGS = "lf-in-strings"
    """A bare LF within a string is no line end of a message."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class EngineLimits(_Model):
    """What it holds; None where no bound is known."""

    script_bytes: int | None = None
    """Of the whole script, as it is stored."""
    tokens: int | None = None
    """Words, signs, strings; the colon of a tag is one by itself."""
    instructions: int | None = None
    """Commands and tests."""
    literal_bytes: int | None = None
    """Of one string, as written."""
    variables: int | None = None
    variable_bytes: int | None = None
    """Of one value; what is longer is cut without a word."""
    match_index: int | None = None
    """The highest `${1}`, `${2}`, ..."""
    blocks: int | None = None
    """Blocks inside one another."""
    tests: int | None = None
    """Tests inside one another."""
    regex_depth: int | None = None
    """What PCRE2 may have to undo; beyond it nothing matches, without a word."""
    regex_groups: int | None = None
    """The highest group whose match may be kept; a key that has more never matches."""
    regex_size: int | None = None
    """Compiled, by `regexsize`."""


class Engine(_Model):
    """One engine, or one kind of host on it."""

    name: str
    title: str
    targets: tuple[str, ...] = ()
    """The targets that may run it."""
    extensions: tuple[str, ...] | None = None
    """What may be required; None where that is not known."""
    commands: tuple[str, ...] = ()
    """Commands and tests of extensions that it has, which it does not know nevertheless."""
    limits: EngineLimits = EngineLimits()
    quirks: tuple[Quirk, ...] = ()
    fails_on: tuple[Effect, ...] = (Effect.REFUSED, Effect.SILENT)
    """What `build` does not write; the rest is a warning there."""
    facts: tuple[Fact, ...] = ()

    def has(self, quirk: Quirk) -> bool:
        """Whether it differs so."""
        return quirk in self.quirks


_SHARED: Final = frozenset(EngineLimits.model_fields)


def engine_names() -> tuple[str, ...]:
    """Every engine that is known."""
    return tuple(sorted(path.stem for path in shipped("sieve_templates", "engines").glob("*.yaml")))


@lru_cache(maxsize=32)
def load_engine(name: str) -> Engine:
    """Give an engine by its name."""
    if name not in engine_names():
        raise SieveError(
            SieveCode.UNKNOWN_TARGET,
            f"there is no engine {name[:60]!r}",
            f"known: {', '.join(engine_names())}",
        )
    path = shipped("sieve_templates", "engines", f"{name}.yaml")
    try:
        return Engine.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, ValidationError) as error:
        raise SieveError(SieveCode.BAD_TARGET, f"{name}.yaml: {error}") from error


def engines_of(target: Target) -> tuple[Engine, ...]:
    """The engines that a target may run, with what is known of the target itself."""
    own = {
        key: value
        for key, value in target.limits.model_dump(exclude_none=True).items()
        if key in _SHARED and key in target.limits.model_fields_set and not key.startswith("regex_")
    }
    # How much a host takes is its own setting, also where nobody knows it.
    own["script_bytes"] = target.limits.script_bytes
    found = [one for one in map(load_engine, engine_names()) if target.name in one.targets]
    engines = found or [Engine(name=target.name, title=target.title)]
    return tuple(
        one.model_copy(
            update={
                "extensions": target.extensions,
                "limits": one.limits.model_copy(update=own),
            }
        )
        for one in engines
    )
