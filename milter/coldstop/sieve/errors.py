"""What can keep a policy from becoming a Sieve script."""

from __future__ import annotations

from enum import StrEnum


class SieveCode(StrEnum):
    """Every reason. The set is closed."""

    UNKNOWN_TARGET = "unknown-target"
    BAD_TARGET = "bad-target"
    BAD_CAPABILITIES = "bad-capabilities"
    MISSING_EXTENSION = "missing-extension"
    BAD_FOLDER = "bad-folder"
    UNQUOTABLE = "unquotable"
    SCRIPT_TOO_LARGE = "script-too-large"
    LITERAL_TOO_LONG = "literal-too-long"
    REGEX_TOO_LARGE = "regex-too-large"
    TOO_MANY_TOKENS = "too-many-tokens"
    TOO_DEEP = "too-deep"
    TOO_MANY_VARIABLES = "too-many-variables"
    TOO_MANY_INSTRUCTIONS = "too-many-instructions"


class SieveError(Exception):
    """A policy, or a target, that no script can be made of."""

    def __init__(
        self, code: SieveCode, message: str, hint: str = "", fullness: float = 0.0
    ) -> None:
        super().__init__(f"{code.value}: {message}" + (f" ({hint})" if hint else ""))
        self.code = code
        self.message = message
        self.hint = hint
        self.fullness = fullness
        """How many times what the target holds; 0 where it is no question of room."""
