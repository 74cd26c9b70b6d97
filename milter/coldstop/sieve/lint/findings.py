"""What can be wrong with a script on an engine, in one closed list."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Effect(StrEnum):
    """What comes of it."""

    REFUSED = "refused"
    """The engine takes no such script: whoever stores it is told."""
    SILENT = "silent"
    """The script is taken and does something else than it says; nobody is told."""


class Severity(StrEnum):
    """What `sieve build` does about it: the engine's data decide (`fails_on`)."""

    ERROR = "error"
    """No such script is written."""
    WARNING = "warning"


class Code(StrEnum):
    """Every kind of finding."""

    SYNTAX = "syntax"
    SCRIPT_TOO_LARGE = "script-too-large"
    TOO_MANY_TOKENS = "too-many-tokens"
    TOO_MANY_INSTRUCTIONS = "too-many-instructions"
    TOO_MANY_VARIABLES = "too-many-variables"
    LITERAL_TOO_LONG = "literal-too-long"
    VALUE_TOO_LONG = "value-too-long"
    BLOCKS_TOO_DEEP = "blocks-too-deep"
    TESTS_TOO_DEEP = "tests-too-deep"
    CRLF = "crlf"
    LF_IN_STRING = "lf-in-string"
    EMPTY_BLOCK = "empty-block"
    LATE_REQUIRE = "late-require"
    NOT_REQUIRED = "not-required"
    UNKNOWN_EXTENSION = "unknown-extension"
    UNKNOWN_COMMAND = "unknown-command"
    STRING_KEYS = "string-keys"
    BLOCK_VARIABLE = "block-variable"
    UNSET_VARIABLE = "unset-variable"
    MATCH_INDEX = "match-index"
    EXPANDED_TWICE = "expanded-twice"
    REGEX_DEPTH = "regex-depth"
    REGEX_GROUPS = "regex-groups"
    REGEX_FORM = "regex-form"
    REGEX_SIZE = "regex-size"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, and where."""

    code: Code
    effect: Effect
    severity: Severity
    line: int
    """Counts from 1."""
    column: int
    """In characters, counts from 1."""
    message: str
    hint: str = ""
    engine: str = ""
    """The engine that it is about."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A finding in the making: where it stands is still a place in the text."""

    code: Code
    effect: Effect
    at: int
    message: str
    hint: str = ""
