"""What can be wrong with a policy, in one closed list.

Every finding has a code, the file, the line and column (both count from 1), a sentence and,
where one is known, a hint at the remedy. All findings of a file are reported at once.

Refuses: nothing. Fails: `PolicyErrors` carries every finding that makes a policy unusable;
findings of severity `warning` come from `policy/lint.py` only and are never raised.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Code(StrEnum):
    """Every kind of finding; `tests/policy/broken/` holds one policy for each."""

    # The file and its YAML (H12).
    UNREADABLE = "unreadable"
    ENCODING = "encoding"
    CONTROL_CHARACTER = "control-character"
    EMPTY = "empty"
    TOO_LARGE = "too-large"
    TOO_DEEP = "too-deep"
    TOO_MANY_VALUES = "too-many-values"
    SYNTAX = "syntax"
    TAB = "tab"
    ANCHOR = "anchor"
    TAG = "tag"
    MERGE_KEY = "merge-key"
    DUPLICATE_KEY = "duplicate-key"
    BAD_KEY = "bad-key"
    SEVERAL_DOCUMENTS = "several-documents"
    MISSING_VALUE = "missing-value"

    # What the language allows.
    UNKNOWN_KEY = "unknown-key"
    MISSING_KEY = "missing-key"
    WRONG_SHAPE = "wrong-shape"
    BAD_VALUE = "bad-value"
    BAD_NAME = "bad-name"
    OUT_OF_RANGE = "out-of-range"
    BAD_CONDITION = "bad-condition"
    CONTRADICTION = "contradiction"

    # Building on other policies.
    EXTENDS_MISSING = "extends-missing"
    EXTENDS_CYCLE = "extends-cycle"
    EXTENDS_TOO_DEEP = "extends-too-deep"
    TOO_MANY_FILES = "too-many-files"
    LOCKED = "locked"
    UNKNOWN_LOCK = "unknown-lock"
    INCOMPLETE_RULE = "incomplete-rule"
    NO_THRESHOLD = "no-threshold"
    NO_LADDER = "no-ladder"
    BAD_MAILBOX = "bad-mailbox"

    # Cross checks of an effective policy (`policy/lint.py`).
    UNKNOWN_LIST = "unknown-list"
    UNKNOWN_RULE = "unknown-rule"
    RULE_OFF = "rule-off"
    RULE_CYCLE = "rule-cycle"
    RULE_TOO_LATE = "rule-too-late"
    LIST_CYCLE = "list-cycle"
    BAD_PHRASE = "bad-phrase"
    BAD_ADDRESS = "bad-address"
    TOO_MANY_POINTS = "too-many-points"
    THRESHOLD_UNREACHABLE = "threshold-unreachable"
    FLOOR_ABOVE_CEILING = "floor-above-ceiling"
    SIEVE_EXACT = "sieve-exact"
    BAD_RUNG = "bad-rung"
    SEARCH_THEN = "search-then"
    UNKNOWN_PLACE = "unknown-place"

    # Warnings: the policy runs, but probably not as meant.
    NOTHING_REMOVED = "nothing-removed"
    UNUSED_LIST = "unused-list"
    DEAD_RULE = "dead-rule"
    ZERO_POINTS = "zero-points"
    NOTHING_TO_COUNT = "nothing-to-count"
    LADDER_ORDER = "ladder-order"
    RUNG_UNREACHABLE = "rung-unreachable"
    DISCARDS = "discards"
    UNCIVIL = "uncivil"
    IDLE_DECLINE = "idle-decline"
    BAD_EXAMPLE = "bad-example"
    NEVER_MATCHES = "never-matches"
    TOO_WIDE = "too-wide"
    NO_TRUST = "no-trust"


class Severity(StrEnum):
    """Whether a policy with such a finding can be used."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class PolicyError:
    """One finding, at one place. Line and column count from 1."""

    code: Code
    file: str
    line: int
    column: int
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        """Read as compilers write it, so that editors can jump to the place."""
        hint = f"\n  hint: {self.hint}" if self.hint else ""
        place = f"{self.file}:{self.line}:{self.column}"
        return f"{place}: {self.severity}: {self.message} [{self.code}]{hint}"


class PolicyErrors(Exception):  # noqa: N818 - plural: it carries every error of a policy
    """A policy that cannot be used, with every reason why, sorted by place."""

    def __init__(self, errors: Iterable[PolicyError]) -> None:
        self.errors: tuple[PolicyError, ...] = in_order(errors)
        super().__init__("\n".join(map(str, self.errors)))


def in_order(errors: Iterable[PolicyError]) -> tuple[PolicyError, ...]:
    """Sort findings by place, each once."""
    return tuple(
        sorted(set(errors), key=lambda e: (e.file, e.line, e.column, e.code, e.message, e.hint))
    )


def clip(text: str, most: int = 60) -> str:
    """Shorten text that a message quotes, and keep it in one line."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}\N{HORIZONTAL ELLIPSIS}"
